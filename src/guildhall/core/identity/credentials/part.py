"""The part of the manifest for credentials."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.core.identity.credentials.process:PROCESS"),
)
