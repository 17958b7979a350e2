"""The part of the manifest for builds."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(worker=Reference("guildhall.packs.poe2.builds.jobs:WORKER"))
