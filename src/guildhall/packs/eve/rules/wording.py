"""The words of notifications."""

from decimal import Decimal

ROMAN = ("0", "I", "II", "III", "IV", "V")
ACTIVITIES = {
    1: "manufacturing",
    3: "time efficiency research",
    4: "material efficiency research",
    5: "copying",
    7: "reverse engineering",
    8: "invention",
    9: "reactions",
    11: "reactions",
}
"""ESI's activity_id in words; others are "industry"."""


def activity(activity_id: int) -> str:
    """An industry activity in words."""
    return ACTIVITIES.get(activity_id, "industry")


def level(number: int) -> str:
    """A skill's level as the game writes it."""
    return ROMAN[number] if 0 <= number < len(ROMAN) else str(number)


def isk(amount: Decimal) -> str:
    """An amount of ISK with thousands separated, without needless decimals."""
    return f"{amount:,.2f}".removesuffix(".00") + " ISK"


def order_line(is_buy: bool, volume_total: int, name: str, price: Decimal, place: str | None, corporation: bool) -> str:
    """A market order in one line."""
    what = f"{'Bought' if is_buy else 'Sold'} {volume_total:,} × {name} at {isk(price)}"
    return f"{what}{f' in {place}' if place else ''}{' (for the corporation)' if corporation else ''}"


def rest_line(is_buy: bool, remain: int, total: int, name: str, price: Decimal, place: str | None) -> str:
    """An order that ended with something left, in one line."""
    done = f"{total - remain:,} of {total:,}" if remain < total else "nothing"
    verb = "bought" if is_buy else "sold"
    return f"{name} at {isk(price)}{f' in {place}' if place else ''}: {done} {verb}"
