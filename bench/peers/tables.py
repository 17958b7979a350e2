"""The peers' ORM models in a schema of their own, and the synthetic rows that both sides work on."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import asyncpg
from sqlalchemy import BigInteger, DateTime, Index, MetaData, SmallInteger, String, func, make_url
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.schema import CreateSchema

SCHEMA = "peer"
FIRST_ACCOUNT = 100_000_000


class Base(DeclarativeBase):
    """The declarative base of the peers: everything is in their own schema."""

    metadata = MetaData(schema=SCHEMA)
    type_annotation_map: ClassVar = {datetime: DateTime(timezone=True), int: BigInteger}


class PlayerProfile(Base):
    """A player as OpenDota gives it, with the time of the last fetch."""

    __tablename__ = "player_profiles"

    account_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    personaname: Mapped[str | None]
    name: Mapped[str | None]
    plus: Mapped[bool | None]
    cheese: Mapped[int | None]
    steamid: Mapped[str | None]
    avatar: Mapped[str | None]
    avatarmedium: Mapped[str | None]
    avatarfull: Mapped[str | None]
    profileurl: Mapped[str | None]
    last_login: Mapped[datetime | None]
    loccountrycode: Mapped[str | None]
    status: Mapped[str | None]
    fh_unavailable: Mapped[bool | None]
    is_contributor: Mapped[bool]
    is_subscriber: Mapped[bool]
    rank_tier: Mapped[int | None]
    leaderboard_rank: Mapped[int | None]
    computed_mmr: Mapped[float | None]
    computed_mmr_turbo: Mapped[float | None]
    aliases: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
    last_sync: Mapped[datetime]


class PlayerWinLoss(Base):
    """A player's won and lost matches."""

    __tablename__ = "player_winloss"

    account_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    win: Mapped[int]
    lose: Mapped[int]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class PlayerHero(Base):
    """How a player fares with one hero."""

    __tablename__ = "player_heroes"

    account_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hero_id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    last_played: Mapped[datetime | None]
    games: Mapped[int]
    win: Mapped[int]


class PlayerRank(Base):
    """A change of a player's rank."""

    __tablename__ = "player_rank_history"

    account_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
    rank_tier: Mapped[int | None]


class PlayerMatch(Base):
    """One player's part in a match."""

    __tablename__ = "player_matches"
    __table_args__ = (Index("player_matches_start_time", "start_time"),)

    match_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    player_slot: Mapped[int] = mapped_column(SmallInteger)
    radiant_win: Mapped[bool | None]
    hero_id: Mapped[int] = mapped_column(SmallInteger)
    kills: Mapped[int] = mapped_column(SmallInteger)
    deaths: Mapped[int] = mapped_column(SmallInteger)
    assists: Mapped[int] = mapped_column(SmallInteger)
    duration: Mapped[int]
    game_mode: Mapped[int] = mapped_column(SmallInteger)
    lobby_type: Mapped[int] = mapped_column(SmallInteger)
    average_rank: Mapped[int | None] = mapped_column(SmallInteger)
    start_time: Mapped[datetime]
    indexed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AnalyticsEvent(Base):
    """An event of a visitor, in the table that an app begins with, and its indexes."""

    __tablename__ = "analytics_events"
    __table_args__ = (
        Index("analytics_events_by_user", "user_id", "created_at"),
        Index("analytics_events_by_type", "event_type", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID | None]
    event_type: Mapped[str] = mapped_column(String(100))
    event_data: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    session_id: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


def engine_for(database_url: str, pool_size: int, *, autocommit: bool = False) -> AsyncEngine:
    """An engine on asyncpg whose pool never holds more than `pool_size` connections."""
    url = make_url(database_url).set(drivername="postgresql+asyncpg")
    if autocommit:
        return create_async_engine(url, pool_size=pool_size, max_overflow=0, isolation_level="AUTOCOMMIT")
    return create_async_engine(url, pool_size=pool_size, max_overflow=0)


async def create_tables(database_url: str) -> None:
    """Make the peers' schema and its tables, as they are not there yet."""
    engine = engine_for(database_url, 1)
    try:
        async with engine.begin() as connection:
            await connection.execute(CreateSchema(SCHEMA, if_not_exists=True))
            await connection.run_sync(Base.metadata.create_all)
    finally:
        await engine.dispose()


# A name with a letter outside ASCII, a rank of every medal, and as many bytes as a real profile has.
FILL_PROFILES = f"""
insert into {SCHEMA}.player_profiles (
    account_id, personaname, name, plus, cheese, steamid, avatar, avatarmedium, avatarfull, profileurl,
    last_login, loccountrycode, status, fh_unavailable, is_contributor, is_subscriber, rank_tier,
    leaderboard_rank, computed_mmr, computed_mmr_turbo, aliases, last_sync
)
select
    account_id, 'Spieler Nº ' || account_id, case when account_id % 50 = 0 then 'pro' || account_id end,
    account_id % 3 = 0, account_id % 7, (account_id + 76561197960265728)::text,
    avatar || '.jpg', avatar || '_medium.jpg', avatar || '_full.jpg',
    'https://steamcommunity.com/profiles/' || (account_id + 76561197960265728) || '/',
    timestamptz '2026-01-01 00:00+00' + account_id % 10000000 * interval '1 second',
    (array['DE', 'PH', 'PE', 'US', 'CN', 'RU', null])[account_id % 7 + 1], null, false,
    account_id % 97 = 0, false, (account_id % 7 + 1) * 10 + account_id % 5 + 1, null,
    1000 + account_id % 7000 + 0.25, 900 + account_id % 5000 + 0.5,
    '[{{"personaname": "Alt", "name_since": "2025-03-04T05:06:07.000Z"}}]'::jsonb, now()
from (
    select id as account_id, 'https://avatars.steamstatic.com/' || md5(id::text) || '00000000' as avatar
    from generate_series($1::bigint, $2::bigint) id
) made
on conflict (account_id) do update set last_sync = excluded.last_sync
"""


async def fill_profiles(database_url: str, players: int) -> list[int]:
    """Store so many synthetic players, all fetched this moment, and return their account ids."""
    last = FIRST_ACCOUNT + players - 1
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(FILL_PROFILES, FIRST_ACCOUNT, last, timeout=600)
        await connection.execute(f"vacuum analyze {SCHEMA}.player_profiles", timeout=600)
    finally:
        await connection.close()
    return list(range(FIRST_ACCOUNT, last + 1))


# Heroes are not equally liked: the square of a uniform number leans to the lower ids, 1 to 126. A match has
# ten rows. Their ranks spread evenly over the eight medals and those without one, which is the most that a refresh
# can have to touch.
FILL_MATCHES = f"""
insert into {SCHEMA}.player_matches (
    match_id, account_id, player_slot, radiant_win, hero_id, kills, deaths, assists, duration, game_mode,
    lobby_type, average_rank, start_time
)
select
    match_id, {FIRST_ACCOUNT} + (match_id * 10 + seat) * 7919 % 500000,
    case when seat < 5 then seat else 123 + seat end,
    match_id % 100 < 52, 1 + floor(126 * power(random(), 2)), floor(random() * 20), floor(random() * 12),
    floor(random() * 25), 1500 + match_id % 2400, 22, 7,
    case when match_id % 9 > 0 then match_id % 9 * 10 + match_id % 5 end,
    $3::timestamptz
        + (match_id - $1) * ($4::timestamptz - $3::timestamptz) / greatest($2::bigint - $1::bigint, 1)
from generate_series($1::bigint, $2::bigint - 1) match_id, generate_series(0, 9) seat
"""


async def fill_matches(connection: asyncpg.Connection, rows: int, since: datetime, until: datetime) -> int:
    """Add synthetic rows (ten a match) that began between two moments, and return the number added."""
    highest = await connection.fetchval(f"select coalesce(max(match_id), 0) from {SCHEMA}.player_matches")
    first = highest + 1
    matches = max(rows // 10, 1)
    await connection.execute("select setseed(0.5)")
    await connection.execute(FILL_MATCHES, first, first + matches, since, until, timeout=600)
    return matches * 10
