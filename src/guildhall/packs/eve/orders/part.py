"""The part of the manifest for market orders."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.packs.eve.orders.process:PROCESS"),
    web=Reference("guildhall.packs.eve.orders.api:WEB"),
)
