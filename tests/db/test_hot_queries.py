"""Hot statements on a populated database: none of their plans reads a large table from end to end."""

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from guildhall.boot.packs import all_packs
from guildhall.db.query import ALL, Query

pytestmark = [pytest.mark.database, pytest.mark.slow]

LARGE = 1000
"""Rows from which on a sequential scan is a fault."""

POPULATION = """
set session_replication_role = replica;

insert into dota2.player_profiles (account_id, personaname, rank_tier, raw, last_sync)
select i, 'player ' || i, case when i % 3 = 0 then (i % 7 + 1) * 10 + i % 5 + 1 end, '{}', now() - i * interval '1 s'
from generate_series(1, 50000) i;

insert into dota2.player_sync (account_id, tracked_since, next_sync_at)
select i, case when i % 4 > 0 then now() end, now() + (i - 500) * interval '1 s' from generate_series(1, 20000) i;

insert into dota2.player_winloss (account_id, win, lose, last_sync)
select i, i % 900, i % 800, now() from generate_series(1, 20000) i;

insert into dota2.player_heroes (account_id, hero_id, games, win)
select i / 20 + 1, i % 20 + 1, i % 100, i % 50 from generate_series(1, 100000) i;

insert into dota2.player_matches (match_id, account_id, player_slot, radiant_win, hero_id, start_time, duration,
                                  game_mode, lobby_type)
select i, i % 400 + 1, i % 5, i % 2 = 0, i % 120 + 1, now() - i * interval '130 s', 2000, 22, 7
from generate_series(1, 300000) i;

insert into core.cached_data (id, cache_key, data, as_of, expires_at)
select gen_random_uuid(), 'profile:' || i, '{"a": 1}', now(), now() + i * interval '1 s'
from generate_series(1, 50000) i;

analyze;
"""


def _hot() -> list[Query[Any]]:
    all_packs()
    return [one for one in ALL if isinstance(one, Query) and one.hot]


@pytest.fixture(scope="module")
def populated(cluster) -> Iterator[psycopg.Connection[Any]]:
    """A connection to a database of the module's own with hundreds of thousands of rows."""
    name = "gh_hot"
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as admin:
        admin.execute(f"drop database if exists {name} with (force)")
        admin.execute(f"create database {name} template gh_template")
        with psycopg.connect(cluster.url(name), autocommit=True) as connection:
            connection.execute(POPULATION)
            connection.execute("set jit = off")
            yield connection
        admin.execute(f"drop database {name} with (force)")


def large_scans(connection: psycopg.Connection[Any], statement: str) -> list[str]:
    """The large tables that the statement's generic plan reads from end to end."""
    result = connection.pgconn.exec_(f"explain (generic_plan, format json) {statement}".encode())
    assert result.status == psycopg.pq.ExecStatus.TUPLES_OK, result.error_message.decode()
    (whole,) = json.loads(result.get_value(0, 0) or b"")
    found = []
    open_ends = [whole["Plan"]]
    while open_ends:
        node = open_ends.pop()
        open_ends += node.get("Plans", [])
        if node["Node Type"] == "Seq Scan":
            found.append(node["Relation Name"])
    rows = connection.execute(
        sql.SQL("select relname from pg_class where relname = any({}) and reltuples > {}").format(found, LARGE)
    )
    return sorted(name for (name,) in rows)


def test_no_hot_statement_scans_a_large_table(populated):
    hot = _hot()

    scans = {one.sql: found for one in hot if (found := large_scans(populated, one.sql))}

    assert len(hot) >= 5
    assert scans == {}


def test_a_scan_would_be_seen(populated):
    scans = large_scans(populated, "select count(*) from dota2.player_profiles where personaname = $1")

    assert scans == ["player_profiles"]


def test_a_scan_of_a_partition_would_be_seen(populated):
    scans = large_scans(populated, "select count(*) from dota2.player_matches where hero_id = $1")

    assert scans
    assert all(name.startswith("player_matches_") for name in scans)
