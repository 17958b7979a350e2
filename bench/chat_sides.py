"""What chat costs the web process, a message and an idle connection: asked of two checkouts."""

import subprocess
import time
from collections.abc import Callable

import msgspec
from msgspec import Struct

from bench import realm_side
from bench.against import Question
from bench.chat_idle import IdleJob, errors_of, finished, listen, raise_open_files, start
from bench.chat_load import ChatJob, run_chat
from bench.checkout import Side
from bench.context import BenchError
from bench.live_socket import Seat
from bench.process import Server

_PEOPLE = 2_500
_CHANNELS = 100
_FIRST = 50
"""Connections that come and go before the memory is looked at, so that the code's own is not counted."""
_SECONDS, _WARMUP = 8.0, 1.0

# Run by the checkout's own Python in its own folder, for its schema and its tokens are its own.
_WORLD = """
import asyncio, sys
from pathlib import Path
import msgspec
from bench import realm_side
from bench.context import Context
context = Context(database_url=sys.argv[1], directory=Path(sys.argv[2]))
world = asyncio.run(realm_side.make_world(context, servers=1, channels=int(sys.argv[3]), users=int(sys.argv[4])))
tokens = asyncio.run(realm_side.access_tokens(context, world.users))
places = list(map(str, world.servers + world.channels))
print(msgspec.json.encode([places, list(map(str, world.users)), tokens]).decode())
"""


class _World(Struct, frozen=True):
    server: str
    channels: list[str]
    users: list[str]
    tokens: list[str]


_worlds: dict[str, _World] = {}


def _world(side: Side) -> _World:
    """The people of a side, made once a run: tokens are good for an hour."""
    if side.database_url not in _worlds:
        command = [str(side.checkout.python), "-c", _WORLD, side.database_url, str(side.directory)]
        made = subprocess.run(
            [*command, str(_CHANNELS), str(_PEOPLE)], cwd=side.checkout.root, capture_output=True, check=False
        )
        if made.returncode != 0:
            raise BenchError(made.stderr.decode(errors="replace").strip()[-2000:])
        (server, *channels), users, tokens = msgspec.json.decode(
            made.stdout, type=tuple[list[str], list[str], list[str]]
        )
        _worlds[side.database_url] = _World(server, channels, users, tokens)
    return _worlds[side.database_url]


def _web(side: Side) -> Server:
    more = {"GUILDHALL_LOG_LEVEL": "warning", "GUILDHALL_WEB_CONNECTIONS_PER_ADDRESS": "0"}
    environment = {**realm_side.ENVIRONMENT, **more}
    return side.server("serve", "--role", "web", environment=environment)


def _cpu_of_message(people: int) -> Callable[[Side], float]:
    """The question of the CPU of a message when so many send, each in a channel of their own."""

    def measure(side: Side) -> float:
        world = _world(side)
        seats = tuple(
            Seat(world.tokens[n], (f"realm.channel:{world.channels[n]}",), world.channels[n]) for n in range(people)
        )
        with _web(side) as server:
            # The keys of a run begin with its name, and are kept for a day.
            name = f"{time.time_ns():x}"
            before = server.usage().cpu_seconds
            result = run_chat(ChatJob(server.host, server.port, name, seats, _SECONDS, _WARMUP))
            return (server.usage().cpu_seconds - before) / result.in_all * 1e6

    return measure


def _memory_of_connection(side: Side) -> float:
    """KB of the web process for a connection that follows three topics and says nothing."""
    raise_open_files()
    world = _world(side)
    seats = tuple(
        Seat(
            token,
            (
                f"realm.server:{world.server}",
                f"realm.channel:{world.channels[n % _CHANNELS]}",
                f"realm.user:{world.users[n]}",
            ),
        )
        for n, token in enumerate(world.tokens)
    )
    with _web(side) as server:
        listen(IdleJob(server.port, seats[:_FIRST], 0.0))
        before = server.usage().rss_bytes
        listeners = start(IdleJob(server.port, seats, 5.0))
        try:
            assert listeners.stdout is not None
            if listeners.stdout.readline() != b"listening\n":
                listeners.wait()
                raise BenchError(f"not all came: {errors_of(listeners)}")
            here = server.usage().rss_bytes
            finished(listeners)
        finally:
            listeners.kill()
            listeners.wait()
        return (here - before) / len(seats) / 1024


QUESTIONS = (
    Question(
        "chat, 8 senders in channels of their own: CPU of the web process a message", "µs", _cpu_of_message(8), 0.5
    ),
    Question("chat, 64 senders in channels of their own: the same", "µs", _cpu_of_message(64), 0.6),
    Question("memory of an idle live connection", "KB", _memory_of_connection, 0.6, rounds=2),
)
