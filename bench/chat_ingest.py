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

    Ours and the peer's INSERT write to the same table of the same PostgreSQL, emptied before each round; every message
    has a key of its client's, which ours looks up and the peer only stores. Each side is a process of its own. What
    follows the messages in a web process (counts, words for search), which the peers do not have, is told beside it.
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
        ours, each, sqlite, followed = alternate(
            own.rounds,
            partial(_ours, own, main),
            partial(_each, own, main),
            partial(_sqlite, own, main),
            partial(_ours, own, main, "--follow"),
        )
        more = {count: [_ours(own, files[count]) for _ in range(max(1, own.rounds // 2))] for count in OTHERS}
    rate, peer, lite = (median_of(side, lambda one: one.rate) for side in (ours, each, sqlite))
    p99, peer_p99 = (median_of(side, lambda one: one.p99_ms) for side in (ours, each))
    name = f"durable ingest, {SENDERS} senders"
    return [
        at_least(f"{name}, beside one INSERT a transaction on 8 connections: messages", rate, peer, 3, "/s"),
        at_least(f"{name}, beside the document's SQLite schema: messages", rate, lite, 6, "/s"),
        within(f"{name}, beside one INSERT a transaction: p99", p99, P99_MS, "ms", peer_p99),
        told(f"{name}: p50", median_of(ours, lambda one: one.p50_ms), "ms", median_of(each, lambda one: one.p50_ms)),
        told(
            f"{name}, counted and made searchable meanwhile: messages", median_of(followed, lambda one: one.rate), "/s"
        ),
        told(f"{name}, counted and made searchable meanwhile: p99", median_of(followed, lambda one: one.p99_ms), "ms"),
        *(
            line
            for count, rounds in more.items()
            for line in (
                told(f"durable ingest, {count} senders: messages", median_of(rounds, lambda one: one.rate), "/s"),
                told(f"durable ingest, {count} senders: p99", median_of(rounds, lambda one: one.p99_ms), "ms"),
            )
        ),
    ]


def _ours(context: Context, senders: Path, *options: str) -> Ingested:
    environment = {
        **realm_side.ENVIRONMENT,
        "GUILDHALL_DATABASE_URL": context.database_url,
        "GUILDHALL_HOME": str(context.directory / "home"),
        "GUILDHALL_LOG_LEVEL": "warning",
    }
    return _into_postgresql(context, "bench.realm_engine", senders, environment, *options)


def _each(context: Context, senders: Path) -> Ingested:
    return _into_postgresql(context, "bench.peers.insert_each", senders, {"DATABASE_URL": context.database_url})


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
