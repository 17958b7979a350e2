"""A SQLite file of the document's schema, as a game server that began on SQLite has it after a year."""

import random
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from bench.chat_lines import lines, said

SCHEMA = Path(__file__).parent / "peers" / "document.sql"
SERVERS = 20
CHANNELS = 200
USERS = 20_000
DAYS = 365
_TYPES = ("user",) * 17 + ("system", "guild", "party")


def make_file(path: Path, messages: int, until: datetime) -> dict[str, int]:
    """Write a file with so many messages of the year before `until`; the number of rows of each table."""
    dice = random.Random(11)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("pragma synchronous = off")
    connection.execute("pragma journal_mode = off")
    statements = [one.strip() for one in SCHEMA.read_text().split(";\n") if one.strip()]
    for statement in statements:
        if "CREATE TABLE" in statement:
            connection.execute(statement)
    connection.execute("begin")
    _fill(connection, dice, messages, until)
    for statement in statements:
        if statement.startswith("CREATE INDEX"):
            connection.execute(statement)
    connection.execute("commit")
    tables = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")]
    counts = {table: connection.execute(f"select count(*) from {table}").fetchone()[0] for table in tables}
    connection.close()
    return counts


def _fill(connection: sqlite3.Connection, dice: random.Random, messages: int, until: datetime) -> None:
    def ids(count: int) -> list[str]:
        return [str(UUID(int=dice.getrandbits(128), version=4)) for _ in range(count)]

    def add(table: str, columns: str, rows: Iterator[Sequence[object]]) -> None:
        places = ", ".join("?" * (columns.count(",") + 1))
        connection.executemany(f"insert into {table} ({columns}) values ({places})", rows)

    scale = messages / 1_000_000
    few = max(round(500 * scale), 10)
    begin = until - timedelta(days=DAYS)
    old = begin.isoformat(" ", "seconds")
    servers, channels, users = ids(SERVERS), ids(CHANNELS), ids(max(round(USERS * min(scale, 1.0)), SERVERS * 10))
    # Nobody is in two parties or guilds.
    raids, parties, guilds = ids(few), ids(few), ids(few)
    add("servers", "id, name, region, created_at", ((s, f"Realm {n}", "eu", old) for n, s in enumerate(servers)))
    add(
        "users", "id, username, badge, level, experience, server_id, created_at, is_active",
        ((u, f"Player{n}", "standard", 1 + n % 120, n * 7, servers[n % SERVERS], old, 1) for n, u in enumerate(users)),
    )  # fmt: skip
    add(
        "channels", "id, name, server_id, category, created_at",
        ((c, f"channel-{n}", servers[n % SERVERS], "talk", old) for n, c in enumerate(channels)),
    )  # fmt: skip
    add(
        "raids", "id, name, boss_name, difficulty, server_id, leader_id, status, victory, created_at",
        ((r, f"Raid {n}", "Onyxia", "mythic", servers[n % SERVERS], users[n % SERVERS], "victory", 1, old)
         for n, r in enumerate(raids)),
    )  # fmt: skip
    add(
        "raid_participants", "raid_id, user_id, role, class, damage_dealt",
        ((r, users[n % SERVERS + SERVERS * seat], "dps", "mage", seat * 1000)
         for n, r in enumerate(raids) for seat in range(10)),
    )  # fmt: skip
    add(
        "parties", "id, name, leader_id, server_id, created_at",
        ((p, f"Party {n}", users[n], servers[n % SERVERS], old) for n, p in enumerate(parties)),
    )  # fmt: skip
    add(
        "party_members", "party_id, user_id, role",
        ((p, users[n], "leader") for n, p in enumerate(parties)),
    )  # fmt: skip
    add(
        "guilds", "id, name, server_id, leader_id, created_at",
        ((g, f"Guild {n}", servers[n % SERVERS], users[n], old) for n, g in enumerate(guilds)),
    )  # fmt: skip
    add("guild_members", "guild_id, user_id, rank", ((g, users[n], "leader") for n, g in enumerate(guilds)))

    def moments(count: int) -> Iterator[str]:
        step = timedelta(days=DAYS) / max(count, 1)
        return ((begin + n * step).isoformat(" ", "seconds") for n in range(count))

    texts = lines()
    weights = [1 / (n + 10) ** 0.8 for n in range(len(users))]
    authors = dice.choices(range(len(users)), weights, k=messages)

    def row(n: int, author: int, at: str, ident: str) -> tuple[object, ...]:
        channel = author % SERVERS + SERVERS * int(CHANNELS / SERVERS * dice.random() ** 2)
        text = said(texts, n)
        return ident, dice.choice(_TYPES), users[author], servers[author % SERVERS], channels[channel], text, at, at

    add(
        "messages", "id, type, user_id, server_id, channel_id, content, created_at, updated_at",
        (row(n, author, at, ident)
         for n, (author, at, ident) in enumerate(zip(authors, moments(messages), ids(messages), strict=True))),
    )  # fmt: skip
    direct = messages // 50
    add(
        "direct_messages", "id, from_user_id, to_user_id, content, is_read, read_at, created_at",
        ((ident, users[n % len(users)], users[(n + SERVERS) % len(users)], said(texts, n), 1, at, at)
         for n, (ident, at) in enumerate(zip(ids(direct), moments(direct), strict=True))),
    )  # fmt: skip
    add(
        "sessions", "id, user_id, server_id, ip_address, user_agent, login_at, logout_at, last_activity",
        ((ident, users[n % len(users)], servers[n % len(users) % SERVERS], "192.0.2.7", "client/1.0", at, at, at)
         for n, (ident, at) in enumerate(zip(ids(direct), moments(direct), strict=True))),
    )  # fmt: skip
