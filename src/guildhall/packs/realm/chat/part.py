"""The part of chat in the manifest."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.packs.realm.chat.process:PROCESS"),
    web=Reference("guildhall.packs.realm.chat.web:WEB"),
    worker=Reference("guildhall.packs.realm.chat.jobs:WORKER"),
)
