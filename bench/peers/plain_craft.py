"""Crafting as one would write it first: whole items, one by one.

Only orbs that add or remove a modifier, and steps that are restarted, repeated or gone on from.
"""

import bisect
import itertools
import random
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

Mods = tuple[int, ...]
"""The modifiers of an item, by their places in the table, sorted."""
_SLOTS = {"normal": (0, 0), "magic": (1, 1), "rare": (3, 3)}
_RARITY = {"transmute": "magic", "regal": "rare", "alch": "rare"}


class PlainCrafter:
    """Crafts by a plan: `rows` are (id, side, families, weight) of a base, for one least level."""

    def __init__(
        self, rows: Sequence[tuple[str, str, frozenset[str], float]], targets: Sequence[frozenset[str]]
    ) -> None:
        self.sides = [side == "suffix" for _, side, _, _ in rows]
        self.families = [families for _, _, families, _ in rows]
        self.weights = [weight for _, _, _, weight in rows]
        self.met = [[number for number, one in enumerate(targets, 1) if id in one] for id, _, _, _ in rows]
        self.cumulated = list(itertools.accumulate(self.weights))
        self.bits = [sum(1 << number for number in met) for met in self.met]
        numbers = {family: number for number, family in enumerate(sorted(frozenset[str]().union(*self.families)))}
        self.excluded = [sum(1 << numbers[family] for family in families) for families in self.families]

    def fits(self, mod: int, mods: Mods, rarity: str) -> bool:
        used = sum(self.sides[one] == self.sides[mod] for one in mods)
        return used < _SLOTS[rarity][self.sides[mod]] and not any(
            self.families[mod] & self.families[one] for one in mods
        )

    def holds(self, wanted: Any, mods: Mods) -> bool:
        met = {number for one in mods for number in self.met[one]} & set(wanted.targets)
        return len(met) >= (len(set(wanted.targets)) if wanted.at_least is None else wanted.at_least)

    def expected(self, steps: Sequence[Any], goal: Any, costs: Sequence[float], restart: float) -> float:
        """The expected cost of a plan without repetition, followed through every item that may come out."""
        items: dict[tuple[str, Mods], float] = {("normal", ()): 1.0}
        total = again = 0.0
        for step, cost in zip(steps, costs, strict=True):
            following: dict[tuple[str, Mods], float] = defaultdict(float)
            for (rarity, mods), chance in items.items():
                if step.wants is not None and self.holds(step.wants, mods):
                    following[rarity, mods] += chance
                    continue
                rarity = {"transmute": "magic", "regal": "rare"}.get(step.use, rarity)
                able = [one for one in range(len(self.weights)) if self.fits(one, mods, rarity)]
                sum_of = sum(self.weights[one] for one in able)
                total += chance * cost
                for one in able:
                    after = tuple(sorted((*mods, one)))
                    share = chance * self.weights[one] / sum_of
                    if step.on_failure == "restart" and step.wants is not None and not self.holds(step.wants, after):
                        again += share
                    else:
                        following[rarity, after] += share
            items = following
        won = sum(chance for (_, mods), chance in items.items() if self.holds(goal, mods))
        return (total + (1 - won) * restart) / won

    def simulate(
        self, steps: Sequence[Any], goal: Any, costs: Sequence[float], restart: float, dice: random.Random, crafts: int
    ) -> list[float]:
        """The costs of some crafts, each until it succeeds: item by item, modifier by modifier."""
        wants = [None if step.wants is None else self._wish(step.wants) for step in steps]
        plan = [
            (step.use, _RARITY.get(step.use), *(wish or (0, -1)), step.on_failure, cost)
            for step, wish, cost in zip(steps, wants, costs, strict=True)
        ]
        return [self._craft(plan, self._wish(goal), restart, dice) for _ in range(crafts)]

    def _wish(self, condition: Any) -> tuple[int, int]:
        """The targets of a condition as bits, and how many of them are enough."""
        wanted = sum(1 << number for number in set(condition.targets))
        return wanted, wanted.bit_count() if condition.at_least is None else condition.at_least

    def _craft(self, plan: Sequence[Any], goal: tuple[int, int], restart: float, dice: random.Random) -> float:
        spent, last = 0.0, len(plan)
        while True:
            mods: list[int] = []
            slots, place = _SLOTS["normal"], 0
            while place < last:
                use, rarity, wanted, least, failing, cost = plan[place]
                if least >= 0 and self._meets(mods, wanted, least):
                    place += 1
                    continue
                spent += cost
                if rarity:
                    slots = _SLOTS[rarity]
                if use == "chaos":
                    del mods[int(dice.random() * len(mods))]
                for _ in range(4 if use == "alch" else 1):
                    self._add(mods, slots, dice)
                if least < 0 or failing == "continue" or self._meets(mods, wanted, least):
                    place += 1
                elif failing == "restart":
                    break
            if place == last and self._meets(mods, *goal):
                return spent
            spent += restart

    def _meets(self, mods: Sequence[int], wanted: int, least: int) -> bool:
        met = 0
        for one in mods:
            met |= self.bits[one]
        return (met & wanted).bit_count() >= least

    def _add(self, mods: list[int], slots: tuple[int, int], dice: random.Random) -> None:
        """Add a modifier to an item: draw from all until one fits."""
        families, used = 0, [0, 0]
        for one in mods:
            families |= self.excluded[one]
            used[self.sides[one]] += 1
        open_sides = used[0] < slots[0], used[1] < slots[1]
        while True:
            one = bisect.bisect_right(self.cumulated, dice.random() * self.cumulated[-1])
            if open_sides[self.sides[one]] and not families & self.excluded[one]:
                mods.append(one)
                return
