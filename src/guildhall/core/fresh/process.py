"""The objects of rows kept fresh that web processes and workers both hold."""

from guildhall.core.fresh.exports import EXPORTS
from guildhall.pack import ProcessPart

PROCESS = ProcessPart(exports=EXPORTS)
