"""Users' subscriptions, kept in step with Stripe's events, in whatever order they come."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from guildhall.core.identity.emails.actions import tell
from guildhall.core.identity.security_events.actions import record
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.subscriptions import queries
from guildhall.core.identity.subscriptions.errors import BadEvent
from guildhall.core.identity.subscriptions.rules import event_mark, holding
from guildhall.db.pool import Transaction
from guildhall.ids import UserId


class _Object(Struct, frozen=True):
    object: dict[str, Any]


class Event(Struct, frozen=True):
    """Stripe's event, as far as all have the same form. `created` is in seconds since the epoch."""

    id: str
    type: str
    created: int
    data: _Object


class _Item(Struct, frozen=True):
    current_period_end: int | None = None


class _Items(Struct, frozen=True):
    data: list[_Item] = []


class Subscription(Struct, frozen=True):
    """A subscription. The paid time's end stands with its items since API version 2025-03-31, before that on it."""

    id: str
    customer: str
    status: str
    cancel_at_period_end: bool = False
    cancel_at: int | None = None
    ended_at: int | None = None
    current_period_end: int | None = None
    items: _Items = _Items()
    metadata: dict[str, str] = {}


class Checkout(Struct, frozen=True):
    """A checkout that somebody has finished."""

    customer: str | None = None
    client_reference_id: str | None = None
    metadata: dict[str, str] | None = None


class Invoice(Struct, frozen=True):
    """An invoice."""

    customer: str | None = None


def read_event(body: bytes) -> Event:
    """A webhook's body. Raises BadEvent."""
    try:
        event = msgspec.json.decode(body, type=Event)
        _instant(event.created)
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError) as error:
        raise BadEvent from error
    if not 1 <= len(event.id) <= 255 or "\x00" in event.id or "\x00" in event.type:
        raise BadEvent
    return event


async def take_event(tx: Transaction, event: Event, settings: IdentitySettings) -> bool:
    """Process an event once; False for one that was processed before.

    Needs a transaction of the DOORKEEPER: the note of the event and its effects are one. Irrelevant events are only
    noted. Raises BadEvent.
    """
    created = _instant(event.created)
    if await queries.note_event.one_or_none(tx, event.id, event.type[:255], created, tx.now) is None:
        return False
    match event.type:
        case "checkout.session.completed":
            checkout = _read(event, Checkout)
            owner = _user_id(checkout.client_reference_id or (checkout.metadata or {}).get("user_id"))
            if checkout.customer:
                await _take(tx, checkout.customer, owner, event, None, settings)
        case (
            "customer.subscription.created"
            | "customer.subscription.updated"
            | "customer.subscription.deleted"
            | "customer.subscription.paused"
            | "customer.subscription.resumed"
        ):
            subscription = _read(event, Subscription)
            owner = _user_id(subscription.metadata.get("user_id"))
            await _take(tx, subscription.customer, owner, event, subscription, settings)
        case "invoice.payment_failed":
            customer = _read(event, Invoice).customer
            user_id = await queries.customer_owner.one_or_none(tx, customer) if customer else None
            if user_id is not None:
                await tell(tx, user_id, "payment_failed")
    return True


async def _take(
    tx: Transaction,
    customer: str,
    owner: UserId | None,
    event: Event,
    subscription: Subscription | None,
    settings: IdentitySettings,
) -> None:
    """Note whose the customer is and what the subscription is now, then what its people have."""
    await queries.lock_customer.one(tx, customer)
    created, mark = _instant(event.created), event_mark(event.type, event.id)
    if subscription is not None:
        await queries.save_subscription.run(
            tx, subscription.id, customer, subscription.status[:60], _ends_at(subscription),
            not _ending(subscription), created, mark,
        )  # fmt: skip
    before = await queries.customer_owner.one_or_none(tx, customer)
    if owner is not None and await queries.user_there.one_or_none(tx, owner) is not None:
        await queries.link_customer.run(tx, customer, owner, created, mark)
    after = await queries.customer_owner.one_or_none(tx, customer)
    if after is None:
        return  # nobody knows yet whose it is
    await queries.give_subscriptions.run(tx, customer, after)
    people = sorted({one for one in (before, after) if one is not None})
    await queries.lock_users.many(tx, people)
    for user_id in sorted(people, key=lambda one: one == after):  # who has it no more lets go of it first
        await settle_subscription(tx, user_id, settings)


async def settle_subscription(tx: Transaction, user_id: UserId, settings: IdentitySettings) -> None:
    """Write down what a user has by all that was bought."""
    grace = timedelta(hours=settings.stripe_grace_hours)
    has = holding(await queries.bought_by.many(tx, user_id), tx.now, grace)
    customer = has.customer_id or await queries.first_customer.one_or_none(tx, user_id)
    was = await queries.subscription_for.one_or_none(tx, user_id)
    await queries.let_go_of_customer.run(tx, user_id, customer, has.subscription_id)
    await queries.set_subscription.run(
        tx, user_id, has.tier, has.status, has.ends_at, customer, has.subscription_id, tx.now
    )
    if was is not None and (was.tier, was.status) != (has.tier, has.status):
        details = {"tier": has.tier, "status": has.status}
        await record(tx, "subscription_changed", "ok", user_id=user_id, details=details)


def _ending(subscription: Subscription) -> bool:
    return subscription.cancel_at_period_end or subscription.cancel_at is not None


def _ends_at(subscription: Subscription) -> datetime | None:
    """The end of the whole where it is known, else of what is paid."""
    periods = [item.current_period_end for item in subscription.items.data if item.current_period_end is not None]
    paid = subscription.current_period_end or (max(periods) if periods else None)
    seconds = subscription.ended_at or subscription.cancel_at or paid
    return None if seconds is None else _instant(seconds)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


Kind = Any


def _read(event: Event, kind: type[Kind]) -> Kind:
    try:
        found = msgspec.convert(event.data.object, kind)
        if isinstance(found, Subscription):
            _ends_at(found)
    except (msgspec.ValidationError, ValueError, OverflowError, OSError) as error:
        raise BadEvent(detail=f"The event {event.type} does not have the fields that Stripe documents.") from error
    return found


def _user_id(text: str | None) -> UserId | None:
    """The user that a checkout was made for; what was not made here names nobody."""
    try:
        return UserId(UUID(text)) if text else None
    except ValueError:
        return None
