"""The objects of broadcasts that web processes and workers both hold."""

from guildhall.core.social.broadcasts.exports import EXPORTS
from guildhall.pack import ProcessPart

PROCESS = ProcessPart(exports=EXPORTS)
