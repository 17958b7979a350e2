"""The part of the manifest for principals."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.core.identity.principals.process:PROCESS"),
    web=Reference("guildhall.core.identity.principals.web:WEB"),
)
