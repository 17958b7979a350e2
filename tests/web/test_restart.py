"""PostgreSQL restarted under the web process's feet."""

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from guildhall.boot.packs import BUILT_IN, branches
from guildhall.boot.runtime import open_web
from guildhall.clock import Clock
from guildhall.db import migrate
from guildhall.db.embedded import EmbeddedCluster
from guildhall.packs.dota2.sandbox import player_ids
from guildhall.testing.cluster import FAST, POSTGRES
from guildhall.testing.serving import lent_app, serving
from tests.conftest import configuration


@pytest.fixture
def own_cluster() -> Iterator[EmbeddedCluster]:
    folder = Path(tempfile.mkdtemp(prefix="gh-restart-"))
    folder.chmod(0o755)
    with EmbeddedCluster(folder, POSTGRES, extra=FAST) as running:
        yield running
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
async def test_a_restart_under_load_is_a_few_503s_and_then_all_is_well(own_cluster, sandbox):
    url = own_cluster.url()
    await migrate.upgrade(url, branches(BUILT_IN))
    chosen = configuration(sandbox, cache={"memory_mb": 0})
    paths = [f"/api/v1/opendota_proxy/players/{account_id}" for account_id in player_ids(sandbox.options)[:4]]
    seen: list[int] = []
    stop = asyncio.Event()
    async with (
        open_web(chosen, url, Clock()) as runtime,
        aiohttp.ClientSession() as session,
        contextlib.AsyncExitStack() as stack,
    ):
        edge = stack.enter_context(lent_app(runtime))
        address = await stack.enter_async_context(serving(edge, chosen))

        async def ask(number: int) -> None:
            for _ in range(3_000):
                async with session.get(address + paths[number % 4]) as answer:
                    await answer.read()
                    seen.append(answer.status)
                if stop.is_set():
                    return
                await asyncio.sleep(0.005)

        clients = [asyncio.create_task(ask(number)) for number in range(16)]
        await asyncio.sleep(0.5)
        await asyncio.to_thread(own_cluster.restart)
        await asyncio.sleep(2.0)
        stop.set()
        await asyncio.gather(*clients)

    assert set(seen) <= {200, 503}
    assert seen[-1] == 200
    assert seen.count(200) > 100
