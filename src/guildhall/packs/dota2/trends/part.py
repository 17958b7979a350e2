"""The part of the manifest for trends."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    web=Reference("guildhall.packs.dota2.trends.api:WEB"),
    worker=Reference("guildhall.packs.dota2.trends.jobs:WORKER"),
)
