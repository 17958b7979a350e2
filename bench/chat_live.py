"""How many people can chat over WebSocket with one process, and how late is it, beside chat servers of others?"""

import asyncio
import secrets
import sys

import msgspec
from msgspec import Struct

from bench import realm_side
from bench.chat_load import ChatJob, ChatResult, run_chat
from bench.chat_peers import chat_peers
from bench.compare import Result, at_least, median_of, told
from bench.context import BenchError, Context
from bench.live_socket import LiveError, Seat
from bench.process import Server
from guildhall.packs.realm.ids import ChannelId

WARMUP = 1.0


class Scenario(Struct, frozen=True):
    """People in channels, each of whom sends and reads, and how many times the best peer's messages ours should be."""

    name: str
    people: int
    channels: int
    times: float


SCENARIOS = (
    Scenario("8 in channels of their own", 8, 8, 2),
    Scenario("64 in channels of their own", 64, 64, 3),
    Scenario("8 in one channel", 8, 1, 3),
    Scenario("200 in 20 channels", 200, 20, 5),
)


def run(context: Context) -> list[Result]:
    """All people send and read what is said in their channel; who is acknowledged sends the next message at once.

    The server is one web process on the product's own PostgreSQL, commits durable. Every message must come to each
    reader once and in order, and be in the table. The peers run in the same hour, by turns, on the same PostgreSQL with
    the same settings, each a server of one process as its makers run it; each stores a message before it acknowledges
    it. The load comes from a process of its own, the same senders for all.
    """
    with realm_side.embedded(context) as cluster:
        own = msgspec.structs.replace(context, database_url=cluster.url())
        most = max(scenario.people for scenario in SCENARIOS)
        with chat_peers(own, cluster) as peers:
            world = asyncio.run(realm_side.make_world(own, servers=1, channels=most, users=most))
            tokens = asyncio.run(realm_side.access_tokens(own, world.users))
            ours: dict[str, list[ChatResult]] = {scenario.name: [] for scenario in SCENARIOS}
            theirs = {(peer.name, scenario.name): list[ChatResult]() for peer in peers for scenario in SCENARIOS}
            failed: set[str] = set()
            cpu: dict[str, list[float]] = {scenario.name: [] for scenario in SCENARIOS}
            with realm_side.serve(own, GUILDHALL_LOG_LEVEL="warning") as server:
                for _ in range(own.rounds):
                    for scenario in SCENARIOS:
                        before = server.usage().cpu_seconds
                        result = _round(own, server, scenario, world.channels, tokens)
                        cpu[scenario.name].append((server.usage().cpu_seconds - before) / result.in_all * 1e6)
                        ours[scenario.name].append(result)
                        for peer in peers:
                            job = peer.job(scenario.people, scenario.channels, own.seconds, WARMUP)
                            try:
                                measured = _measured(f"{peer.name}, {scenario.name}", job)
                            except BenchError as error:  # its trouble takes nobody else's figures away
                                print(f"a round without a figure: {error}", file=sys.stderr)
                                failed.add(peer.name)
                            else:
                                theirs[peer.name, scenario.name].append(measured)
            _require_stored(
                "ours", asyncio.run(realm_side.count_messages(own)), [r for rs in ours.values() for r in rs]
            )
            for peer in peers:
                runs = [r for (name, _), rs in theirs.items() for r in rs if name == peer.name]
                if peer.name not in failed:  # of a round that failed nobody knows how many were acknowledged
                    _require_stored(peer.name, asyncio.run(peer.stored()), runs)
    return [
        line
        for scenario in SCENARIOS
        for line in _lines(
            scenario,
            ours[scenario.name],
            cpu[scenario.name],
            {name: rounds for (name, where), rounds in theirs.items() if where == scenario.name and rounds},
        )
    ]


def _require_stored(name: str, stored: int | None, runs: list[ChatResult]) -> None:
    """Raises BenchError when fewer or more messages are stored than were acknowledged."""
    acknowledged = sum(one.in_all for one in runs)
    if stored is not None and stored != acknowledged:
        raise BenchError(f"{name}: {acknowledged} messages were acknowledged and {stored} are in the table")


def _round(
    context: Context, server: Server, scenario: Scenario, channels: list[ChannelId], tokens: list[str]
) -> ChatResult:
    seats = tuple(
        Seat(tokens[n], (f"realm.channel:{channel}",), channel)
        for n in range(scenario.people)
        for channel in [str(channels[n % scenario.channels])]
    )
    job = ChatJob(server.host, server.port, secrets.token_hex(6), seats, context.seconds, WARMUP)
    return _measured(scenario.name, job)


def _measured(name: str, job: ChatJob) -> ChatResult:
    try:
        result = run_chat(job)
    except LiveError as error:
        raise BenchError(f"{name}: {error}") from error
    if result.saturated:
        raise BenchError(f"{name}: the load generator was the limit, not the server")
    return result


def _lines(
    scenario: Scenario, rounds: list[ChatResult], cpu: list[float], peers: dict[str, list[ChatResult]]
) -> list[Result]:
    name = scenario.name
    messages = median_of(rounds, lambda one: one.message_rate)
    lines: list[Result] = []
    if peers:
        rates = {peer: median_of(of_peer, lambda one: one.message_rate) for peer, of_peer in peers.items()}
        best = max(rates, key=lambda peer: rates[peer])
        what = f"{name}, beside the best peer ({best}): messages acknowledged"
        lines.append(at_least(what, messages, rates[best], scenario.times, "/s"))
        lines += [
            told(f"{name}, beside {peer}: messages acknowledged", messages, "/s", rate)
            for peer, rate in rates.items()
            if peer != best
        ]
        lines += [
            told(
                f"{name}, beside {peer}: p99 to the acknowledgement",
                median_of(rounds, lambda one: one.ack_p99_ms),
                "ms",
                median_of(of_peer, lambda one: one.ack_p99_ms),
            )
            for peer, of_peer in peers.items()
        ]
    else:
        lines.append(told(f"{name}: messages acknowledged", messages, "/s"))
        lines.append(told(f"{name}: p99 to the acknowledgement", median_of(rounds, lambda one: one.ack_p99_ms), "ms"))
    lines.append(told(f"{name}: deliveries", median_of(rounds, lambda one: one.delivery_rate), "/s"))
    lines.append(
        told(f"{name}: p99 to the last reader's receipt", median_of(rounds, lambda one: one.receipt_p99_ms), "ms")
    )
    lines.append(told(f"{name}: CPU of the web process for a message", median_of(cpu, float), "µs"))
    return lines
