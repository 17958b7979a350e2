"""The part of the manifest for follows."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.core.social.follows.process:PROCESS"),
    web=Reference("guildhall.core.social.follows.web:WEB"),
    worker=Reference("guildhall.core.social.follows.jobs:WORKER"),
)
