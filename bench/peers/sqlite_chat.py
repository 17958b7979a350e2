"""Chat's ingest into the document's SQLite schema: one message a transaction, durable, foreign keys on."""

import os
import sqlite3
import time
from pathlib import Path

from bench.chat_clock import read_arguments
from bench.chat_lines import made_up_lines
from guildhall.ids import uuid7

SCHEMA = Path(__file__).with_name("document.sql")
USERS = 20_000
INSERT = "insert into messages (id, type, user_id, server_id, channel_id, content) values (?, 'user', ?, ?, ?, ?)"


def open_database(path: Path) -> sqlite3.Connection:
    """A new file with the document's schema, in write-ahead mode and synced at every commit."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.execute("pragma foreign_keys = on")
    connection.executescript(SCHEMA.read_text())
    return connection


def main() -> None:
    """SQLite has one writer at a time, so the senders take turns, which is the most that they can do."""
    arguments = read_arguments()
    connection = open_database(Path(os.environ["SQLITE_FILE"]))
    senders = [(str(one.user), str(one.server), str(one.channel)) for one in arguments.senders]
    servers, channels = {one[1] for one in senders}, {(one[2], one[1]) for one in senders}
    others = [str(uuid7()) for _ in range(USERS - len(senders))]
    with connection:
        connection.execute("begin")
        connection.executemany("insert into servers (id, name, region) values (?1, ?1, 'eu')", [(s,) for s in servers])
        connection.executemany("insert into channels (id, name, server_id) values (?1, ?1, ?2)", list(channels))
        connection.executemany(
            "insert into users (id, username, server_id) values (?1, ?1, ?2)",
            [(user, senders[n % len(senders)][1]) for n, user in enumerate([*(one[0] for one in senders), *others])],
        )
    texts = made_up_lines(2_000)
    clock = arguments.clock()
    number, more = 0, True
    while more:
        sent = time.perf_counter()
        user, server, channel = senders[number % len(senders)]
        connection.execute(INSERT, (str(uuid7()), user, server, channel, texts[number % len(texts)]))
        number += 1
        more = clock.acknowledged(sent)
    clock.tell()


if __name__ == "__main__":
    main()
