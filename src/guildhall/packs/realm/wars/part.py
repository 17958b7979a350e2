"""The part of wars in the manifest."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    web=Reference("guildhall.packs.realm.wars.api:WEB"),
    worker=Reference("guildhall.packs.realm.wars.jobs:WORKER"),
)
