"""Revisions that move rows: what was known before is known after, up and down."""

from datetime import UTC, datetime

import asyncpg

from guildhall.boot.packs import BUILT_IN, branches
from guildhall.core.upstream.routes import Given
from guildhall.db import migrate
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.opendota.schemas import GivenHero, GivenWinLoss
from guildhall.packs.dota2.players import actions as players_actions
from tests.packs.dota2 import make

TIMES = [datetime(2031, 5, day, 12, tzinfo=UTC) for day in (1, 2, 3)]


async def test_tracked_players_are_keys_that_are_kept_fresh_and_come_back(clone):
    every = branches(BUILT_IN)
    await migrate.downgrade(clone, every, "dota2@dota2_0003")
    connection = await asyncpg.connect(clone)
    await connection.execute(
        """
        insert into dota2.player_sync (account_id, tracked_since, next_sync_at, matches_synced_at, failures, last_error)
        values (7, $1, $2, $3, 2, 'down'), (8, null, $2, null, 0, null)
        """,
        *TIMES,
    )
    before = await connection.fetch("select * from dota2.player_sync order by account_id")

    await migrate.upgrade(clone, every)
    kept = await connection.fetch(
        "select name, key, kept_since, due_at, refreshed_at, failures, last_error from core.fresh_rows"
    )
    assert [tuple(row) for row in kept] == [("dota2_players", "7", *TIMES, 2, "down")]
    assert await connection.fetchval("select count(*) from dota2.player_sync") == 2

    await migrate.downgrade(clone, every, "dota2@dota2_0003")
    after = await connection.fetch("select * from dota2.player_sync order by account_id")
    assert after[0] == before[0]
    assert after[1]["tracked_since"] is None
    assert await connection.fetchval("select count(*) from core.fresh_rows") == 0
    await connection.close()


async def test_a_round_of_the_former_schedule_that_waits_is_ended(clone):
    every = branches(BUILT_IN)
    await migrate.downgrade(clone, every, "dota2@dota2_0003")
    connection = await asyncpg.connect(clone)
    await connection.execute(
        """
        insert into core.pgqueuer (priority, entrypoint, status, created, updated, heartbeat)
        values (0, 'dota2.sync_due_players', 'queued', now(), now(), now());
        insert into core.jobs (id, job_type, payload, queue_id)
        select gen_random_uuid(), 'dota2.sync_due_players', '{}', id from core.pgqueuer
        """
    )

    await migrate.upgrade(clone, every)

    assert await connection.fetchval("select count(*) from core.pgqueuer") == 0
    assert await connection.fetchval("select status from core.jobs") == "failed"
    await connection.close()


async def test_players_that_are_known_come_onto_the_boards(clone, jobs_db):
    records = {1: (3, 0), 2: (60, 40), 3: (0, 50), 4: (333, 334), 5: (0, 0)}
    told = {1: (54, None, 4000.1000000000004), 2: (80, 7, 1e-300), 3: (80, None, None), 4: (None, None, 5e15 + 1)}
    async with jobs_db.write() as tx:
        for account, (rank, place, mmr) in told.items():
            await make.save_player(tx, account, rank_tier=rank, leaderboard_rank=place, computed_mmr=mmr)
        for account, (win, lose) in records.items():
            await players_actions.save_winloss(tx, AccountId(account), Given(GivenWinLoss(win, lose), tx.now, b""))
            hero = GivenHero(14 + account % 2, games=win + lose, win=win)
            await players_actions.save_heroes(tx, AccountId(account), Given([hero], tx.now, b""))
    rows = """
        select w.board, s.member, s.score, s.tie, s.place from core.board_scores s
        join core.board_windows w on w.id = s.window_id order by 1, 2
    """
    every = branches(BUILT_IN)
    connection = await asyncpg.connect(clone)
    before = await connection.fetch(rows)

    await migrate.downgrade(clone, every, "dota2@dota2_0004")
    gone = await connection.fetch("select from core.board_windows")
    await migrate.upgrade(clone, every)

    assert len(before) == 3 + 3 + 4 + 4
    assert gone == []
    assert await connection.fetch(rows) == before
    await connection.close()
