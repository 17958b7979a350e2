"""Achievements as the API shows them: hidden ones without what would tell what they are."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from guildhall.core.achievements.declaration import Achievements
from guildhall.core.achievements.queries import people
from guildhall.core.achievements.schemas import CatalogueRow, HeldRow, Name, OwnRow, Tier
from guildhall.db.pool import Transaction
from guildhall.ids import UserId


class AchievementInfo(Struct, frozen=True):
    """An achievement. One that is hidden has no name, title, description, icon and goal for who does not have it.

    One whose pack is gone, or does not declare it any more, is `retired`: nobody is granted it.
    """

    name: Name | None
    pack: str
    title: str | None
    description: str | None
    icon: str | None
    tier: Tier
    points: int
    goal: int | None
    hidden: bool
    retired: bool


class CatalogueEntry(Struct, frozen=True):
    """An achievement, and how many people have it. `share` is of all people, 0 to 1; null before they are counted."""

    achievement: AchievementInfo
    holders: int
    share: float | None
    achieved: bool


class OwnAchievement(Struct, frozen=True):
    """An achievement, and how far you are. `value` is what the rule measured last, up to the achievement's goal.

    `version` is that of the rule by which it was granted, and `evidence` what the rule showed. One that moderators took
    back has a time and a reason.
    """

    achievement: AchievementInfo
    value: int | None
    granted_at: datetime | None
    version: int | None
    evidence: Any
    revoked_at: datetime | None
    reason: str | None


class HeldAchievement(Struct, frozen=True):
    """An achievement that a person has."""

    achievement: AchievementInfo
    granted_at: datetime


class OwnPage(Struct, frozen=True):
    """A page of your achievements, by name. `achieved` and `points` are of all that you have."""

    items: list[OwnAchievement]
    next: str | None
    achieved: int
    points: int


class HeldPage(Struct, frozen=True):
    """A page of a person's achievements, the latest first. `achieved` and `points` are of all that they have."""

    items: list[HeldAchievement]
    next: str | None
    achieved: int
    points: int


class Achieved(Struct, frozen=True):
    """The achievements that you have in a pack: how many, their points together, and the latest of them."""

    achieved: int
    points: int
    latest: list[HeldAchievement]


async def achieved_in(tx: Transaction, user: UserId, achievements: Achievements, pack: str, limit: int) -> Achieved:
    """Return what a person has in a pack, with the latest, for that person's own eyes."""
    rows = await people.held_page.many(tx, user, user, pack, None, None, limit)
    totals = await people.totals.one(tx, user, pack)
    return Achieved(totals.achieved, totals.points, [held(row, achievements) for row in rows])


def entry(row: CatalogueRow, achievements: Achievements) -> CatalogueEntry:
    """Return an achievement with its numbers."""
    share = min(1.0, round(row.holders / row.people, 6)) if row.people else None
    return CatalogueEntry(_info(row, achievements, known=row.held), row.holders, share, row.held)


def own(row: OwnRow, achievements: Achievements) -> OwnAchievement:
    """Return an achievement of the viewer's. Of a hidden one that they do not have there is no progress."""
    known = row.granted_at is not None
    value = min(row.value, row.goal) if known or not row.hidden else None
    return OwnAchievement(
        _info(row, achievements, known=known), value, row.granted_at, row.version, row.evidence, row.revoked_at,
        row.reason,
    )  # fmt: skip


def held(row: HeldRow, achievements: Achievements) -> HeldAchievement:
    """Return an achievement that somebody has."""
    return HeldAchievement(_info(row, achievements, known=row.known), row.granted_at)


def _info(row: CatalogueRow | OwnRow | HeldRow, achievements: Achievements, *, known: bool) -> AchievementInfo:
    retired = achievements.named(row.name) is None
    if row.hidden and not known:
        return AchievementInfo(None, row.pack, None, None, None, row.tier, row.points, None, True, retired)
    return AchievementInfo(
        row.name, row.pack, row.title, row.description, row.icon, row.tier, row.points, row.goal, row.hidden, retired
    )
