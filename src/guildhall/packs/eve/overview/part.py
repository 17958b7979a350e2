"""The part of the manifest for the overview."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    web=Reference("guildhall.packs.eve.overview.api:WEB"),
)
