"""The outcome of a market order. ESI has no word for 'filled': it is concluded from the history."""

from decimal import Decimal
from typing import Literal

Outcome = Literal["filled", "expired", "cancelled"]


def outcome(history_state: str, volume_remain: int) -> Outcome:
    """Return the outcome of an order of the history: one that ended with nothing left was filled, whatever its state.

    `history_state` is ESI's: "expired" or "cancelled". A cancelled order with nothing left was filled too: its last
    unit went before the cancellation was carried out.
    """
    if volume_remain == 0:
        return "filled"
    return "cancelled" if history_state == "cancelled" else "expired"


def worth_telling(duration: int, state: str) -> bool:
    """Return whether an order's end is worth a notification.

    Immediate orders (duration 0 days) are not, nor those that were cancelled by their owner, nor those whose end is not
    known yet.
    """
    return duration > 0 and state in ("filled", "expired")


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
