"""Events of Stripe, and the subscriptions that follow from them."""

from datetime import datetime

from msgspec import Struct

from guildhall.core.identity.subscriptions.rules import Bought, Status, Tier
from guildhall.db.statements import command, rows
from guildhall.ids import UserId


class Subscribed(Struct, frozen=True):
    """The stored subscription of a user."""

    tier: Tier
    status: Status
    ends_at: datetime | None


@rows(
    str,
    """
    insert into core.stripe_events (event_id, type, created_at, received_at) values (:event, :type, :created_at, :now)
    on conflict (event_id) do nothing
    returning event_id
    """,
)
def note_event(event: str, type: str, created_at: datetime, now: datetime) -> None: ...


@rows(None, "select pg_advisory_xact_lock(hashtextextended('core.stripe_customers:' || :customer, 0))")
def lock_customer(customer: str) -> None:
    """Events of one customer are taken one after the other: which subscription is whose must not fall between two."""


@rows(UserId, "select user_id from core.stripe_customers where customer_id = :customer")
def customer_owner(customer: str) -> None: ...


@rows(UserId, "select id from core.users where id = :id")
def user_there(id: UserId) -> None: ...


@command(
    """
    insert into core.stripe_customers as c (customer_id, user_id, event_at, event_mark)
    values (:customer, :user, :event_at, :event_mark)
    on conflict (customer_id) do update
    set user_id = excluded.user_id, event_at = excluded.event_at, event_mark = excluded.event_mark
    where (excluded.event_at, excluded.event_mark) < (c.event_at, c.event_mark)
    """,
)
def link_customer(customer: str, user: UserId, event_at: datetime, event_mark: str) -> None: ...


@command(
    """
    insert into core.stripe_subscriptions as s (
        subscription_id, customer_id, status, ends_at, renews, event_at, event_mark
    ) values (:subscription, :customer, :status, :ends_at, :renews, :event_at, :event_mark)
    on conflict (subscription_id) do update
    set customer_id = excluded.customer_id, status = excluded.status, ends_at = excluded.ends_at,
        renews = excluded.renews, event_at = excluded.event_at, event_mark = excluded.event_mark
    where (s.event_at, s.event_mark) < (excluded.event_at, excluded.event_mark)
    """,
)
def save_subscription(
    subscription: str,
    customer: str,
    status: str,
    ends_at: datetime | None,
    renews: bool,
    event_at: datetime,
    event_mark: str,
) -> None: ...


@command(
    """
    update core.stripe_subscriptions set user_id = :user
    where customer_id = :customer and user_id is distinct from :user
    """,
)
def give_subscriptions(customer: str, user: UserId) -> None: ...


@rows(UserId, "select id from core.users where id = any(:ids::uuid[]) order by id for update")
def lock_users(ids: list[UserId]) -> None: ...


@rows(
    Bought,
    """
    select subscription_id, customer_id, status, ends_at, renews
    from core.stripe_subscriptions
    where user_id = :user
    """,
)
def bought_by(user: UserId) -> None: ...


@rows(str, "select customer_id from core.stripe_customers where user_id = :user order by event_at, event_mark limit 1")
def first_customer(user: UserId) -> None: ...


@command(
    """
    update core.users set stripe_customer_id = null, stripe_subscription_id = null
    where id <> :id and (stripe_customer_id = :stripe_customer or stripe_subscription_id = :stripe_subscription)
    """,
)
def let_go_of_customer(id: UserId, stripe_customer: str | None, stripe_subscription: str | None) -> None: ...


@command(
    """
    update core.users
    set subscription_tier = :subscription_tier, subscription_status = :subscription_status,
        subscription_ends_at = :subscription_ends_at, stripe_customer_id = :stripe_customer,
        stripe_subscription_id = :stripe_subscription, updated_at = :now
    where id = :id
    """,
)
def set_subscription(
    id: UserId,
    subscription_tier: str,
    subscription_status: str,
    subscription_ends_at: datetime | None,
    stripe_customer: str | None,
    stripe_subscription: str | None,
    now: datetime,
) -> None: ...


@rows(
    Subscribed,
    """
    select subscription_tier as tier, subscription_status as status, subscription_ends_at as ends_at
    from core.users where id = :id
    """,
)
def subscription_for(id: UserId) -> None: ...


@command(
    """
    update core.users set subscription_tier = 'free', subscription_status = 'expired', updated_at = :now
    where subscription_tier = 'premium' and subscription_ends_at <= :now
    """,
)
def expire_subscriptions(now: datetime) -> None: ...


@command("delete from core.stripe_events where received_at < :before")
def tidy_events(before: datetime) -> None: ...


@command("delete from core.stripe_subscriptions where user_id is null and event_at < :before")
def tidy_strangers(before: datetime) -> None: ...


@rows(UserId, "select id from core.users where id = :id for no key update")
def hold_user(id: UserId) -> None:
    """Lock a user's row for no key update.

    FOR UPDATE could deadlock: two transactions that have just added a row of the user's both hold a key share.
    """
