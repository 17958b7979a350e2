"""The part of the manifest for the client of ESI."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.packs.eve.upstream.process:PROCESS"),
)
