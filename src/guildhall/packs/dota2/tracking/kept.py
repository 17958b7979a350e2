"""The declaration of the players that are kept fresh."""

from guildhall.core.fresh.declaration import Fresh, Tuning
from guildhall.packs.dota2.settings import Dota2Settings
from guildhall.packs.dota2.tracking.rules import IDLE
from guildhall.references import Reference


def _tuned(settings: Dota2Settings) -> Tuning:
    return Tuning(a_round=settings.sync_batch)


PLAYERS = Fresh(
    "dota2_players",
    every=IDLE,
    refresh=Reference("guildhall.packs.dota2.sync.jobs:refresh_player"),
    at_once=8,
    upstream="opendota",
    calls=4,
    tuned=_tuned,
)
"""Players by account id. A sync makes four calls on average: profile, record, matches, now and then heroes or ratings.
"""
