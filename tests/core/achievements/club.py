"""A pack of the tests' own. Its deeds are blocks: rows of core.blocks, each of a person and another."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from guildhall import kit
from guildhall.clock import Clock
from guildhall.core.achievements.declaration import Achievement, Achievements
from guildhall.core.achievements.settings import AchievementsSettings
from guildhall.db.statements import rows
from guildhall.ids import UserId
from guildhall.testing import settings
from guildhall.testing.product import Product, open_product


class ClubSettings(kit.PackSettings):
    """Settings of the club."""


class Deed(kit.Message, frozen=True):
    """Somebody did something."""

    name = "club.deed"

    user_id: UserId


class Suffered(kit.Message, frozen=True):
    """Something was done to somebody."""

    name = "club.suffered"

    victim: UserId


class Crowd(kit.Message, frozen=True):
    """Several did something."""

    name = "club.crowd"

    user_ids: list[UserId]


@rows(
    kit.Measured,
    """
    select b.user_id, count(*) as value, jsonb_build_object('first', min(b.blocked_id::text)) as evidence
    from core.blocks b where b.user_id = any(:users::uuid[]) group by b.user_id
    """,
    proven=("value",),
)
def deeds(users: list[UserId]) -> None: ...


@rows(
    kit.Measured,
    """
    select b.user_id, (2 * count(*))::bigint as value, null::jsonb as evidence
    from core.blocks b where b.user_id = any(:users::uuid[]) group by b.user_id
    """,
    proven=("value",),
)
def double_deeds(users: list[UserId]) -> None: ...


@rows(
    kit.Measured,
    """
    select u.user_id, (1 / (u.n - u.n))::bigint as value, null::jsonb as evidence
    from unnest(:users::uuid[]) with ordinality u (user_id, n)
    """,
    proven=("user_id", "value"),
)
def broken(users: list[UserId]) -> None: ...


@rows(UserId, "select user_id from core.blocks where blocked_id = :victim")
def doers(victim: UserId) -> None: ...


AFTER = (kit.After(Deed), kit.After(Crowd), kit.After(Suffered, doers))
FIRST = Achievement(
    name="club.first", title="First deed", description="Did something.", rule=deeds, after=AFTER, points=5, icon="star"
)
FIVE = Achievement(
    name="club.five", title="Five deeds", description="Did five things.", rule=deeds, goal=5, after=AFTER, tier="gold",
    points=20,
)  # fmt: skip
SECRET = Achievement(
    name="club.secret", title="Two in secret", description="Did two things.", rule=deeds, goal=2, after=AFTER,
    hidden=True, points=7,
)  # fmt: skip
NIGHTLY = Achievement(
    name="club.nightly", title="Three by night", description="Did three things.", rule=deeds, goal=3,
    every=kit.daily(hour=3),
)  # fmt: skip
NOON = datetime(2026, 7, 8, 12, tzinfo=UTC)
ALL = (FIRST, FIVE, NIGHTLY, SECRET)


def pack(achievements: Sequence[Achievement] = ALL) -> kit.Pack:
    """The club with some achievements."""
    return kit.make_pack("club", title="Club", settings=ClubSettings, achievements=achievements)


def open_club(
    clone: str, clock: Clock | None = None, achievements: Sequence[Achievement] = ALL, **overrides: Any
) -> AbstractAsyncContextManager[Product]:
    """Open a web process with the club alone."""
    return open_product(settings.configuration([pack(achievements)], **overrides), clone, clock or Clock())


def declared(*achievements: Achievement) -> Achievements:
    """What a worker holds of achievements."""
    return Achievements(achievements or ALL)


def again(achievement: Achievement, **changes: Any) -> Achievement:
    """The same achievement with changes, in the next version."""
    return replace(achievement, version=achievement.version + 1, **changes)


def chosen(**values: Any) -> AchievementsSettings:
    """Settings that owe nothing to a file."""
    return AchievementsSettings(**{"_env_file": None, **values})
