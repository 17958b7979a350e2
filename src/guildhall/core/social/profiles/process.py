"""The objects of profiles that web processes and workers both hold."""

from guildhall.core.social.profiles.exports import EXPORTS
from guildhall.pack import ProcessPart

PROCESS = ProcessPart(exports=EXPORTS)
