"""Files of game servers that began on SQLite, made for the tests of import and export."""

import gzip
import json
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from guildhall.packs.realm.exchange.schemas.sqlite import INDEXES, SCHEMA

CORPUS = Path(__file__).parents[4] / "shared" / "data" / "realm" / "messages.jsonl.gz"
_NAMES = UUID(int=5)
V1_0 = [one for one in SCHEMA if not one.startswith("ALTER") and "message_reactions" not in one]


def new_file(path: Path, *, version: str = "1.1") -> sqlite3.Connection:
    """An empty file of the schema; foreign keys are not enforced, as SQLite does unless it is asked to."""
    file = sqlite3.connect(path, isolation_level=None)
    file.executescript("pragma journal_mode = off; pragma synchronous = off;")
    for statement in SCHEMA if version == "1.1" else V1_0:
        file.execute(statement)
    return file


def add(file: sqlite3.Connection, table: str, *rows: dict[str, Any]) -> None:
    """Rows by their columns; what is left out has the schema's default."""
    for row in rows:
        names, places = ", ".join(row), ", ".join("?" * len(row))
        file.execute(f"insert into {table} ({names}) values ({places})", list(row.values()))


def add_many(file: sqlite3.Connection, table: str, columns: Sequence[str], rows: Iterator[Sequence[Any]]) -> None:
    """Rows in one transaction."""
    file.execute("begin")
    places = ", ".join("?" * len(columns))
    file.executemany(f"insert into {table} ({', '.join(columns)}) values ({places})", rows)
    file.execute("commit")


def source_id(kind: str, number: int) -> str:
    """A random-looking UUID."""
    return str(uuid5(_NAMES, f"{kind}:{number}"))


def lines() -> Iterator[dict[str, str]]:
    """The chat corpus, again and again; lines made up where it is absent."""
    if not CORPUS.exists():
        number = 0
        while True:
            yield {
                "channel": f"channel {number % 7}", "author": f"author {number * 7919 % 1000}",
                "text": f"line {number} about the dragon of the {('north', 'south', 'east', 'west')[number % 4]}",
                "ts": (datetime(2008, 1, 1) + timedelta(seconds=number * 37)).isoformat(),
            }  # fmt: skip
            number += 1
    while True:
        with gzip.open(CORPUS, "rt") as file:
            for line in file:
                yield json.loads(line)


UNTIL = datetime(2025, 11, 20)


def chat_file(
    path: Path, messages: int, *, every: float = 30.0, until: datetime = UNTIL, indexes: bool = False
) -> None:
    """A server with the chat corpus as its messages: numeric ids of people and channels, UUIDs of messages.

    One was sent every so many seconds up to an instant (UTC); times are in whole seconds, as SQLite's own.
    """
    file = new_file(path)
    add(file, "servers", {"id": "1", "name": "Nordrassil", "region": "eu"})
    people: dict[str, str] = {}
    channels: dict[str, str] = {}
    found: list[tuple[Any, ...]] = []
    first = until - timedelta(seconds=every * messages)
    for number, line in enumerate(lines()):
        if number == messages:
            break
        text = line["text"].replace("\0", "")[:4000] or "..."
        at = (first + timedelta(seconds=every * number)).replace(microsecond=0).isoformat(" ")
        who = people.setdefault(line["author"][:24], str(len(people) + 1))
        where = channels.setdefault(line["channel"][:80], str(len(channels) + 1))
        found.append((source_id("message", number), "user", who, "1", where, text, None, at, at))
    add_many(
        file, "users", ("id", "username", "server_id"), iter([(i, f"{n}_{i}"[:32], "1") for n, i in people.items()])
    )
    add_many(file, "channels", ("id", "name", "server_id"), iter([(i, n, "1") for n, i in channels.items()]))
    columns = (
        "id", "type", "user_id", "server_id", "channel_id", "content", "metadata", "created_at", "updated_at",
    )  # fmt: skip
    add_many(file, "messages", columns, iter(found))
    if indexes:
        for statement in INDEXES:
            file.execute(statement)
    file.close()
