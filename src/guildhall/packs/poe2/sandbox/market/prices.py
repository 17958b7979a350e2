"""Prices of the stand-in: walks that depend on seed, league, item and hour alone, so that no past is needed."""

import math
from functools import lru_cache

from guildhall.packs.poe2.sandbox.market.catalogue import DIVINE, EXALTED, Item
from guildhall.packs.poe2.sandbox.market.leagues import League
from guildhall.sandbox.clock import DAY, HOUR
from guildhall.sandbox.dice import FULL, Dice, bell

_WALK, _TRADES, _SILENCE = range(3)
"""Kinds of draws. Those of walks are followed by the number of their octave."""
_OCTAVES = (1, 4, 16, 64, 256)
"""Hours between the points of a walk's parts; slow parts go further."""
_DAILY = 0.05
"""Standard deviation of a day's change, as a share of the price."""
_SILENT = 0.004
"""Share of hours in which the whole exchange is away."""
_LONG = 400 * DAY
"""Age of a league after which its prices no longer rise."""

Price = tuple[float, int]
"""The price of one piece in Exalted Orbs, and how many were traded or are offered."""


class Prices:
    """The prices of a world. Hours are unix seconds divided by 3600."""

    def __init__(self, seed: int) -> None:
        self._dice = Dice(seed)
        self._point = lru_cache(maxsize=200_000)(self._made_point)

    def at(self, item: Item, league: League, hour: int) -> Price | None:
        """Return the price of an item in an hour; None if nobody traded it, or the league was not there."""
        time = hour * HOUR
        if time < league.begins or (league.ends is not None and time >= league.ends):
            return None
        draws = self._dice.roll(_SILENCE, league.number, hour)
        if draws[0] < _SILENT * FULL:
            return None
        trades = self._traded(item, league, hour)
        if trades < 1:
            return None
        return self._cost(item, league, hour), int(trades)

    def _cost(self, item: Item, league: League, hour: int) -> float:
        if item is EXALTED:
            return 1.0
        divine = self._divine(league, hour)
        if item is DIVINE:
            return divine
        cost = item.price * math.pow(divine / DIVINE.price, item.tied)
        return cost * math.exp(self._walk(item, league, hour))

    def _divine(self, league: League, hour: int) -> float:
        """Return what a Divine Orb costs: some dozen at the beginning of a league, hundreds in the end."""
        days = min(max(hour * HOUR - league.begins, 0), _LONG) / DAY
        risen = 30.0 * math.pow(1.0 + days, 0.75) * (0.6 if league.people < 0.2 else 1.0)
        return risen * math.exp(self._walk(DIVINE, league, hour))

    def _walk(self, item: Item, league: League, hour: int) -> float:
        key = league.number * 10_000 + item.number
        total = 0.0
        for octave, every in enumerate(_OCTAVES):
            cell, passed = divmod(hour, every)
            left, right = self._point(octave, key, cell), self._point(octave, key, cell + 1)
            part = passed / every
            total += (left + (right - left) * part) * math.sqrt(every / 24)
        return total * _DAILY

    def _made_point(self, octave: int, key: int, cell: int) -> float:
        return bell(*self._dice.roll(_WALK * 16 + octave + 100, key, cell)[:4])

    def _traded(self, item: Item, league: League, hour: int) -> float:
        """Return how much of an item is traded: less at night, and less as a league grows old."""
        draws = self._dice.roll(_TRADES, league.number * 10_000 + item.number, hour)
        days = min(max(hour * HOUR - league.begins, 0), 200 * DAY) / DAY
        night = 1.0 + 0.35 * math.sin((hour % 24 - 12) / 24 * 2 * math.pi)
        luck = math.exp(0.5 * bell(*draws[:4]))
        return item.trades * league.people * night * luck * math.exp(-days / 60)
