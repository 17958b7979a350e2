"""The conditions of all schedules: each holds when there is something to do and not before, and saves its job then."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from msgspec import Struct

from guildhall.boot.worker import make_worker, open_worker
from guildhall.clock import Clock
from guildhall.core.achievements.declaration import Achievements
from guildhall.core.cache import jobs as cache_jobs
from guildhall.core.fresh.declaration import Declarations, Fresh
from guildhall.core.jobs import jobs as queue_jobs
from guildhall.core.jobs.actions import send_many
from guildhall.core.jobs.bindings import Cron, scheduled
from guildhall.core.jobs.conditions import Condition, holding
from guildhall.db.policies import JOBS
from guildhall.db.pool import Transaction
from guildhall.references import Reference
from tests.conftest import configuration
from tests.core.jobs.make import all_jobs

pytestmark = pytest.mark.database

ONE = Fresh("one", every=timedelta(hours=1), refresh=Reference("nowhere:refresh"))
"""A declaration of the examples."""
QUIET = """
insert into eve.server_status (expires_at, routes_expires_at)
values (now() + interval '1 minute', now() + interval '1 minute');
insert into core.achievement_people (people, counted_at) values (0, now());
""" + "".join(
    f"""
    insert into core.achievements (name, title, description, icon, tier, points, goal, hidden, keeps, version, digest,
                                   declared_at, changed_at)
    values ('{one.name}', 'A', 'A', '', 'gold', 1, 1, false, true, 1, '{one.digest}', now(), now());
    """
    for part in configuration().process_parts
    for one in part.achievements
)
"""Beside this an empty database has nothing to do."""


class Example(Struct, frozen=True):
    """Rows by which a message has something to do, and rows that are not yet enough."""

    due: str
    not_due: str = "select"


def character(**columns: str) -> str:
    """A character with columns, of a user whom no constraint misses here."""
    row = {
        "id": "gen_random_uuid()", "character_id": "1 + random() * 1e9", "character_name": "'Kara'",
        "user_id": "gen_random_uuid()", "token_expires_at": "now()", **columns,
    }  # fmt: skip
    return insert("eve.characters", **row)


def insert(table: str, **columns: str) -> str:
    return f"insert into {table} ({', '.join(columns)}) values ({', '.join(columns.values())});"


def reserved(expires_at: str) -> str:
    """A part of an account that is reserved until an instant."""
    return insert(
        "core.ledger_holds", id="gen_random_uuid()", account_id="gen_random_uuid()", key="gen_random_uuid()::text",
        kind="'chess.bid'", amount="1", created_at="now()", expires_at=expires_at,
    )  # fmt: skip


def alarm(**columns: str) -> str:
    row = {
        "id": "gen_random_uuid()", "kind": "'skill_complete'", "occurrence_key": "'one'",
        "character": "gen_random_uuid()", "user_id": "gen_random_uuid()", **columns,
    }  # fmt: skip
    return insert("eve.alarms", **row)


def exile(**columns: str) -> str:
    """An account at Path of Exile with columns."""
    row = {
        "user_id": "gen_random_uuid()", "sub": "gen_random_uuid()", "poe_account_name": "'Exile#1'",
        "scopes": "'{}'", "access_expires_at": "now()", "linked_at": "now()", "signed_in_at": "now()",
        "refreshed_at": "now()", **columns,
    }  # fmt: skip
    return insert("poe2.accounts", **row)


def notice(due_at: str) -> str:
    return insert(
        "core.notification_log", id="gen_random_uuid()", user_id="gen_random_uuid()", type="'t'", title="'t'",
        body="''", occurrence_key="'one'", happened_at="now()", due_at=due_at,
    )  # fmt: skip


def delivery(due_at: str) -> str:
    return insert(
        "core.notification_deliveries", id="gen_random_uuid()", user_id="gen_random_uuid()",
        batch_id="gen_random_uuid()", channel="'webhook'", notices="array[gen_random_uuid()]",
        created_at="now()", due_at=due_at,
    )  # fmt: skip


def event(created_at: str, **columns: str) -> str:
    return insert("core.live_events", topic="'t'", kind="'k'", created_at=created_at, **columns)


def war(status: str, starts: str, ends: str) -> str:
    return insert(
        "realm.guild_wars", id="gen_random_uuid()", server_id="gen_random_uuid()", attacker_id="gen_random_uuid()",
        defender_id="gen_random_uuid()", status=f"'{status}'", declared_at="now() - interval '9 days'",
        starts_at=f"now() + interval '{starts}'", ends_at=f"now() + interval '{ends}'",
    )  # fmt: skip


def playing(population: int, heard: str = "0") -> str:
    """A server with somebody who was last heard of so long ago, and what it says of how many play there."""
    server = "'00000000-0000-7000-8000-000000000001'"
    return (
        insert("realm.servers", id=server, name="'s'", region="'eu'", current_population=str(population))
        + insert(
            "realm.sessions", id="gen_random_uuid()", user_id="gen_random_uuid()", server_id=server,
            login_at="now() - interval '1 day'", last_activity=f"now() - interval '{heard}'",
        )
    )  # fmt: skip


def kept(due_at: str, name: str = "'one'", **columns: str) -> str:
    """A key that is kept fresh."""
    row = {"name": name, "key": "'7'", "kept_since": "now()", "asked_at": "now()", "due_at": due_at, **columns}
    return insert("core.fresh_rows", **row)


def halted(until: str, background_until: str) -> str:
    """A pause of the declaration of a kept key."""
    return insert(
        "core.fresh_halts", name="'one'", until=f"now() + interval '{until}'",
        background_until=f"now() + interval '{background_until}'", why="''",
    )  # fmt: skip


def events(counted: int) -> str:
    """Events up to the tick 7, and up to which they are counted."""
    return f"update core.analytics_head set tick = 7; update core.analytics_checkpoints set tick = {counted};"


BACKFILL = """
insert into poe2.market_backfills (league, state, since, started_at, updated_at)
values ('Standard', '{state}', now(), now(), now() - interval '{ago}')
"""


def week(ends_at: str, **columns: str) -> str:
    """A week's list of a leaderboard."""
    row = {
        "board": "'one'", "kind": "'week'", "key": "'2026-W28'", "descending": "true", "earlier": "true",
        "ends_at": ends_at, **columns,
    }  # fmt: skip
    return insert("core.board_windows", **row)


def achievement(**columns: str) -> str:
    """An achievement that no pack declares."""
    row = {
        "name": "'chess.win'", "title": "'Win'", "description": "'Won.'", "icon": "''", "tier": "'gold'", "points": "1",
        "goal": "1", "hidden": "false", "keeps": "true", "version": "1", "digest": "''", "declared_at": "now()",
        "changed_at": "now()", **columns,
    }  # fmt: skip
    return insert("core.achievements", **row)


def old_deed(**columns: str) -> str:
    """Something that a backfill found."""
    row = {
        "user_id": "gen_random_uuid()", "achievement": "'chess.win'", "value": "1", "granted_at": "now()",
        "version": "1", "reached": "1", "goal": "1", "granted_by": "'backfill'", "untold": "true", **columns,
    }  # fmt: skip
    return insert("core.user_achievements", **row)


def walk(**columns: str) -> str:
    """A walk over all people."""
    row = {
        "id": "gen_random_uuid()", "achievement": "'chess.win'", "kind": "'backfill'", "people": "1",
        "began_at": "now()", "moved_at": "now()", **columns,
    }  # fmt: skip
    return insert("core.achievement_runs", **row)


EXAMPLES = {
    "achievements.keep_catalogue": [
        Example(
            "update core.achievements set digest = 'another'",
            achievement(look_at="now()") + "update core.achievements set look_at = now() + interval '1 hour'"
            " where name <> 'chess.win'",
        ),
        Example("update core.achievements set look_at = now()"),
    ],
    "ledger.expire_holds": [
        Example(reserved("now() - interval '1 second'"), reserved("now() + interval '1 minute'")),
        Example(reserved("now()"), reserved("null")),
    ],
    "achievements.tell_old_deeds": [
        Example(old_deed(), old_deed(untold="false")),
        Example(old_deed() + walk(kind="'sweep'"), old_deed() + walk()),
    ],
    "achievements.sum_holders": [
        Example(insert("core.achievement_deltas", achievement="'chess.win'", holders="1")),
        Example("update core.achievement_people set counted_at = now() - interval '7 hours'"),
    ],
    "boards.close_weeks": [
        Example(week("now() - interval '31 minutes'"), week("now() - interval '29 minutes'")),
        Example(week("now() - interval '1 day'"), week("now() - interval '1 day'", closed_at="now()")),
    ],
    "social.sum_follows": [
        Example(insert("core.follow_deltas", user_id="gen_random_uuid()", followers="1", following="0")),
    ],
    "poe2.add_up_counts": [
        Example(
            insert("poe2.build_count_changes", build_template_id="gen_random_uuid()", day="current_date", views="1")
        ),
    ],
    "poe2.add_up_ratings": [
        Example(
            insert("poe2.build_rating_changes", build_template_id="gen_random_uuid()", reviews="1", rating="4"),
        ),
    ],
    "poe2.count_meta": [
        Example(insert("poe2.meta_changes", source="'builds'", user_id="gen_random_uuid()")),
        Example(
            insert(
                "poe2.meta_count_changes", source="'builds'", league="'one'", week="0", facet="'class:Monk'", people="1"
            ),
        ),
        Example(
            insert("poe2.meta_scopes", source="'builds'", league="'one'", week="0"),
            insert("poe2.meta_scopes", source="'builds'", league="'one'", week="0", changed="false", least="5"),
        ),
        Example(
            insert("poe2.meta_scopes", source="'builds'", league="'one'", week="0", changed="false", least="4"),
            insert("poe2.meta_scopes", source="'builds'", league="'one'", week="0", changed="false", least="5"),
        ),
    ],
    "poe2.follow_ranks": [Example(insert("poe2.build_rank_changes", build_template_id="gen_random_uuid()"))],
    "analytics.roll_up_events": [
        Example(events(counted=6), events(counted=7)),
        Example(
            insert(
                "core.analytics_outbox", id="gen_random_uuid()", event_type="'a.b'", event_data="'{}'", counted="'{}'",
                rollups="'{}'",
            ),
        ),
    ],
    "poe2.keep_links": [
        Example(
            exile(refresh_expires_at="now() + interval '6 days'"),
            exile(refresh_expires_at="now() + interval '6 days'", told_at="now()"),
        ),
        Example(
            exile(refresh_expires_at="now() - interval '1 second'", told_at="now()"),
            exile(refresh_expires_at="now() + interval '8 days'"),
        ),
        Example(
            exile(
                refresh_expires_at="now()", state="'ended'", ended_why="'revoked'", ended_at="now()", forget_at="now()"
            ),
            exile(
                refresh_expires_at="now()", state="'ended'", ended_why="'revoked'", ended_at="now()",
                forget_at="now() + interval '1 day'",
            ),
        ),
    ],
    "poe2.revoke_tokens": [
        Example(
            insert("poe2.pending_revocations", id="gen_random_uuid()", refresh_token="'sealed'"),
            insert(
                "poe2.pending_revocations", id="gen_random_uuid()", refresh_token="'sealed'",
                due_at="now() + interval '1 minute'",
            ),
        ),
    ],
    "poe2.continue_backfills": [
        Example(BACKFILL.format(state="running", ago="61 seconds"), BACKFILL.format(state="running", ago="50 seconds")),
        Example(BACKFILL.format(state="running", ago="1 hour"), BACKFILL.format(state="stopped", ago="1 hour")),
    ],
    "fresh.refresh_due": [
        Example(kept("now()"), kept("now() + interval '1 minute'")),
        Example(kept("now()"), kept("now()", name="'of_no_pack'")),
        Example(
            kept("now()", leased_until="now()"), kept("now()", leased_until="now() + interval '1 minute'"),
        ),
        Example(kept("now()") + halted("0", "0"), kept("now()") + halted("0", "1 minute")),
        Example(
            kept("now()", wanted_at="now()") + halted("0", "1 minute"),
            kept("now()", wanted_at="now()") + halted("1 minute", "1 minute"),
        ),
    ],
    "realtime.forget_events": [
        Example(event("now() - interval '25 hours'"), event("now() - interval '23 hours'")),
        Example(
            event("now() - interval '2 minutes'", subject="gen_random_uuid()"),
            event("now()", subject="gen_random_uuid()"),
        ),
    ],
    "notify.dispatch": [
        Example(notice("now() - interval '1 minute'"), notice("now() + interval '1 minute'")),
        Example(notice("now() + interval '5 seconds'"), notice("null")),
        Example(delivery("now() - interval '1 second'"), delivery("now() + interval '1 minute'")),
    ],
    "eve.sync_status": [
        Example("delete from eve.server_status"),
        Example("update eve.server_status set expires_at = now()"),
        Example("update eve.server_status set routes_expires_at = now()"),
        Example("update eve.server_status set expires_at = null"),
    ],
    "eve.refresh_tokens": [
        Example(character(refresh_due_at="now()"), character(refresh_due_at="now() + interval '1 minute'")),
    ],
    "eve.revoke_tokens": [
        Example(
            insert("eve.pending_revocations", id="gen_random_uuid()", refresh_token="'sealed'"),
            insert(
                "eve.pending_revocations", id="gen_random_uuid()", refresh_token="'sealed'",
                due_at="now() + interval '1 minute'",
            ),
        ),
    ],
    "eve.fire_alarms": [
        Example(
            alarm(fire_at="now() + interval '50 seconds'"),
            alarm(fire_at="now() + interval '70 seconds'"),
        ),
        Example(alarm(fire_at="now() - interval '1 day'"), alarm(fire_at="now()", state="'fired'")),
    ],
    "realm.follow_messages": [
        Example("update core.live_head set tick = tick + 1"),
        Example("insert into realm.followers (name, tick) select 'reindex', tick from core.live_head"),
    ],
    "realm.end_silent_sessions": [
        Example(playing(1, "3 hours"), playing(1, "1 minute")),
        Example(playing(0), playing(1)),
    ],
    "realm.tend_wars": [
        Example(war("declared", "0", "1 day"), war("declared", "1 minute", "1 day")),
        Example(war("active", "-1 day", "0"), war("active", "-1 day", "1 minute")),
    ],
}  # fmt: skip


def worker_schedule() -> list[Cron]:
    """Everything that a worker sends by itself."""
    parts = configuration().worker_parts
    return scheduled([*queue_jobs.HANDLERS, *cache_jobs.HANDLERS, *(on for part in parts for on in part.handlers)])


CONDITIONAL = {cron.message.name: cron for cron in worker_schedule() if cron.schedule.due is not None}


@pytest.fixture
async def connection(worker_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A transaction in which nothing is due and rows miss nobody, rolled back after the test."""
    opened = await asyncpg.connect(worker_url)
    try:
        await opened.execute(f"begin; set local session_replication_role = replica; {QUIET}")
        yield opened
    finally:
        await opened.execute("rollback")
        await opened.close()


async def holds(connection: asyncpg.Connection, name: str) -> bool:
    """Whether a condition holds for the role of workers."""
    due = CONDITIONAL[name].schedule.due
    assert due is not None
    provided: dict[type[Any], object] = {type(one): one for one in configuration().of_slices.values()}
    provided[Declarations] = Declarations((ONE,))
    provided[Achievements] = Achievements(one for part in configuration().process_parts for one in part.achievements)
    await connection.execute(f"set local role {JOBS}")
    (answer,) = await holding(
        Transaction(connection, await connection.fetchval("select now()")), [Condition(name, due, provided)]
    )
    await connection.execute("reset role")
    return answer


def test_every_job_of_a_minute_has_a_condition_and_every_condition_has_an_example():
    often = {cron.message.name for cron in worker_schedule() if re.match(r"\*/\d+ \* ", cron.schedule.expression)}

    assert often <= set(CONDITIONAL)
    assert set(CONDITIONAL) == set(EXAMPLES)


@pytest.mark.parametrize("name", sorted(CONDITIONAL))
async def test_a_condition_does_not_hold_when_there_is_nothing_to_do(connection, name):
    assert not await holds(connection, name)


@pytest.mark.parametrize(
    ("name", "example"),
    [pytest.param(name, one, id=f"{name}-{n}") for name, all_ in EXAMPLES.items() for n, one in enumerate(all_)],
)
async def test_a_condition_holds_when_there_is_something_to_do_and_not_before(connection, name, example):
    await connection.execute(f"savepoint quiet; {example.not_due}")
    before = await holds(connection, name)
    await connection.execute(f"rollback to savepoint quiet; {example.due}")

    assert (before, await holds(connection, name)) == (False, True)


async def test_a_worker_at_rest_has_no_job_that_has_nothing_to_do(clone, jobs_db):
    """Every schedule comes due: what has no condition runs, and what has one runs as soon as it holds."""
    owner = await asyncpg.connect(clone)
    await owner.execute(QUIET)
    async with open_worker(configuration(), clone, Clock()) as runtime:
        runtime.provided[Declarations] = Declarations((ONE,))
        scheduler = make_worker(runtime)._scheduler
        await scheduler.start()

        async def sent() -> set[str]:
            await owner.execute("update core.pgqueuer_schedules set next_run = now() - interval '1 minute'")
            await scheduler.look()
            names = {job.job_type for job in await all_jobs(jobs_db)}
            await owner.execute("delete from core.pgqueuer; delete from core.jobs")
            return names

        everything = {cron.message.name for cron in worker_schedule()}
        assert await sent() == everything - set(CONDITIONAL)

        await owner.execute("set session_replication_role = replica")
        for examples in EXAMPLES.values():
            await owner.execute(examples[0].due)
        assert await sent() == everything
    await owner.close()


async def test_jobs_whose_conditions_do_not_hold_would_have_done_nothing(start_worker, clone):
    """A condition that says no is a promise: the handlers, run all the same, find nothing."""
    owner = await asyncpg.connect(clone)
    await owner.execute(QUIET)
    worker = await start_worker()
    async with worker.runtime.db.write() as tx:
        await send_many(tx, [cron.message for cron in CONDITIONAL.values()])
    await worker.idle()
    jobs = await all_jobs(worker.runtime.db)

    assert {job.job_type for job in jobs} == set(CONDITIONAL)
    assert [(job.job_type, job.result) for job in jobs if job.status != "completed" or not _nothing(job.result)] == []
    await owner.close()


def _nothing(result: Any) -> bool:
    """Whether a job's report speaks of nothing done."""
    if isinstance(result, dict):
        return all(map(_nothing, result.values()))
    return not result
