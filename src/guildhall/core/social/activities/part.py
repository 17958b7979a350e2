"""The part of the manifest for activities."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.core.social.activities.process:PROCESS"),
    web=Reference("guildhall.core.social.activities.api:WEB"),
    worker=Reference("guildhall.core.social.activities.worker:WORKER"),
)
