"""OpenDota's rule of which matches count for statistics, in Python: what `dota2.is_significant` has to agree with."""

BALANCED_GAME_MODES = frozenset({0, 1, 2, 3, 4, 5, 12, 16, 17, 22})
"""Game modes that dotaconstants 10.8.0 flags as balanced: the drafts and All Pick, without Turbo, Ability
Draft, 1v1 and events."""

BALANCED_LOBBY_TYPES = frozenset({0, 1, 2, 5, 6, 7, 9, 10, 11, 13})
"""Lobby types that dotaconstants 10.8.0 flags as balanced."""


def is_significant(game_mode: int | None, lobby_type: int | None, radiant_win: bool | None, duration: int) -> bool:
    """Tell whether a match counts by the rule of odota/core; `duration` is in seconds.

    A balanced game mode in a balanced lobby, with a winner, longer than 360 seconds. It is what /wl, /counts and
    /matches apply unless asked for `significant=0`.
    """
    return (
        game_mode in BALANCED_GAME_MODES
        and lobby_type in BALANCED_LOBBY_TYPES
        and radiant_win is not None
        and duration > 360
    )
