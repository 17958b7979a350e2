"""The part of the manifest for collections."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.packs.poe2.collections.process:PROCESS"),
    web=Reference("guildhall.packs.poe2.collections.web:WEB"),
    worker=Reference("guildhall.packs.poe2.collections.jobs:WORKER"),
)
