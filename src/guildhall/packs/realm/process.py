"""The objects of the whole pack that every process holds."""

from guildhall.pack import ProcessPart
from guildhall.packs.realm.exports import EXPORTS

PROCESS = ProcessPart(exports=EXPORTS)
