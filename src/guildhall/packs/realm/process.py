"""The part of the realm pack that web processes and workers both hold."""

from guildhall.pack import ProcessPart
from guildhall.packs.realm.chat.notices import KINDS
from guildhall.packs.realm.exports import EXPORTS
from guildhall.packs.realm.writer.actions.writer import MessageWriter

PROCESS = ProcessPart(services=(MessageWriter,), notices=KINDS, exports=EXPORTS)
