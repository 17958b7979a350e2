"""Draws are recorded with what follows from them, and people can prove theirs."""

import json

import asyncpg
import pytest

from guildhall.core.draws import queries
from guildhall.core.draws.actions import draw, drawn
from guildhall.core.draws.ids import DrawId
from guildhall.core.draws.luck import Luck
from guildhall.core.draws.seeds import Seeds
from guildhall.db.policies import Viewer
from guildhall.ids import uuid7
from guildhall.testing.people import make_user

API = "/api/v1/me/draws"


class Foretold(Seeds):
    """Hands out the same seed each time."""

    def new(self) -> bytes:
        return b"\x07" * 32


async def make_draw(db, user, **facts: int):
    async with db.write(Viewer(user)) as tx:
        return await draw(tx, Foretold(), "club.birth", user, facts or None)


async def test_an_outcome_can_be_computed_again(clone, db):
    user = await make_user(clone)
    id, luck = await make_draw(db, user, odds=4096)
    born = [luck.below("iv", 32) for _ in range(6)]

    async with db.read(Viewer(user)) as tx:
        again = await drawn(tx, id)
        kept = await queries.draw.one(tx, id)
        missing = await drawn(tx, DrawId(uuid7()))

    assert again is not None
    assert [again.below("iv", 32) for _ in range(6)] == born
    assert (kept.purpose, kept.algorithm, kept.facts, kept.seed) == ("club.birth", 1, {"odds": 4096}, "07" * 32)
    assert missing is None


async def test_a_draw_stands_and_falls_with_its_transaction(clone, db, jobs_db):
    user = await make_user(clone)

    async def fail(tx):
        await draw(tx, Foretold(), "club.birth", user)
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        await db.transact(fail, Viewer(user))

    async with jobs_db.read() as tx:
        assert await queries.draws_of_person.many(tx, user, None, 5) == []


async def test_nobody_changes_a_draw_or_sees_that_of_another(clone, db, jobs_db):
    anna, bert = await make_user(clone), await make_user(clone)
    id, _ = await make_draw(db, anna)

    async with db.read(Viewer(bert)) as tx:
        assert await drawn(tx, id) is None
    for pool, viewer in ((db, Viewer(anna)), (jobs_db, None)):
        for sql in ("update core.draws set purpose = 'club.x'", "delete from core.draws"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with pool.write(viewer) as tx:
                    await tx.connection.execute(sql)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.write(Viewer(bert)) as tx:
            await draw(tx, Foretold(), "club.birth", anna)


async def test_a_worker_draws_for_nobody(clone, jobs_db):
    async with jobs_db.write() as tx:
        id, _ = await draw(tx, Foretold(), "club.weather", None)
    async with jobs_db.read() as tx:
        assert (await queries.draw.one(tx, id)).facts is None


async def test_people_prove_theirs(guildhall):
    person, other = await guildhall.sign_in(name="Anna"), await guildhall.sign_in(name="Bert")
    made = [(await make_draw(guildhall.runtime.db, person.id, number=number))[0] for number in range(3)]

    page = (await person.get(f"{API}?limit=2")).json
    rest = (await person.get(f"{API}?limit=2&after={page['next']}")).json
    one = (await person.get(f"{API}/{made[0]}")).json
    strange = await other.get(f"{API}/{made[0]}")
    exported = (await person.get("/api/v1/me/export")).json["tables"]["core.draws"]
    shown = json.loads((await guildhall.command("draws", "show", str(made[0]), "--json")).output)
    table = (await guildhall.command("draws", "show", str(made[0]))).output
    numbers = (await guildhall.command("draws", "number", one["seed"], "iv", "32", "--times", "6")).output.split()
    wrong = await guildhall.command("draws", "number", "07", "iv", "32", failing=True)

    assert [row["id"] for row in page["items"] + rest["items"]] == [str(id) for id in reversed(made)]
    assert (strange.status, strange.code) == (404, "draws.draw_not_found")
    assert [row["facts"] for row in exported] == [{"number": number} for number in range(3)]
    assert shown == one
    assert one["seed"][:8] in table.replace("\n", "")
    luck = Luck(bytes.fromhex(one["seed"]), one["algorithm"])
    assert numbers == [str(luck.below("iv", 32)) for _ in range(6)]
    assert "32 bytes" in wrong.error
    assert (await guildhall.get(API)).status == 401
