"""Processes that nobody asks anything: they leave the database and the processor alone, and wake when they must."""

import asyncio
import time

import asyncpg

from guildhall.boot.server import make_server
from tests.conftest import StartGuildhall, StartWorker


async def commits(url: str) -> int:
    """Transactions that the database has seen."""
    connection = await asyncpg.connect(url)
    try:
        return int(
            await connection.fetchval("select xact_commit from pg_stat_database where datname = current_database()")
        )
    finally:
        await connection.close()


async def test_a_web_process_at_rest_asks_the_database_next_to_nothing(start_guildhall: StartGuildhall):
    guildhall = await start_guildhall()
    assert (await guildhall.get("/healthz")).status == 200
    url = guildhall.runtime.url
    await asyncio.sleep(1.5)  # what the start has done is counted by then
    before = await commits(url)
    await asyncio.sleep(4)

    assert await commits(url) - before < 20  # looks three times a second by each follower were more than forty


async def test_a_worker_at_rest_polls_the_empty_queue_by_one_statement(start_worker: StartWorker, clone: str):
    polls_a_second = 10
    await start_worker(jobs={"poll_interval": 1 / polls_a_second})
    await asyncio.sleep(1.5)
    before = await commits(clone)
    await asyncio.sleep(4)

    assert await commits(clone) - before < 4 * polls_a_second * 2  # pgqueuer takes four statements for a poll


async def test_a_server_wakes_once_a_second_and_ends_at_once_when_it_is_told_to(start_guildhall: StartGuildhall):
    guildhall = await start_guildhall()
    server = make_server(guildhall.edge, guildhall.runtime.configuration)
    server.config.load()
    ticks = 0
    tick = server._tell_date

    def counted(loop: asyncio.AbstractEventLoop) -> None:
        nonlocal ticks
        ticks += 1
        tick(loop)

    server._tell_date = counted  # type: ignore[method-assign]
    running = asyncio.create_task(server.main_loop())
    await asyncio.sleep(1.5)
    seen = ticks
    began = time.monotonic()
    server.should_exit = True
    await running

    assert 2 <= seen <= 3  # uvicorn's own loop would have woken fifteen times
    assert time.monotonic() - began < 0.5
    assert any(name == b"date" for name, _ in server.server_state.default_headers)
