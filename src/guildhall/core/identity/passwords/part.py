"""The part of the manifest for passwords."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    web=Reference("guildhall.core.identity.passwords.api:WEB"),
)
