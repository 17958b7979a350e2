"""What people read of what they hold: over HTTP, in their export; and what operators ask."""

import json

import asyncpg
import pytest

from guildhall.core.jobs.errors import GiveUp
from guildhall.core.ledger import jobs
from guildhall.core.ledger.actions import MOST, account_of, post, reserve
from guildhall.core.ledger.messages import CheckLedger
from guildhall.core.ledger.schemas import Leg
from guildhall.core.ledger.settings import LedgerSettings
from guildhall.db.policies import Viewer
from guildhall.ids import UserId, uuid7
from tests.core.ledger.make import CORKS, MINT, PURSE, make_purse, make_purses

API = "/api/v1/me/accounts"


@pytest.fixture
async def anna(guildhall):
    """Somebody with 100 corks in a purse, 7 pearls in a box, three gifts and two holds."""
    person = await guildhall.sign_in(name="Anna")
    async with guildhall.runtime.db.write(Viewer(UserId(person.id))) as tx:
        purse = await account_of(tx, PURSE, CORKS, person=person.id)
        box = await account_of(tx, "club.box", "club.pearls", person=person.id)
        mint = await account_of(tx, MINT, CORKS)
        pearls = await account_of(tx, MINT, "club.pearls")
        for number, amount in enumerate((50, 60, -10)):
            await post(
                tx, [Leg(purse, amount), Leg(mint, -amount)], key=f"gift {number}", kind="club.gift", note="A gift",
                user_id=person.id,
            )  # fmt: skip
        await post(tx, [Leg(box, 7), Leg(pearls, -7)], key="pearls", kind="club.gift")
        for number in range(2):
            await reserve(tx, purse, 5, key=f"bid {number}", kind="club.bid")
    return person, purse


async def test_people_see_what_they_hold(anna):
    person, purse = anna

    accounts = (await person.get(f"{API}?limit=1")).json
    more = (await person.get(f"{API}?limit=1&after={accounts['next']}")).json
    entries = (await person.get(f"{API}/{purse}/entries?limit=2")).json
    rest = (await person.get(f"{API}/{purse}/entries?limit=2&after={entries['next']}")).json
    holds = (await person.get(f"{API}/{purse}/holds?limit=1")).json
    older = (await person.get(f"{API}/{purse}/holds?limit=1&after={holds['next']}")).json

    (first,), (second,) = accounts["items"], more["items"]
    assert first == {
        "id": str(purse), "kind": PURSE, "unit": CORKS, "owner": "person", "user_id": str(person.id), "balance": 100,
        "held": 10, "entries": 3, "floor": 0, "ceiling": MOST, "opened_at": first["opened_at"], "closed_at": None,
    }  # fmt: skip
    assert (second["unit"], second["balance"], more["next"]) == ("club.pearls", 7, None)
    assert [(one["number"], one["amount"], one["balance_after"]) for one in entries["items"] + rest["items"]] == [
        (3, -10, 100), (2, 60, 110), (1, 50, 50)
    ]  # fmt: skip
    assert entries["items"][0]["note"] == "A gift"
    assert [one["key"] for one in holds["items"] + older["items"]] == ["bid 1", "bid 0"]


async def test_nobody_reads_the_accounts_of_others(guildhall, anna):
    _, purse = anna
    bert = await guildhall.sign_in(name="Bert")
    async with guildhall.runtime.db.write() as tx:
        mint = await account_of(tx, MINT, CORKS)

    assert (await bert.get(API)).json == {"items": [], "next": None}
    for account in (purse, mint, uuid7()):
        for what in ("entries", "holds"):
            answer = await bert.get(f"{API}/{account}/{what}")
            assert (answer.status, answer.code) == (404, "ledger.account_not_found")
    assert (await guildhall.get(API)).status == 401


async def test_the_export_has_it(anna):
    person, purse = anna
    tables = (await person.get("/api/v1/me/export")).json["tables"]
    assert [one["balance"] for one in tables["core.ledger_accounts"]] == [100, 7]
    assert [one["amount"] for one in tables["core.ledger_entries"] if one["account_id"] == str(purse)] == [50, 60, -10]
    assert [one["note"] for one in tables["core.ledger_postings"]] == ["A gift"] * 3
    assert [one["amount"] for one in tables["core.ledger_holds"]] == [5, 5]


async def run(guildhall, *words: str, failing=False):
    return await guildhall.command("ledger", *words, failing=failing)


async def test_operators_list_and_recount(guildhall, anna):
    person, purse = anna
    hers = ("accounts", "--user", str(person.id), "--json")
    whole = json.loads((await run(guildhall, "accounts", "--json")).output)
    own = json.loads((await run(guildhall, *hers, "--limit", "1")).output)
    rest = json.loads((await run(guildhall, *hers, "--after", str(purse))).output)
    nothing = json.loads((await run(guildhall, "accounts", "--thing", str(uuid7()), "--json")).output)
    table = (await run(guildhall, "accounts")).output
    history = json.loads((await run(guildhall, "history", str(purse), "--json")).output)
    older = (await run(guildhall, "history", str(purse), "--after", "2")).output
    mint = next(one["id"] for one in whole if (one["kind"], one["unit"]) == (MINT, CORKS))
    minted = json.loads((await run(guildhall, "balance", mint, "--json")).output)
    hers_now = (await run(guildhall, "balance", str(purse))).output
    unknown = await run(guildhall, "history", str(uuid7()), failing=True)
    checked = json.loads((await run(guildhall, "check", "--json")).output)
    some = (await run(guildhall, "check", "--after", str(purse))).output

    assert {one["kind"] for one in whole} >= {PURSE, MINT, "club.box"}
    assert [one["id"] for one in own] == [str(purse)]
    assert [one["unit"] for one in rest] == ["club.pearls"]
    assert nothing == []
    assert "club.purse" in table
    assert [one["number"] for one in history] == [3, 2, 1]
    assert "+50" in older
    assert "+60" not in older
    assert minted == {"balance": -100, "held": 0, "unit": CORKS}
    assert "100 club.corks, 10 of it held" in hers_now
    assert "There is no account" in unknown.error
    assert checked == {"accounts": 2, "wrong": []}
    assert "1 accounts were recounted; nothing is wrong." in some


async def test_a_wrong_balance_is_told(guildhall, anna):
    _, purse = anna
    connection = await asyncpg.connect(guildhall.runtime.url)
    await connection.execute("update core.ledger_accounts set balance = 101 where id = $1", purse)
    await connection.close()

    told = await run(guildhall, "check", failing=True)

    assert f"account {purse} (club.purse): its balance is 101, its entries sum to 100" in told.output
    assert "2 accounts were recounted; 1 are wrong." in told.output


async def test_the_nightly_check_goes_on_behind_other_jobs_and_says_what_is_wrong(clone, db, jobs_db, monkeypatch):
    await make_purses(db, clone, 7, 5)
    some = LedgerSettings(_env_file=None, check_batch=3)  # type: ignore[call-arg]

    assert await jobs.check_ledger(CheckLedger(), jobs_db, some) == {"accounts": 7}
    monkeypatch.setattr(jobs, "_SECONDS", -1.0)
    assert await jobs.check_ledger(CheckLedger(), jobs_db, some) == {"accounts": 3}
    async with jobs_db.read() as tx:
        waiting = await tx.connection.fetchval(
            "select payload->>'after' from core.jobs where job_type = 'ledger.check'"
        )
    purses = sorted(str(one) for one in await ids(clone))
    assert waiting == purses[2]
    monkeypatch.undo()
    connection = await asyncpg.connect(clone)
    await connection.execute("update core.ledger_accounts set balance = 6 where balance = 5")
    await connection.close()
    with pytest.raises(GiveUp, match="the ledger is wrong in 7 places"):
        await jobs.check_ledger(CheckLedger(), jobs_db, some)


async def test_the_nightly_check_comes_to_its_end_in_parts(start_guildhall, monkeypatch):
    """A part is queued while the one before it runs, so they must not take each other for the same job."""
    product = await start_guildhall(ledger={"check_batch": 3})
    await make_purses(product.runtime.db, product.runtime.url, 7, 5)
    monkeypatch.setattr(jobs, "_SECONDS", -1.0)

    done = await product.work(CheckLedger())

    assert [one.result["accounts"] for one in done if one.job_type == "ledger.check"] == [3, 3, 1]


async def ids(url):
    connection = await asyncpg.connect(url)
    found = [row["id"] for row in await connection.fetch("select id from core.ledger_accounts where owner = 'person'")]
    await connection.close()
    return found


async def test_a_key_of_somebody_else_is_no_way_to_look(clone, db):
    """A posting that the viewer does not see is told as a reused key, without what was in it."""
    (anna, hers), (_, his) = await make_purse(db, clone, 5), await make_purse(db, clone, 5, "Bert")
    async with db.read(Viewer(anna)) as tx:
        rows = await tx.connection.fetch("select * from core.ledger_postings")
        holds = await tx.connection.fetch("select * from core.ledger_holds")
    assert [row["key"] for row in rows] == [f"club.gift:{hers}"]
    assert holds == []
    assert hers != his
