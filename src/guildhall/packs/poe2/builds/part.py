"""The part of the manifest for builds."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.packs.poe2.builds.process:PROCESS"),
    web=Reference("guildhall.packs.poe2.builds.web:WEB"),
    worker=Reference("guildhall.packs.poe2.builds.jobs:WORKER"),
)
