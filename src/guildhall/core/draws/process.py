"""The objects of draws that web processes and workers both hold."""

from guildhall.core.draws.exports import EXPORTS
from guildhall.core.draws.seeds import Seeds
from guildhall.pack import ProcessPart

PROCESS = ProcessPart(exports=EXPORTS, services=(Seeds,))
