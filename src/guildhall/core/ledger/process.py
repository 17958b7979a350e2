"""The objects of the ledger that web processes and workers both hold."""

from guildhall.core.ledger.exports import EXPORTS
from guildhall.pack import ProcessPart

PROCESS = ProcessPart(exports=EXPORTS)
