"""The part of the manifest for sessions."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    web=Reference("guildhall.core.identity.sessions.api:WEB"),
)
