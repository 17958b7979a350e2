"""The objects of follows that web processes and workers both hold."""

from guildhall.core.social.follows.exports import EXPORTS
from guildhall.pack import ProcessPart

PROCESS = ProcessPart(exports=EXPORTS)
