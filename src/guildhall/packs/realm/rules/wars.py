"""How a war between two guilds goes on.

It is declared, is active from `starts_at` on, and has ended when a territory was taken, a side has surrendered, both
have agreed, its time is over, a moderator has stopped it, or a guild has ended. What `war_status` says of a guild
follows from its wars, see realm.settle_guilds in the pack's first migration.
"""

from datetime import datetime
from typing import Literal

WarStatus = Literal["declared", "active", "ended"]
GuildStanding = Literal["peace", "active_war", "conquered"]
Outcome = Literal["conquest", "surrender", "peace", "time", "stopped", "disbanded"]
Side = Literal["attacker", "defender"]


def status_at(status: WarStatus, starts_at: datetime, now: datetime) -> WarStatus:
    """What a war's stored status means at an instant: one that is due is active, whether or not it was told so."""
    return "active" if status == "declared" and starts_at <= now else status


def may_conquer(points: int, others_points: int, needed: int) -> bool:
    """Whether a side may take a territory: it has the points that the territory asks for, and more than the other."""
    return points >= needed and points > others_points


def leading(attacker_points: int, defender_points: int) -> Side | None:
    """The side with more points."""
    if attacker_points == defender_points:
        return None
    return "attacker" if attacker_points > defender_points else "defender"
