"""A pack that is not installed any more: one line at the start, and nobody else is held up by what it has left."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import asyncpg
import pytest

from guildhall.boot.configuration import Configuration, configure
from guildhall.boot.packs import tell_not_installed
from guildhall.boot.worker import make_worker, open_worker
from guildhall.clock import Clock
from guildhall.core.fresh.messages import RefreshDue
from guildhall.core.jobs.actions import send_many
from guildhall.core.jobs.messages import MaintainPartitions
from guildhall.db import migrate
from guildhall.db.pool import Database
from tests.boot import installed as packs
from tests.boot.installed import Installed
from tests.logs import captured_logs

MONTH = datetime.now(UTC).strftime("%Y_%m")
PARTITIONED = packs.MIGRATION.replace(
    "create table {name}.things (id int primary key);",
    "create table {name}.things (id int not null, at timestamptz not null) partition by range (at);"
    "create table {name}.things_default partition of {name}.things default;"
    "insert into core.partitioned_tables (table_name, first_month) values ('{name}.things', '2000-01-01');",
)
"""A table by month, as its pack leaves it."""
KEEPING = packs.WORKER.replace(
    "WORKER = WorkerPart(handlers=(On(Greet, greet),))",
    '''
from datetime import timedelta

from guildhall.core.fresh.declaration import Fresh
from guildhall.core.jobs.bindings import minutely


async def refresh(key: str) -> None:
    """Refresh."""


THINGS = Fresh("{name}_things", every=timedelta(hours=1), refresh=refresh)
WORKER = WorkerPart(handlers=(On(Greet, greet, schedule=minutely()),), fresh=(THINGS,))
''',
)
LEFT = """
insert into core.pgqueuer (priority, entrypoint, status, created, updated, heartbeat)
values (0, 'tetra.greet', 'queued', now(), now(), now()), (0, 'tetra.greet', 'failed', now(), now(), now());
insert into core.jobs (id, job_type, status, payload, queue_id)
select gen_random_uuid(), 'tetra.greet', case status when 'queued' then 'pending' else 'failed' end, '{}', id
from core.pgqueuer;
insert into core.pgqueuer_schedules (entrypoint, expression, next_run)
values ('tetra.greet', '*/1 * * * *', now() - interval '1 hour');
insert into core.fresh_rows (name, key, kept_since, asked_at, due_at) values ('tetra_things', 'a', now(), now(), now());
insert into core.users (id, name) values ('01940000-0000-7000-8000-000000000001', 'P');
insert into core.notification_log (id, user_id, type, title, body, occurrence_key, happened_at, due_at)
values (gen_random_uuid(), '01940000-0000-7000-8000-000000000001', 'tetra.thing', 't', 'b', 'k', now(), now());
"""
"""What a pack has under way."""


@pytest.fixture
async def left(installed: Installed, clone: str) -> AsyncIterator[asyncpg.Connection]:
    """A database that was migrated and used by a pack that is not installed any more; the owner of it."""
    installed.add("tetra", migrations__0001_things=PARTITIONED, worker=KEEPING)
    installed.add("whole", migrations__0001_things=PARTITIONED)
    await migrate.upgrade(clone, configure().branches)
    owner = await asyncpg.connect(clone)
    await owner.execute(LEFT)
    installed.remove("tetra")
    yield owner
    await owner.close()


SENT = ("whole.greet", "db.maintain_partitions", "fresh.refresh_due")


async def work(configuration: Configuration, url: str, db: Database) -> dict[str, str]:
    """Run a worker with its schedules until what it is sent is done; how each of it ended."""
    async with open_worker(configuration, url, Clock()) as runtime:
        worker = make_worker(runtime)
        running = asyncio.create_task(worker.run())
        handlers = [on for part in configuration.worker_parts for on in part.handlers]
        (greet,) = [on.message for on in handlers if on.message.name == "whole.greet"]
        async with db.write() as tx:
            await send_many(tx, [greet(), MaintainPartitions(), RefreshDue()])
        async with asyncio.timeout(30):
            states = dict.fromkeys(SENT, "pending")
            while "pending" in states.values() or "processing" in states.values():
                await asyncio.sleep(0.05)
                async with db.read() as tx:
                    rows = await tx.connection.fetch(
                        "select job_type, case when attempts > 1 then 'retried' else status end as status "
                        "from core.jobs where job_type = any($1)",
                        SENT,
                    )
                states = {row["job_type"]: row["status"] for row in rows}
        worker.stop()
        await running
    return states


async def test_the_rest_runs_on_beside_what_a_removed_pack_has_left(left, clone, jobs_db):
    configuration = configure()

    states = await work(configuration, clone, jobs_db)

    assert ([pack.name for pack in configuration.packs][-1], configuration.left_out) == ("whole", ())
    assert set(states.values()) == {"completed"}
    assert await left.fetchval("select to_regclass($1) is not null", f"tetra.things_{MONTH}")
    assert await left.fetchval("select to_regclass($1) is not null", f"whole.things_{MONTH}")
    waiting = await left.fetch("select status from core.jobs where job_type = 'tetra.greet' order by 1")
    assert [row["status"] for row in waiting] == ["failed", "pending"]
    assert await left.fetchval("select refreshed_at from core.fresh_rows where key = 'a'") is None


async def test_tables_that_were_dropped_by_hand_hold_no_other_months_up(left, clone, jobs_db):
    await left.execute("drop schema tetra cascade")

    states = await work(configure(), clone, jobs_db)

    assert set(states.values()) == {"completed"}
    assert await left.fetchval("select to_regclass($1) is not null", f"whole.things_{MONTH}")


async def test_a_table_whose_month_cannot_be_made_fails_when_all_others_have_theirs(left, clone, jobs_db):
    await left.execute("drop table tetra.things_default")  # its rows would move from there

    states = await work(configure(), clone, jobs_db)

    assert states == {"whole.greet": "completed", "db.maintain_partitions": "retried", "fresh.refresh_due": "completed"}
    assert await left.fetchval("select to_regclass($1) is not null", f"whole.things_{MONTH}")
    assert await left.fetchval("select to_regclass($1) is null", f"tetra.things_{MONTH}")


def test_a_process_says_in_one_line_that_a_pack_is_not_installed(left, clone, installed):
    environment = {
        **os.environ, "PYTHONPATH": str(installed.folder), "COLUMNS": "200", "GUILDHALL_DATABASE_URL": clone,
    }  # fmt: skip
    command = [sys.executable, "-m", "guildhall.cli"]
    with subprocess.Popen(
        [*command, "serve", "--role", "worker"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        lines = []
        for line in process.stderr:
            lines.append(json.loads(line))
            if lines[-1]["event"] == "working":
                break
        process.terminate()
        process.communicate(timeout=30)
    status = subprocess.run(
        [*command, "db", "status", "--json"], env=environment, capture_output=True, text=True, check=True, timeout=60
    )

    (told,) = [line for line in lines if line["event"] == "pack_not_installed"]
    assert (told["pack"], told["level"]) == ("tetra", "warning")
    assert "docs/operations/packs.md" in told["do"]
    branches = json.loads(status.stdout)["branches"]
    assert [one for one in branches if one["head"] is None] == [
        {"label": "tetra", "current": "tetra_0001", "head": None, "pending": [], "edited": []}
    ]


async def test_a_pack_that_is_installed_and_off_is_no_news(left, clone, monkeypatch):
    monkeypatch.setenv("GUILDHALL_PACKS", '["eve"]')
    strange = await migrate.require_current(clone, configure().branches)
    with captured_logs() as lines:
        tell_not_installed(strange)

    assert strange == ["dota2", "poe2", "realm", "tetra", "whole", "wine"]
    assert [line["pack"] for line in lines] == ["tetra"]
