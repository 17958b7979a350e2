"""How many people can chat over WebSocket with one process, and how late is what they say?"""

import asyncio
import secrets
from uuid import UUID

from msgspec import Struct

from bench import realm_side
from bench.chat_load import ChatJob, ChatResult, run_chat
from bench.compare import Result, at_least, at_most, median_of, told
from bench.context import BenchError, Context
from bench.live_socket import Seat
from bench.process import Server

PEER = "Nakama 3.40.0"
TIMES = 2.5
"""What is wanted of ours, as a multiple of the peer's figure."""
WARMUP = 1.0
_SERVERS = 4


class Scenario(Struct, frozen=True):
    """People in channels, each of whom sends and reads, and what the peer reached at it on a machine of this kind.

    Rates are a second, `ack_p99_ms` is in milliseconds. Ranges were measured; these are the better ends.
    """

    name: str
    people: int
    channels: int
    messages: float | None = None
    deliveries: float | None = None
    ack_p99_ms: float | None = None


SCENARIOS = (
    Scenario("8 in channels of their own", 8, 8, 3_633, None, 7.5),
    Scenario("64 in channels of their own", 64, 64, 4_900, None, 35.0),
    Scenario("8 in one channel", 8, 1, 2_490, 19_800, None),
    Scenario("200 in 20 channels", 200, 20),
)


def run(context: Context) -> list[Result]:
    """All people send and read what is said in their channel; who is acknowledged sends the next message at once.

    The server is one web process on the product's own PostgreSQL, commits durable. Every message must come to each
    reader once and in order, and be in the table. The load comes from a process of its own. The peer's figures were
    measured before on a machine of this kind, on durable PostgreSQL of stock settings, its rows counted alike.
    """
    with realm_side.own_cluster(context) as own:
        most = max(scenario.people for scenario in SCENARIOS)
        world = asyncio.run(realm_side.make_world(own, servers=1, channels=most, users=most))
        tokens = asyncio.run(realm_side.access_tokens(own, world.users))
        rounds: dict[str, list[ChatResult]] = {scenario.name: [] for scenario in SCENARIOS}
        cpu: dict[str, list[float]] = {scenario.name: [] for scenario in SCENARIOS}
        acknowledged = 0
        with realm_side.serve(own, GUILDHALL_LOG_LEVEL="warning") as server:
            for _ in range(own.rounds):
                for scenario in SCENARIOS:
                    before = server.usage().cpu_seconds
                    result = _round(own, server, scenario, world.channels, tokens)
                    cpu[scenario.name].append((server.usage().cpu_seconds - before) / result.in_all * 1e6)
                    rounds[scenario.name].append(result)
                    acknowledged += result.in_all
        stored = asyncio.run(realm_side.count_messages(own))
    if stored != acknowledged:
        raise BenchError(f"{acknowledged} messages were acknowledged and {stored} are in the table")
    return [
        line for scenario in SCENARIOS for line in _lines(scenario, rounds[scenario.name], cpu[scenario.name])
    ]  # fmt: skip


def _round(context: Context, server: Server, scenario: Scenario, channels: list[UUID], tokens: list[str]) -> ChatResult:
    seats = tuple(
        Seat(tokens[n], (f"realm.channel:{channel}",), channel)
        for n in range(scenario.people)
        for channel in [str(channels[n % scenario.channels])]
    )
    job = ChatJob(server.host, server.port, secrets.token_hex(6), seats, context.seconds, WARMUP)
    result = run_chat(job)
    if result.saturated:
        raise BenchError(f"{scenario.name}: the load generator was the limit, not the server")
    return result


def _lines(scenario: Scenario, rounds: list[ChatResult], cpu: list[float]) -> list[Result]:
    name = scenario.name
    messages = median_of(rounds, lambda one: one.message_rate)
    deliveries = median_of(rounds, lambda one: one.delivery_rate)
    ack = median_of(rounds, lambda one: one.ack_p99_ms)
    receipt = median_of(rounds, lambda one: one.receipt_p99_ms)
    beside = f", beside {PEER} on this kind of machine"
    lines = []
    if scenario.messages is not None:
        lines.append(at_least(f"{name}{beside}: messages acknowledged", messages, scenario.messages, TIMES, "/s"))
    else:
        alike = SCENARIOS[1]
        lines.append(told(f"{name}, beside {PEER} with {alike.name}: messages", messages, "/s", alike.messages))
    if scenario.deliveries is not None:
        lines.append(at_least(f"{name}{beside}: deliveries", deliveries, scenario.deliveries, TIMES, "/s"))
    else:
        lines.append(told(f"{name}: deliveries", deliveries, "/s"))
    if scenario.ack_p99_ms is not None:
        what = f"{name}{beside}: p99 to the acknowledgement"
        lines.append(at_most(what, ack, scenario.ack_p99_ms, 1 / TIMES, "ms"))
    else:
        lines.append(told(f"{name}: p99 to the acknowledgement", ack, "ms"))
    lines.append(told(f"{name}: p99 to the last reader's receipt", receipt, "ms"))
    lines.append(told(f"{name}: CPU of the web process for a message", median_of(cpu, float), "µs"))
    return lines
