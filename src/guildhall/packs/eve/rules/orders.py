"""The outcome of a market order. ESI has no word for 'filled': it is concluded from the history."""

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
