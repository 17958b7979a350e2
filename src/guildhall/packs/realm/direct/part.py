"""The part of direct messages in the manifest."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.packs.realm.direct.process:PROCESS"),
    web=Reference("guildhall.packs.realm.direct.api:WEB"),
    worker=Reference("guildhall.packs.realm.direct.jobs:WORKER"),
)
