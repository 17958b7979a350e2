"""The course of a war between two guilds.

A war is declared, is active from `starts_at` on, and ends when a territory is taken, a side surrenders, both agree, its
time is over, a moderator stops it, or a guild ends. A guild's `war_status` follows from its wars: see
realm.settle_guilds in the pack's first migration.
"""

from datetime import datetime
from typing import Literal

WarStatus = Literal["declared", "active", "ended"]

Outcome = Literal["conquest", "surrender", "peace", "time", "stopped", "disbanded"]
Side = Literal["attacker", "defender"]


def status_at(status: WarStatus, starts_at: datetime, now: datetime) -> WarStatus:
    """Return a war's status at an instant: a declared war that is due is active, even if this is not stored yet."""
    return "active" if status == "declared" and starts_at <= now else status


def may_conquer(points: int, others_points: int, needed: int) -> bool:
    """Return whether a side may take a territory: it needs as many points as the territory asks for, and more than the
    other.
    """
    return points >= needed and points > others_points


def leading(attacker_points: int, defender_points: int) -> Side | None:
    """The side with more points."""
    if attacker_points == defender_points:
        return None
    return "attacker" if attacker_points > defender_points else "defender"
