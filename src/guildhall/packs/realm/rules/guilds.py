"""What ranks may do in a guild, and the level that experience makes."""

from collections.abc import Mapping
from math import isqrt
from typing import Literal, get_args

Rank = Literal["leader", "officer", "member"]
Act = Literal["deposit", "withdraw", "invite", "kick", "edit", "war", "promote", "resize", "transfer", "disband"]
"""deposit, withdraw: copper of the treasury. invite: and take invitations back. kick: who is of a lower rank.
edit: the description. war: declare, conquer, surrender, make peace. promote: and demote, between officer and member.
resize: and rename. transfer: the lead."""

RANKS: tuple[Rank, ...] = get_args(Rank)
"""From the highest."""
MAY: Mapping[Rank, tuple[Act, ...]] = {
    "leader": get_args(Act),
    "officer": ("deposit", "withdraw", "invite", "kick", "edit", "war"),
    "member": ("deposit", "withdraw"),
}
"""What each rank may do. How much it may withdraw within a day is for the settings to say, and may be nothing."""

LEVEL_MOST = 50


def may(rank: Rank, act: Act) -> bool:
    """Whether a rank may do something at all."""
    return act in MAY[rank]


def may_kick(rank: Rank, other: Rank) -> bool:
    """Whether who is of the first rank may throw out who is of the second: only below oneself."""
    return may(rank, "kick") and RANKS.index(rank) < RANKS.index(other)


def level_after(level: int, experience: int) -> int:
    """The level of a guild that had one and now has so much experience, at most LEVEL_MOST.

    It never falls, whatever the experience is, for a guild may have been brought along with its level alone.
    """
    return max(level, min(LEVEL_MOST, 1 + isqrt(experience // 1000)))
