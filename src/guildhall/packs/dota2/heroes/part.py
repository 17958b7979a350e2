"""The part of the manifest for heroes and constants."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    web=Reference("guildhall.packs.dota2.heroes.api:WEB"),
    worker=Reference("guildhall.packs.dota2.heroes.jobs:WORKER"),
)
