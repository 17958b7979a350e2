"""`guildhall achievements`."""

import json

import pytest

from guildhall.core.achievements.messages import KeepCatalogue
from tests.core.achievements import club
from tests.core.achievements.make import do, make_crowd, make_people


@pytest.fixture
async def product(clone):
    async with club.open_club(clone) as opened:
        yield opened


async def run(product, *words: str, failing=False):
    return await product.command("achievements", *words, failing=failing)


async def listed(product, *words: str):
    return json.loads((await run(product, *words, "--json")).output)


async def test_achievements_and_walks_are_listed_with_their_progress(product, clone):
    await make_crowd(clone, 6, 5)
    empty = await listed(product, "list")
    await product.work(KeepCatalogue())

    found = await listed(product, "list")
    table = (await run(product, "list", "--pack", "club", "--limit", "1")).output
    rest = await listed(product, "list", "--after", "club.first")
    under_way = await listed(product, "runs")
    runs = await listed(product, "runs", "--all")
    of_one = await listed(product, "runs", "club.five", "--all")
    behind = await listed(product, "runs", "--all", "--after", runs[2]["id"])

    assert empty == []
    assert [(one["name"], one["holders"], one["version"]) for one in found] == [
        ("club.first", 6, 1), ("club.five", 6, 1), ("club.nightly", 6, 1), ("club.secret", 6, 1)
    ]  # fmt: skip
    assert "First deed" in table
    assert "Five deeds" not in table
    assert len(rest) == 3
    assert under_way == []
    assert [(one["kind"], one["people"], one["looked"], one["granted"], one["outcome"]) for one in runs] == [
        ("backfill", 6, 6, 6, "done")
    ] * 4
    assert [one["achievement"] for one in of_one] == ["club.five"]
    assert behind == runs[3:]
    assert "backfill" in (await run(product, "runs", "--all")).output


async def test_a_backfill_is_begun_stopped_and_gone_on_with(product, clone):
    anna, *_ = await make_people(clone, 8)
    await product.work(KeepCatalogue())
    await do(clone, anna, 5)

    begun = await listed(product, "backfill", "club.five")
    again = await listed(product, "backfill", "club.five")
    stopped = (await run(product, "stop", "club.five")).output.strip()
    twice = await run(product, "stop", "club.five", failing=True)
    resumed = await listed(product, "backfill", "club.five")
    anew = await listed(product, "backfill", "club.five", "--anew")
    unknown = await run(product, "backfill", "club.nothing", failing=True)
    await product.work()

    assert begun == again == resumed
    assert anew != begun
    assert stopped == "stopped"
    assert (twice.status, "Nothing runs" in twice.error) == (1, True)
    assert (unknown.status, "Achievement not found" in unknown.error) == (1, True)
    rows = await product.rows("select granted_by from core.user_achievements where granted_at is not null")
    assert [row["granted_by"] for row in rows] == ["backfill"]


async def test_operators_take_achievements_and_give_them_back(product, clone):
    await make_people(clone, 8)
    anna = await product.sign_in(name="Anna")
    await anna.put("/api/v1/me/profile", json={"handle": "anna"})
    await do(clone, anna.id, 1)
    await product.work(KeepCatalogue())

    taken = (await run(product, "revoke", "club.first", "Anna", "--reason", "A mistake of ours.")).output.strip()
    twice = await run(product, "revoke", "club.first", "anna", "--reason", "Once more", failing=True)
    back = (await run(product, "restore", "club.first", str(anna.id))).output.strip()
    wrong = [
        await run(product, *words, failing=True)
        for words in (
            ("restore", "club.first", "anna"), ("restore", "club.five", "anna"), ("restore", "club.nothing", "anna"),
            ("revoke", "club.first", "nobody", "--reason", "x"), ("revoke", "club.first", "anna", "--reason", "  "),
            ("revoke", "club.first", "019f0000-0000-7000-8000-000000000000", "--reason", "x"),
        )
    ]  # fmt: skip
    await product.work()

    assert taken == "club.first was taken from Anna"
    assert back == f"{anna.id} has club.first again"
    assert (twice.status, "Revoked already" in twice.error) == (1, True)
    assert [one.status for one in wrong] == [1, 1, 1, 1, 2, 1]
    audit = await product.rows(
        "select act, actor_id, reason from core.audit_log where slice = 'achievements' order by id"
    )
    assert [tuple(row.values()) for row in audit] == [
        ("achievement_revoked", None, "A mistake of ours."), ("achievement_restored", None, None)
    ]  # fmt: skip
    told = await product.rows("select type from core.notification_log where type like 'achievement_re%' order by id")
    assert [row["type"] for row in told] == ["achievement_restored", "achievement_restored"]
