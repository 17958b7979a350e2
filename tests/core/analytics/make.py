"""Event types of the tests' own, and what records and counts them."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from guildhall.core.analytics.declaration import EventType, EventTypes
from guildhall.core.analytics.recorder import Recorder
from guildhall.core.analytics.roll_ups import RollUps
from guildhall.core.analytics.settings import AnalyticsSettings
from guildhall.db.connection import connect
from guildhall.db.pool import Database
from guildhall.ids import UserId
from guildhall.kit import PackSettings, make_pack
from guildhall.testing.client import Client

Hero = Literal["axe", "lina", "zeus"]


class Opened(Struct, frozen=True):
    """A guide was opened."""

    hero: Hero
    league: Annotated[str, Meta(max_length=100)] | None = None
    note: str = ""


class Closed(Struct, frozen=True):
    """A guide was closed."""

    seconds: int = 0


OPENED = EventType("guides.opened", Opened, rollups=("hero", "league", ("hero", "league")), from_clients=True)
CLOSED = EventType("guides.closed", Closed, from_clients=True)
SECRET = EventType("guides.secret", Closed)
TYPES = EventTypes((OPENED, CLOSED, SECRET))


def chosen(**settings: Any) -> AnalyticsSettings:
    """Settings of the tests: nothing is counted unless a test asks for it."""
    quiet = {"roll_up_seconds": 60, "roll_up_idle_seconds": 60}
    return AnalyticsSettings(**{"_env_file": None, **quiet, **settings})


@asynccontextmanager
async def recorder(db: Database, **settings: Any) -> AsyncIterator[tuple[Recorder, RollUps]]:
    """A recorder, and the roll-ups that it wakes."""
    given = chosen(**settings)
    roll_ups = RollUps(db, given)
    made = Recorder(db, given, TYPES, roll_ups)
    try:
        yield made, roll_ups
    finally:
        await made.close()
        await roll_ups.close()


async def rows(url: str, sql: str, *arguments: object) -> list[tuple[Any, ...]]:
    """Rows as the owner of the database sees them."""
    connection = await connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(sql, *arguments)]
    finally:
        await connection.close()


async def daily(url: str) -> dict[tuple[Any, ...], tuple[int, int]]:
    """The roll-ups: events and visitors by day, type, roll-up and values."""
    found = await rows(url, "select day, event_type, rollup, vals, events, visitors from core.analytics_daily")
    return {(day, kind, by, tuple(vals)): (events, visitors) for day, kind, by, vals, events, visitors in found}


async def counted(url: str, rollup: str = "") -> Mapping[Sequence[str | None], tuple[int, int]]:
    """The roll-ups of guides.opened of all days, by their values."""
    return {
        vals: counts
        for (_, kind, by, vals), counts in (await daily(url)).items()
        if kind == "guides.opened" and by == rollup
    }


class GuidesSettings(PackSettings):
    """No settings."""


GUIDES = make_pack("guides", title="Guides", settings=GuidesSettings, events=(OPENED, CLOSED, SECRET))


async def share(url: str, user: UserId, shares: bool = True) -> None:
    """Let a person share their statistics, or not."""
    await rows(
        url,
        "insert into core.user_settings (id, user_id, share_activity_stats) values (gen_random_uuid(), $1, $2)"
        " on conflict (user_id) do update set share_activity_stats = excluded.share_activity_stats",
        user,
        shares,
    )


async def send(client: Client, *events: object, **options: Any) -> list[dict[str, Any]]:
    """Send a batch; the outcomes of its events."""
    headers = options.pop("headers", {})
    answer = await client.post("/api/v1/events", json={"events": list(events), **options}, headers=headers)
    assert answer.status == 200, answer
    found: list[dict[str, Any]] = answer.json["outcomes"]
    return found


def opened(hero: str = "axe", **more: Any) -> dict[str, Any]:
    """An event as a client sends it."""
    return {"type": "guides.opened", "data": {"hero": hero}, **more}


STORED, REPEATED, NOT_STORED = {"outcome": "stored"}, {"outcome": "repeated"}, {"outcome": "not_stored"}


async def until(url: str, wanted: tuple[int, int]) -> None:
    """Wait until so many events and visitors of guides.opened are counted."""
    async with asyncio.timeout(20):
        while (await counted(url)).get(()) != wanted:  # noqa: ASYNC110 (another process counts them)
            await asyncio.sleep(0.02)
