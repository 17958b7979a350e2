"""The part of the manifest for alarms."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.packs.eve.alarms.process:PROCESS"),
    worker=Reference("guildhall.packs.eve.alarms.jobs:WORKER"),
)
