"""The part of guilds in the manifest."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    web=Reference("guildhall.packs.realm.guilds.web:WEB"),
    worker=Reference("guildhall.packs.realm.guilds.jobs:WORKER"),
)
