"""The part of the manifest for the wallet."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.packs.eve.wallet.process:PROCESS"),
    web=Reference("guildhall.packs.eve.wallet.api:WEB"),
    worker=Reference("guildhall.packs.eve.wallet.worker:WORKER"),
)
