"""The part of the manifest for security events."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    web=Reference("guildhall.core.identity.security_events.api:WEB"),
    worker=Reference("guildhall.core.identity.security_events.worker:WORKER"),
)
