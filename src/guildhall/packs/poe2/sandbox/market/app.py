"""The stand-in of poe2scout: a living market, with the faults and the control plane of all stand-ins."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from guildhall.packs.poe2.sandbox.market.answers import Answers, find_currency
from guildhall.packs.poe2.sandbox.market.catalogue import BY_NUMBER, EXALTED, Item, Kind
from guildhall.packs.poe2.sandbox.market.leagues import leagues_at
from guildhall.packs.poe2.sandbox.market.prices import Prices
from guildhall.sandbox import Ask, Refused, Route, StandIn
from guildhall.sandbox.answers import encode
from guildhall.sandbox.asking import Answer

_REALM = "poe2"
_LONGEST_LIST = 10_000
_FRESH = 300
"""Seconds for which poe2scout's edge lets clients keep an answer."""


class World:
    """The answers of one stand-in."""

    def __init__(self, seed: int) -> None:
        self._prices = Prices(seed)

    def leagues(self, ask: Ask) -> object:
        """GET /{realm}/Leagues."""
        _require(ask.parameters["realm"] == _REALM, "Invalid realm.")
        found = leagues_at(ask.now)
        return [Answers(self._prices, one, ask.now).league(one.is_current(ask.now)) for one in found]

    def realms(self, _: Ask) -> object:
        """GET /Realms."""
        return [{"Value": "poe2/poe2", "Label": "poe2/poe2", "GameApiId": "poe2", "RealmApiId": _REALM}]

    def categories(self, ask: Ask) -> object:
        """GET /{realm}/Leagues/{league}/Items/Categories."""
        return self._of(ask).categories()

    def items(self, ask: Ask) -> object:
        """GET /{realm}/Leagues/{league}/Items."""
        return self._of(ask).items()

    def page(self, kind: Kind) -> Callable[[Ask], object]:
        """Return the answer to GET …/Currencies/ByCategory or …/Uniques/ByCategory."""

        def answer(ask: Ask) -> object:
            page = ask.number("page", 1, least=1, most=2**31 - 1)
            per_page = ask.number("perPage", 25)
            points, frequency = ask.number("dataPoints", 7), ask.number("frequencyHours", 24)
            _require(1 <= per_page <= 250, "PerPage must be between 1 and 250.")
            _require(points in (7, 8), "DataPoints must be 7 or 8.")
            _require(
                frequency in (1, 2, 3, 4, 6, 8, 12, 24), "FrequencyHours must be one of 1, 2, 3, 4, 6, 8, 12, or 24."
            )
            of = self._of(ask)
            return of.page(kind, ask.query.get("category", ""), _reference(ask), page, per_page, points, frequency)

        return answer

    def history(self, ask: Ask) -> object:
        """GET …/Items/{item}/History."""
        of, item = self._of(ask), BY_NUMBER.get(_number(ask))
        count = ask.number("logCount", 0, most=_LONGEST_LIST)
        _require(count > 0 and count % 4 == 0, "LogCount must be a multiple of 4.")
        _reference(ask)
        if item is None:  # nobody asks whether there is such an item
            return {"PriceHistory": [], "HasMore": False}
        return of.history(item, _time(ask, "endTime"), count)

    def days(self, ask: Ask) -> object:
        """GET …/Items/{item}/DailyStatsHistory."""
        of = self._of(ask)
        item = BY_NUMBER.get(_number(ask))
        if item is None:
            raise _refusal("Item does not exist", 404)
        return of.days(item, _time(ask, "endDate"), ask.number("dayCount", 1, least=1, most=_LONGEST_LIST))

    def pairs(self, ask: Ask) -> object:
        """GET …/SnapshotPairs."""
        return self._of(ask).pairs()

    def _of(self, ask: Ask) -> Answers:
        _require(ask.parameters["realm"] == _REALM, "Invalid realm.")
        found = next((one for one in leagues_at(ask.now) if one.name == ask.parameters["league"]), None)
        if found is None:
            raise _refusal("Invalid league.")
        return Answers(self._prices, found, ask.now)


def _refusal(words: str, status: int = 400) -> Refused:
    """Return an error as poe2scout says it: a text in JSON."""
    refused = Refused(status, words)
    refused.answer = Answer(encode(words), status)
    return refused


def _require(sound: bool, words: str) -> None:
    if not sound:
        raise _refusal(words)


def _reference(ask: Ask) -> Item:
    found = find_currency(ask.query.get("referenceCurrency") or EXALTED.api_id or "")
    if found is None:
        raise _refusal("Invalid reference currency.")
    return found


def _number(ask: Ask) -> int:
    text = ask.parameters["item"]
    if not (text.isascii() and text.isdigit()):
        raise _refusal("Not Found", 404)
    return int(text)


def _time(ask: Ask, name: str) -> float:
    text = ask.query.get(name)
    if text is None:
        return ask.now
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise _refusal(f"Invalid {name}.") from None


def make_scout(seed: int = 20, epoch: datetime | None = None, **options: Any) -> web.Application:
    """Make a stand-in of its own market, clock and faults; may be mounted below any path."""
    world = World(seed)
    of = "/{realm}/Leagues/{league}"
    routes = (
        Route("GET /Realms", world.realms),
        Route("GET /{realm}/Leagues", world.leagues),
        Route(f"GET {of}/Items/Categories", world.categories),
        Route(f"GET {of}/Items", world.items),
        Route(f"GET {of}/Currencies/ByCategory", world.page("currency")),
        Route(f"GET {of}/Uniques/ByCategory", world.page("unique")),
        Route(f"GET {of}/Items/{{item}}/History", world.history),
        Route(f"GET {of}/Items/{{item}}/DailyStatsHistory", world.days),
        Route(f"GET {of}/SnapshotPairs", world.pairs),
    )
    return StandIn(*routes, fresh=_FRESH, seed=seed, epoch=epoch, **options).make_app()
