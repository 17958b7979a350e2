"""The part of the manifest for the sync engine."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.packs.eve.sync.process:PROCESS"),
    worker=Reference("guildhall.packs.eve.sync.jobs:WORKER"),
)
