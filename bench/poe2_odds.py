"""What do the odds of a plan of six steps cost, and are they those of a plain chain and of simulated crafts?"""

import os
import random
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from bench.compare import Result, median_of, told, within
from bench.context import Context
from bench.peers.plain_craft import PlainCrafter
from bench.process import ROOT
from guildhall.packs.poe2.crafting.rules import costs
from guildhall.packs.poe2.crafting.rules.chain import Chain
from guildhall.packs.poe2.crafting.rules.extracts import read_extracts
from guildhall.packs.poe2.crafting.rules.files import GivenGame, known_rules, read_game
from guildhall.packs.poe2.crafting.rules.game import EQUAL, Base, Game, Mod
from guildhall.packs.poe2.crafting.rules.items import CraftItem
from guildhall.packs.poe2.crafting.rules.plan import Condition, CraftPlan, CraftTarget, PlanStep, make_ready
from guildhall.packs.poe2.sandbox import make_mods

TABLES = Path(os.environ.get("GUILDHALL_BENCH_POE2", ROOT.parent / "shared" / "data" / "poe2" / "poe2mcp"))
LEVEL, PATCH, MOST = 82, "0.5", 5_000_000
CRAFTS = 1_000_000
RESTART = 1.5
_NAMES = ("mods_0.5.json", "spawn_tags.json", "base_items.json")


def run(context: Context) -> list[Result]:
    """Solve plans over the table of rings, in rounds; follow one of them item by item, and craft a million times."""
    game, base, where = _table()
    targets = _targets(game, base)
    plans = _plans(base, targets)
    figures = {
        name: median_of([plan] * context.rounds, lambda one: _milliseconds(game, one)) for name, plan in plans.items()
    }
    crafter = _crafter(game, base, targets)
    difference = _difference(crafter, game, plans["a short one"])
    errors = [
        _errors(crafter, game, plans[name], context.scaled(CRAFTS), seed)
        for seed, name in enumerate(("a wide goal", "a wide goal by chaos"))
    ]
    count = f"{context.scaled(CRAFTS):,} simulated crafts"
    return [
        within(f"odds and cost of a plan of six steps with restarts, {where}", figures["restarts"], 50.0, "ms"),
        within("the same, exalting and annulling back and forth", figures["back and forth"], 50.0, "ms"),
        within("the same, going on whatever happens", figures["whatever happens"], 50.0, "ms"),
        told(
            "a plan of four: an alchemy, chaos until two modifiers are there, two exalts",
            figures["chaos until it is good"],
            "ms",
        ),
        within("expected cost beside a chain over whole items, parts in 10^9", difference * 1e9, 1.0, ""),
        within(f"expected cost beside {count} with restarts, in standard errors", errors[0], 4.0, ""),
        within(f"expected cost beside {count} with a loop, in standard errors", errors[1], 4.0, ""),
    ]


def _table() -> tuple[Game, Base, str]:
    """The real table where it is, else a made-up one of about its size; and a ring."""
    if TABLES.is_dir():
        mods, tags, bases = (TABLES.joinpath(name).read_bytes() for name in _NAMES)
        rules = known_rules(PATCH)
        assert rules is not None
        game, name, where = read_extracts(mods, tags, bases, rules), "Gold Ring", "the real table"
    else:
        game, name, where = read_game(make_mods(20, 30), PATCH), "Copper Band", "a made-up table"
    made = _made(game)
    base = next(one for one in made.bases.values() if one.name == name)
    return made, base, f"{where}, {len(_rollable(made, base))} modifiers of a ring"


def _made(given: GivenGame) -> Game:
    return Game(
        patch=PATCH, source="", weight_source=EQUAL, usual_weight=1.0, rules=given.rules,
        mods={one.id: one for one in given.mods}, bases={one.id: one for one in given.bases},
    )  # fmt: skip


def _rollable(game: Game, base: Base) -> list[Mod]:
    tags = frozenset(base.tags)
    return [
        one
        for one in sorted(game.mods.values(), key=lambda mod: mod.id)
        if one.kind == "natural" and one.level <= LEVEL and game.weight_on(one, tags) > 0
    ]


def _targets(game: Game, base: Base) -> list[CraftTarget]:
    """The two types of prefixes and the two of suffixes with the most tiers, from level 40 on."""
    tiers: dict[tuple[str, str], int] = {}
    for mod in _rollable(game, base):
        tiers[mod.side, mod.type] = tiers.get((mod.side, mod.type), 0) + 1
    found = []
    for side in ("prefix", "suffix"):
        best = sorted((-number, kind) for (of, kind), number in tiers.items() if of == side)[:2]
        found += [CraftTarget(type=kind, level=40) for _, kind in best]
    return found


def _plans(base: Base, targets: Sequence[CraftTarget]) -> dict[str, CraftPlan]:
    def plan(*steps: PlanStep, goal: Condition | None = None, most: int = 4) -> CraftPlan:
        item = CraftItem(base=base.id, item_level=LEVEL)
        return CraftPlan(item=item, targets=list(targets[:most]), steps=list(steps), goal=goal)

    def step(use: str, *wanted: int, then: str = "restart", omen: str = "", **more: object) -> PlanStep:
        wants = Condition(targets=list(wanted), at_least=1 if then == "any" else None) if wanted else None
        failing = "continue" if not wanted else "restart" if then == "any" else then
        return PlanStep(use=use, omens=[omen] if omen else [], wants=wants, on_failure=failing, **more)  # type: ignore[arg-type]

    two = Condition(targets=[1, 2, 3, 4], at_least=2)
    chaos = PlanStep(use="chaos", wants=two, on_failure="repeat")
    return {
        "restarts": plan(
            step("transmute", 1), step("aug", 1, 3), step("regal"),
            step("exalted", 1, 2, 3), step("exalted"), step("exalted"), goal=Condition(targets=[1, 2, 3]),
        ),
        "a short one": plan(
            step("transmute", 1), step("aug", 1, 3), step("regal"), step("exalted"), goal=Condition(targets=[1, 2, 3])
        ),
        "a wide goal": plan(
            step("transmute", 1, 2, 3, 4, then="any"), step("aug"), step("regal"), step("exalted"), goal=two
        ),
        "a wide goal by chaos": plan(step("alch"), chaos, goal=two),
        "back and forth": plan(
            step("transmute", 1), step("aug", 1, 3), step("regal"), step("annul", 1, 3),
            step("exalted", 2, then="continue", omen="omen-of-sinistral-exaltation"),
            step("annul", 2, then="back", omen="omen-of-sinistral-annulment", back_to=5, keeps=[1, 3]),
            goal=Condition(targets=[1, 2, 3]),
        ),
        "whatever happens": plan(
            step("transmute"), step("aug"), step("regal"), step("exalted"), step("exalted"), step("exalted"),
            goal=Condition(targets=[1, 3]),
        ),
        "chaos until it is good": plan(
            step("alch"), step("chaos", 1, 3, then="repeat"), step("exalted"), step("exalted"),
            goal=Condition(targets=[1, 3]),
        ),
    }  # fmt: skip


def _costs(plan: CraftPlan) -> list[float]:
    return [1 + index / 3 for index in range(len(plan.steps))]


def _spread(game: Game, plan: CraftPlan) -> costs.Spread:
    attempt = Chain(make_ready(game, plan), MOST).solve()
    return costs.spread_of(attempt, _costs(plan), RESTART, [0.5, 0.8, 0.95])


def _milliseconds(game: Game, plan: CraftPlan) -> float:
    began = time.perf_counter()
    _spread(game, plan)
    return (time.perf_counter() - began) * 1000


def _crafter(game: Game, base: Base, targets: Sequence[CraftTarget]) -> PlainCrafter:
    tags = frozenset(base.tags)
    rows = [(one.id, one.side, one.exclusive, game.weight_on(one, tags)) for one in _rollable(game, base)]
    met = [
        frozenset(one.id for one in game.mods.values() if one.type == target.type and one.level >= target.level)
        for target in targets
    ]
    return PlainCrafter(rows, met)


def _difference(crafter: PlainCrafter, game: Game, plan: CraftPlan) -> float:
    """The relative difference of the expected cost from that of whole items."""
    plain = crafter.expected(plan.steps, plan.goal, _costs(plan), RESTART)
    return abs(_spread(game, plan).mean / plain - 1)


def _errors(crafter: PlainCrafter, game: Game, plan: CraftPlan, crafts: int, seed: int) -> float:
    """The difference of the expected cost from simulated crafts, in standard errors."""
    found = crafter.simulate(plan.steps, plan.goal, _costs(plan), RESTART, random.Random(seed), crafts)
    error = statistics.stdev(found) / crafts**0.5
    return float(abs(statistics.fmean(found) - _spread(game, plan).mean) / error)
