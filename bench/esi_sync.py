"""What does it cost to keep a character up to date with ESI, beside a loop over httpx and the SQLAlchemy ORM?"""

import asyncio
import sys

import msgspec

from bench import eve_engine
from bench.compare import Result, alternate, at_most, median_of, told
from bench.context import BenchError, Context
from bench.peers.httpx_esi import TARGETS, create_tables
from bench.process import Finished, Server, run_command
from guildhall.packs.eve.sandbox import pilot_ids

CHARACTERS = 300


def run(context: Context) -> list[Result]:
    """Both sides ask the same sandbox the same things for the same characters, most of which have not changed.

    The first round of both, which fetches everything, is not counted. Nor is what a process costs before it syncs
    anybody: a run of one character is taken off each side's. Between rounds the sandbox forgets until when its answers
    held, and so do both sides; its world goes on, so that now and then something has changed.
    """
    pilots = context.scaled(CHARACTERS)
    ids = context.directory / "ids"
    with eve_engine.sandbox(pilots) as server:
        tokens = {one: _token(server, one) for one in pilot_ids(eve_engine.options(pilots))}
        characters = asyncio.run(eve_engine.fill(context, pilots, tokens))
        asyncio.run(create_tables(context.database_url))

        def due() -> None:
            eve_engine.control(server, "/limits", {"reset": True})
            eve_engine.control(server, "/representations", method="DELETE")
            asyncio.run(eve_engine.make_due(context))

        def ours(count: int | None = None) -> tuple[Finished, dict[str, int]]:
            due()
            ids.write_text("\n".join(str(row) for row, _ in characters[:count]))
            finished = eve_engine.command(context, server, "sync", "--ids", str(ids))
            found: dict[str, int] = msgspec.json.decode(finished.stdout)
            if found["failed"] or found["synced"] != len(characters[:count]):
                raise BenchError(f"ours: {found}")
            return finished, found

        def peer(count: int | None = None) -> tuple[Finished, dict[str, int]]:
            due()
            ids.write_text("\n".join(f"{pilot} {tokens[pilot]}" for _, pilot in characters[:count]))
            environment = {"DATABASE_URL": context.database_url, "ESI_URL": f"{server.url}/eve/esi"}
            command = [sys.executable, "-m", "bench.peers.httpx_esi", "--ids", str(ids)]
            finished = run_command(command, environment=environment)
            return finished, msgspec.json.decode(finished.stdout)

        first, _ = ours()
        for _ in range(20):  # the bodies of the mails that were there come over several syncs
            if ours()[1]["calls"] <= pilots * (len(TARGETS) + 1):
                break
        peer()
        started = alternate(context.rounds, lambda: ours(1), lambda: peer(1))
        measured = alternate(context.rounds, ours, peer)
    fixed = [median_of(side, lambda run_: run_[0].cpu_seconds) for side in started]
    whole = [median_of(side, lambda run_: run_[0].cpu_seconds) for side in measured]
    cpu = [(all_ - one) * 1000 / max(pilots - 1, 1) for all_, one in zip(whole, fixed, strict=True)]
    calls = [median_of(side, lambda run_: run_[1]["calls"]) / pilots for side in measured]
    if calls[0] < len(TARGETS) - 0.01:
        raise BenchError(f"ours made {calls[0]} calls a character, the peer {calls[1]}")
    seconds = [median_of(side, lambda run_: run_[0].seconds) for side in measured]
    return [
        at_most(
            f"sync of {pilots:,} characters ({len(TARGETS)} calls each): CPU a character", cpu[0], cpu[1], 1 / 5, "ms"
        ),
        told("the same: calls a character", calls[0], "calls", calls[1]),
        told("the same: time, start included", seconds[0], "s", seconds[1]),
        told("the same: CPU to start", fixed[0], "s", fixed[1]),
        told("first sync, everything: CPU a character", first.cpu_seconds * 1000 / pilots, "ms"),
    ]


def _token(server: Server, character_id: int) -> str:
    made = eve_engine.control(server, "/tokens", {"character_id": character_id, "scopes": list(eve_engine.SCOPES)})
    token: str = msgspec.json.decode(made)["access_token"]
    return token
