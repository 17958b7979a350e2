"""The part of the manifest for planets."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.packs.eve.planets.process:PROCESS"),
    web=Reference("guildhall.packs.eve.planets.api:WEB"),
)
