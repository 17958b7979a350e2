"""The part of the manifest for crafting."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.packs.poe2.crafting.process:PROCESS"),
    web=Reference("guildhall.packs.poe2.crafting.web:WEB"),
)
