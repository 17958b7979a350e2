"""The part of the manifest for sign-in at providers."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.core.identity.sign_in.process:PROCESS"),
    web=Reference("guildhall.core.identity.sign_in.web:WEB"),
    worker=Reference("guildhall.core.identity.sign_in.worker:WORKER"),
)
