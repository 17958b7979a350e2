"""The part of the manifest for the client of OpenDota."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.packs.dota2.opendota.process:PROCESS"),
)
