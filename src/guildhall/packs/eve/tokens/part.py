"""The part of the manifest for tokens."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.packs.eve.tokens.process:PROCESS"),
    worker=Reference("guildhall.packs.eve.tokens.jobs:WORKER"),
)
