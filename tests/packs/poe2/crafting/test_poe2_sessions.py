"""Sessions over HTTP: logged step by step, priced, completed, imported, private."""

import asyncio
import json
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guildhall.ids import uuid7
from guildhall.packs.poe2.market.rules.readings import Reading
from tests.packs.poe2.crafting.make import CRAFTING, export
from tests.packs.poe2.market import make as market

SESSIONS = f"{CRAFTING}/sessions"
RING = {"item_base": "Copper Ring", "item_class": "Ring", "item_level": 82}
TARGETS = [{"text": "Life", "type": "Life", "level": 40}, {"text": "something nice"}]


async def begin(person, **more):
    """A session of somebody."""
    answer = await person.post(SESSIONS, json={**RING, "target_mods": TARGETS, **more})
    assert answer.status == 201, answer.body
    return answer.json


async def log(person, session, number, action, **more):
    """A step."""
    return await person.post(f"{SESSIONS}/{session['id']}/steps", json={"number": number, "action": action, **more})


async def test_a_session_is_logged_step_by_step_and_completed(product, person, clock):
    session = await begin(person, prices={"transmute": 0.25, "aug": 0.1}, title="First try", note="A gift")
    before = {"rarity": "normal", "item_level": 82}
    after = {"rarity": "magic", "item_level": 82, "mods": [{"mod": "Life2", "side": "prefix"}]}
    clock.advance(timedelta(seconds=30))

    first = (await log(person, session, 1, "transmute", before=before, after=after, note="Lucky!")).json
    second = (await log(person, session, 2, "aug", units={"aug": 3}, omens=[])).json
    third = (await log(person, session, 3, "new-base")).json
    done = await person.post(f"{SESSIONS}/{session['id']}/completion", json={"success": True, "final_item": after})
    steps = await person.items(f"{SESSIONS}/{session['id']}/steps?limit=2")

    assert (session["success"], session["total_cost"], session["attempt_count"]) == (None, "0", 1)
    step = first["step"]
    assert (step["units"], Decimal(step["cost"]), step["price_base"]) == ({"transmute": 1}, Decimal("0.25"), "exalted")
    assert step["prices"]["transmute"]["source"] == "person"
    assert step["odds"] == {
        "patch": "0.5", "source": "made up", "chance": pytest.approx(2 / 25), "wanted": pytest.approx(2 / 25),
        "estimated": True,
    }  # fmt: skip
    assert Decimal(second["session"]["total_cost"]) == Decimal("0.55")
    assert second["session"]["currency_used"] == {"aug": 3, "transmute": 1}
    assert (third["step"]["cost"], third["session"]["attempt_count"]) == ("0", 2)
    assert (done.status, done.json["success"], done.json["session_duration"]) == (200, True, 30)
    assert done.json["final_item"]["mods"][0]["mod"] == "Life2"
    assert [one["number"] for one in steps] == [1, 2, 3]
    assert steps[0] == step
    (row,) = await product.rows("select jsonb_array_length(steps) as kept, step_count from poe2.crafting_sessions")
    assert (row["kept"], row["step_count"]) == (3, 3)
    assert await product.rows("select 1 as x from poe2.crafting_steps") == []


async def test_a_step_without_a_price_makes_the_total_unknown(person):
    session = await begin(person, prices={"transmute": 0.25})

    await log(person, session, 1, "transmute")
    unknown = (await log(person, session, 2, "exalted-of-nowhere")).json
    given = (await log(person, session, 3, "aug", prices={"aug": 0.5})).json

    assert unknown["step"]["cost"] is None
    after = given["session"]
    assert (after["total_cost"], after["priced_cost"], after["unpriced_steps"]) == (None, "0.75", 1)


async def test_steps_are_priced_by_the_market_at_their_time(person, jobs_db, clock):
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    async with jobs_db.write() as tx:
        await market.market(tx)
        await market.prices(tx, Reading(market.CHAOS, Decimal("0.9"), 100, now - timedelta(hours=1)))
        await market.prices(tx, Reading(market.CHAOS, Decimal("0.4"), 100, now - timedelta(hours=9)))
    session = await begin(person, league=market.LEAGUE, prices={"annul": 7})

    fresh = (await log(person, session, 1, "chaos")).json["step"]
    older = (await log(person, session, 2, "chaos", at=(now - timedelta(hours=5)).isoformat())).json["step"]
    mine = (await log(person, session, 3, "annul")).json["step"]

    assert session["price_base"] == "exalted"
    assert (Decimal(fresh["cost"]), fresh["prices"]["chaos"]["source"]) == (Decimal("0.9"), "market")
    assert datetime.fromisoformat(fresh["prices"]["chaos"]["at"]) == now - timedelta(hours=1)
    assert (Decimal(older["cost"]), older["league"]) == (Decimal("0.4"), market.LEAGUE)
    assert (mine["prices"]["annul"]["source"], Decimal(mine["cost"])) == ("person", Decimal(7))


async def test_two_devices_log_at_once_and_one_is_told_the_state(person):
    session = await begin(person)
    await log(person, session, 1, "transmute")

    one, other = await asyncio.gather(log(person, session, 2, "aug"), log(person, session, 2, "regal"))
    again = await log(person, session, 2, "aug" if one.status == 201 else "regal")
    ahead = await log(person, session, 9, "exalted")

    assert sorted((one.status, other.status)) == [201, 409]
    lost = one if one.status == 409 else other
    won = other if lost is one else one
    assert (lost.code, lost.json["facts"]["number"], lost.json["facts"]["step_count"]) == ("poe2.step_taken", 2, 2)
    assert lost.json["facts"]["last"] == won.json["step"]["action"]
    assert (again.status, again.json["again"], again.json["step"]) == (201, True, won.json["step"])
    assert (ahead.status, ahead.code) == (409, "poe2.step_taken")


async def test_a_completed_session_takes_no_steps_and_success_may_be_said_later(person):
    session = await begin(person)
    path = f"{SESSIONS}/{session['id']}"

    early = await person.patch(path, json={"success": True})
    done = await person.post(f"{path}/completion", json={})
    closed = await log(person, session, 1, "aug")
    twice = await person.post(f"{path}/completion", json={})
    later = await person.patch(path, json={"success": False, "title": "Never again", "note": None})
    unsaid = await person.patch(path, json={"success": None})

    assert (early.status, early.code) == (409, "poe2.session_open")
    assert (done.json["success"], done.json["completed_at"] is not None) == (None, True)
    assert (closed.status, closed.code) == (409, "poe2.session_closed")
    assert (twice.status, twice.code) == (409, "poe2.session_closed")
    assert (later.json["success"], later.json["title"]) == (False, "Never again")
    assert (unsaid.json["success"], unsaid.json["title"]) == (None, "Never again")


async def test_sessions_are_found_by_base_class_and_whether_they_are_open(person):
    ring = await begin(person)
    amulet = await begin(person, item_base="Jade Amulet", item_class="Amulet")
    await person.post(f"{SESSIONS}/{ring['id']}/completion", json={})

    async def found(query: str) -> list[str]:
        return [one["id"] for one in await person.items(f"{SESSIONS}?limit=1&{query}")]

    assert await found("") == [amulet["id"], ring["id"]]
    assert await found("class=Ring") == [ring["id"]]
    assert await found("base=Jade Amulet") == [amulet["id"]]
    assert await found("open=true") == [amulet["id"]]
    assert await found("open=false") == [ring["id"]]


async def test_sessions_are_private_and_go_with_a_click(product, person):
    session = await begin(person)
    await log(person, session, 1, "aug")
    other = await product.sign_in()
    path = f"{SESSIONS}/{session['id']}"

    answers = [
        await other.get(path), await other.get(f"{path}/steps"), await other.delete(path),
        await other.patch(path, json={"note": "mine"}), await other.post(f"{path}/completion", json={}),
        await log(other, session, 2, "aug"),
    ]  # fmt: skip
    gone = await person.delete(path)

    assert {(one.status, one.code) for one in answers} == {(404, "poe2.session_not_found")}
    assert (gone.status, (await person.get(path)).status) == (204, 404)
    assert await product.rows("select 1 as x from poe2.crafting_steps") == []
    assert (await product.get(SESSIONS)).status == 401


async def test_limits_of_sessions_and_steps(start_crafting, game):
    product = await start_crafting(crafting_open_most=1, crafting_sessions_most=2, crafting_steps_most=1)
    person = await product.sign_in()
    session = await begin(person)
    await log(person, session, 1, "aug")

    step = await log(person, session, 2, "aug")
    second = await person.post(SESSIONS, json=RING)
    await person.post(f"{SESSIONS}/{session['id']}/completion", json={})
    await begin(person)
    third = await person.post(SESSIONS, json=RING)
    imported = await person.post(f"{SESSIONS}/imports", json={**_RING, "export": export()})

    assert (step.status, step.code) == (409, "poe2.too_many_steps")
    assert (second.status, second.code) == (409, "poe2.too_many_open_sessions")
    assert (third.status, third.code) == (409, "poe2.too_many_sessions")
    assert (imported.status, imported.code) == (422, "poe2.bad_export")  # two steps, one is allowed


_RING = {"item_base": "Copper Ring", "item_class": "Ring"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {**RING, "item_level": 101},
        {**RING, "item_base": ""},
        {**RING, "item_base": "a\u0000b"},
        {**RING, "patch": "latest"},
        {**RING, "prices": {"chaos": 0}},
        {**RING, "prices": {"chaos": 1e300}},
        {**RING, "target_mods": [{}] * 9},
        {**RING, "unknown": 1},
    ],
)
async def test_a_bad_session_is_refused(person, body):
    answer = await person.post(SESSIONS, json=body)

    assert answer.status == 400


@pytest.mark.parametrize(
    "body",
    [
        {"number": 0, "action": "aug"},
        {"number": 1, "action": ""},
        {"number": 1, "action": "aug", "units": {"aug": -1}},
        {"number": 1, "action": "aug", "at": "2026-01-01T00:00:00"},
        {"number": 1, "action": "aug", "before": {"rarity": "shiny"}},
        {"number": 1, "action": "aug", "before": {"mods": [{}] * 21}},
        {"number": 1, "action": "aug", "omens": ["a"] * 5},
    ],
)
async def test_a_bad_step_is_refused(person, body):
    session = await begin(person)

    answer = await person.post(f"{SESSIONS}/{session['id']}/steps", json=body)

    assert answer.status == 400


async def test_a_strategy_that_nobody_sees_cannot_be_named(person):
    answer = await person.post(SESSIONS, json={**RING, "strategy_id": str(uuid7())})
    session = await begin(person)
    later = await person.patch(f"{SESSIONS}/{session['id']}", json={"strategy_id": str(uuid7())})

    assert (answer.status, answer.code) == (404, "poe2.strategy_not_found")
    assert (later.status, later.code) == (404, "poe2.strategy_not_found")


async def test_an_export_of_the_emulator_is_one_session(product, person):
    asked = {**_RING, "export": export(), "prices": {"transmute": 0.5}, "success": True}

    first = await person.post(f"{SESSIONS}/imports", json=asked)
    spelled = json.dumps(json.loads(export()), indent=3, sort_keys=True)
    again = await person.post(f"{SESSIONS}/imports", json={**asked, "export": spelled})
    other = await (await product.sign_in()).post(f"{SESSIONS}/imports", json=asked)

    session = first.json["session"]
    assert (first.json["again"], again.json["again"], other.json["again"]) == (False, True, False)
    assert again.json["session"] == session
    assert (session["origin"], session["step_count"], session["item_level"]) == ("craft_of_exile", 3, 80)
    assert (session["total_cost"], session["priced_cost"], session["unpriced_steps"]) == (None, "0.5", 1)
    assert session["currency_used"] == {
        "greater-orb-of-augmentation": 1, "omen-of-greater-exaltation": 1, "transmute": 1,
    }  # fmt: skip
    steps = await person.items(f"{SESSIONS}/{session['id']}/steps")
    assert [one["action"] for one in steps] == ["transmute", "greater-orb-of-augmentation", "forced-add"]
    assert steps[1]["omens"] == ["omen-of-greater-exaltation"]
    assert steps[1]["odds"]["chance"] == pytest.approx(0.11)
    assert "Craft of Exile" in steps[1]["odds"]["source"]
    assert steps[1]["before"]["mods"][0]["text"] == "ColdDamage (tier 3 from below)"
    assert (steps[2]["cost"], steps[2]["after"]["rarity"]) == ("0", "rare")
    assert session["final_item"]["mods"][1]["fractured"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("not json", "it is no JSON"),
        ("[]", "none of the emulator's"),
        ('{"settings": {}, "log": []}', "its log is empty"),
        ('{"settings": {"ilvl": 900}, "log": [{}]}', "none of the emulator's"),
        ('{"settings": {}, "log": [{"affixes": [{"id": 1, "atype": "middle"}]}]}', "none of the emulator's"),
        ('{"settings": {}, "log": [' + "[" * 5_000, "it is no JSON"),
        (json.dumps({"settings": {}, "log": [{"mode": "currency", "currency": "chaos"}] * 2001}), "2000 at most"),
    ],
)
async def test_what_is_no_export_is_refused_in_words(person, text, why):
    answer = await person.post(f"{SESSIONS}/imports", json={**_RING, "export": text})

    assert (answer.status, answer.code) == (422, "poe2.bad_export")
    assert why in answer.json["detail"]


async def test_an_export_that_is_too_large_is_refused(start_crafting, game):
    product = await start_crafting(crafting_export_kb=16)
    person = await product.sign_in()

    answer = await person.post(f"{SESSIONS}/imports", json={**_RING, "export": " " * 200_000})

    assert (answer.status, answer.code) == (413, "too_large")


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["chaos", "annul", "exalted", "new-base", "unpriced"]),
        st.dictionaries(st.sampled_from(["chaos", "annul", "exalted", "unpriced"]), st.integers(0, 9), max_size=3)
        | st.none(),
        st.booleans(),
    ),
    max_size=8,
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_totals_are_those_of_a_recount(product, person, steps):
    session = await begin(person, prices={"chaos": 0.3, "annul": 12.5})
    for number, (action, units, own) in enumerate(steps, 1):
        more = {} if units is None else {"units": units}
        answer = await log(person, session, number, action, prices={"chaos": 0.7} if own else {}, **more)
        assert answer.status == 201
    open_steps = await person.items(f"{SESSIONS}/{session['id']}/steps?limit=3")
    done = (await person.post(f"{SESSIONS}/{session['id']}/completion", json={})).json
    kept = await person.items(f"{SESSIONS}/{session['id']}/steps?limit=3")

    assert kept == open_steps
    known = [Decimal(one["cost"]) for one in kept if one["cost"] is not None]
    assert Decimal(done["priced_cost"]) == sum(known, Decimal(0))
    assert done["unpriced_steps"] == len(kept) - len(known)
    assert (done["total_cost"] is None) == (len(known) < len(kept))
    used: dict[str, int] = {}
    for one in kept:
        for currency, number in one["units"].items():
            used[currency] = used.get(currency, 0) + number
            if one["cost"] is not None:
                assert currency in one["prices"]
    assert done["currency_used"] == used
    assert done["attempt_count"] == 1 + sum(one["action"] == "new-base" for one in kept)
    await person.delete(f"{SESSIONS}/{session['id']}")
