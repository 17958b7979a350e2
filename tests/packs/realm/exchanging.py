"""What the tests of imports and exports ask of files and databases."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from guildhall.core.identity.principals.tokens import KeyedHash
from guildhall.core.identity.settings import IdentitySettings
from guildhall.packs.realm.exchange.actions.imports import import_from_sqlite
from guildhall.packs.realm.exchange.rules.sqlite_values import EPOCH, moment, timed_id
from guildhall.packs.realm.exchange.schemas.exchange import Imported
from guildhall.packs.realm.exchange.schemas.sqlite import COLUMNS, INDEXES
from guildhall.testing.settings import KEY, QUICK_HASHES
from tests.packs.realm.sqlite_files import add, new_file, source_id

BCRYPT = "$2b$04$abcdefghijklmnopqrstuuEd1OLs0dTaSRmzLpPpjNpeoxTF4bFnW"
_OPTIONS: dict[str, Any] = {"_env_file": None, "jwt_secret": KEY, **QUICK_HASHES}
IDENTITY = IdentitySettings(**_OPTIONS)
KEYED = KeyedHash(IDENTITY)
AT = "2025-11-03 10:00:00"


def quiet(table: str, rows: int, total: int | None) -> None:
    """Progress that nobody looks at."""


async def take_in(db, path: Path, **options) -> Imported:
    return await import_from_sqlite(db, path, KEYED, options.pop("progress", quiet), **options)


def time_of_id(value: UUID) -> datetime:
    """The instant of an id made by core.live_id, to the microsecond below."""
    bits = value.int >> 64
    return EPOCH + timedelta(milliseconds=bits >> 16, microseconds=(bits & 0xFFF) * 1000 >> 12)


def by_table(done: Imported) -> dict[str, tuple[int, int, int]]:
    """Added, known, set aside."""
    return {one.table: (one.added, one.known, one.rejected) for one in done.tables}


def reasons(done: Imported) -> set[tuple[str, str]]:
    return {(one.table, one.reason) for one in done.reasons}


async def value(url: str, sql: str, *arguments: object) -> Any:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql, *arguments)
    finally:
        await connection.close()


async def rows(url: str, sql: str, *arguments: object) -> list[Any]:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(sql, *arguments)
    finally:
        await connection.close()


def contents(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of a file."""
    with closing(sqlite3.connect(path)) as file:
        return {
            table: sorted(file.execute(f"select {', '.join(columns)} from {table}"), key=repr)
            for table, columns in COLUMNS.items()
        }


def full_file(path: Path, **users: object) -> None:
    """One of everything, two of some."""
    file = new_file(path)
    times = {"created_at": AT, "updated_at": AT}
    ann, ben, cat = (source_id("user", n) for n in range(3))
    home = source_id("server", 1)
    add(file, "servers", {"id": home, "name": "Nordrassil", "region": "eu", "language": "de", **times})
    for number, (who, name) in enumerate(((ann, "Ann"), (ben, "Ben"), (cat, "CatΩ"))):
        row = {
            "id": who, "username": name, "server_id": home, "badge": "vip" if number else "admin", "level": 60 + number,
            "experience": 2**40, "avatar_url": "https://cdn.example/a.png", "last_login": AT, "is_active": number != 2,
            **times,
        }  # fmt: skip
        add(file, "users", {**row, **users} if not number else row)
    hall, cave = source_id("channel", 1), source_id("channel", 2)
    add(
        file, "channels",
        {"id": hall, "name": "hall", "server_id": home, "category": "Talk", "description": "Hello", **times},
        {"id": cave, "name": "cave", "server_id": home, "visibility": "private", "min_level": 10, **times},
    )  # fmt: skip
    guild, party, raid = source_id("guild", 1), source_id("party", 1), source_id("raid", 1)
    add(
        file, "guilds",
        {"id": guild, "name": "Silver Hand", "server_id": home, "leader_id": ann, "level": 7, "treasury_balance": 1234,
         "member_count": 2, "territory": "Moonglade", "conquest_points": 40, "war_status": "conquered",
         "created_at": AT},
    )  # fmt: skip
    add(
        file, "guild_members",
        {"guild_id": guild, "user_id": ann, "rank": "leader", "joined_at": AT, "contribution": 900},
        {"guild_id": guild, "user_id": ben, "rank": "officer", "joined_at": AT, "contribution": 5},
    )  # fmt: skip
    add(
        file, "parties",
        {"id": party, "name": None, "leader_id": ben, "server_id": home, "member_count": 2, "created_at": AT},
    )  # fmt: skip
    add(
        file, "party_members", {"party_id": party, "user_id": ben, "role": "leader", "joined_at": AT},
        {"party_id": party, "user_id": cat, "joined_at": AT},
    )  # fmt: skip
    add(
        file, "raids",
        {"id": raid, "name": "Tuesday", "boss_name": "Ragnaros", "difficulty": "mythic", "server_id": home,
         "leader_id": ann, "status": "victory", "health_percentage": 0, "start_time": AT,
         "end_time": "2025-11-03 10:09:00", "duration_seconds": 540, "participant_count": 2, "victory": 1,
         "loot_generated": 1, "created_at": AT},
    )  # fmt: skip
    for who, role in ((ann, "tank"), (ben, "healer")):
        add(
            file, "raid_participants",
            {"raid_id": raid, "user_id": who, "role": role, "class": "Paladin", "damage_dealt": 2**41, "deaths": 1,
             "uptime_percentage": 93},
        )  # fmt: skip
    message = str(timed_id(moment(AT), 1, "x"))
    add(
        file, "messages",
        {"id": message, "type": "user", "user_id": ann, "server_id": home, "channel_id": hall, "content": "Hallo Ω 🐉",
         "metadata": '{"color": "red"}', **times, "edited_at": "2025-11-03 10:05:00.25"},
        {"id": str(timed_id(moment(AT), 2, "y")), "type": "dm", "user_id": ben, "server_id": home,
         "content": "nur für dich", **times},
        {"id": str(timed_id(moment("2025-12-01 00:00:00.5"), 3, "z")), "type": "system", "user_id": cat,
         "server_id": home, "channel_id": hall, "content": "gone", "created_at": "2025-12-01 00:00:00.500000",
         "updated_at": AT, "is_deleted": 1, "deletion_reason": "rude"},
    )  # fmt: skip
    add(file, "message_reactions", {"message_id": message, "user_id": ben, "reaction": "👍"})
    add(
        file, "direct_messages",
        {"id": str(timed_id(moment(AT), 1, "d")), "from_user_id": ann, "to_user_id": ben, "content": "psst",
         "is_read": 1, "read_at": "2025-11-03 11:00:00", "created_at": AT},
    )  # fmt: skip
    add(
        file, "sessions",
        {"id": source_id("session", 1), "user_id": ann, "server_id": home, "user_agent": "Client/1",
         "login_at": AT, "logout_at": "2025-11-03 12:00:00", "last_activity": "2025-11-03 12:00:00"},
    )  # fmt: skip
    file.execute("update channels set message_count = 2 where name = 'hall'")
    for statement in INDEXES:
        file.execute(statement)
    file.close()
