"""The part of the manifest for broadcasts."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.core.social.broadcasts.process:PROCESS"),
    worker=Reference("guildhall.core.social.broadcasts.jobs:WORKER"),
)
