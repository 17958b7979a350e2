"""How fast do chat messages become durable, beside one INSERT for each and the document's SQLite schema?"""

import asyncio
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import msgspec

from bench import realm_side
from bench.chat_clock import Ingested, Speaker
from bench.compare import Result, alternate, at_least, median_of, told, within
from bench.context import BenchError, Context
from bench.process import run_command

SENDERS = 64
OTHERS = (8, 512)
WARMUP = 1.0
P99_MS = 10.0
_SERVERS = 20
_CHANNELS = 200


def run(context: Context) -> list[Result]:
    """Closed loops: each sender sends its next message when the last one is committed.

    Ours and the peer's INSERT write to the same table of the same PostgreSQL, emptied before each round, and do the
    same: both store the message, or both also claim the key under which its client may send it again. SQLite has no
    keys and is beside ours with them. Each side is a process of its own. What follows the messages in a web process
    (counts, words for search), which the peers do not have, is told beside it.
    """
    with realm_side.own_cluster(context) as own:
        world = asyncio.run(realm_side.make_world(own, servers=_SERVERS, channels=_CHANNELS, users=max(OTHERS)))
        senders = [
            Speaker(user, world.servers[n % _SERVERS], world.channels[n % _CHANNELS])
            for n, user in enumerate(world.users)
        ]
        files: dict[int, Path] = {}
        for count in (SENDERS, *OTHERS):
            files[count] = context.directory / f"senders-{count}"
            files[count].write_bytes(msgspec.json.encode(senders[:count]))
        main = files[SENDERS]
        plain, plain_peer, keyed, keyed_peer, sqlite, followed = alternate(
            own.rounds,
            partial(_ours, own, main),
            partial(_each, own, main),
            partial(_ours, own, main, "--keyed"),
            partial(_each, own, main, "--keyed"),
            partial(_sqlite, own, main),
            partial(_ours, own, main, "--keyed", "--follow"),
        )
        more = {
            count: [_ours(own, files[count], "--keyed") for _ in range(max(1, own.rounds // 2))] for count in OTHERS
        }
    name = f"durable ingest, {SENDERS} senders"
    beside = "beside one INSERT a transaction on 8 connections"
    return [
        at_least(f"{name}, {beside}: messages", _rate(plain), _rate(plain_peer), 3, "/s"),
        at_least(f"{name}, {beside}, keys claimed: messages", _rate(keyed), _rate(keyed_peer), 3, "/s"),
        told(f"{name}, keys claimed, {beside} without: messages", _rate(keyed), "/s", _rate(plain_peer)),
        at_least(
            f"{name}, keys claimed, beside the document's SQLite schema: messages", _rate(keyed), _rate(sqlite), 6, "/s"
        ),
        within(f"{name}, {beside}, keys claimed: p99", _p99(keyed), P99_MS, "ms", _p99(keyed_peer)),
        told(f"{name}, {beside}, keys claimed: p50", _p50(keyed), "ms", _p50(keyed_peer)),
        told(f"{name}, counted and made searchable meanwhile: messages", _rate(followed), "/s"),
        told(f"{name}, counted and made searchable meanwhile: p99", _p99(followed), "ms"),
        *(
            line
            for count, rounds in more.items()
            for line in (
                told(f"durable ingest, {count} senders: messages", _rate(rounds), "/s"),
                told(f"durable ingest, {count} senders: p99", _p99(rounds), "ms"),
            )
        ),
    ]


def _rate(rounds: list[Ingested]) -> float:
    return median_of(rounds, lambda one: one.rate)


def _p50(rounds: list[Ingested]) -> float:
    return median_of(rounds, lambda one: one.p50_ms)


def _p99(rounds: list[Ingested]) -> float:
    return median_of(rounds, lambda one: one.p99_ms)


def _ours(context: Context, senders: Path, *options: str) -> Ingested:
    environment = {
        **realm_side.ENVIRONMENT,
        "GUILDHALL_DATABASE_URL": context.database_url,
        "GUILDHALL_HOME": str(context.directory / "home"),
        "GUILDHALL_LOG_LEVEL": "warning",
    }
    return _into_postgresql(context, "bench.realm_engine", senders, environment, *options)


def _each(context: Context, senders: Path, *options: str) -> Ingested:
    environment = {"DATABASE_URL": context.database_url}
    return _into_postgresql(context, "bench.peers.insert_each", senders, environment, *options)


def _into_postgresql(
    context: Context, module: str, senders: Path, environment: Mapping[str, str], *options: str
) -> Ingested:
    asyncio.run(realm_side.forget_messages(context))
    result = _run(context, module, senders, environment, *options)
    stored = asyncio.run(realm_side.count_messages(context))
    if stored != result.in_all:
        raise BenchError(f"{module}: {result.in_all} messages were acknowledged and {stored} are in the table")
    return result


def _sqlite(context: Context, senders: Path) -> Ingested:
    file = context.directory / "chat.sqlite3"
    for path in context.directory.glob(f"{file.name}*"):
        path.unlink()
    return _run(context, "bench.peers.sqlite_chat", senders, {"SQLITE_FILE": str(file)})


def _run(context: Context, module: str, senders: Path, environment: Mapping[str, str], *options: str) -> Ingested:
    command = [sys.executable, "-m", module, "--senders", str(senders), *options]
    command += ["--seconds", str(context.seconds), "--warmup", str(WARMUP)]
    return msgspec.json.decode(run_command(command, environment=environment).stdout, type=Ingested)
