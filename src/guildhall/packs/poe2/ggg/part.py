"""The part of the manifest for accounts at Path of Exile."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.packs.poe2.ggg.process:PROCESS"),
    web=Reference("guildhall.packs.poe2.ggg.api:WEB"),
    worker=Reference("guildhall.packs.poe2.ggg.jobs:WORKER"),
)
