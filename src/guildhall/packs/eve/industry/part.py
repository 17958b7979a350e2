"""The part of the manifest for industry jobs."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.packs.eve.industry.process:PROCESS"),
    web=Reference("guildhall.packs.eve.industry.api:WEB"),
)
