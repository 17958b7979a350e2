"""The objects of the writer that every process holds."""

from guildhall.pack import ProcessPart
from guildhall.packs.realm.writer.actions.writer import MessageWriter

PROCESS = ProcessPart(services=(MessageWriter,))
