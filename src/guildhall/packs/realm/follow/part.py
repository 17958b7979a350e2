"""The part of the projections in the manifest."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    web=Reference("guildhall.packs.realm.follow.web:WEB"),
    worker=Reference("guildhall.packs.realm.follow.jobs:WORKER"),
)
