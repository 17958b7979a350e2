"""The part of the manifest for achievements."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(process=Reference("guildhall.packs.poe2.achievements.process:PROCESS"))
