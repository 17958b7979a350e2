"""Keys as packs keep, want and forget them."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from guildhall.core.fresh.declaration import Fresh
from guildhall.core.fresh.errors import BadKey, TooManyKept
from guildhall.core.fresh.schemas import Kept
from guildhall.core.identity.accounts.exports import Exporter, Exports
from guildhall.db.pool import Database
from guildhall.ids import UserId, uuid7
from tests.conftest import configuration
from tests.core.fresh import make

FRESH = make.declared()


async def test_keys_are_text_numbers_and_uuids_and_each_is_kept_once(db):
    number = uuid7()
    async with db.write() as tx:
        first = await FRESH.keep(tx, "ann", 7, number, "ann")
        again = await FRESH.keep(tx, "ann", "7")
        known = await FRESH.state(tx, 7)
        keys = await FRESH.keys(tx)

    assert (first, again) == (3, 0)
    assert isinstance(known, Kept)
    assert (known.key, known.failures, known.refreshed_at) == ("7", 0, None)
    assert keys == sorted(["ann", "7", str(number)])


async def test_keys_are_paged_in_the_order_of_their_text(db):
    names = [f"key {n}" for n in range(25)]
    async with db.write() as tx:
        await FRESH.keep(tx, *names)
        found: list[str] = []
        while page := await FRESH.keys(tx, found[-1] if found else "", 10):
            found += page

    assert found == sorted(names)


@pytest.mark.parametrize("key", ["", "x" * 201, "a\x00b"])
async def test_a_key_that_cannot_be_stored_is_refused(db, key):
    for act in (FRESH.keep, FRESH.want, FRESH.forget):
        with pytest.raises(BadKey):
            async with db.write() as tx:
                await act(tx, key)


async def test_no_more_keys_are_kept_than_the_declaration_or_a_setting_says(db):
    few = make.declared(most=2)
    async with db.write() as tx:
        await few.keep(tx, "a", "b")
        await few.keep(tx, "a", "b")  # kept already
    for refused in (few.keep, few.want):
        with pytest.raises(TooManyKept) as refusal:
            async with db.write() as tx:
                await refused(tx, "c")
        assert (refusal.value.code, refusal.value.status) == ("fresh.too_many_kept", 409)
    async with db.write() as tx:
        await few.keep(tx, "c", most=3)
        assert await few.want(tx, "a")
        assert await few.keys(tx) == ["a", "b", "c"]


async def test_another_declaration_has_keys_and_a_limit_of_its_own(db):
    other = Fresh("other", every=make.HOUR, refresh=make.refresh, most=1)
    async with db.write() as tx:
        await make.declared(most=1).keep(tx, "a")
        await other.keep(tx, "a")
        assert await other.forget(tx, "a", "b") == 1
        assert await FRESH.keys(tx) == ["a"]


async def test_a_wanted_key_is_due_at_once_and_gets_one_job(db, jobs_db):
    async with db.write() as tx:
        await FRESH.keep(tx, "ann")
        await FRESH.refreshed(tx, {"ann": tx.now + make.HOUR})
    async with db.write() as tx:
        assert await FRESH.want(tx, "ann")
        assert await FRESH.want(tx, "ann")
        now = tx.now
    known = await make.state(db, FRESH, "ann")
    async with jobs_db.read() as tx:
        jobs = await tx.connection.fetch("select job_type, priority, payload from core.jobs")

    assert known.wanted_at == known.due_at == now
    assert [tuple(job.values()) for job in jobs] == [
        ("fresh.refresh_kept", 10, {"declaration": make.NAME, "wanted": True})
    ]


async def test_who_asks_does_not_skip_the_wait_of_a_key_that_fails(db, jobs_db):
    async with db.write() as tx:
        await FRESH.keep(tx, "ann")
        await FRESH.failed(tx, "ann", "down")
        await FRESH.failed(tx, "ann", "down again")
    before = await make.state(db, FRESH, "ann")
    async with db.write() as tx:
        assert await FRESH.want(tx, "ann")
    after = await make.state(db, FRESH, "ann")
    async with jobs_db.read() as tx:
        jobs = await tx.connection.fetchval("select count(*) from core.jobs")

    assert (before.failures, before.last_error) == (2, "down again")
    assert before.due_at - before.asked_at >= timedelta(minutes=10)
    assert (after.due_at, jobs) == (before.due_at, 0)
    assert after.wanted_at is not None


async def test_what_was_refreshed_or_failed_elsewhere_is_noted_of_kept_keys_alone(db):
    async with db.write() as tx:
        await FRESH.keep(tx, "ann")
        await FRESH.failed(tx, "bob", "down")
        assert await FRESH.refreshed(tx, {"ann": None, "bob": None}) == 1
        assert await FRESH.state(tx, "bob") is None
        known = await FRESH.state(tx, "ann")
        assert known is not None
        assert 0.9 * make.HOUR <= known.due_at - tx.now <= 1.1 * make.HOUR


async def test_a_persons_keys_are_exported_and_go_with_the_account(db, jobs_db):
    anna, bert = UserId(uuid7()), UserId(uuid7())
    async with jobs_db.write() as tx:
        for person in (anna, bert):
            await tx.connection.execute("insert into core.users (id, name) values ($1, 'P')", person)
    async with db.write() as tx:
        await FRESH.keep(tx, "hers", user_id=anna)
        await FRESH.want(tx, "his", user_id=bert)
        await FRESH.keep(tx, "nobodys")
    exports = Exports([one for part in configuration().process_parts for one in part.exports])
    assert [row["key"] for row in (await exported(exports, db, anna))["core.fresh_rows"]] == ["hers"]

    async with jobs_db.write() as tx:
        await tx.connection.execute("delete from core.users where id = $1", anna)
    async with db.read() as tx:
        assert await FRESH.keys(tx) == ["his", "nobodys"]


async def exported(exports: Exports, db: Database, person: UserId) -> dict[str, Any]:
    """The tables of a person's export."""
    pieces = [piece async for piece in await Exporter(exports, db).export(person)]
    tables: dict[str, Any] = msgspec.json.decode(b"".join(pieces))["tables"]
    return tables
