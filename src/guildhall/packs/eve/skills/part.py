"""The part of the manifest for skills."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.packs.eve.skills.process:PROCESS"),
    web=Reference("guildhall.packs.eve.skills.api:WEB"),
)
