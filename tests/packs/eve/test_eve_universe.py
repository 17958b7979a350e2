"""Types and the market over HTTP, with ESI as their source."""

import pytest

from guildhall.testing.people import sign_in
from tests.packs.eve.make import running_sandbox

NOWHERE = {
    "/types/2147483646": "eve.type_not_found",
    "/types/2147483648": "eve.type_not_found",
    "/market/10999999/orders": "eve.market_not_found",
    "/market/10999999/history?type_id=34": "eve.market_not_found",
}


@pytest.fixture
async def sandbox():
    async with running_sandbox() as running:
        yield running


@pytest.mark.parametrize(("path", "code"), NOWHERE.items())
async def test_what_the_game_does_not_have_is_not_found_and_not_kept(start_guildhall, sandbox, jobs_db, path, code):
    guildhall = await start_guildhall(eve=sandbox.settings)
    person = await sign_in(guildhall)

    answers = [await guildhall.get(f"/api/v1/eve{path}", headers=person.headers) for _ in range(2)]

    assert [(one.status, one.code) for one in answers] == [(404, code)] * 2
    async with jobs_db.read() as tx:
        assert await tx.connection.fetch("select 1 from eve.types") == []
