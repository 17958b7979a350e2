"""Rows of a development database: the seed's, and their counts."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from msgspec import Struct

from guildhall.core.notify.ids import NotificationId
from guildhall.db.statements import command, rows
from guildhall.ids import UserId

PRICE = Decimal("5.25")


class Seeded(Struct, frozen=True):
    """The numbers of rows of the seeded users."""

    users: int
    characters: int
    sessions: int
    jobs: int
    cached_answers: int
    notifications: int
    settings: int


@rows(
    bool,
    """
    select exists (
        select from core.users where id = any(:ids) or email in ('pilot1@example.com', 'pilot2@example.com')
    ) as there
    """,
    proven=("there",),
)
def seeded(ids: list[UserId]) -> None: ...


@rows(
    Seeded,
    """
    select (select count(*) from core.users where id = any(:ids)) as users,
           (select count(*) from eve.characters where user_id = any(:ids)) as characters,
           (select count(*) from core.sessions where user_id = any(:ids) and device_token is not null) as sessions,
           (select count(*) from core.jobs) as jobs,
           (select count(*) from core.cached_data where starts_with(cache_key, 'esi:')) as cached_answers,
           (select count(*) from core.notification_log where user_id = any(:ids)) as notifications,
           (select count(*) from core.user_settings where user_id = any(:ids)) as settings
    """,
    proven=("users", "characters", "sessions", "jobs", "cached_answers", "notifications", "settings"),
)
def counts(ids: list[UserId]) -> None: ...


@command(
    """
    insert into core.users
        (id, email, email_verified_at, name, subscription_tier, subscription_status, subscription_ends_at, created_at)
    values (:id, :email, :now, :name, :subscription_tier, 'active', :subscription_ends_at, :now)
    on conflict do nothing
    """,
)
def add_user(
    id: UserId, email: str, name: str, subscription_tier: str, now: datetime, subscription_ends_at: datetime | None
) -> None: ...


@rows(
    bool,
    """
    select exists (select from core.users where id = :id)
       and not exists (select from eve.characters
                       where character_id = :character_id and (user_id = :id or token_state not in ('sold', 'removed')))
       and not exists (select from core.identities where provider = 'eve' and subject = :subject) as may
    """,
    proven=("may",),
)
def may_have_pilot(id: UserId, character_id: int, subject: str) -> None: ...


@command(
    """
    insert into core.user_settings (id, user_id, theme, default_character_id, notify_pi_extractors)
    values (:id, :user, :theme, :default_character, :notify_pi_extractors)
    """,
)
def add_settings(id: UserId, user: UserId, theme: str, default_character: int, notify_pi_extractors: bool) -> None: ...


@command(
    """
    insert into core.jobs
        (id, job_type, status, character_id, payload, result, error, created_at, started_at, completed_at)
    values (:id, :job_type, :status, :character_id, :payload, :result, :error, :created_at, :started_at, :completed_at)
    """,
)
def add_job(
    id: UUID,
    job_type: str,
    status: str,
    character_id: str | None,
    payload: Any,
    result: Any,
    error: str | None,
    created_at: datetime,
    started_at: datetime,
    completed_at: datetime,
) -> None: ...


@command(
    """
    insert into core.notification_log
        (id, user_id, character_id, type, title, body, data, status, occurrence_key, happened_at, created_at, sent_at,
         read_at, error, due_at)
    values (:id, :user, :character_id, :type, :title, :body, :data, :status, :occurrence_key, :happened_at,
            :happened_at, :sent_at, :read_at, :error, :now)
    """,
)
def add_notification(
    id: NotificationId,
    user: UserId,
    character_id: int,
    type: str,
    title: str,
    body: str,
    data: Any,
    status: str,
    occurrence_key: str,
    happened_at: datetime,
    sent_at: datetime | None,
    read_at: datetime | None,
    error: str | None,
    now: datetime | None,
) -> None: ...


@command("delete from core.jobs where status = 'failed' and queue_id is null and attempts = 0 and error = :error")
def forget_failed_example(error: str) -> None:
    """The worker of the demo brings this pilot up to date: a job that failed before it ran would only worry
    newcomers.
    """
