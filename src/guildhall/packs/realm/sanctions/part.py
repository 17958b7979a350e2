"""The part of sanctions in the manifest."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    web=Reference("guildhall.packs.realm.sanctions.api:WEB"),
)
