"""The part of the manifest for imports and exports."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.packs.poe2.transfer.process:PROCESS"),
    web=Reference("guildhall.packs.poe2.transfer.api:WEB"),
)
