"""The part of the manifest for the game's own notifications."""

from guildhall.pack import Part
from guildhall.references import Reference

PART = Part(
    process=Reference("guildhall.packs.eve.game_notifications.process:PROCESS"),
    web=Reference("guildhall.packs.eve.game_notifications.api:WEB"),
)
