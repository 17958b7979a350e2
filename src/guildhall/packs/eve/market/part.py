"""The part of the manifest for the public market."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    web=Reference("guildhall.packs.eve.market.api:WEB"),
)
