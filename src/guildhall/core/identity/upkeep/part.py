"""The part of the manifest for the upkeep."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    worker=Reference("guildhall.core.identity.upkeep.jobs:WORKER"),
)
