"""The part of the manifest for mail."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.packs.eve.mails.process:PROCESS"),
    web=Reference("guildhall.packs.eve.mails.api:WEB"),
)
