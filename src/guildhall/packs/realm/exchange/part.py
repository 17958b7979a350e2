"""The part of import and export in the manifest."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    worker=Reference("guildhall.packs.realm.exchange.jobs:WORKER"),
)
