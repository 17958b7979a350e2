"""The part of the manifest for reviews and comments."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.packs.poe2.opinions.process:PROCESS"),
    web=Reference("guildhall.packs.poe2.opinions.web:WEB"),
    worker=Reference("guildhall.packs.poe2.opinions.jobs:WORKER"),
)
