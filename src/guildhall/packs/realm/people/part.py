"""The part of characters in the manifest."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    web=Reference("guildhall.packs.realm.people.web:WEB"),
    worker=Reference("guildhall.packs.realm.people.jobs:WORKER"),
)
