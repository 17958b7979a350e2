"""Answers of the stand-in, in poe2scout's shapes."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from guildhall.packs.poe2.sandbox.market.catalogue import CHAOS, DIVINE, EXALTED, ITEMS, LABELS, Item, Kind
from guildhall.packs.poe2.sandbox.market.leagues import League
from guildhall.packs.poe2.sandbox.market.prices import Price, Prices
from guildhall.sandbox.clock import DAY, HOUR

_ICONS = "https://web.poecdn.com/gen/image"
_LATEST = 48
"""Hours after which a price is no longer the current one."""
_SIX = 6
"""Hours between two looks at the offers of a unique."""


def text_of(seconds: float) -> str:
    """Return a time as poe2scout writes it: without a zone."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%S")


def step_of(item: Item) -> int:
    """Return the hours between two prices of an item."""
    return 1 if item.kind == "currency" else _SIX


class Answers:
    """Makes answers about a league at a time."""

    def __init__(self, prices: Prices, league: League, now: float) -> None:
        self._prices = prices
        self._league = league
        self._hour = int(now) // HOUR

    def price(self, item: Item, hour: int) -> Price | None:
        """Return the price of an item in an hour that is not to come."""
        return None if hour > self._hour else self._prices.at(item, self._league, hour)

    def current(self, item: Item) -> Price | None:
        """Return the last price of an item; the end's where its league has ended."""
        step = step_of(item)
        last = self._hour if self._league.ends is None else min(self._hour, self._league.ends // HOUR - 1)
        hours = range(last // step * step, last - _LATEST, -step)
        return next((found for hour in hours if (found := self.price(item, hour)) is not None), None)

    def league(self, is_current: bool) -> dict[str, Any]:
        """Return the row of /Leagues."""
        divine, chaos = self.current(DIVINE), self.current(CHAOS)
        return {
            "Value": self._league.name,
            "ShortName": self._league.short_name,
            "IsCurrent": is_current,
            "DivinePrice": 0 if divine is None else divine[0],
            "ChaosDivinePrice": 50 if divine is None or chaos is None else divine[0] / chaos[0],
            "BaseCurrencyApiId": EXALTED.api_id,
            "BaseCurrencyText": EXALTED.name,
            "BaseCurrencyIconUrl": icon_of(EXALTED),
            "DefaultCurrency": {
                "ApiId": EXALTED.api_id, "Text": EXALTED.name, "IconUrl": icon_of(EXALTED), "RelativePrice": 1,
            },
        }  # fmt: skip

    def categories(self) -> dict[str, Any]:
        """Return /Items/Categories: those with anything of a price."""
        made: dict[str, Any] = {"UniqueCategories": [], "CurrencyCategories": []}
        kinds: tuple[tuple[Kind, str, str], ...] = (
            ("unique", "UniqueCategories", "ItemCategoryId"), ("currency", "CurrencyCategories", "CurrencyCategoryId"),
        )  # fmt: skip
        for kind, name, number in kinds:
            for place, (category, label) in enumerate(LABELS[kind].items(), 1):
                if any(self.current(one) is not None for one in ITEMS if one.category == category):
                    made[name].append({number: place, "ApiId": category, "Label": label, "Icon": ""})
        return made

    def items(self) -> list[dict[str, Any]]:
        """Return /Items: everything, with a price of 0 where there is none."""
        return [
            {
                "ItemId": one.number,
                "CategoryApiId": one.category,
                "Text": _text(one),
                "Name": one.name if one.kind == "unique" else None,
                "Type": one.base_type,
                "ApiId": one.api_id,
                "CurrentPrice": 0 if (found := self.current(one)) is None else found[0],
                "IconUrl": icon_of(one),
            }
            for one in ITEMS
        ]

    def page(
        self, kind: Kind, category: str, reference: Item, page: int, per_page: int, points: int, frequency: int
    ) -> dict[str, Any]:
        """Return a page of a category, the dearest first."""
        rows: list[tuple[float, dict[str, Any]]] = []
        unit = self.current(reference)
        for one in ITEMS:
            if one.kind != kind or one.category != category or (found := self.current(one)) is None or unit is None:
                continue
            row = self._row(one)
            row["PriceLogs"] = self._logs(one, reference, points, frequency)
            row["CurrentPrice"], row["CurrentQuantity"] = found[0] / unit[0], found[1]
            rows.append((found[0], row))
        rows.sort(key=lambda row: -row[0])
        shown = [row for _, row in rows[(page - 1) * per_page : page * per_page]]
        return {"CurrentPage": page, "Pages": math.ceil(len(rows) / per_page), "Total": len(rows), "Items": shown}

    def _row(self, one: Item) -> dict[str, Any]:
        if one.kind == "unique":
            return {
                "UniqueItemId": one.number - 600, "ItemId": one.number, "IconUrl": icon_of(one), "Text": _text(one),
                "Name": one.name, "CategoryApiId": one.category, "ItemMetadata": {"name": one.name},
                "Type": one.base_type, "IsChanceable": one.price < 100,
            }  # fmt: skip
        return {
            "CurrencyItemId": one.number - 200, "ItemId": one.number,
            "CurrencyCategoryId": list(LABELS["currency"]).index(one.category) + 1, "ApiId": one.api_id,
            "BaseItemTypeId": base_item_type(one), "Text": one.name, "CategoryApiId": one.category,
            "IconUrl": icon_of(one), "ItemMetadata": {"name": one.name, "stack_size": 1},
        }  # fmt: skip

    def _logs(self, item: Item, reference: Item, points: int, frequency: int) -> list[dict[str, Any] | None]:
        """Return the mean prices of buckets, the newest first; a bucket without a trade is null."""
        first = self._hour // frequency * frequency
        made: list[dict[str, Any] | None] = []
        for place in range(points):
            begin = first - place * frequency
            found = self._mean(item, range(begin, begin + frequency))
            unit = (1.0, 1) if reference is EXALTED else self._mean(reference, range(begin, begin + frequency))
            made.append(
                None if found is None or unit is None
                else {"Price": found[0] / unit[0], "Time": text_of(begin * HOUR), "Quantity": found[1]}
            )  # fmt: skip
        return made

    def _mean(self, item: Item, hours: range) -> Price | None:
        step = step_of(item)
        found = [price for hour in hours if hour % step == 0 and (price := self.price(item, hour)) is not None]
        if not found:
            return None
        return sum(cost for cost, _ in found) / len(found), sum(traded for _, traded in found)

    def history(self, item: Item, end: float, count: int) -> dict[str, Any]:
        """Return the prices before a time, the newest first. Hours without a trade are left out."""
        step = step_of(item)
        begin = self._league.begins // HOUR
        last = min(math.ceil(end / HOUR) - 1, self._hour)
        hours = range(last // step * step, max(begin, last - count * step * 3) - 1, -step)
        rows: list[dict[str, Any]] = []
        for hour in hours:
            if len(rows) == count:
                return {"PriceHistory": rows, "HasMore": True}
            if (found := self.price(item, hour)) is not None:
                rows.append({"Price": found[0], "Time": text_of(hour * HOUR), "Quantity": found[1]})
        return {"PriceHistory": rows, "HasMore": bool(rows) and hours.stop >= begin}

    def days(self, item: Item, last: float, count: int) -> dict[str, Any]:
        """Return the figures of days up to one, oldest first."""
        day = min(int(last) // DAY, self._hour // 24)
        begin = self._league.begins // DAY
        rows: list[dict[str, Any]] = []
        while day >= begin and len(rows) < count:
            found = [
                price for hour in range(day * 24, day * 24 + 24, 3 if step_of(item) == 1 else _SIX)
                if (price := self.price(item, hour)) is not None
            ]  # fmt: skip
            if found:
                costs = [cost for cost, _ in found]
                rows.append(
                    {
                        "Time": text_of(day * DAY)[:10], "Open": costs[0], "High": max(costs), "Low": min(costs),
                        "Close": costs[-1], "Average": sum(costs) / len(costs), "Volume": sum(n for _, n in found),
                    }
                )  # fmt: skip
            day -= 1
        return {
            "DailyStats": rows[::-1], "HasMore": day >= begin, "BaseCurrencyApiId": EXALTED.api_id,
            "BaseCurrencyBaseItemTypeId": base_item_type(EXALTED), "BaseCurrencyText": EXALTED.name,
        }  # fmt: skip

    def pairs(self) -> list[dict[str, Any]]:
        """Return /SnapshotPairs: what was traded for Exalted and Divine Orbs in the last hour."""
        made: list[dict[str, Any]] = []
        hour = self._hour - 1
        for against in (EXALTED, DIVINE):
            unit = self.price(against, hour)
            for one in ITEMS:
                found = self.price(one, hour)
                if one.kind == "unique" or one in (EXALTED, against) or found is None or unit is None:
                    continue
                worth = found[0] * found[1]
                made.append(
                    {
                        "CurrencyExchangeSnapshotPairId": len(made) + 1, "CurrencyExchangeSnapshotId": hour,
                        "Volume": _decimal(worth), "BaseCurrencyApiId": EXALTED.api_id,
                        "BaseCurrencyBaseItemTypeId": base_item_type(EXALTED), "BaseCurrencyText": EXALTED.name,
                        "CurrencyOne": self._row(against), "CurrencyTwo": self._row(one),
                        "CurrencyOneData": _traded(unit[0], int(worth / unit[0])),
                        "CurrencyTwoData": _traded(found[0], found[1]),
                    }
                )  # fmt: skip
        return made


def icon_of(item: Item) -> str:
    """Return the address of an item's picture."""
    return f"{_ICONS}/{item.category}/{item.number}.png"


def base_item_type(item: Item) -> str | None:
    """Return the id of a currency at the exchange."""
    if not item.exchange:
        return None
    return f"Metadata/Items/Currency/{''.join(filter(str.isalnum, item.name))}"


def find_currency(name: str, items: Sequence[Item] = ITEMS) -> Item | None:
    """Return the currency of an id of either kind."""
    return next((one for one in items if one.kind == "currency" and name in (one.api_id, base_item_type(one))), None)


def _text(item: Item) -> str:
    return item.name if item.base_type is None else f"{item.name} {item.base_type}"


def _decimal(figure: float) -> str:
    """Return a figure as the exchange writes it: a text with eight places, and nothing as "0E-8"."""
    return "0E-8" if round(figure, 8) == 0 else f"{figure:.8f}"


def _traded(price: float, pieces: int) -> dict[str, Any]:
    return {
        "ValueTraded": _decimal(price * pieces), "RelativePrice": _decimal(price),
        "StockValue": _decimal(price * (pieces % 7)), "VolumeTraded": pieces, "HighestStock": pieces % 7,
    }  # fmt: skip
