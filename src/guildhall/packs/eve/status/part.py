"""The part of the manifest for the server's status."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    web=Reference("guildhall.packs.eve.status.api:WEB"),
    worker=Reference("guildhall.packs.eve.status.jobs:WORKER"),
)
