"""The part of the manifest for the market."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.packs.poe2.market.process:PROCESS"),
    web=Reference("guildhall.packs.poe2.market.web:WEB"),
    worker=Reference("guildhall.packs.poe2.market.jobs:WORKER"),
)
