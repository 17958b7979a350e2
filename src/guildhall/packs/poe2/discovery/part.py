"""The part of the manifest for discovery."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    web=Reference("guildhall.packs.poe2.discovery.web:WEB"),
    worker=Reference("guildhall.packs.poe2.discovery.jobs:WORKER"),
)
