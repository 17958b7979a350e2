"""The part of the manifest for matches."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    web=Reference("guildhall.packs.dota2.matches.api:WEB"),
    worker=Reference("guildhall.packs.dota2.matches.worker:WORKER"),
)
