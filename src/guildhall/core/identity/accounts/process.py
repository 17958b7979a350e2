"""The objects of accounts that web processes and workers both hold."""

from guildhall.core.identity.accounts.exports import EXPORTS, Exporter
from guildhall.pack import ProcessPart

PROCESS = ProcessPart(services=(Exporter,), exports=EXPORTS)
