"""What Stripe has told, and what users have by it."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from guildhall.core.identity.rules.subscriptions import Bought, Status, Tier
from guildhall.db.query import Command, Query


class Subscribed(Struct, frozen=True):
    """What is written down of a user's subscription."""

    tier: Tier
    status: Status
    ends_at: datetime | None


note_event = Query(
    str,
    """
    insert into core.stripe_events (event_id, type, created_at, received_at) values ($1, $2, $3, $4)
    on conflict (event_id) do nothing
    returning event_id
    """,
    str, str, datetime, datetime,
)  # fmt: skip

# Events of one customer are taken one after the other: which subscription is whose must not fall between two.
lock_customer: Query[None] = Query(
    None, "select pg_advisory_xact_lock(hashtextextended('core.stripe_customers:' || $1, 0))", str
)

customer_owner = Query(UUID, "select user_id from core.stripe_customers where customer_id = $1", str)

user_there = Query(UUID, "select id from core.users where id = $1", UUID)

link_customer = Command(
    """
    insert into core.stripe_customers as c (customer_id, user_id, event_at, event_mark) values ($1, $2, $3, $4)
    on conflict (customer_id) do update
    set user_id = excluded.user_id, event_at = excluded.event_at, event_mark = excluded.event_mark
    where (excluded.event_at, excluded.event_mark) < (c.event_at, c.event_mark)
    """,
    str, UUID, datetime, str,
)  # fmt: skip

save_subscription = Command(
    """
    insert into core.stripe_subscriptions as s (
        subscription_id, customer_id, status, ends_at, renews, event_at, event_mark
    ) values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (subscription_id) do update
    set customer_id = excluded.customer_id, status = excluded.status, ends_at = excluded.ends_at,
        renews = excluded.renews, event_at = excluded.event_at, event_mark = excluded.event_mark
    where (s.event_at, s.event_mark) < (excluded.event_at, excluded.event_mark)
    """,
    str, str, str, datetime | None, bool, datetime, str,
)  # fmt: skip

give_subscriptions = Command(
    "update core.stripe_subscriptions set user_id = $2 where customer_id = $1 and user_id is distinct from $2",
    str,
    UUID,
)

lock_users = Query(UUID, "select id from core.users where id = any($1::uuid[]) order by id for update", list[UUID])

bought_by = Query(
    Bought,
    """
    select subscription_id, customer_id, status, ends_at, renews
    from core.stripe_subscriptions
    where user_id = $1
    """,
    UUID,
)

first_customer = Query(
    str,
    "select customer_id from core.stripe_customers where user_id = $1 order by event_at, event_mark limit 1",
    UUID,
)

let_go_of_customer = Command(
    """
    update core.users set stripe_customer_id = null, stripe_subscription_id = null
    where id <> $1 and (stripe_customer_id = $2 or stripe_subscription_id = $3)
    """,
    UUID, str | None, str | None,
)  # fmt: skip

set_subscription = Command(
    """
    update core.users
    set subscription_tier = $2, subscription_status = $3, subscription_ends_at = $4, stripe_customer_id = $5,
        stripe_subscription_id = $6, updated_at = $7
    where id = $1
    """,
    UUID, str, str, datetime | None, str | None, str | None, datetime,
)  # fmt: skip

subscription_for = Query(
    Subscribed,
    """
    select subscription_tier as tier, subscription_status as status, subscription_ends_at as ends_at
    from core.users where id = $1
    """,
    UUID,
)

expire_subscriptions = Command(
    """
    update core.users set subscription_tier = 'free', subscription_status = 'expired', updated_at = $1
    where subscription_tier = 'premium' and subscription_ends_at <= $1
    """,
    datetime,
)

tidy_events = Command("delete from core.stripe_events where received_at < $1", datetime)

tidy_strangers = Command("delete from core.stripe_subscriptions where user_id is null and event_at < $1", datetime)

# Not FOR UPDATE: who has just added a row of the user's holds a key share, and two such would wait for each other.
hold_user = Query(UUID, "select id from core.users where id = $1 for no key update", UUID)
