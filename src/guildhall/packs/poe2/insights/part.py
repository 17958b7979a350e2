"""The part of the manifest for insights."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    web=Reference("guildhall.packs.poe2.insights.web:WEB"),
    worker=Reference("guildhall.packs.poe2.insights.jobs:WORKER"),
)
