"""The objects of second factors that web processes and workers both hold."""

from guildhall.core.identity.second_factors.actions import TOTP_SECRET
from guildhall.pack import ProcessPart

PROCESS = ProcessPart(sealed=(TOTP_SECRET,))
