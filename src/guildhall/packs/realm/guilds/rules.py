"""The permissions of ranks in a guild, and the level that follows from experience."""

from collections.abc import Mapping
from math import isqrt
from typing import Literal, get_args

Rank = Literal["leader", "officer", "member"]
Act = Literal["deposit", "withdraw", "invite", "kick", "edit", "war", "promote", "resize", "transfer", "disband"]
"""deposit, withdraw: copper of the treasury. invite: and withdraw invitations. kick: members of a lower rank. edit: the
description. war: declare, conquer, surrender, make peace. promote: and demote, between officer and member. resize: and
rename. transfer: the lead."""

RANKS: tuple[Rank, ...] = get_args(Rank)
"""Ranks from the highest."""
MAY: Mapping[Rank, tuple[Act, ...]] = {
    "leader": get_args(Act),
    "officer": ("deposit", "withdraw", "invite", "kick", "edit", "war"),
    "member": ("deposit", "withdraw"),
}
"""The permissions of each rank. The settings say how much it may withdraw within a day, which may be nothing."""

LEVEL_MOST = 50


def may(rank: Rank, act: Act) -> bool:
    """Return whether a rank has a permission."""
    return act in MAY[rank]


def may_kick(rank: Rank, other: Rank) -> bool:
    """Return whether a member of the first rank may kick one of the second: only ranks below one's own."""
    return may(rank, "kick") and RANKS.index(rank) < RANKS.index(other)


def level_after(level: int, experience: int) -> int:
    """The level of a guild that had one and now has so much experience, at most LEVEL_MOST.

    It never falls, whatever the experience is, for a guild may have been brought along with its level alone.
    """
    return max(level, min(LEVEL_MOST, 1 + isqrt(experience // 1000)))


GuildStanding = Literal["peace", "active_war", "conquered"]
