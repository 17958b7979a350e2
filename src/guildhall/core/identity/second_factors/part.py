"""The part of the manifest for second factors."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.core.identity.second_factors.process:PROCESS"),
    web=Reference("guildhall.core.identity.second_factors.api:WEB"),
)
