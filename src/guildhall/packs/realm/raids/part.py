"""The part of raids in the manifest."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    web=Reference("guildhall.packs.realm.raids.web:WEB"),
    worker=Reference("guildhall.packs.realm.raids.jobs:WORKER"),
)
