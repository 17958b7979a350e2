"""The part of the realm pack that web processes and workers both hold."""

from guildhall.pack import ProcessPart
from guildhall.packs.realm.actions.ingest import MessageWriter
from guildhall.packs.realm.exports import EXPORTS
from guildhall.packs.realm.notices import KINDS

PROCESS = ProcessPart(services=(MessageWriter,), notices=KINDS, exports=EXPORTS)
