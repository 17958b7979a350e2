"""The objects of storage that web processes and workers both hold."""

from guildhall.core.storage.addresses import Addresses
from guildhall.core.storage.exports import EXPORTS
from guildhall.core.storage.storage import Storage
from guildhall.pack import ProcessPart

PROCESS = ProcessPart(exports=EXPORTS, services=(Storage, Addresses))
