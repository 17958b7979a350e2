"""The part of the manifest for locations."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.packs.eve.location.process:PROCESS"),
    web=Reference("guildhall.packs.eve.location.api:WEB"),
)
