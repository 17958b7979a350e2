"""The part of the manifest for the sync of players."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    web=Reference("guildhall.packs.dota2.sync.api:WEB"),
    worker=Reference("guildhall.packs.dota2.sync.jobs:WORKER"),
)
