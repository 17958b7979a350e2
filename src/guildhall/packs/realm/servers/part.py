"""The part of servers in the manifest."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    web=Reference("guildhall.packs.realm.servers.api:WEB"),
    worker=Reference("guildhall.packs.realm.servers.jobs:WORKER"),
)
