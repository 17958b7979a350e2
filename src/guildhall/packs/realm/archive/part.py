"""The part of the archive in the manifest."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    worker=Reference("guildhall.packs.realm.archive.jobs:WORKER"),
)
