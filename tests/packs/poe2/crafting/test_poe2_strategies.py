"""Strategies over HTTP: shared, found, counted from sessions, expected to cost, moderated."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guildhall.ids import uuid7
from guildhall.packs.poe2.crafting.rules.chances import wilson
from tests.packs.poe2.crafting.make import CRAFTING

STRATEGIES, SESSIONS = f"{CRAFTING}/strategies", f"{CRAFTING}/sessions"
STEPS = [
    {"use": "transmute", "wants": {"targets": [1]}, "on_failure": "restart", "note": "Any base will do"},
    {"use": "aug"},
]
PLAN = {"item": {"base": "Copper Ring", "item_level": 82}, "targets": [{"type": "Life"}]}
PUBLIC = {
    "name": "Life first", "item_base": "Copper Ring", "item_class": "Ring", "steps": STEPS, "is_public": True,
}  # fmt: skip


async def add(person, **more):
    """A strategy of somebody."""
    answer = await person.post(STRATEGIES, json={**PUBLIC, **more})
    assert answer.status == 201, answer.body
    return answer.json


async def craft(person, strategy, success=None):
    """A completed session that names a strategy."""
    ring = {"item_base": "Copper Ring", "item_class": "Ring", "strategy_id": strategy["id"]}
    session = (await person.post(SESSIONS, json=ring)).json
    await person.post(f"{SESSIONS}/{session['id']}/completion", json={"success": success})
    return session


async def test_a_strategy_with_a_plan_has_an_expected_cost_and_says_what_it_stands_on(person):
    prices = {"transmute": 0.5, "aug": 0.25}
    found = await add(person, plan=PLAN, prices=prices, item_price=1, patch="0.5", description="Cheap")
    unknown = await add(person, plan=PLAN)
    told = await add(person, steps=[{"use": "ask-a-friend"}])

    # a fifth of the modifiers is life
    assert float(found["expected_cost"]) == pytest.approx(5 * 1.5 + 0.25)
    assert found["expected"]["attempts"] == pytest.approx(5)
    assert found["expected"]["base"] == "exalted"
    assert found["expected"]["estimate"]["weight_source"] == "made up"
    assert found["strategy_steps"][0]["note"] == "Any base will do"
    assert (unknown["expected_cost"], unknown["expected"]["unknown_prices"]) == (None, ["aug", "transmute", "item"])
    assert (told["expected_cost"], told["expected"], told["plan"]) == (None, None, None)


async def test_a_private_strategy_is_its_authors_alone(product, person):
    mine = await add(person, is_public=False)
    other = await product.sign_in()
    path = f"{STRATEGIES}/{mine['id']}"

    seen = [await product.get(path), await other.get(path), await other.patch(path, json={"name": "x"}),
            await other.delete(path), await other.post(f"{path}/reports", json={"reason": "x"})]  # fmt: skip
    named = await other.post(SESSIONS, json={"item_base": "R", "item_class": "Ring", "strategy_id": mine["id"]})

    assert {(one.status, one.code) for one in (*seen, named)} == {(404, "poe2.strategy_not_found")}
    assert await product.items(STRATEGIES) == []
    assert [one["id"] for one in await person.items(f"{CRAFTING}/own-strategies")] == [mine["id"]]
    assert (await person.get(path)).json["is_yours"] is True


async def test_a_public_strategy_is_seen_by_all_and_changed_by_its_author(product, person):
    made = await add(person)
    other = await product.sign_in()
    path = f"{STRATEGIES}/{made['id']}"

    seen = await product.get(path)
    foreign = [await other.patch(path, json={"name": "x"}), await other.delete(path)]
    changed = await person.patch(path, json={"name": "Life second", "description": "Slow"})
    hidden = await person.patch(path, json={"is_public": False})
    gone = await product.get(path)
    deleted = await person.delete(path)

    assert (seen.json["author"], seen.json["is_yours"]) == ("Mirelle", False)
    assert {(one.status, one.code) for one in foreign} == {(404, "poe2.strategy_not_found")}
    assert (changed.json["name"], changed.json["description"]) == ("Life second", "Slow")
    assert (hidden.json["is_public"], gone.status, deleted.status) == (False, 404, 204)


async def test_uses_and_success_are_counted_from_sessions_with_an_interval(product, person):
    made = await add(person)
    other = await product.sign_in()
    before = (await product.get(f"{STRATEGIES}/{made['id']}")).json
    await craft(other, made, True)
    await craft(other, made, True)
    await craft(person, made, False)
    unsaid = await craft(person, made)

    after = (await product.get(f"{STRATEGIES}/{made['id']}")).json
    await person.patch(f"{SESSIONS}/{unsaid['id']}", json={"strategy_id": None})
    less = (await product.get(f"{STRATEGIES}/{made['id']}")).json

    assert (before["success_interval"], before["success_rate"], before["uses_count"]) == (None, None, 0)
    assert (after["uses_count"], after["known_count"], after["success_count"]) == (4, 3, 2)
    low, high = wilson(2, 3) or (0, 0)
    assert after["success_interval"] == {
        "low": pytest.approx(low), "high": pytest.approx(high), "known": 3, "method": "wilson_95",
    }  # fmt: skip
    assert float(after["success_rate"]) == pytest.approx(2 / 3, abs=1e-6)
    assert (less["uses_count"], less["known_count"]) == (3, 3)


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["craft", "say", "name", "delete", "open"]),
        st.integers(0, 3),
        st.sampled_from([True, False, None]),
    ),
    max_size=12,
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES)
async def test_counts_are_always_those_of_a_recount(product, person, changes):
    strategies = [await add(person), await add(person)]
    sessions: list[str] = []
    for kind, place, success in changes:
        if kind == "craft":
            sessions.append((await craft(person, strategies[place % 2], success))["id"])
        elif kind == "open":
            ring = {"item_base": "R", "item_class": "Ring", "strategy_id": strategies[place % 2]["id"]}
            sessions.append((await person.post(SESSIONS, json=ring)).json["id"])
        elif sessions and kind == "delete":
            await person.delete(f"{SESSIONS}/{sessions.pop(place % len(sessions))}")
        elif sessions:
            named = None if success is None else strategies[place % 2]["id"]
            change = {"success": success} if kind == "say" else {"strategy_id": named}
            await person.patch(f"{SESSIONS}/{sessions[place % len(sessions)]}", json=change)

    rows = await product.rows(
        """
        select s.uses_count, s.known_count, s.success_count, s.success_low, s.success_rate,
               count(c.id) as uses, count(c.success) as known, count(*) filter (where c.success) as successes
        from poe2.crafting_strategies s
        left join poe2.crafting_sessions c on c.strategy_id = s.id and c.completed_at is not null
        group by s.id
        """
    )
    for row in rows:
        assert (row["uses_count"], row["known_count"], row["success_count"]) == (
            row["uses"], row["known"], row["successes"],
        )  # fmt: skip
        interval = wilson(row["successes"], row["known"])
        assert row["success_low"] == pytest.approx(interval[0] if interval else 0, abs=1e-12)
        assert (row["success_rate"] is None) == (row["known"] == 0)
    for strategy in strategies:
        await person.delete(f"{STRATEGIES}/{strategy['id']}")
    for session in sessions:
        await person.delete(f"{SESSIONS}/{session}")


async def test_many_sessions_at_once_are_all_counted(product, person):
    made = await add(person)
    people = [await product.sign_in() for _ in range(6)]

    await asyncio.gather(*(craft(one, made, True) for one in people))

    assert (await product.get(f"{STRATEGIES}/{made['id']}")).json["success_count"] == 6


async def test_public_strategies_are_found_in_three_orders_by_base_and_class(product, person):
    ring = await add(person)
    amulet = await add(person, name="Amulet", item_base="Jade Amulet", item_class="Amulet")
    other = await add(person, name="Other ring", item_base="Iron Ring")
    await craft(person, ring)
    await craft(person, ring, False)
    await craft(person, other, True)

    async def found(path: str = "", query: str = "") -> list[str]:
        return [one["id"] for one in await product.items(f"{STRATEGIES}{path}?limit=1&{query}")]

    assert await found() == [other["id"], amulet["id"], ring["id"]]
    assert await found("/most-used") == [ring["id"], other["id"], amulet["id"]]
    assert await found("/most-successful") == [other["id"], amulet["id"], ring["id"]]
    assert await found("", "class=Ring") == [other["id"], ring["id"]]
    assert await found("/most-used", "class=Ring") == [ring["id"], other["id"]]
    assert await found("/most-successful", "base=Iron Ring") == [other["id"]]
    assert (await product.get(f"{STRATEGIES}/most-used?after=nonsense")).code == "bad_cursor"


async def test_a_session_becomes_a_strategy_and_is_its_first_use(product, person):
    session = (await person.post(SESSIONS, json={"item_base": "Copper Ring", "item_class": "Ring"})).json
    path = f"{SESSIONS}/{session['id']}"
    for number, action in enumerate(["alch", "new-base", "transmute", "chaos", "chaos", "annul"], 1):
        await person.post(f"{path}/steps", json={"number": number, "action": action})
    early = await person.post(f"{path}/strategy", json={"name": "Mine"})
    await person.post(f"{path}/completion", json={"success": True})

    made = (await person.post(f"{path}/strategy", json={"name": "Mine", "is_public": True})).json

    assert (early.status, early.code) == (409, "poe2.session_open")
    assert [(one["use"], one["note"]) for one in made["strategy_steps"]] == [
        ("transmute", None), ("chaos", "2 times"), ("annul", None),
    ]  # fmt: skip
    assert (made["uses_count"], made["success_count"], made["item_base"]) == (1, 1, "Copper Ring")
    assert (await person.get(path)).json["strategy_id"] == made["id"]
    assert (await product.get(f"{STRATEGIES}/{made['id']}")).status == 200


async def test_a_session_without_steps_is_nothing_to_share(person):
    session = (await person.post(SESSIONS, json={"item_base": "R", "item_class": "Ring"})).json
    await person.post(f"{SESSIONS}/{session['id']}/completion", json={})

    empty = await person.post(f"{SESSIONS}/{session['id']}/strategy", json={"name": "Mine"})
    missing = await person.post(f"{SESSIONS}/{uuid7()}/strategy", json={"name": "Mine"})

    assert (empty.status, empty.code) == (409, "poe2.nothing_to_share")
    assert (missing.status, missing.code) == (404, "poe2.session_not_found")


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"name": ""}, 400, "bad_request"),
        ({"steps": []}, 400, "bad_request"),
        ({"steps": STEPS * 11}, 400, "bad_request"),
        ({"unknown": 1}, 400, "bad_request"),
        ({"plan": PLAN, "steps": [{"use": "mirror"}]}, 422, "poe2.unknown_currency"),
        ({"plan": PLAN, "steps": [{"use": "aug"}]}, 422, "poe2.plan_cannot_succeed"),
        ({"plan": PLAN, "patch": "0.4"}, 404, "poe2.patch_not_found"),
    ],
)
async def test_a_bad_strategy_is_refused(person, changed, status, code):
    answer = await person.post(STRATEGIES, json={**PUBLIC, **changed})

    assert (answer.status, answer.code) == (status, code)


async def test_a_person_has_so_many_strategies_at_most(start_crafting, game):
    product = await start_crafting(crafting_strategies_most=1)
    person = await product.sign_in()
    await add(person)

    answer = await person.post(STRATEGIES, json=PUBLIC)

    assert (answer.status, answer.code) == (409, "poe2.too_many_strategies")


async def test_a_report_takes_a_strategy_back_until_it_is_allowed_again(product, person):
    made = await add(person)
    path = f"{STRATEGIES}/{made['id']}"
    reader, moderator = await product.sign_in(), await product.sign_in(role="moderator")
    reported = await reader.post(f"{path}/reports", json={"reason": "Insults"})
    again = await reader.post(f"{path}/reports", json={"reason": "Insults"})
    own = await person.post(f"{path}/reports", json={"reason": "Insults"})
    (listed,) = await moderator.items(f"{CRAFTING}/strategy-reports")
    answer = f"{CRAFTING}/strategy-reports/{reported.json['id']}/answer"
    outcome = {"status": "resolved", "resolution": "Taken back", "withhold": True}

    refused = [await reader.post(answer, json=outcome), await reader.get(f"{CRAFTING}/strategy-reports"),
               await reader.delete(f"{path}/withholding")]  # fmt: skip
    handled = await moderator.post(answer, json=outcome)
    twice = await moderator.post(answer, json=outcome)
    missing = await moderator.post(f"{CRAFTING}/strategy-reports/{uuid7()}/answer", json=outcome)
    seen = [await product.get(path), await reader.get(path)]
    shared = await person.patch(path, json={"is_public": True})
    mine, theirs = await person.get(path), await moderator.get(path)
    allowed = await moderator.delete(f"{path}/withholding")
    not_withheld = await moderator.delete(f"{path}/withholding")

    assert (reported.status, again.code, own.code) == (201, "poe2.strategy_reported", "poe2.own_strategy")
    assert (listed["name"], listed["reason"], listed["strategy_id"]) == ("Life first", "Insults", made["id"])
    assert {(one.status, one.code) for one in refused} == {(403, "identity.role_missing")}
    assert (handled.json["status"], handled.json["withheld_at"] is None) == ("resolved", False)
    assert (twice.code, missing.code) == ("poe2.strategy_report_handled", "poe2.strategy_report_not_found")
    assert [one.status for one in seen] == [404, 404]
    assert (shared.status, shared.code) == (409, "poe2.strategy_withheld")
    assert (mine.status, theirs.status, mine.json["is_public"]) == (200, 200, False)
    assert (allowed.json["is_public"], (await product.get(path)).status) == (True, 200)
    assert (not_withheld.status, not_withheld.code) == (409, "poe2.strategy_not_withheld")
    acts = [row["act"] for row in await product.rows("select act from core.audit_log order by id")]
    assert acts == ["report_resolved", "strategy_withheld", "strategy_allowed"]


async def test_moderators_do_not_handle_reports_of_themselves(product):
    moderator, reader = await product.sign_in(role="moderator"), await product.sign_in()
    made = await add(moderator)
    reported = await reader.post(f"{STRATEGIES}/{made['id']}/reports", json={"reason": "Insults"})

    answer = await moderator.post(
        f"{CRAFTING}/strategy-reports/{reported.json['id']}/answer", json={"status": "dismissed"}
    )

    assert (answer.status, answer.code) == (403, "poe2.about_your_strategy")


async def test_so_many_reports_of_a_person_wait_at_most(start_crafting, game):
    product = await start_crafting(crafting_reports_most=1)
    author, reader = await product.sign_in(), await product.sign_in()
    one, other = await add(author), await add(author)
    await reader.post(f"{STRATEGIES}/{one['id']}/reports", json={"reason": "Insults"})

    answer = await reader.post(f"{STRATEGIES}/{other['id']}/reports", json={"reason": "Insults"})

    assert (answer.status, answer.code) == (409, "poe2.too_many_strategy_reports")


async def test_an_account_goes_with_its_sessions_and_the_counts_follow(product, person):
    made = await add(person)
    other = await product.sign_in()
    await craft(other, made, True)
    before = (await product.get(f"{STRATEGIES}/{made['id']}")).json["uses_count"]

    await product.execute("delete from core.users where id = $1", other.id)
    after = (await product.get(f"{STRATEGIES}/{made['id']}")).json
    await product.execute("delete from core.users where id = $1", person.id)

    assert (before, after["uses_count"], after["success_interval"]) == (1, 0, None)
    assert await product.rows("select 1 as x from poe2.crafting_strategies") == []
    assert await product.rows("select 1 as x from poe2.crafting_sessions") == []
