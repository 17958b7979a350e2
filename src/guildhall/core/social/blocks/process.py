"""The objects of blocks that web processes and workers both hold."""

from guildhall.core.social.blocks.exports import EXPORTS
from guildhall.pack import ProcessPart

PROCESS = ProcessPart(exports=EXPORTS)
