"""Conditions of schedules in a worker: what holds is sent, what does not is not, and what fails is sent."""

from datetime import datetime
from typing import ParamSpec

import pytest

from guildhall.core.jobs.bindings import Cron, Due, Schedule, daily
from guildhall.core.jobs.settings import JobsSettings
from guildhall.core.jobs.worker import Worker
from guildhall.db.statements import ALL, Query, rows
from guildhall.errors import Misconfigured
from tests.core.jobs.make import Narrow, Note, Serial, Single, all_jobs, ended, jobs_settings
from tests.core.jobs.test_jobs_worker import make_due

pytestmark = pytest.mark.database

P = ParamSpec("P")


def unlisted(query: Query[P, bool]) -> Query[P, bool]:
    """A query that the test of all statements need not know."""
    ALL.remove(query)
    return query


@unlisted
@rows(bool, "select true")
def yes() -> None: ...


@unlisted
@rows(bool, "select false -- for ever")
def no() -> None: ...


@unlisted
@rows(bool, "select 1 / 0 = 1")
def broken() -> None: ...


@unlisted
@rows(bool, "select :now::timestamptz < now() + interval '1 minute' and :seconds::float8 = 7")
def takes_two(now: datetime, seconds: float) -> None: ...


@unlisted
@rows(bool, "select :now::timestamptz > now() + interval '1 hour'")
def takes_one(now: datetime) -> None: ...


YES, NO, BROKEN = Due(yes), Due(no), Due(broken)


async def sent(crew, jobs_db, schedule: list[Cron]) -> set[str]:
    """What a worker sends when all of a schedule comes due, beside one message that tells that it has."""
    last = Cron(daily(hour=5), Serial(9))
    first = await crew.worker(schedule=[*schedule, last])
    await make_due(jobs_db)
    await first.stop()
    await crew.worker(schedule=[*schedule, last])
    await ended(jobs_db)
    return {job.job_type for job in await all_jobs(jobs_db)} - {"test.serial"}


async def test_a_message_is_sent_when_its_condition_holds_and_only_then(crew, jobs_db):
    schedule = [
        Cron(daily(), Note(1)),
        Cron(Schedule("0 4 * * *", YES), Single(1)),
        Cron(Schedule("0 4 * * *", NO), Narrow(1)),
    ]

    assert await sent(crew, jobs_db, schedule) == {"test.note", "test.single"}


async def test_a_condition_that_fails_holds_and_the_others_keep_their_say(crew, jobs_db, capsys):
    schedule = [
        Cron(Schedule("0 4 * * *", BROKEN), Note(1)),
        Cron(Schedule("0 4 * * *", NO), Single(1)),
        Cron(Schedule("0 4 * * *", YES), Narrow(1)),
    ]

    assert await sent(crew, jobs_db, schedule) == {"test.note", "test.narrow"}

    (told,) = [line for line in capsys.readouterr().err.splitlines() if "condition_failed" in line]
    assert "test.note" in told
    assert "division by zero" in told


async def test_conditions_take_the_instant_and_what_their_arguments_are_made_from(crew, jobs_db):
    def poll_later(now: datetime, jobs: JobsSettings) -> tuple[object, ...]:
        return now, jobs.poll_interval

    schedule = [
        Cron(Schedule("0 4 * * *", Due(takes_two, poll_later)), Note(1)),
        Cron(Schedule("0 4 * * *", Due(takes_one)), Single(1)),
    ]
    crew.provided[JobsSettings] = jobs_settings(poll_interval=7)

    assert await sent(crew, jobs_db, schedule) == {"test.note"}


async def test_a_condition_that_asks_for_what_nothing_provides_is_refused(jobs_db):
    def wants_a_number(now: datetime, number: complex) -> tuple[object, ...]:
        return (number,)

    with pytest.raises(Misconfigured, match=r"condition of test\.note asks for number: .*complex"):
        Worker(
            jobs_db,
            [Note],
            [],
            [Cron(Schedule("0 4 * * *", Due(YES.query, wants_a_number)), Note(1))],
            {},
            jobs_settings(),
        )
