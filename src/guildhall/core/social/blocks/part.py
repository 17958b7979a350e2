"""The part of the manifest for blocks."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.core.social.blocks.process:PROCESS"),
    web=Reference("guildhall.core.social.blocks.api:WEB"),
)
