"""The part of the manifest for characters."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.packs.eve.characters.process:PROCESS"),
    web=Reference("guildhall.packs.eve.characters.api:WEB"),
    worker=Reference("guildhall.packs.eve.characters.jobs:WORKER"),
)
