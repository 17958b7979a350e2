"""How many postings a second does the ledger take, on 64 accounts and on one, beside an ORM with SELECT FOR UPDATE?

Both sides move value between two accounts in a transaction of its own: from one random account of 64 to another, or
from one account that all want to one of 64. Both look for the key first, keep both balances, and add two entries; ours
also counts the entries of an account, and the database refuses what does not sum to zero. Both have as many
connections.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import cast

import asyncpg
from sqlalchemy.ext.asyncio import async_sessionmaker

from bench import guildhall_side
from bench.compare import Result, at_least, median_of, told
from bench.context import BenchError, Context
from bench.peers import orm_ledger
from bench.peers.tables import engine_for
from guildhall.clock import Clock
from guildhall.core.ledger.actions import account_of, post
from guildhall.core.ledger.checking import check_batch
from guildhall.core.ledger.ids import AccountId
from guildhall.core.ledger.schemas import Leg
from guildhall.db.policies import APP, JOBS
from guildhall.db.pool import Database, PoolSettings
from guildhall.ids import uuid7

ACCOUNTS, AMOUNT = 64, 10**12
_MOST_CONNECTIONS = 64

Move = Callable[[int, int, str], Awaitable[object]]


async def run(context: Context) -> list[Result]:
    """Fill both sides, move value on each by turns, and prove at the end that nothing was made or lost."""
    await guildhall_side.prepare(context)
    connections = min(context.connections, _MOST_CONNECTIONS)
    settings = PoolSettings(context.database_url, APP, smallest=connections, largest=connections, application="bench")
    db = await Database.open(settings, Clock())
    engine = engine_for(context.database_url, connections)
    try:
        accounts = await _fill(db)
        await orm_ledger.fill(engine, list(accounts), AMOUNT)
        sessions = async_sessionmaker(engine)

        async def ours(source: int, target: int, key: str) -> None:
            async with db.write() as tx:
                legs = [Leg(accounts[source], -1), Leg(accounts[target], 1)]
                await post(tx, legs, key=key, kind="bench.move")

        async def peer(source: int, target: int, key: str) -> None:
            if not await orm_ledger.move(sessions, accounts[source], accounts[target], 1, key):
                raise BenchError("the peer did not move")

        results, moved = [], 0
        for one, words, wanted in (
            (False, "64 accounts", 3.0),
            (True, "one account, to 64 others", 0.8),
        ):
            rates: tuple[list[float], list[float]] = [], []
            for round_ in range(context.rounds):
                for side, kept in ((ours, rates[0]), (peer, rates[1])):
                    done = await _load(side, context, connections, round_, one=one)
                    kept.append(done / context.seconds)
                    moved += done if side is ours else 0
            question = f"postings between {words}, {connections} connections"
            middle = [median_of(kept, float) for kept in rates]
            results.append(at_least(question, middle[0], middle[1], wanted, "postings/s"))
        checked = await _require_exact(context, moved)
        return [*results, told("recounting all of it", checked, "s")]
    finally:
        await db.close()
        await engine.dispose()


async def _fill(db: Database) -> list[AccountId]:
    """Open the accounts, with so much in each."""
    accounts = []
    async with db.write() as tx:
        mint = await account_of(tx, "bench.mint", "bench.coins")
        for number in range(ACCOUNTS + 1):
            accounts.append(await account_of(tx, "bench.box", "bench.coins", thing=uuid7()))
            legs = [Leg(accounts[-1], AMOUNT), Leg(mint, -AMOUNT)]
            await post(tx, legs, key=f"bench.fill:{number}", kind="bench.fill")
    return accounts


async def _load(move: Move, context: Context, connections: int, round_: int, *, one: bool) -> int:
    """Move from all connections for some seconds; return how many postings were acknowledged."""
    until = time.perf_counter() + context.seconds
    done = 0

    async def work(number: int) -> None:
        nonlocal done
        chance = random.Random(f"{round_}:{number}")
        step = 0
        while time.perf_counter() < until:
            step += 1
            source = ACCOUNTS if one else chance.randrange(ACCOUNTS)
            target = (source + 1 + chance.randrange(ACCOUNTS - 1)) % ACCOUNTS
            await move(source, target, f"{one}:{round_}:{number}:{step}")
            done += 1

    await asyncio.gather(*[work(number) for number in range(connections)])
    return done


async def _require_exact(context: Context, moved: int) -> float:
    """Return the seconds of a recount. Raises BenchError if anything is made, lost or counted twice."""
    owner = await asyncpg.connect(context.database_url)
    try:
        for schema, entries in (("core.ledger_", "core.ledger_entries"), ("peer.", "peer.entries")):
            whole = cast(
                "int",
                await owner.fetchval(
                    f"select sum(balance)::bigint from {schema}accounts" + (
                        " where kind = 'bench.box'" if schema != "peer." else ""
                    )
                ),
            )  # fmt: skip
            if whole != (ACCOUNTS + 1) * AMOUNT:
                raise BenchError(f"{schema} has {whole}")
            if await owner.fetchval(f"select sum(amount)::bigint from {entries}") != 0:
                raise BenchError(f"{entries} do not sum to zero")
        counted = await owner.fetchval("select count(*) from core.ledger_postings where kind = 'bench.move'")
        if counted != moved:
            raise BenchError(f"{moved} postings were acknowledged, {counted} are there")
    finally:
        await owner.close()
    worker = await Database.open(PoolSettings(context.database_url, JOBS), Clock())  # requests do not see the house
    try:
        began = time.perf_counter()
        async with worker.read(timeout=120) as tx:
            checked = await check_batch(tx, None, 1000)
        if checked.wrong:
            raise BenchError("; ".join(checked.wrong))
        return time.perf_counter() - began
    finally:
        await worker.close()
