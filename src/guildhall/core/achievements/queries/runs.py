"""Statements of walks over all people."""

from datetime import datetime
from uuid import UUID

from guildhall.core.achievements.ids import RunId
from guildhall.core.achievements.schemas import Outcome, Run, RunKind, RunLine
from guildhall.db.statements import command, rows
from guildhall.ids import UserId


@rows(
    RunId,
    """
    insert into core.achievement_runs (id, achievement, kind, people, began_at, moved_at)
    select :id, :achievement, :kind, (select count(*) from core.users), :now, :now
    on conflict (achievement) where ended_at is null do nothing
    returning id
    """,
)
def add_run(id: RunId, achievement: str, kind: RunKind, now: datetime) -> None:
    """Insert a walk from the first person on. No row while one is under way."""


@rows(RunId, "select id from core.achievement_runs where achievement = :achievement and ended_at is null")
def open_run(achievement: str) -> None: ...


@rows(
    RunId,
    """
    update core.achievement_runs set ended_at = null, outcome = null, moved_at = :now
    where id = (select id from core.achievement_runs where achievement = :achievement order by id desc limit 1)
      and outcome = 'stopped'
    returning id
    """,
)
def reopen_run(achievement: str, now: datetime) -> None:
    """Go on with the last walk of an achievement, if it was stopped."""


@rows(
    Run,
    """
    select id, achievement, kind, after_id, began_at
    from core.achievement_runs where id = :id and ended_at is null
    for update
    """,
)
def run_to_continue(id: RunId) -> None:
    """Lock a walk that is under way. No row if it has ended."""


@command(
    """
    update core.achievement_runs
    set after_id = :after, looked = looked + :looked, granted = granted + :granted, taken = taken + :taken,
        moved_at = :now
    where id = :id
    """
)
def note_batch(id: RunId, after: UserId, looked: int, granted: int, taken: int, now: datetime) -> None: ...


@command("update core.achievement_runs set ended_at = :now, outcome = :outcome where id = :id and ended_at is null")
def end_run(id: RunId, outcome: Outcome, now: datetime) -> None: ...


@rows(
    RunLine,
    """
    select id, achievement, kind, people, looked, granted, taken, began_at, moved_at, ended_at, outcome
    from core.achievement_runs
    where (:all or ended_at is null) and (:achievement::text is null or achievement = :achievement)
      and (:after::uuid is null or id < :after)
    order by id desc
    limit :limit
    """,
)
def run_lines(all: bool, achievement: str | None, after: RunId | None, limit: int) -> None: ...


@rows(RunId, "select id from core.achievement_runs where id between :lowest and :highest order by id limit 3")
def runs_between(lowest: UUID, highest: UUID) -> None: ...


@command(
    """
    delete from core.achievement_runs where id in (
        select id from core.achievement_runs where ended_at < :before order by ended_at limit :limit
    )
    """
)
def forget_runs(before: datetime, limit: int) -> None: ...
