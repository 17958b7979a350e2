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
        self, steps: Sequence[Any], goal: Any, costs: Sequence[float], restart: float, dice: random.Random
    ) -> float:
        """The cost of one craft, until it succeeds."""
        spent = 0.0
        while True:
            mods: Mods = ()
            rarity, place = "normal", 0
            while place < len(steps):
                step = steps[place]
                if step.wants is not None and self.holds(step.wants, mods):
                    place += 1
                    continue
                spent += costs[place]
                rarity = {"transmute": "magic", "regal": "rare", "alch": "rare"}.get(step.use, rarity)
                if step.use == "chaos":
                    gone = dice.randrange(len(mods))
                    mods = mods[:gone] + mods[gone + 1 :]
                for _ in range(4 if step.use == "alch" else 1):
                    mods = (*mods, self._drawn(mods, rarity, dice))
                if step.wants is None or self.holds(step.wants, mods):
                    place += 1
                elif step.on_failure == "restart":
                    break
                elif step.on_failure == "continue":
                    place += 1
            if place == len(steps) and self.holds(goal, mods):
                return spent
            spent += restart

    def _drawn(self, mods: Mods, rarity: str, dice: random.Random) -> int:
        """Draw until something fits."""
        while True:
            one = bisect.bisect_right(self.cumulated, dice.random() * self.cumulated[-1])
            if self.fits(one, mods, rarity):
                return one
