"""What the seed of a development database writes and counts."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from msgspec import Struct

from guildhall.db.query import Command, Query

PRICE = Decimal("5.25")


class Seeded(Struct, frozen=True):
    """How many rows of the seeded users there are."""

    users: int
    characters: int
    sessions: int
    jobs: int
    cached_answers: int
    notifications: int
    settings: int


seeded = Query(
    bool,
    """
    select exists (
        select from core.users where id = any($1) or email in ('pilot1@example.com', 'pilot2@example.com')
    ) as there
    """,
    list[UUID],
    proven=("there",),
)

counts = Query(
    Seeded,
    """
    select (select count(*) from core.users where id = any($1)) as users,
           (select count(*) from eve.characters where user_id = any($1)) as characters,
           (select count(*) from core.sessions where user_id = any($1) and device_token is not null) as sessions,
           (select count(*) from core.jobs) as jobs,
           (select count(*) from core.cached_data where starts_with(cache_key, 'esi:')) as cached_answers,
           (select count(*) from core.notification_log where user_id = any($1)) as notifications,
           (select count(*) from core.user_settings where user_id = any($1)) as settings
    """,
    list[UUID],
    proven=("users", "characters", "sessions", "jobs", "cached_answers", "notifications", "settings"),
)

add_user = Command(
    """
    insert into core.users
        (id, email, email_verified_at, name, subscription_tier, subscription_status, subscription_ends_at, created_at)
    values ($1, $2, $5, $3, $4, 'active', $6, $5)
    on conflict do nothing
    """,
    UUID,
    str,
    str,
    str,
    datetime,
    datetime | None,
)

may_have_pilot = Query(
    bool,
    """
    select exists (select from core.users where id = $1)
       and not exists (select from eve.characters
                       where character_id = $2 and (user_id = $1 or token_state not in ('sold', 'removed')))
       and not exists (select from core.identities where provider = 'eve' and subject = $3) as may
    """,
    UUID,
    int,
    str,
    proven=("may",),
)

add_settings = Command(
    """
    insert into core.user_settings (id, user_id, theme, default_character_id, notify_pi_extractors)
    values ($1, $2, $3, $4, $5)
    """,
    UUID,
    UUID,
    str,
    int,
    bool,
)

add_job = Command(
    """
    insert into core.jobs
        (id, job_type, status, character_id, payload, result, error, created_at, started_at, completed_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    """,
    UUID,
    str,
    str,
    str | None,
    Any,
    Any,
    str | None,
    datetime,
    datetime,
    datetime,
)

add_notification = Command(
    """
    insert into core.notification_log
        (id, user_id, character_id, type, title, body, data, status, occurrence_key, happened_at, created_at, sent_at,
         read_at, error, due_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, $12, $13, $14)
    """,
    UUID,
    UUID,
    int,
    str,
    str,
    str,
    Any,
    str,
    str,
    datetime,
    datetime | None,
    datetime | None,
    str | None,
    datetime | None,
)
