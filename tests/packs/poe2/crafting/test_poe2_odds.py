"""Odds: exact, independent of order, equal to a plain Markov solution and to simulated crafts."""

import random
from fractions import Fraction
from statistics import fmean, stdev

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.peers.plain_craft import PlainCrafter
from guildhall.packs.poe2.crafting import errors
from guildhall.packs.poe2.crafting.rules import costs
from guildhall.packs.poe2.crafting.rules.chain import RESTART, STOP, SUCCESS, Attempt, Chain
from guildhall.packs.poe2.crafting.rules.chances import tries_for, wilson
from guildhall.packs.poe2.crafting.rules.game import Game
from guildhall.packs.poe2.crafting.rules.items import CraftItem, HeldMod, Unrevealed
from guildhall.packs.poe2.crafting.rules.loops import Loop
from guildhall.packs.poe2.crafting.rules.outcomes import outcomes_of
from guildhall.packs.poe2.crafting.rules.plan import CraftPlan, CraftTarget, PlanStep, make_ready, mods_of
from tests.packs.poe2.crafting.make import LIFE, MODS, PLANS, TARGETS, item, make_game, mod, plan, step, wants
from tests.packs.poe2.crafting.reference import Reference, ReferencePlan

GAME = make_game()
MOST = 1_000_000


def solved(asked: CraftPlan, game: Game = GAME) -> tuple[Attempt, list[float]]:
    """A plan's attempt, and made-up costs of its steps."""
    ready = make_ready(game, asked)
    return Chain(ready, MOST).solve(), [1 + index + 1 / 7 for index in range(len(asked.steps))]


def reference(asked: CraftPlan, game: Game = GAME) -> ReferencePlan:
    """The same plan, followed item by item, with the same costs."""
    return ReferencePlan(game, asked, [1 + index + Fraction(1, 7) for index in range(len(asked.steps))], Fraction(5, 3))


@pytest.mark.parametrize("name", PLANS)
def test_expected_cost_is_that_of_the_plain_markov_chain(name):
    attempt, each = solved(PLANS[name])
    cost, win = reference(PLANS[name]).solve()

    spread = costs.spread_of(attempt, each, 5 / 3, [0.5])

    assert spread.mean == pytest.approx(float(cost), rel=1e-9)
    assert costs.success_of(attempt) == pytest.approx(float(win), rel=1e-9)
    assert sum(map(attempt.ends, (SUCCESS, RESTART, STOP))) == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize("name", PLANS)
def test_simulated_crafts_cost_what_is_expected_and_are_spread_so(name):
    attempt, each = solved(PLANS[name])
    chances = [0.1, 0.5, 0.9]
    spread = costs.spread_of(attempt, each, 5 / 3, chances)
    plain, dice, crafts = reference(PLANS[name]), random.Random(20), 4000

    found = sorted(plain.simulate(dice)[0] for _ in range(crafts))

    error = stdev(found) / crafts**0.5
    assert abs(fmean(found) - spread.mean) < 4.5 * error + 1e-9
    # where a step can be used on is not in the chain of steps that the distribution is made from
    room = 0.1 if name == "a faction" else 0.05
    cell = 2 * (spread.mean + 8 * spread.deviation) / costs.CELLS
    for quantile in spread.quantiles:
        below = sum(one < quantile.cost - cell for one in found) / crafts
        up_to = sum(one <= quantile.cost + cell for one in found) / crafts
        assert below - room < quantile.probability < up_to + room


@settings(max_examples=40)
@given(data=st.data())
def test_odds_do_not_depend_on_the_order_of_anything(data):
    name = data.draw(st.sampled_from(sorted(PLANS)))
    shuffled = make_game(tuple(data.draw(st.permutations(MODS))))
    asked = PLANS[name]
    numbers = data.draw(st.permutations(range(len(asked.targets))))

    def moved(targets: list[int]) -> list[int]:
        return [numbers.index(one - 1) + 1 for one in reversed(targets)]

    def with_targets(condition):
        return condition and msgspec.structs.replace(condition, targets=moved(condition.targets))

    other = msgspec.structs.replace(
        asked,
        item=msgspec.structs.replace(asked.item, mods=list(reversed(asked.item.mods))),
        targets=[asked.targets[number] for number in numbers],
        goal=with_targets(asked.goal),
        steps=[
            msgspec.structs.replace(one, wants=with_targets(one.wants), keeps=moved(one.keeps)) for one in asked.steps
        ],
    )
    one, each = solved(asked)
    again, _ = solved(other, shuffled)

    assert costs.success_of(again) == pytest.approx(costs.success_of(one), rel=1e-12)
    assert costs.spread_of(again, each, 1, [0.5]).mean == pytest.approx(
        costs.spread_of(one, each, 1, [0.5]).mean, rel=1e-9
    )


ITEMS = st.builds(
    lambda mods, rarity, level: CraftItem(base="Copper Ring", item_level=level, rarity=rarity, mods=mods),
    st.lists(st.sampled_from([HeldMod(one.id) for one in MODS]), max_size=4, unique=True),
    st.sampled_from(["normal", "magic", "rare"]),
    st.sampled_from([30, 45, 82]),
)
USES = st.sampled_from(
    [
        ("transmute", []), ("greater-orb-of-transmutation", []), ("aug", []), ("regal", ["sinistral-coronation"]),
        ("alch", ["dextral-alchemy"]), ("exalted", ["greater-exaltation"]), ("perfect-exalted-orb", []),
        ("chaos", ["whittling"]), ("greater-chaos-orb", ["sinistral-erasure"]), ("annul", ["greater-annulment"]),
        ("annul", ["light"]), ("fracturing-orb", []), ("essence", []), ("perfect-essence", ["dextral-crystallisation"]),
        ("preserved-collarbone", []), ("ancient-collarbone", ["dextral-necromancy"]),
        ("preserved-collarbone", ["the-sovereign"]), ("divine", []), ("artificers", []),
    ]
)  # fmt: skip


@settings(max_examples=400)
@given(thing=ITEMS, use=USES, level=st.integers(1, 90))
def test_every_step_is_the_plain_one_and_its_probabilities_sum_to_1(thing, use, level):
    thing = msgspec.structs.replace(thing, item_level=level)
    currency, omens = use[0], [f"omen-of-{one}" for one in use[1]]
    try:
        found = outcomes_of(GAME, thing, currency, omens, TARGETS)
    except errors.BadItem:
        return
    except errors.CurrencyUnusable:
        found = None
    plain = Reference(GAME, GAME.bases["Rings/Copper"], level)
    state = thing.rarity, frozenset((one.mod, "") for one in thing.mods)
    kind = GAME.rules.currency(currency)
    assert kind is not None
    expected = {state: Fraction(1)} if kind.action == "artificer" else None
    if kind.action == "divine":
        expected = {state: Fraction(1)} if thing.mods else None
    elif kind.action != "artificer":
        expected = plain.use(kind, omens, [])(state)

    if found is None or expected is None:
        assert found is None
        assert not expected
    else:
        assert sum(one.probability for one in found.ways) == pytest.approx(1, rel=1e-12)
        assert sorted(one.probability for one in found.ways) == pytest.approx(sorted(map(float, expected.values())))
        assert len(found.ways) == len(expected)


TINY = make_game(
    (
        mod("Life1", "prefix", 1, 3), mod("Life2", "prefix", 40, 2), mod("Mana1", "prefix", 1, 1),
        mod("Fire1", "suffix", 1, 3), mod("Fire2", "suffix", 50, 2), mod("Cold", "suffix", 10, 5, families=("Mana",)),
        mod("Tomb", "prefix", 65, None, kind="desecrated", faction="Kurgal"),
        mod("Glass", "prefix", 50, kind="crafted"),
    )
)  # fmt: skip
TINY_USES = st.sampled_from(
    [
        ("transmute", []), ("aug", []), ("regal", []), ("alch", []), ("exalted", []), ("chaos", []), ("annul", []),
        ("perfect-exalted-orb", ["greater-exaltation"]), ("chaos", ["whittling"]), ("annul", ["dextral-annulment"]),
        ("perfect-essence", []), ("preserved-collarbone", []), ("well-of-souls", []), ("fracturing-orb", []),
    ]
)  # fmt: skip


@st.composite
def plans(draw: st.DrawFn) -> CraftPlan:
    """A plan over the tiny game: of any steps, in any order."""
    steps = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        use, omens = draw(TINY_USES)
        met = wants(*draw(st.lists(st.integers(1, 3), min_size=1, max_size=2, unique=True)), at_least=1)
        chosen = draw(st.sampled_from([None, met]))
        failing = (
            "continue" if chosen is None else draw(st.sampled_from(["restart", "continue", "repeat", "back", "stop"]))
        )
        back = draw(st.integers(1, number)) if failing == "back" else None
        keeps = draw(st.sampled_from([[], [], [1]]))
        steps.append(step(use, *omens, wants=chosen, on_failure=failing, back_to=back, keeps=keeps))
    goal = wants(*draw(st.lists(st.integers(1, 3), min_size=1, max_size=2, unique=True)))
    begin = draw(st.sampled_from([item(), item(), item("Life1", "Fire1", rarity="rare")]))
    return plan(*steps, targets=3, goal=goal, begin=begin, at_end=draw(st.sampled_from(["restart", "stop"])))


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(asked=plans())
def test_any_plan_has_the_odds_of_the_plain_markov_chain(asked):
    try:
        attempt, each = solved(asked, TINY)
    except (errors.PlanStuck, errors.PlanNeverEnds):
        return
    assert sum(map(attempt.ends, (SUCCESS, RESTART, STOP))) == pytest.approx(1, rel=1e-12)
    if attempt.ends(RESTART) > 1 - 1e-9:
        return  # nobody ever ends
    cost, win = reference(asked, TINY).solve()

    assert costs.spread_of(attempt, each, 5 / 3, [0.5]).mean == pytest.approx(float(cost), rel=1e-9, abs=1e-12)
    assert costs.success_of(attempt) == pytest.approx(float(win), rel=1e-9, abs=1e-12)


def test_a_loop_that_only_some_items_leave_never_ends():
    asked = plan(
        step("chaos", wants=wants(1)),
        step("transmute", wants=wants(2), on_failure="back", back_to=1),
        targets=2,
        goal=wants(1),
        begin=item("Life1", "Fire1", rarity="rare"),
    )
    with pytest.raises(errors.PlanNeverEnds):
        solved(asked, TINY)


def test_a_floor_keeps_the_best_tier_of_a_type_that_it_would_exclude():
    game = make_game(
        (mod("High1", "prefix", 1), mod("High2", "prefix", 60), mod("Low1", "prefix", 5), mod("Low2", "prefix", 30))
    )
    chances = {
        one.added[0]: one.probability for one in outcomes_of(game, item(), "greater-orb-of-transmutation", [], []).ways
    }

    assert chances == {"High2": 0.5, "Low2": 0.5}


def test_an_orb_with_a_floor_cannot_be_used_below_it():
    with pytest.raises(errors.CurrencyUnusable, match="its item level is below 44"):
        outcomes_of(GAME, item(level=43), "greater-orb-of-transmutation", [], [])


def test_the_hidden_modifier_of_an_item_is_revealed_as_the_best_of_three():
    hidden = msgspec.structs.replace(
        item("Life1", "Fire1", rarity="rare"), unrevealed=Unrevealed(side="prefix", by="ancient-collarbone")
    )
    once = outcomes_of(GAME, hidden, "well-of-souls", [], [CraftTarget(type="Tomb")])
    twice = outcomes_of(GAME, hidden, "well-of-souls", ["omen-of-abyssal-echoes"], [CraftTarget(type="Tomb")])

    (chance,) = [one.probability for one in once.ways if one.met == [1]]
    (better,) = [one.probability for one in twice.ways if one.met == [1]]
    # three families are left for a prefix, and three are shown
    assert chance == pytest.approx(1)
    assert better == pytest.approx(1)
    assert {one.removed[0] for one in once.ways} == {"unrevealed prefix"}


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        (plan(step("alch"), step("chaos", wants=wants(3), on_failure="repeat"), targets=3), errors.PlanNeverEnds),
        (
            plan(step("divine", wants=wants(1), on_failure="repeat"), targets=1, begin=item("Fire1")),
            errors.PlanNeverEnds,
        ),
        (plan(step("transmute"), step("aug", wants=wants(1), on_failure="repeat"), targets=1), errors.PlanStuck),
        (plan(step("transmute", on_failure="restart"), targets=1), errors.BadPlan),
        (plan(step("transmute", wants=wants(1), on_failure="back"), targets=1), errors.BadPlan),
        (plan(step("transmute", wants=wants(1), on_failure="back", back_to=2), targets=1), errors.BadPlan),
        (plan(step("transmute", wants=wants(2)), targets=1), errors.BadPlan),
        (plan(step("transmute"), goal=wants(2), targets=1), errors.BadPlan),
        (plan(step("vaal"), targets=1), errors.NotCalculated),
        (plan(step("exalted", "catalysing-exaltation"), targets=1), errors.NotCalculated),
        (plan(step("exalted", "whittling"), targets=1), errors.OmenWithoutEffect),
        (
            plan(step("exalted", "sinistral-exaltation", "dextral-exaltation"), targets=1),
            errors.OmenWithoutEffect,
        ),
        (plan(step("mirror"), targets=1), errors.UnknownCurrency),
        (plan(step("exalted", "nothing"), targets=1), errors.UnknownOmen),
        (plan(step("transmute"), targets=1, begin=item("Life1", "Life2")), errors.BadItem),
        (plan(step("transmute"), targets=1, begin=item("Life1", "Mana1", rarity="magic")), errors.BadItem),
        (plan(step("transmute"), targets=1, begin=item("Strength1")), errors.UnknownModifier),
        (msgspec.structs.replace(plan(step("transmute")), targets=[CraftTarget(type="Luck")]), errors.BadTarget),
        (msgspec.structs.replace(plan(step("transmute")), targets=[CraftTarget()]), errors.BadTarget),
    ],
)
def test_what_has_no_odds_is_refused(asked, error):
    with pytest.raises(error):
        solved(asked)


WIDE = make_game(
    tuple(
        mod(f"{side} {'abcdef'[kind]}{tier}", side, 1 + 10 * tier, 1 + (7 * kind + 3 * tier) % 5)
        for side in ("prefix", "suffix")
        for kind in range(6)
        for tier in (1, 2)
    ),
    rare=(3, 3),
)
"""Twelve families, no two of which are alike."""
WISHES = [CraftTarget(type="prefix b"), CraftTarget(type="suffix c"), CraftTarget(type="suffix e", level=20)]
LOOPS = {
    "chaos": [step("chaos", wants=wants(1, 2), on_failure="repeat")],
    "chaos on one side": [step("chaos", "sinistral-erasure", wants=wants(1), on_failure="repeat")],
    "chaos for one of them": [step("chaos", wants=wants(1, 2, 3, at_least=1), on_failure="repeat")],
    "chaos that keeps one": [
        step("chaos", wants=wants(2), on_failure="restart"),
        step("chaos", wants=wants(1, 2), keeps=[2], on_failure="repeat"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", LOOPS)
def test_a_loop_is_solved_at_once_as_it_is_pass_by_pass(name, monkeypatch):
    steps = [step("alch"), *LOOPS[name], step("exalted")]
    asked = msgspec.structs.replace(plan(*steps, goal=wants(1, 2, 3, at_least=2)), targets=WISHES)
    at_once, each = solved(asked, WIDE)
    answers: list[None] = []
    monkeypatch.setattr(Loop, "_solve", lambda *_: answers.append(None))

    passed, _ = solved(asked, WIDE)

    assert answers  # else the loop had ended before
    assert at_once.flows == pytest.approx(passed.flows, rel=1e-9, abs=1e-15)
    assert costs.spread_of(at_once, each, 1, [0.5]).mean == pytest.approx(
        costs.spread_of(passed, each, 1, [0.5]).mean, rel=1e-11
    )


def test_what_does_not_matter_any_more_is_forgotten():
    asked = plan(*[step("transmute"), step("aug"), step("regal"), *[step("exalted")] * 2], goal=wants(1, 2))
    asked = msgspec.structs.replace(asked, targets=WISHES)
    chain = Chain(make_ready(WIDE, asked), 1_900)
    every = Chain(make_ready(WIDE, msgspec.structs.replace(asked, steps=[*asked.steps, step("annul")])), 1_900)

    attempt = chain.solve()

    plain = PlainCrafter(
        [(one.id, one.side, one.exclusive, WIDE.weight_on(one, frozenset(["ring"]))) for one in WIDE.mods.values()],
        [mods_of(WIDE, target) for target in asked.targets],
    )
    each = [1.0] * len(asked.steps)
    expected = plain.expected(asked.steps, asked.goal, each, 2.0)
    assert costs.spread_of(attempt, each, 2.0, [0.5]).mean == pytest.approx(expected, rel=1e-12)
    with pytest.raises(errors.PlanTooLarge):  # where a modifier is removed in the end, it does matter
        every.solve()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["chaos", "chaos for one of them"])
def test_a_hundred_thousand_simulated_crafts_cost_what_is_expected(name):
    asked = plan(step("alch"), *LOOPS[name], goal=LOOPS[name][0].wants)
    asked = msgspec.structs.replace(asked, targets=WISHES)
    attempt, each = solved(asked, WIDE)
    plain = PlainCrafter(
        [(one.id, one.side, one.exclusive, WIDE.weight_on(one, frozenset(["ring"]))) for one in WIDE.mods.values()],
        [mods_of(WIDE, target) for target in asked.targets],
    )

    found = plain.simulate(asked.steps, asked.goal, each, 1.5, random.Random(7), 100_000)

    error = stdev(found) / len(found) ** 0.5
    assert abs(fmean(found) - costs.spread_of(attempt, each, 1.5, [0.5]).mean) < 4 * error


def test_a_plan_with_too_many_states_is_refused():
    with pytest.raises(errors.PlanTooLarge):
        Chain(make_ready(GAME, PLANS["repeat"]), 50).solve()
    with pytest.raises(errors.PlanTooLarge):
        Chain(make_ready(GAME, PLANS["go back"]), 20).solve()


def test_tries_for_a_confidence():
    tries = tries_for(0.6, 0.0729167)

    assert tries == 13
    assert tries * 8_908 == pytest.approx(115_795, abs=50)
    assert tries_for(0.9, 1.0) == 1
    assert tries_for(0.9, 0.0) is None
    assert tries_for(0.01, 0.5) == 1


def test_the_interval_of_a_share():
    low, high = wilson(8, 10) or (0, 0)

    assert low == pytest.approx(0.4902, abs=1e-4)
    assert high == pytest.approx(0.9433, abs=1e-4)
    assert wilson(0, 0) is None
    assert (wilson(0, 5) or (9, 9))[0] == 0
    assert (wilson(5, 5) or (9, 9))[1] == pytest.approx(1)


def test_a_step_is_skipped_on_an_item_that_is_already_what_it_wants():
    attempt, _ = solved(plan(PlanStep(use="exalted", wants=wants(1)), targets=1, begin=item("Life2", "Fire1")))

    assert attempt.uses(0) == 0
    assert costs.success_of(attempt) == 1
    assert LIFE in TARGETS
