"""The part of the manifest for accounts."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.core.identity.accounts.process:PROCESS"),
    web=Reference("guildhall.core.identity.accounts.api:WEB"),
    worker=Reference("guildhall.core.identity.accounts.worker:WORKER"),
)
