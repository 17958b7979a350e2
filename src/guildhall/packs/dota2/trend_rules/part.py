"""The part of the manifest for trend rules."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.packs.dota2.trend_rules.process:PROCESS"),
    web=Reference("guildhall.packs.dota2.trend_rules.api:WEB"),
    worker=Reference("guildhall.packs.dota2.trend_rules.jobs:WORKER"),
)
