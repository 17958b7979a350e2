"""The objects of activities that web processes and workers both hold."""

from guildhall.core.social.activities.exports import EXPORTS
from guildhall.pack import ProcessPart

PROCESS = ProcessPart(exports=EXPORTS)
