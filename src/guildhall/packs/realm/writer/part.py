"""The part of the writer in the manifest."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.packs.realm.writer.process:PROCESS"),
    web=Reference("guildhall.packs.realm.writer.web:WEB"),
    worker=Reference("guildhall.packs.realm.writer.jobs:WORKER"),
)
