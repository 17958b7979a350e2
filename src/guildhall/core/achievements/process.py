"""The objects of achievements that web processes and workers both hold."""

from guildhall.core.achievements.exports import EXPORTS
from guildhall.core.achievements.kinds import NOTICES
from guildhall.pack import ProcessPart

PROCESS = ProcessPart(exports=EXPORTS, notices=NOTICES)
