"""The part of the manifest for profiles."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.core.social.profiles.process:PROCESS"),
    web=Reference("guildhall.core.social.profiles.web:WEB"),
    worker=Reference("guildhall.core.social.profiles.jobs:WORKER"),
)
