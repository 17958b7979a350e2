"""A character brought up to date, against the real sandbox over HTTP."""

import asyncio
from datetime import timedelta

import pytest

from guildhall.core.vault.schemas import Secret
from guildhall.db.connection import connect
from guildhall.packs.eve.sync.queries import standings
from guildhall.packs.eve.universe.actions.structures import name_structures
from guildhall.packs.eve.upstream.client import Pilot
from guildhall.packs.eve.upstream.sections import SECTIONS
from tests.packs.eve.make import running_engine, running_sandbox


@pytest.fixture
async def sandbox():
    async with running_sandbox() as running:
        yield running


@pytest.fixture
async def engine(clone, sandbox):
    async with running_engine(clone, sandbox) as running:
        yield running


async def test_a_first_sync_fills_every_section_and_is_no_news(engine, sandbox):
    me = sandbox.pilots[0]
    character = await engine.sign_in(me)

    report = await engine.sync(character, requested=True)

    assert report.failed == {}
    assert set(report.changed) | set(report.unchanged) == set(SECTIONS)
    for table in (
        "skills", "skill_totals", "skill_history", "skill_queue", "attributes", "mails", "mail_labels", "market_orders",
        "industry_jobs", "planets", "extractors", "wallet_balances", "wallet_history", "wallet_journal",
        "wallet_transactions", "locations", "character_notifications",
    ):  # fmt: skip
        assert await engine.of(table, character), table
    sections = await engine.rows("select * from eve.section_syncs where character = $1", character)
    assert all(row["imported"] and row["failures"] == 0 and row["expires_at"] > row["synced_at"] for row in sections)
    assert await engine.rows("select 1 from core.notification_log") == []
    assert (await engine.character(character))["last_sync_at"] is not None


async def test_a_second_sync_is_answered_by_etags_and_writes_nothing_but_how_it_stands(engine, sandbox):
    me = sandbox.pilots[0]
    character = await engine.sign_in(me)
    await engine.sync(character, requested=True)
    while await engine.rows("select 1 from eve.mails where body_fetched_at is null limit 1"):
        sandbox.pass_time(3700)
        await engine.sync(character, requested=True)
    before = await engine.rows("select xmin::text, * from eve.skills where character = $1", character)
    mails = await engine.rows("select xmin::text, mail_id from eve.mails where character = $1", character)
    sandbox.pass_time(121)

    report = await engine.sync(character, requested=True, only=["skills", "attributes", "mail", "mail_labels"])

    assert set(report.unchanged) >= {"attributes", "mail", "mail_labels"}
    assert report.calls == 5
    assert await engine.rows("select xmin::text, * from eve.skills where character = $1", character) == before
    assert await engine.rows("select xmin::text, mail_id from eve.mails where character = $1", character) == mails
    section = await engine.section(character, "mail")
    assert section["synced_at"] > engine.clock.now() - timedelta(seconds=30)


async def test_nothing_is_asked_before_its_answer_expires(engine, sandbox):
    character = await engine.sign_in(sandbox.pilots[0])
    await engine.sync(character, requested=True)
    total = sandbox.calls.total

    again = await engine.sync(character, requested=True)

    assert (again.calls, sandbox.calls.total) == (0, total)
    assert sandbox.calls.early == 0


async def test_over_a_simulated_hour_of_minutes_nothing_is_asked_early_and_each_section_at_its_own_cadence(
    engine, sandbox
):
    characters = [await engine.sign_in(pilot) for pilot in sandbox.pilots]
    await engine.execute("update core.sessions set last_used_at = now() + interval '2 hours'")

    for _ in range(60):
        await engine.refresher.refresh_due()
        await engine.syncer.sync(characters)
        sandbox.pass_time(60)

    calls = sandbox.calls
    assert calls.early == 0, calls.early_calls
    assert sum(n for (_, outcome), n in engine.esi.client.counts.items() if outcome == "early") == 0
    mine = {
        path: sandbox.asked(sandbox.pilots[0], path)
        for path in ("skillqueue", "orders", "attributes", "/mail", "/location", "/wallet")
    }
    assert 20 <= mine["skillqueue"] <= 31
    assert 2 <= mine["orders"] <= 4
    assert mine["attributes"] == 1
    assert 25 <= mine["/location"] <= 60
    failed = await engine.rows("select section, error from eve.section_syncs where failures > 0")
    assert failed == []


async def test_a_place_is_not_looked_up_for_who_is_not_there(engine, sandbox):
    character = await engine.sign_in(sandbox.pilots[0])
    await engine.execute("update core.sessions set last_used_at = now() - interval '1 day'")

    await engine.sync(character)

    assert sandbox.asked(sandbox.pilots[0], "/location") == 0
    assert sandbox.asked(sandbox.pilots[0], "/skillqueue") == 1


async def test_one_section_that_fails_stops_neither_the_others_nor_other_characters(engine, sandbox):
    mine, other = [await engine.sign_in(pilot) for pilot in sandbox.pilots[:2]]
    sandbox.fault("error", ".*/mail$", pilots=[sandbox.pilots[0]])

    reports = {one.character_id: one for one in await engine.syncer.sync([mine, other], requested=True)}

    assert list(reports[sandbox.pilots[0]].failed) == ["mail"]
    assert reports[sandbox.pilots[1]].failed == {}
    section = await engine.section(mine, "mail")
    assert (section["failures"], section["imported"]) == (1, False)
    assert section["due_at"] > engine.clock.now()
    assert await engine.of("mails", mine) == []
    assert await engine.of("mails", other)

    sandbox.heal()
    sandbox.pass_time(120)
    await engine.sync(mine)

    section = await engine.section(mine, "mail")
    assert (section["failures"], section["error"], section["imported"]) == (0, None, True)


@pytest.mark.parametrize("mode", ["html", "truncated", "wrong_types", "empty", "error"])
async def test_what_is_no_answer_is_refused_and_what_is_stored_stays(engine, sandbox, mode):
    character = await engine.sign_in(sandbox.pilots[0])
    await engine.sync(character, requested=True)
    before = await engine.of("skills", character)
    sandbox.pass_time(400)
    sandbox.forget()
    sandbox.fault(mode, ".*/skills$")
    await engine.execute("update eve.section_syncs set etag = null where section = 'skills'")

    report = await engine.sync(character, requested=True, only=["skills"])

    assert list(report.failed) == ["skills"]
    assert await engine.of("skills", character) == before
    section = await engine.section(character, "skills")
    assert section["failures"] == 1
    assert section["due_at"] >= section["expires_at"]


async def test_an_order_that_vanished_is_unknown_until_the_history_says(engine, sandbox):
    me = sandbox.pilots[0]
    made = await sandbox.happen(me, "orders", volume=100)
    character = await engine.sign_in(me)
    await engine.sync(character, requested=True)
    order_id = made["order_id"]
    state = "select state, ended_at, volume_remain from eve.market_orders where order_id = $1"
    assert (await engine.row(state, order_id))["state"] == "open"

    await sandbox.control(f"/pilots/{me}/orders/{order_id}", {"action": "fill"})
    sandbox.pass_time(1300)
    await engine.sync(character, requested=True, only=["orders"])
    assert (await engine.row(state, order_id))["state"] == "unknown"
    assert (await engine.row(state, order_id))["ended_at"] is None

    sandbox.pass_time(3700)
    await engine.sync(character, requested=True, only=["order_history"])
    ended = await engine.row(state, order_id)
    assert (ended["state"], ended["volume_remain"]) == ("filled", 0)
    assert ended["ended_at"] is not None
    told = await engine.rows("select type from core.notification_log where data ->> 'order_id' = $1", str(order_id))
    assert [one["type"] for one in told] == ["market_order_filled"]
    changes = await engine.rows("select state from eve.market_order_changes where order_id = $1 order by at", order_id)
    assert [one["state"] for one in changes] == ["open", "unknown", "filled"]


async def test_an_empty_list_fills_no_order(engine, sandbox):
    me = sandbox.pilots[0]
    character = await engine.sign_in(me)
    await engine.sync(character, requested=True)
    open_before = await engine.rows("select order_id from eve.market_orders where state = 'open'")
    assert open_before
    sandbox.pass_time(1300)
    sandbox.forget()
    sandbox.fault("empty_list", ".*/orders$")
    await engine.execute("update eve.section_syncs set etag = null where section = 'orders'")
    await engine.sync(character, requested=True, only=["orders"])

    states = await engine.rows("select distinct state from eve.market_orders where order_id = any($1)",
                               [one["order_id"] for one in open_before])  # fmt: skip
    assert [one["state"] for one in states] == ["unknown"]
    assert await engine.rows("select 1 from core.notification_log") == []

    sandbox.heal()
    sandbox.pass_time(1300)
    await engine.sync(character, requested=True, only=["orders"])
    again = await engine.rows("select order_id from eve.market_orders where state = 'open'")
    assert {one["order_id"] for one in again} <= {one["order_id"] for one in open_before}
    assert again
    assert await engine.rows("select 1 from core.notification_log") == []


async def test_new_mail_is_told_once_with_its_body_and_the_first_import_is_not(engine, sandbox):
    me = sandbox.pilots[0]
    character = await engine.sign_in(me)
    await engine.sync(character, requested=True)
    new = await sandbox.happen(me, "mail", subject="Fleet tonight")
    sandbox.pass_time(180)

    await engine.sync(character)
    sandbox.pass_time(180)
    await engine.sync(character)

    mail_id = str(new["mail_id"])
    told = await engine.rows("select type, body from core.notification_log where data ->> 'mail_id' = $1", mail_id)
    assert [(one["type"], one["body"]) for one in told] == [("eve_mail_received", "Fleet tonight")]
    mail = await engine.row("select * from eve.mails where mail_id = $1", new["mail_id"])
    assert "Hello there" in mail["body"]
    assert sandbox.asked(me, "/mail/{mail_id}") == len(
        await engine.rows("select 1 from eve.mails where body_fetched_at is not null and body is not null")
    )


async def test_bodies_come_over_several_syncs_each_once(clone, sandbox):
    async with running_engine(clone, sandbox, mail_bodies=3, mail_first_import=10) as engine:
        character = await engine.sign_in(sandbox.pilots[0])
        await engine.sync(character, requested=True)
        assert len(await engine.of("mails", character)) == 10
        with_body = "select 1 from eve.mails where body_fetched_at is not null"
        assert len(await engine.rows(with_body)) == 3

        for _ in range(5):
            sandbox.pass_time(180)
            await engine.sync(character)

        mails = len(await engine.of("mails", character))
        assert len(await engine.rows(with_body)) == mails
        assert sandbox.asked(sandbox.pilots[0], "/mail/{mail_id}") == mails


async def test_one_pilots_etags_and_rows_never_reach_another(engine, sandbox):
    mine, other = [await engine.sign_in(pilot) for pilot in sandbox.pilots[:2]]
    await engine.syncer.sync([mine, other], requested=True)

    etags = await engine.rows(
        "select a.section from eve.section_syncs a join eve.section_syncs b using (section) "
        "where a.character = $1 and b.character = $2 and a.section = 'skills' and a.etag = b.etag",
        mine, other,
    )  # fmt: skip
    assert etags == []
    ids = {one["mail_id"] for one in await engine.of("mails", mine)}
    assert ids
    assert ids.isdisjoint({one["mail_id"] for one in await engine.of("mails", other)})
    owners = {row["id"]: row["user_id"] for row in await engine.rows("select id, user_id from eve.characters")}
    assert len(set(owners.values())) == 2
    for table in ("mails", "skills", "wallet_journal", "market_orders", "section_syncs"):
        rows = await engine.rows(f"select character, user_id from eve.{table}")
        assert all(owners[row["character"]] == row["user_id"] for row in rows), table


async def test_a_layout_is_fetched_again_only_when_its_colony_changed(engine, sandbox):
    me = sandbox.pilots[0]
    character = await engine.sign_in(me)
    await engine.sync(character, requested=True)
    first = sandbox.asked(me, "/planets/{planet_id}")
    planets = await engine.of("planets", character)
    assert first == len(planets) > 0
    expiry = {one["pin_id"]: one["expiry_time"] for one in await engine.of("extractors", character)}

    sandbox.pass_time(700)
    await engine.sync(character, requested=True, only=["planets"])
    assert sandbox.asked(me, "/planets/{planet_id}") == first

    await sandbox.control(f"/pilots/{me}/planets/{planets[0]['planet_id']}", {"seconds": 90000})
    sandbox.pass_time(700)
    await engine.sync(character, requested=True, only=["planets"])
    assert sandbox.asked(me, "/planets/{planet_id}") == first + 1
    later = {one["pin_id"]: one["expiry_time"] for one in await engine.of("extractors", character)}
    assert later != expiry


async def test_two_syncs_at_once_of_one_character_are_one(engine, clone, sandbox):
    character = await engine.sign_in(sandbox.pilots[0])
    async with running_engine(clone, sandbox) as second:
        both = await asyncio.gather(
            engine.syncer.sync([character], requested=True), second.syncer.sync([character], requested=True)
        )

    assert sorted(len(reports) for reports in both) == [0, 1]
    assert sandbox.calls.early == 0


async def test_structures_are_named_and_forbidden_ones_left_alone(engine, sandbox):
    me = sandbox.pilots[0]
    character = await engine.sign_in(me)
    await engine.sync(character, requested=True)
    (order, *_) = await engine.rows("select order_id from eve.market_orders where state = 'open'")
    secret = 1_039_999_999_999
    await engine.execute("update eve.market_orders set location_id = $2 where order_id = $1", order["order_id"], secret)
    for _ in range(2):
        sandbox.forget()
        await engine.execute("update eve.section_syncs set etag = null, content_hash = null, expires_at = null")
        engine.esi._not_before.clear()
        sandbox.pass_time(1300)
        sandbox.fault("forbidden", ".*/universe/structures/.*")
        await engine.execute("update eve.locations set structure_id = $1 where character = $2", secret, character)
        async with engine.db.read() as tx:
            (standing,) = await standings.many(tx, [character])
        await name_structures(engine.db, engine.esi, standing, Pilot(me, Secret(sandbox.access_token(me))))

    rows = {row["structure_id"]: row for row in await engine.of("structures", character)}
    assert rows[secret]["name"] is None
    assert rows[secret]["forbidden_until"] > engine.clock.now()
    asked = sandbox.calls.calls["GET /universe/structures/{structure_id}"]
    assert asked["403"] == len([row for row in rows.values() if row["name"] is None])


async def test_a_sync_waits_for_whoever_writes_to_the_character_just_then(engine, clone, sandbox):
    character = await engine.sign_in(sandbox.pilots[0])
    other = await connect(clone)
    try:
        async with other.transaction():
            await other.execute("update eve.characters set corporation_id = 98100001 where id = $1", character)
            syncing = asyncio.create_task(engine.sync(character))
            await asyncio.sleep(0.3)
            assert not syncing.done()
        report = await asyncio.wait_for(syncing, 20)
    finally:
        await other.close()

    assert set(report.changed) == set(SECTIONS)
