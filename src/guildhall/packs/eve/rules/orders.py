"""What became of a market order. ESI has no word for 'filled': it is concluded from the history."""

from typing import Literal

Outcome = Literal["filled", "expired", "cancelled"]


def outcome(history_state: str, volume_remain: int) -> Outcome:
    """What an order of the history came to: one that ended with nothing left was filled, whatever it is called there.

    `history_state` is ESI's: "expired" or "cancelled". A cancelled order with nothing left was filled too: its last
    unit went before the cancellation was carried out.
    """
    if volume_remain == 0:
        return "filled"
    return "cancelled" if history_state == "cancelled" else "expired"


def worth_telling(duration: int, state: str) -> bool:
    """Whether somebody wants to hear of an order's end: not of immediate ones (duration 0 days), nor of one that
    they cancelled themselves, nor of one whose end nobody knows yet.
    """
    return duration > 0 and state in ("filled", "expired")
