"""The part of the manifest for characters."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.packs.poe2.characters.process:PROCESS"),
    web=Reference("guildhall.packs.poe2.characters.web:WEB"),
    worker=Reference("guildhall.packs.poe2.characters.jobs:WORKER"),
)
