"""The objects of leaderboards that web processes and workers both hold."""

from guildhall.core.boards.exports import EXPORTS
from guildhall.pack import ProcessPart

PROCESS = ProcessPart(exports=EXPORTS)
