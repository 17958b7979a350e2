"""The objects of the sync engine that web processes and workers both hold."""

from guildhall.pack import ProcessPart
from guildhall.packs.eve.sync.syncer import Syncer

PROCESS = ProcessPart(
    services=(Syncer,),
)
