"""The part of the manifest for passkeys."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    web=Reference("guildhall.core.identity.passkeys.api:WEB"),
)
