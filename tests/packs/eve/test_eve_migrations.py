"""Revisions that move rows: what was known before is known after, up and down."""

from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from guildhall.boot.packs import BUILT_IN, branches
from guildhall.db import migrate

DUE, HELD, SYNCED, CREATED, UPDATED = [datetime(2031, 5, day, 12, tzinfo=UTC) for day in (1, 2, 3, 4, 5)]
USER = UUID(int=1)
BEFORE = "eve@eve_0004"


async def test_due_times_and_leases_of_characters_become_keys_and_come_back(clone):
    every = branches(BUILT_IN)
    await migrate.downgrade(clone, every, BEFORE)
    connection = await asyncpg.connect(clone)
    await connection.execute("insert into core.users (id, name) values ($1, 'P')", USER)
    await connection.executemany(
        """
        insert into eve.characters
            (id, character_id, character_name, user_id, token_expires_at, token_state, created_at, updated_at,
             last_sync_at, sync_due_at, syncing_until)
        values ($1, $2, 'Kara', $3, now(), $4, $5, $6, $7, $8, $9)
        """,
        [
            (UUID(int=2), 1, USER, "valid", CREATED, UPDATED, SYNCED, DUE, HELD),
            (UUID(int=3), 2, USER, "valid", CREATED, UPDATED, None, DUE, None),
            (UUID(int=4), 3, USER, "valid", CREATED, UPDATED, SYNCED, None, None),
            (UUID(int=5), 4, USER, "sold", CREATED, UPDATED, SYNCED, None, None),
        ],
    )
    before = await connection.fetch("select * from eve.characters order by id")

    await migrate.upgrade(clone, every)
    kept = await connection.fetch(
        """
        select name, key, user_id, kept_since, asked_at, due_at, refreshed_at, failures, leased_until
        from core.fresh_rows order by key
        """
    )
    assert [tuple(row) for row in kept] == [
        ("eve_characters", str(UUID(int=2)), USER, CREATED, UPDATED, DUE, SYNCED, 0, HELD),
        ("eve_characters", str(UUID(int=3)), USER, CREATED, UPDATED, DUE, None, 0, None),
    ]

    await migrate.downgrade(clone, every, BEFORE)
    after = await connection.fetch("select * from eve.characters order by id")
    assert [dict(row) for row in after] == [dict(row) for row in before]
    assert await connection.fetchval("select count(*) from core.fresh_rows") == 0
    await connection.close()


async def test_jobs_of_the_former_schedule_that_wait_are_ended(clone):
    every = branches(BUILT_IN)
    await migrate.downgrade(clone, every, BEFORE)
    connection = await asyncpg.connect(clone)
    for kind in ("eve.sync_due_characters", "eve.sync_characters", "eve.sync_character"):
        queue_id = await connection.fetchval(
            """
            insert into core.pgqueuer (priority, entrypoint, status, created, updated, heartbeat)
            values (0, $1, 'queued', now(), now(), now()) returning id
            """,
            kind,
        )
        await connection.execute(
            "insert into core.jobs (id, job_type, payload, queue_id) values (gen_random_uuid(), $1, '{}', $2)",
            kind, queue_id,
        )  # fmt: skip

    await migrate.upgrade(clone, every)

    assert await connection.fetchval("select string_agg(entrypoint, ' ') from core.pgqueuer") == "eve.sync_character"
    states = await connection.fetch("select job_type, status from core.jobs order by 1")
    assert [tuple(row) for row in states] == [
        ("eve.sync_character", "pending"), ("eve.sync_characters", "failed"), ("eve.sync_due_characters", "failed"),
    ]  # fmt: skip
    await connection.close()
