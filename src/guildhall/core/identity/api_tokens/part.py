"""The part of the manifest for API tokens."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    web=Reference("guildhall.core.identity.api_tokens.api:WEB"),
)
