"""Statements about people: how far they are, what they were granted, what they are to be told."""

from datetime import datetime
from typing import Any

from guildhall.core.achievements.queries.catalogue import CARD
from guildhall.core.achievements.schemas import Held, HeldRow, OldDeeds, Owner, OwnRow, RevocationRow, Standing, Totals
from guildhall.db.statements import command, rows
from guildhall.ids import UserId


@rows(UserId, "select id from core.users where :after::uuid is null or id > :after order by id limit :limit", hot=True)
def people_after(after: UserId | None, limit: int) -> None:
    """Select people in the order of their ids."""


@rows(
    Standing,
    """
    select u.id as user_id, a.value, a.version
    from core.users u
    left join core.user_achievements a on a.user_id = u.id and a.achievement = :achievement
    where u.id = any(:users::uuid[])
      and a.revoked_at is null and (a.granted_at is null or not :keeps and a.version < :version)
    order by u.id
    """,
    hot=True,
)
def unsettled(achievement: str, users: list[UserId], keeps: bool, version: int) -> None:
    """Select those of some people of whom a look can change anything: what they have stays, and what was taken."""


@command(
    """
    insert into core.user_achievements (user_id, achievement, value)
    select u.id, :achievement, 0
    from (select id from core.users where id = any(:users::uuid[]) order by id for key share) u
    on conflict do nothing
    """
)
def begin(achievement: str, users: list[UserId]) -> None:
    """Insert rows of people of whom nothing is kept yet; not of those who are gone."""


@rows(
    Standing,
    """
    select a.user_id, a.value, a.version
    from core.user_achievements a
    where a.achievement = :achievement and a.user_id = any(:users::uuid[])
      and a.revoked_at is null and (a.granted_at is null or not :keeps and a.version < :version)
    order by a.user_id
    for no key update
    """,
    hot=True,
)
def hold(achievement: str, users: list[UserId], keeps: bool, version: int) -> None:
    """Lock people's rows in one order, and select those that a look can change."""


@command(
    """
    update core.user_achievements a
    set value = n.value,
        granted_at = case n.verdict when 'grant' then :now when 'take' then null else a.granted_at end,
        version = case when n.verdict in ('grant', 'hold') then :version when n.verdict = 'take' then null
                       else a.version end,
        reached = case n.verdict when 'grant' then n.value when 'take' then null else a.reached end,
        goal = case n.verdict when 'grant' then :goal when 'take' then null else a.goal end,
        evidence = case n.verdict when 'grant' then n.evidence when 'take' then null else a.evidence end,
        granted_by = case n.verdict when 'grant' then :by when 'take' then null else a.granted_by end,
        untold = case when n.verdict in ('grant', 'take') then :untold else a.untold end
    from unnest(:users::uuid[], :values::bigint[], :verdicts::text[], :evidence::jsonb[])
         n (user_id, value, verdict, evidence)
    where a.achievement = :achievement and a.user_id = n.user_id
    """
)
def record(
    achievement: str,
    users: list[UserId],
    values: list[int],
    verdicts: list[str],
    evidence: list[Any],
    version: int,
    goal: int,
    by: str,
    untold: bool,
    now: datetime,
) -> None:
    """Keep what was found of people whose rows are held."""


@rows(
    OwnRow,
    f"""
    select {CARD}, coalesce(a.value, 0) as value, a.granted_at, a.version, a.evidence, a.revoked_at, a.reason
    from core.achievements c
    left join core.user_achievements a on a.achievement = c.name and a.user_id = :user
    where (c.name = any(:declared::text[]) or a.granted_at is not null)
      and (:pack::text is null or c.pack = :pack) and (:after::text is null or c.name > :after)
    order by c.name
    limit :limit
    """,
    proven=("value",),
)
def own_page(user: UserId, declared: list[str], pack: str | None, after: str | None, limit: int) -> None: ...


@rows(
    HeldRow,
    f"""
    select {CARD}, a.granted_at,
           exists (select from core.user_achievements o
                   where o.user_id = :viewer and o.achievement = c.name and o.granted_at is not null
                     and o.revoked_at is null) as known
    from core.user_achievements a join core.achievements c on c.name = a.achievement
    where a.user_id = :user and a.granted_at is not null and a.revoked_at is null
      and (:pack::text is null or c.pack = :pack)
      and (:at::timestamptz is null or (a.granted_at, a.achievement) < (:at, :after::text collate "C"))
    order by a.granted_at desc, a.achievement desc
    limit :limit
    """,
    hot=True,
    proven=("granted_at", "known"),
)
def held_page(
    user: UserId, viewer: UserId | None, pack: str | None, at: datetime | None, after: str | None, limit: int
) -> None:
    """Select what somebody has, of one pack or of all, the latest first."""


@rows(
    Totals,
    """
    select count(*) as achieved, coalesce(sum(c.points), 0)::bigint as points
    from core.user_achievements a join core.achievements c on c.name = a.achievement
    where a.user_id = :user and a.granted_at is not null and a.revoked_at is null
      and (:pack::text is null or c.pack = :pack)
    """,
    proven=("achieved", "points"),
)
def totals(user: UserId, pack: str | None) -> None: ...


@rows(
    Owner,
    "select user_id, hides_achievements from core.profiles where handle_key = :handle_key and not suspended",
    hot=True,
)
def owner(handle_key: str) -> None: ...


@rows(UserId, "select id from core.users where id = :id")
def account(id: UserId) -> None: ...


@rows(
    Held,
    """
    select c.title, a.version, a.revoked_at
    from core.user_achievements a join core.achievements c on c.name = a.achievement
    where a.user_id = :user and a.achievement = :achievement
    for no key update of a
    """,
)
def grant_to_change(user: UserId, achievement: str) -> None:
    """Lock what is kept of a person and an achievement."""


@rows(
    RevocationRow,
    """
    select c.title, a.revoked_at, a.reason
    from core.user_achievements a join core.achievements c on c.name = a.achievement
    where a.user_id = :user and a.achievement = :achievement and a.granted_at is not null
    """,
)
def revocation(user: UserId, achievement: str) -> None: ...


@command(
    """
    update core.user_achievements set revoked_at = :at, revoked_by = :by, reason = :reason
    where user_id = :user and achievement = :achievement
    """
)
def set_revoked(user: UserId, achievement: str, at: datetime | None, by: UserId | None, reason: str | None) -> None:
    """Take an achievement from somebody, or (all three null) give it back."""


@rows(
    bool,
    """
    select exists (select from core.user_achievements where untold)
       and not exists (select from core.achievement_runs where ended_at is null and kind <> 'sweep') as due
    """,
    proven=("due",),
)
def telling_due() -> None:
    """Return whether people wait to be told of old deeds, and no walk may find more of them."""


@rows(
    OldDeeds,
    """
    with waiting as materialized (
        select distinct user_id from core.user_achievements where untold order by user_id limit :limit
    ), theirs as materialized (
        select a.user_id, a.achievement, a.granted_at, a.revoked_at
        from core.user_achievements a join waiting s on s.user_id = a.user_id
        where a.untold
        order by a.user_id, a.achievement
        for no key update of a
    ), told as (
        update core.user_achievements a set untold = false
        from theirs t where a.user_id = t.user_id and a.achievement = t.achievement
    )
    select t.user_id,
           coalesce(array_agg(c.title order by c.points desc, c.name)
                    filter (where t.granted_at is not null and t.revoked_at is null), '{}') as granted,
           coalesce(array_agg(c.title order by c.points desc, c.name) filter (where t.granted_at is null), '{}')
               as taken
    from theirs t join core.achievements c on c.name = t.achievement
    group by t.user_id
    order by t.user_id
    """,
    proven=("granted", "taken"),
)
def untold(limit: int) -> None:
    """Take up what some people are to be told of. It counts as told when the transaction commits."""
