"""The part of the manifest for subscriptions."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    web=Reference("guildhall.core.identity.subscriptions.api:WEB"),
    worker=Reference("guildhall.core.identity.subscriptions.jobs:WORKER"),
)
