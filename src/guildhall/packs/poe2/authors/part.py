"""The part of the manifest for authors."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.packs.poe2.authors.process:PROCESS"),
    web=Reference("guildhall.packs.poe2.authors.web:WEB"),
    worker=Reference("guildhall.packs.poe2.authors.jobs:WORKER"),
)
