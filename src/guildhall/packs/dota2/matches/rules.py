"""The meaning of a row of match history: side, result and patch."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter

_FIRST_DIRE_SLOT = 128


def is_radiant(player_slot: int) -> bool:
    """Tell the side of a player: slots 0 to 4 are Radiant, 128 to 132 Dire."""
    return player_slot < _FIRST_DIRE_SLOT


def won(player_slot: int, radiant_win: bool | None) -> bool | None:
    """Tell whether the player won; None when the match has no recorded winner."""
    if radiant_win is None:
        return None
    return is_radiant(player_slot) == radiant_win


def patch_at(start: datetime, patches: Sequence[tuple[datetime, int]]) -> int | None:
    """Return the id of the patch a match was played on: the last one released at or before its start.

    `patches` are (release, patch id) in order of release, all times aware. None before the first release.
    """
    position = bisect_right(patches, start, key=itemgetter(0))
    return patches[position - 1][1] if position else None
