"""A client of the sandbox with a database, for the tests of the dota2 pack."""

from typing import Any

import pytest

from guildhall.clock import Clock
from guildhall.db.policies import JOBS
from guildhall.db.pool import Database, PoolSettings
from guildhall.packs.dota2.opendota.upstream import OpenDota
from guildhall.packs.dota2.settings import Dota2Settings
from tests.packs.dota2 import make
from tests.packs.dota2.make import Asking


@pytest.fixture
async def start_asking(clone):
    opened: list[Any] = []

    async def start(sandbox: Any, clock: Clock | None = None, **options: Any) -> Asking:
        clock = clock or Clock()
        settings = Dota2Settings(**{"_env_file": None, "opendota_url": sandbox.api, "deadline_seconds": 5, **options})
        db = await Database.open(PoolSettings(clone, JOBS), clock)
        opendota = OpenDota.connect(settings, db, clock)
        opened.extend((opendota.client, db))
        return Asking(db, opendota, settings, sandbox)

    yield start
    for one in opened:
        await one.close()


@pytest.fixture
async def asking(start_asking, sandbox):
    return await start_asking(sandbox)


@pytest.fixture
def someone(sandbox):
    return make.ids(sandbox)[0]
