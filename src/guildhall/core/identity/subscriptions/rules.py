"""A user's subscription, calculated from Stripe's data; and the check of Stripe's signature."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

Tier = Literal["free", "premium"]
Status = Literal["active", "canceled", "expired"]

_PAID = frozenset({"active", "trialing", "past_due"})
"""Stripe's states in which what was bought is given; past_due is its time of trying the card again."""
_NEVER_PAID = frozenset({"incomplete", "incomplete_expired"})
_SAME_SECOND = {
    "customer.subscription.created": 0,
    "customer.subscription.updated": 1,
    "customer.subscription.resumed": 2,
    "customer.subscription.paused": 3,
    "customer.subscription.deleted": 4,
}


class Bought(Struct, frozen=True):
    """A subscription as the latest event tells it. `ends_at` is the end of what is paid, or of the whole."""

    subscription_id: str
    customer_id: str
    status: str
    ends_at: datetime | None
    renews: bool


class Holding(Struct, frozen=True):
    """A user's tier and its end."""

    tier: Tier = "free"
    status: Status = "active"
    ends_at: datetime | None = None
    subscription_id: str | None = None
    customer_id: str | None = None


def holding(bought: Iterable[Bought], now: datetime, grace: timedelta) -> Holding:
    """Return what all of a user's subscriptions give, in whatever order: the one that reaches furthest counts.

    One that renews reaches `grace` past the paid time, because the next payment is reported late.
    """
    found = [_one(one, now, grace) for one in bought if one.status not in _NEVER_PAID]
    return max(found, key=_worth, default=Holding())


def _one(bought: Bought, now: datetime, grace: timedelta) -> Holding:
    ends_at = bought.ends_at
    if bought.renews and bought.status in _PAID and ends_at is not None:
        ends_at += grace
    over = bought.status not in _PAID or (ends_at is not None and ends_at <= now)
    status: Status = "expired" if over else "active" if bought.renews else "canceled"
    return Holding("free" if over else "premium", status, ends_at, bought.subscription_id, bought.customer_id)


def _worth(one: Holding) -> tuple[bool, bool, float, str]:
    reach = float("inf") if one.ends_at is None else one.ends_at.timestamp()
    return one.tier == "premium", one.status == "active", reach, one.subscription_id or ""


def tier_now(tier: Tier, status: Status, ends_at: datetime | None, now: datetime) -> Tier:
    """The tier that counts at an instant, whether or not somebody has written down already that time is over."""
    if tier == "premium" and status != "expired" and (ends_at is None or now < ends_at):
        return "premium"
    return "free"


def event_mark(kind: str, event_id: str) -> str:
    """Orders events of one second: by what must have come first, then by id, so that every order of arrival agrees."""
    return f"{_SAME_SECOND.get(kind, 1)}:{event_id}"


def signed_by(header: str, body: bytes, secrets: Sequence[str], now: float, tolerance: float) -> bool:
    """Return whether a `Stripe-Signature` (t=seconds,v1=hex,v1=…) is of one of the secrets and not too old.

    HMAC-SHA256 of `{t}.{body}` (docs.stripe.com/webhooks#verify-manually). Only age is refused: a clock of ours that is
    behind must not lose payments, and nobody but Stripe can sign the future.
    """
    times, signatures = [], []
    for part in header[:4096].split(","):
        name, _, value = part.strip().partition("=")
        if name == "t" and value.isascii() and value.isdigit() and len(value) < 16:
            times.append(value)
        elif name == "v1" and len(value) == 64 and value.isascii():
            signatures.append(value)
    if len(times) != 1 or not signatures or int(times[0]) < now - tolerance:
        return False
    good = False
    for secret in secrets:
        expected = hmac.new(secret.encode(), times[0].encode() + b"." + body, hashlib.sha256).hexdigest()
        for signature in signatures[:10]:
            good |= hmac.compare_digest(expected, signature)
    return good
