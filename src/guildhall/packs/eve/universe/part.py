"""The part of the manifest for the game's public data."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.packs.eve.universe.process:PROCESS"),
    web=Reference("guildhall.packs.eve.universe.api:WEB"),
    worker=Reference("guildhall.packs.eve.universe.jobs:WORKER"),
)
