"""What a row of match history says: side, result, significance, patch and day."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, date, datetime
from operator import itemgetter

BALANCED_GAME_MODES = frozenset({0, 1, 2, 3, 4, 5, 12, 16, 17, 22})
"""Game modes that dotaconstants 10.8.0 flags as balanced: the drafts and All Pick, without Turbo, Ability
Draft, 1v1 and events."""

BALANCED_LOBBY_TYPES = frozenset({0, 1, 2, 5, 6, 7, 9, 10, 11, 13})
"""Lobby types that dotaconstants 10.8.0 flags as balanced."""

SIGNIFICANT_DURATION = 360
"""Seconds that a match must exceed; shorter ones were abandoned before they began."""

_FIRST_DIRE_SLOT = 128


def is_radiant(player_slot: int) -> bool:
    """Tell the side of a player: slots 0 to 4 are Radiant, 128 to 132 Dire."""
    return player_slot < _FIRST_DIRE_SLOT


def won(player_slot: int, radiant_win: bool | None) -> bool | None:
    """Tell whether the player won; None when the match has no recorded winner."""
    if radiant_win is None:
        return None
    return is_radiant(player_slot) == radiant_win


def is_significant(game_mode: int | None, lobby_type: int | None, radiant_win: bool | None, duration: int) -> bool:
    """Tell whether a match counts for statistics by OpenDota's rule; `duration` is in seconds.

    The rule is that of odota/core: a balanced game mode in a balanced lobby, with a winner, longer than 360
    seconds. It is what /wl, /counts and /matches apply unless asked for `significant=0`. Modes and lobbies
    that are not told (None) or unknown to the constants are not balanced.

    OpenDota also drops matches where any of the ten players has no
    hero or an impossible income; one player's row cannot show that.
    """
    return (
        game_mode in BALANCED_GAME_MODES
        and lobby_type in BALANCED_LOBBY_TYPES
        and radiant_win is not None
        and duration > SIGNIFICANT_DURATION
    )


def patch_at(start: datetime, patches: Sequence[tuple[datetime, int]]) -> int | None:
    """Return the id of the patch a match was played on: the last one released at or before its start.

    `patches` are (release, patch id) in order of release, all times aware. None before the first release.
    """
    position = bisect_right(patches, start, key=itemgetter(0))
    return patches[position - 1][1] if position else None


def utc_day(start: datetime) -> date:
    """Return the UTC day of a time, the day that OpenDota's daily counters go by.

    Raises ValueError for a naive time, whose day depends on the machine.
    """
    if start.tzinfo is None:
        raise ValueError("a match start needs a time zone")
    return start.astimezone(UTC).date()
