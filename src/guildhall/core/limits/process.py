"""The objects of the limits of people that web processes and workers both hold."""

from guildhall.core.limits.exports import EXPORTS
from guildhall.pack import ProcessPart

PROCESS = ProcessPart(exports=EXPORTS)
