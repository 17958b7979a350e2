"""The declaration of the characters that are looked at again and again."""

from datetime import timedelta

from guildhall.core.fresh.declaration import Fresh, Tuning
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.references import Reference


def _tuned(settings: Poe2Settings) -> Tuning:
    return Tuning(at_once=settings.snapshots_at_once, a_round=settings.snapshots_a_round)


WATCHED = Fresh(
    "poe2_characters",
    every=timedelta(hours=1),  # a look says itself when the next one is
    refresh=Reference("guildhall.packs.poe2.characters.jobs:look_at"),
    upstream="ggg",
    tuned=_tuned,
)
"""Watched characters, by our id. A look makes one call; two more when the game does not know the name."""
