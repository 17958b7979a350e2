"""The objects of credentials that web processes and workers both hold."""

from guildhall.core.identity.credentials.passwords import Passwords
from guildhall.pack import ProcessPart

PROCESS = ProcessPart(services=(Passwords,))
