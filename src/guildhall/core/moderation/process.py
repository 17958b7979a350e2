"""The objects of moderation that web processes and workers both hold."""

from guildhall.core.moderation.exports import MODERATION_EXPORTS
from guildhall.pack import ProcessPart

PROCESS = ProcessPart(exports=MODERATION_EXPORTS)
