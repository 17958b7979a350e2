"""Crafting once more, written plainly: whole items, fractions, and one system of equations for a plan."""

import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from guildhall.packs.poe2.crafting.rules.game import Base, Currency, Game, Mod
from guildhall.packs.poe2.crafting.rules.plan import Condition, CraftPlan

Held = tuple[str, str]
"""A modifier and its marks: f(ractured), c(rafted), d(esecrated), u(nrevealed), and after ';' what is not revealed."""
Thing = tuple[Any, frozenset[Held]]
Outcomes = dict[Thing, Fraction]


class Reference:
    """The rules of a game for items of one base."""

    def __init__(self, game: Game, base: Base, item_level: int) -> None:
        self.game = game
        self.base = base
        self.level = item_level

    def side(self, held: Held) -> str:
        return held[1].partition(";")[2].partition(",")[0] if held[0] == "?" else self.game.mods[held[0]].side

    def mod_level(self, held: Held) -> int:
        return 0 if held[0] == "?" else self.game.mods[held[0]].level

    def slots(self, rarity: Any, side: str) -> int:
        most = self.game.rules.limits.slots(self.base.item_class, rarity)
        return most[0] if side == "prefix" else most[1]

    def free(self, thing: Thing) -> list[str]:
        rarity, mods = thing
        return [
            side
            for side in ("prefix", "suffix")
            if sum(self.side(one) == side for one in mods) < self.slots(rarity, side)
        ]

    def pool(
        self, thing: Thing, sides: list[str], floor: int, kinds: tuple[str, ...], faction: str | None
    ) -> dict[str, Fraction]:
        """What can be added, with weights."""
        taken = {family for id, _ in thing[1] if id != "?" for family in self.game.mods[id].exclusive}
        able = [
            mod
            for mod in self.game.mods.values()
            if mod.kind in kinds
            and mod.level <= self.level
            and self.weight(mod) > 0
            and (faction is None or mod.faction == faction)
        ]
        best = {mod.type: max(one.level for one in able if one.type == mod.type) for mod in able}
        return {
            mod.id: self.weight(mod)
            for mod in able
            if (mod.level >= floor or (best[mod.type] < floor and mod.level == best[mod.type]))
            and mod.side in sides
            and not taken & mod.exclusive
        }

    def weight(self, mod: Mod) -> Fraction:
        for one in mod.spawn:
            if one.tag in self.base.tags:
                return Fraction(self.game.usual_weight if one.weight is None else one.weight)
        return Fraction(0)

    def use(
        self, currency: Currency, omens: list[str], wanted: list[frozenset[str]]
    ) -> Callable[[Thing], Outcomes | None]:
        found_omens: list[Any] = [self.game.rules.omen(id) for id in omens]
        effects = {one.effect: one for one in found_omens}
        sides = [side for side in ("prefix", "suffix") if side in effects] or ["prefix", "suffix"]

        def add(thing: Thing, among: list[str]) -> Outcomes:
            free = [side for side in self.free(thing) if side in among]
            pool = self.pool(thing, free, currency.floor, ("natural",), None)
            total = sum(pool.values())
            return {(thing[0], thing[1] | {(id, "")}): weight / total for id, weight in pool.items()}

        def removable(thing: Thing) -> list[Held]:
            found = [one for one in thing[1] if "f" not in marks_of(one) and self.side(one) in sides]
            if "lowest" in effects:
                least = min(map(self.mod_level, found), default=0)
                found = [one for one in found if self.mod_level(one) == least]
            if "desecrated" in effects:
                found = [one for one in found if "d" in marks_of(one)]
            return found

        def remove(thing: Thing, found: list[Held]) -> Outcomes:
            return {(thing[0], thing[1] - {one}): Fraction(1, len(found)) for one in found}

        def marked(thing: Thing, mark: str) -> int:
            return sum(mark in marks_of(one) for one in thing[1])

        def gift_fits(thing: Thing, gift: Mod) -> bool:
            families = {family for id, _ in thing[1] if id != "?" for family in self.game.mods[id].exclusive}
            return gift.side in self.free(thing) and not families & gift.exclusive

        def once(thing: Thing) -> Outcomes | None:
            rarity, mods = thing
            action = currency.action
            if self.level < currency.floor or (currency.classes and self.base.item_class not in currency.classes):
                return None
            if action == "transmute":
                return add(("magic", mods), sides) if rarity == "normal" else None
            if action == "augment":
                return (add(thing, sides) or None) if rarity == "magic" else None
            if action == "regal":
                return (add(("rare", mods), sides) or None) if rarity == "magic" else None
            if action == "exalt":
                if rarity != "rare" or not add(thing, sides):
                    return None
                first = add(thing, sides)
                return then(first, lambda one: add(one, sides) or {one: Fraction(1)}) if "two" in effects else first
            if action == "alchemy":
                if rarity == "rare":
                    return None
                found: Outcomes = {("rare", frozenset(one for one in mods if "f" in marks_of(one))): Fraction(1)}
                for _ in range(4):
                    found = then(
                        found,
                        lambda one: (
                            {one: Fraction(1)}
                            if len(one[1]) >= 4
                            else add(one, sides) or add(one, ["prefix", "suffix"]) or {one: Fraction(1)}
                        ),
                    )
                return found
            if action == "chaos":
                if rarity != "rare" or not removable(thing):
                    return None
                return then(
                    remove(thing, removable(thing)), lambda one: add(one, ["prefix", "suffix"]) or {one: Fraction(1)}
                )
            if action == "annul":
                if rarity == "normal" or not removable(thing):
                    return None
                found = remove(thing, removable(thing))
                if "two" in effects:
                    found = then(
                        found, lambda one: remove(one, removable(one)) if removable(one) else {one: Fraction(1)}
                    )
                return found
            if action == "fracture":
                if rarity != "rare" or len(mods) < 4 or marked(thing, "f"):
                    return None
                return {(rarity, mods - {one} | {(one[0], "f" + one[1])}): Fraction(1, len(mods)) for one in mods}
            if action in ("essence", "perfect_essence"):
                gift = self.game.mods[str(currency.gift(self.base.item_class))]
                if marked(thing, "c") or rarity != ("magic" if action == "essence" else "rare"):
                    return None
                if action == "essence":
                    rare = ("rare", mods)
                    return {("rare", mods | {(gift.id, "c")}): Fraction(1)} if gift_fits(rare, gift) else None
                room = [one for one in removable(thing) if gift_fits((rarity, mods - {one}), gift)]
                return {(rarity, mods - {one} | {(gift.id, "c")}): Fraction(1, len(room)) for one in room} or None
            if action == "desecrate":
                if rarity != "rare" or marked(thing, "d"):
                    return None
                return self.desecrated(thing, sides, removable(thing), currency, effects)
            if action == "reveal":
                return self.revealed(thing, wanted, "again" in effects) if marked(thing, "u") else None
            raise AssertionError(action)

        return once

    def desecrated(
        self, thing: Thing, sides: list[str], room: list[Held], currency: Currency, effects: dict[str, Any]
    ) -> Outcomes | None:
        rarity, mods = thing
        faction = effects["faction"].faction if "faction" in effects else None
        kinds = ("desecrated",) if faction else tuple(self.game.rules.revealed)
        memory = f"{currency.floor},{'|'.join(kinds)},{faction}"
        free = [side for side in self.free(thing) if side in sides]
        if free:
            weights = {side: sum(self.pool(thing, [side], currency.floor, kinds, faction).values()) for side in free}
            total = sum(weights.values())
            return {
                (rarity, mods | {("?", f"du;{side},{memory}")}): weight / total
                for side, weight in weights.items()
                if weight
            } or None
        found: Outcomes = {}
        for one in room:
            after = (rarity, mods - {one} | {("?", f"du;{self.side(one)},{memory}")})
            found[after] = found.get(after, Fraction(0)) + Fraction(1, len(room))
        return found or None

    def revealed(self, thing: Thing, wanted: list[frozenset[str]], again: bool) -> Outcomes:
        rarity, mods = thing
        hidden = next(one for one in mods if one[0] == "?")
        _, floor, kinds, faction = hidden[1].partition(";")[2].split(",")
        bare = (rarity, mods - {hidden})
        present = {id for id, _ in bare[1]}
        missing = [target for target in wanted if not target & present]
        pool = self.pool(
            bare, [self.side(hidden)], int(floor), tuple(kinds.split("|")), None if faction == "None" else faction
        )

        def draws(left: dict[str, Fraction], more: int) -> list[tuple[tuple[str, ...], Fraction]]:
            if not more or not left:
                return [((), Fraction(1))]
            total, found = sum(left.values()), []
            for id, weight in left.items():
                rest = {
                    other: one
                    for other, one in left.items()
                    if not self.game.mods[other].exclusive & self.game.mods[id].exclusive
                }
                found += [((id, *more_ids), weight / total * chance) for more_ids, chance in draws(rest, more - 1)]
            return found

        def score(id: str) -> int:
            return sum(id in target for target in missing)

        all_draws = draws(pool, self.game.rules.options)
        first: dict[str, Fraction] = {}
        for ids, chance in all_draws:
            best = max(ids, key=score)  # the first of several
            first[best] = first.get(best, Fraction(0)) + chance
        if again:
            nothing = sum((chance for id, chance in first.items() if score(id) == 0), Fraction(0))
            second = first
            first = {id: chance for id, chance in first.items() if score(id) > 0}
            for id, chance in second.items():
                first[id] = first.get(id, Fraction(0)) + nothing * chance
        return {(rarity, bare[1] | {(id, "d")}): chance for id, chance in first.items()}


def marks_of(held: Held) -> str:
    return held[1].partition(";")[0]


def then(outcomes: Outcomes, following: Callable[[Thing], Outcomes]) -> Outcomes:
    found: Outcomes = {}
    for thing, chance in outcomes.items():
        for after, share in following(thing).items():
            found[after] = found.get(after, Fraction(0)) + chance * share
    return found


RESTART, DONE, STOPPED = "restart", "done", "stopped"
Node = Any
"""A step and an item, or how it ended."""


class ReferencePlan:
    """A plan whose ways are followed item by item. Steps are counted from 0."""

    def __init__(self, game: Game, plan: CraftPlan, costs: list[Fraction], restart: Fraction) -> None:
        base = next(one for one in game.bases.values() if plan.item.base in (one.id, one.name))
        self.reference = Reference(game, base, plan.item.item_level)
        self.plan = plan
        self.costs = costs
        self.restart = restart
        self.targets = [
            frozenset(target.mods)
            or frozenset(one.id for one in game.mods.values() if one.type == target.type and one.level >= target.level)
            for target in plan.targets
        ]
        self.start: Thing = (
            plan.item.rarity,
            frozenset(
                (one.mod, "c" * one.crafted + "d" * one.desecrated + "f" * one.fractured) for one in plan.item.mods
            ),
        )
        everything = list(range(1, len(self.targets) + 1))
        self.goal = plan.goal or Condition(targets=everything)
        self.uses = []
        for step in plan.steps:
            currency = game.rules.currency(step.use)
            assert currency is not None
            wanted = step.wants.targets if step.wants and step.wants.targets else everything
            self.uses.append(self.reference.use(currency, step.omens, [self.targets[number - 1] for number in wanted]))

    def holds(self, condition: Condition, thing: Thing) -> bool:
        ids = {id for id, _ in thing[1]}
        met = sum(bool(self.targets[number - 1] & ids) for number in set(condition.targets))
        least = len(set(condition.targets)) if condition.at_least is None else condition.at_least
        free = {
            side: self.reference.slots(thing[0], side) - sum(self.reference.side(one) == side for one in thing[1])
            for side in ("prefix", "suffix")
        }
        return met >= least and free["prefix"] >= condition.free_prefixes and free["suffix"] >= condition.free_suffixes

    def after(self, index: int, thing: Thing) -> tuple[Fraction, dict[Node, Fraction]]:
        """What a node costs and leads to."""
        if index == len(self.plan.steps):
            if self.holds(self.goal, thing):
                return Fraction(0), {DONE: Fraction(1)}
            return Fraction(0), {RESTART if self.plan.at_end == "restart" else STOPPED: Fraction(1)}
        step = self.plan.steps[index]
        if step.wants is not None and self.holds(step.wants, thing):
            return Fraction(0), {(index + 1, thing): Fraction(1)}
        outcomes = self.uses[index](thing)
        if outcomes is None:
            return Fraction(0), {self.failing(index, thing): Fraction(1)}
        found: dict[Node, Fraction] = {}
        for after, chance in outcomes.items():
            if step.keeps and not self.holds(Condition(targets=step.keeps), after):
                node: Node = RESTART
            elif step.wants is None or self.holds(step.wants, after):
                node = (index + 1, after)
            else:
                node = self.failing(index, after)
            found[node] = found.get(node, Fraction(0)) + chance
        return self.costs[index], found

    def failing(self, index: int, thing: Thing) -> Node:
        step = self.plan.steps[index]
        return {
            "restart": RESTART,
            "stop": STOPPED,
            "continue": (index + 1, thing),
            "repeat": (index, thing),
            "back": ((step.back_to or 1) - 1, thing),
        }[step.on_failure]

    def solve(self) -> tuple[Fraction, Fraction]:
        """The expected cost, and the probability of success."""
        first: Node = (0, self.start)
        rows: dict[Node, dict[Node, Fraction]] = {}
        costs: dict[Node, Fraction] = {}
        wins: dict[Node, Fraction] = {}
        waiting = [first]
        while waiting:
            node = waiting.pop()
            if node in rows or isinstance(node, str):
                continue
            cost, following = self.after(*node)
            restart = following.pop(RESTART, Fraction(0))
            wins[node] = following.pop(DONE, Fraction(0))
            following.pop(STOPPED, None)
            costs[node] = cost + restart * self.restart
            if restart:
                following[first] = following.get(first, Fraction(0)) + restart
            rows[node] = following
            waiting += following
        # eliminate every node but the first, the latest steps before the others
        for node in sorted(rows.keys() - {first}, key=lambda one: -one[0]):
            row = rows.pop(node)
            own = 1 - row.pop(node, Fraction(0))
            row = {other: chance / own for other, chance in row.items()}
            cost, win = costs.pop(node) / own, wins.pop(node) / own
            for other, their in rows.items():
                if share := their.pop(node, None):
                    costs[other] += share * cost
                    wins[other] += share * win
                    for to, chance in row.items():
                        their[to] = their.get(to, Fraction(0)) + share * chance
        own = 1 - rows[first].get(first, Fraction(0))
        return costs[first] / own, wins[first] / own

    def simulate(self, dice: random.Random) -> tuple[float, bool]:
        """Craft once until the end; the cost, and whether it succeeded."""
        node: Node = (0, self.start)
        total = 0.0
        while True:
            cost, following = self._remembered(node)
            total += cost
            node = dice.choices(*following)[0]
            if node == RESTART:
                total += float(self.restart)
                node = (0, self.start)
            elif isinstance(node, str):
                return total, node == DONE

    def _remembered(self, node: Node) -> Any:
        if not hasattr(self, "_known"):
            self._known: dict[Node, Any] = {}
        if node not in self._known:
            cost, following = self.after(*node)
            self._known[node] = float(cost), (list(following), [float(one) for one in following.values()])
        return self._known[node]
