"""Odds over HTTP: labelled, priced, refused in words."""

from datetime import datetime, timedelta
from decimal import Decimal

import msgspec
import pytest

from guildhall.packs.poe2.crafting.rules.chances import tries_for
from guildhall.packs.poe2.market.rules.readings import Reading
from tests.packs.poe2.crafting.make import CRAFTING, PLANS, make_game
from tests.packs.poe2.market import make as market

STEP, PLAN = f"{CRAFTING}/odds/step", f"{CRAFTING}/odds/plan"
RING = {"base": "Copper Ring", "item_level": 82}
PRICES = {"transmute": 0.1, "aug": 0.2, "regal": 0.5, "exalted": 1}


def asked(name: str, **more: object) -> dict[str, object]:
    """A question about a plan."""
    return {"plan": msgspec.to_builtins(PLANS[name]), **more}


async def test_the_odds_of_a_step_tell_what_they_stand_on(product):
    found = (
        await product.post(
            STEP,
            json={
                "item": RING,
                "use": "transmute",
                "targets": [{"type": "Life", "level": 40}, {"type": "Fire"}],
                "most": 2,
            },
        )
    ).json

    assert found["estimate"] == {
        "patch": "0.5",
        "source": "made up",
        "weight_source": "made up",
        "usual_weight": 3.0,
        "rules_source": make_game().rules.source,
        "estimated": True,
    }
    assert [one["probability"] for one in found["targets"]] == [pytest.approx(2 / 25), pytest.approx(5 / 25)]
    assert found["all_targets"] == 0
    assert [one["added"] for one in found["outcomes"]] == [["Cold"], ["Light"]]
    assert found["others"] == pytest.approx(16 / 25)
    assert found["units"] == {"transmute": 1}


async def test_the_odds_of_a_plan_are_priced_as_the_person_says(product, person):
    name = "restart until each step succeeds"
    found = (await person.post(PLAN, json=asked(name, prices=PRICES, item_price=2, confidences=[0.6]))).json

    cost = found["cost"]
    assert found["success"] == pytest.approx(1)
    assert found["attempts"] == pytest.approx(1 / found["success_an_attempt"])
    expected = sum(PRICES[currency] * number for currency, number in found["units"].items())
    assert cost["mean"] == pytest.approx(expected + 2 * found["attempts"])
    assert (cost["base"], cost["market_at"], cost["given"]) == (
        "exalted",
        None,
        ["aug", "exalted", "regal", "transmute"],
    )
    (tries,) = found["tries"]
    assert tries["attempts"] == tries_for(0.6, found["success_an_attempt"])
    assert tries["cost"] == pytest.approx(tries["attempts"] * cost["attempt"])
    assert cost["quantiles"][0]["cost"] < cost["mean"] * 1.2


async def test_without_a_price_the_cost_is_unknown_and_never_0(product, person):
    found = (await person.post(PLAN, json=asked("go on whatever happens", prices={"aug": 1}))).json

    assert found["cost"] is None
    assert found["unknown_prices"] == ["greater-orb-of-transmutation", "greater-regal-orb", "item"]
    assert [one["cost"] for one in found["tries"]] == [None, None, None]
    assert found["units"]["aug"] == pytest.approx(found["attempts"])


async def test_prices_of_the_market_carry_their_league_and_time(product, person, jobs_db, clock):
    asked_at = clock.now()
    async with jobs_db.write() as tx:
        await market.market(tx)
        at = asked_at.replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
        await market.prices(tx, Reading(market.CHAOS, Decimal("0.9"), 100, at))
    mods = [{"mod": one} for one in ("Life1", "Mana1", "Fire1", "Cold")]
    steps = [{"use": "chaos", "wants": {"targets": [1]}, "on_failure": "repeat"}]
    plan = {"item": {**RING, "rarity": "rare", "mods": mods}, "targets": [{"type": "Light"}], "steps": steps}

    found = (await person.post(PLAN, json={"plan": plan, "league": market.LEAGUE})).json
    given = (await person.post(PLAN, json={"plan": plan, "league": market.LEAGUE, "prices": {"chaos": 2}})).json
    private = (await person.post(PLAN, json={"plan": plan, "league": "My Own League"})).json
    clock.advance(timedelta(days=2))
    later = await product.sign_in(person.id)
    old = (await later.post(PLAN, json={"plan": plan, "league": market.LEAGUE})).json

    cost = found["cost"]
    assert cost["league"] == market.LEAGUE
    assert datetime.fromisoformat(cost["market_at"]) <= at
    assert cost["mean"] == pytest.approx(0.9 * found["units"]["chaos"])
    assert given["cost"]["mean"] == pytest.approx(2 * found["units"]["chaos"])
    assert (given["cost"]["given"], given["cost"]["market_at"]) == (["chaos"], None)
    assert (private["cost"], private["unknown_prices"]) == (None, ["chaos"])
    assert old["unknown_prices"] == ["chaos"]


async def test_plans_are_for_people_who_are_signed_in(product, person):
    anonymous = await product.post(PLAN, json=asked("repeat"))
    reading = await (await person.token("poe2:read")).post(PLAN, json=asked("repeat"))
    other = await (await person.token("realm:read")).post(PLAN, json=asked("repeat"))

    assert (anonymous.status, reading.status, other.status) == (401, 200, 403)


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"patch": "0.4"}, 404, "poe2.patch_not_found"),
        ({"item": {**RING, "base": "Iron Ring"}}, 404, "poe2.base_not_found"),
        ({"item": {**RING, "mods": [{"mod": "Luck"}]}}, 422, "poe2.unknown_modifier"),
        ({"use": "mirror"}, 422, "poe2.unknown_currency"),
        ({"omens": ["omen-of-nothing"]}, 422, "poe2.unknown_omen"),
        ({"omens": ["omen-of-whittling"]}, 422, "poe2.omen_without_effect"),
        ({"use": "vaal"}, 422, "poe2.not_calculated"),
        ({"item": {**RING, "corrupted": True}}, 422, "poe2.bad_item"),
        ({"item": {**RING, "unrevealed": {"side": "prefix", "by": "chaos"}}}, 422, "poe2.bad_item"),
        ({"targets": [{"type": "Luck"}]}, 422, "poe2.bad_target"),
        ({"use": "exalted"}, 422, "poe2.currency_unusable"),
        ({"item": {**RING, "item_level": 0}}, 400, "bad_request"),
        ({"use": "x" * 200}, 400, "bad_request"),
        ({"targets": [{"type": "Life"}] * 9}, 400, "bad_request"),
    ],
)
async def test_a_step_without_odds_is_a_problem_with_a_code_of_its_own(product, changed, status, code):
    answer = await product.post(STEP, json={"item": RING, "use": "transmute", **changed})

    assert (answer.status, answer.code) == (status, code)


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ([{"use": "transmute", "on_failure": "restart"}], "poe2.bad_plan"),
        ([{"use": "transmute"}, {"use": "aug", "wants": {"targets": [1]}, "on_failure": "repeat"}], "poe2.plan_stuck"),
        (
            [{"use": "alch"}, {"use": "chaos", "wants": {"targets": [2]}, "on_failure": "repeat"}],
            "poe2.plan_never_ends",
        ),
        ([{"use": "transmute"}], "poe2.plan_cannot_succeed"),
    ],
)
async def test_a_plan_without_odds_is_a_problem_with_a_code_of_its_own(person, steps, code):
    plan = {"item": RING, "targets": [{"type": "Life"}, {"type": "Tomb"}], "steps": steps}

    answer = await person.post(PLAN, json={"plan": plan})

    assert (answer.status, answer.code) == (422, code)


async def test_a_plan_that_is_too_large_is_refused(start_crafting, game):
    product = await start_crafting(crafting_transitions=100)
    person = await product.sign_in()
    steps = [{"use": "alch"}, {"use": "chaos", "wants": {"targets": [1, 2]}, "on_failure": "repeat"}]
    plan = {"item": RING, "targets": [{"type": "Life", "level": 40}, {"type": "Fire", "level": 50}], "steps": steps}

    answer = await person.post(PLAN, json={"plan": plan})

    assert (answer.status, answer.code) == (422, "poe2.plan_too_large")
