"""The part of the manifest for leaderboards."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    web=Reference("guildhall.packs.dota2.leaderboards.api:WEB"),
)
