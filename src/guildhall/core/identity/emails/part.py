"""The part of the manifest for emails."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.core.identity.emails.process:PROCESS"),
    web=Reference("guildhall.core.identity.emails.api:WEB"),
    worker=Reference("guildhall.core.identity.emails.jobs:WORKER"),
)
