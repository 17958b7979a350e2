"""Every table and every role: what a login reaches is what docs/operations/tables.md says of it, and nothing else."""

import re
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from guildhall.core.identity.principals.schemas import DOORKEEPER
from guildhall.core.jobs.actions import send
from guildhall.core.jobs.messages import CleanUpJobs
from guildhall.core.jobs.queries import job_counts
from guildhall.db.policies import APP, JOBS, READONLY, Viewer
from guildhall.db.pool import Database
from guildhall.ids import UserId, uuid7

pytestmark = pytest.mark.database

DOCUMENT = Path(__file__).parents[2] / "docs" / "operations" / "tables.md"
REASONS = {"public", "shared", "order", "key", "ids", "upkeep"}
"""Why requests may see all rows of a table; the document explains each."""

REACH = """
select c.oid::regclass::text as name, c.relispartition as is_partition, c.relrowsecurity as guarded,
       has_table_privilege($1, c.oid, 'select') as whole,
       has_any_column_privilege($1, c.oid, 'select') as parts,
       exists (select from pg_policy p join pg_roles r on r.oid = any(p.polroles)
               where p.polrelid = c.oid and r.rolname = $1) as has_policy,
       has_table_privilege($1, c.oid, 'insert') or has_table_privilege($1, c.oid, 'update')
           or has_table_privilege($1, c.oid, 'delete') or has_table_privilege($1, c.oid, 'truncate') as writes,
       has_table_privilege($1, c.oid, 'truncate') or has_table_privilege($1, c.oid, 'trigger')
           or has_table_privilege($1, c.oid, 'references') as owns
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'f')
  and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'
order by 1
"""


def documented() -> dict[str, tuple[str, str]]:
    """What the document says requests and people who look see of each table."""
    text = DOCUMENT.read_text().partition("## All tables")[2].partition("\n##")[0]
    found = {}
    for line in text.splitlines():
        if re.match(r"\| `\w+\.\w+` \|", line):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            found[cells[0].strip("`")] = (cells[-2], cells[-1])
    return found


async def reach(tx, role: str) -> dict[str, str]:
    """What a role sees of every table that is no partition."""
    found = {}
    for row in await tx.connection.fetch(REACH, role):
        if row["is_partition"]:
            continue
        if row["whole"] and row["guarded"]:
            seen = "own rows" if row["has_policy"] else "nothing"
        else:
            seen = "all" if row["whole"] else "some columns" if row["parts"] else "nothing"
        name = row["name"] if "." in row["name"] else f"public.{row['name']}"
        found[name] = seen
    return found


async def test_requests_reach_what_the_document_says(tx):
    said = {name: app for name, (app, _) in documented().items()}

    assert await reach(tx, APP) == {name: words.partition(":")[0] for name, words in said.items()}
    assert {words.partition(": ")[2] for words in said.values() if words.startswith("all")} == REASONS


async def test_people_who_look_reach_what_the_document_says(tx):
    assert await reach(tx, READONLY) == {name: looker for name, (_, looker) in documented().items()}


async def test_people_who_look_see_whole_tables_without_people_or_nothing(tx):
    said = documented()
    seen = {name for name, (_, looker) in said.items() if looker != "nothing"}

    assert {said[name][0] for name in seen} <= {"all: public", "all: upkeep"}


async def test_workers_reach_every_table_and_row(tx):
    assert set((await reach(tx, JOBS)).values()) == {"all", "own rows"}
    policies = await tx.connection.fetch(
        "select polrelid::regclass::text, pg_get_expr(polqual, polrelid) from pg_policy p"
        " join pg_roles r on r.oid = any(polroles) where r.rolname = $1",
        JOBS,
    )
    assert {row[1] for row in policies} == {"true"}


@pytest.mark.parametrize("role", [APP, JOBS, READONLY])
async def test_nobody_reaches_a_partition_past_its_table(tx, role):
    rows = await tx.connection.fetch(REACH, role)

    assert any(row["is_partition"] for row in rows)
    assert [row["name"] for row in rows if row["is_partition"] and (row["parts"] or row["writes"])] == []


@pytest.mark.parametrize("role", [APP, JOBS, READONLY])
async def test_nobody_empties_a_table_or_hangs_something_on_it(tx, role):
    assert [row["name"] for row in await tx.connection.fetch(REACH, role) if row["owns"]] == []


async def test_a_view_shows_what_is_public(tx):
    views = await tx.connection.fetch(
        """
        select distinct c.oid::regclass::text as view, t.oid::regclass::text as source
        from pg_class c join pg_rewrite r on r.ev_class = c.oid join pg_depend d on d.objid = r.oid
        join pg_class t on t.oid = d.refobjid and t.oid <> c.oid and t.relkind in ('r', 'p')
        join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('v', 'm') and n.nspname not in ('pg_catalog', 'information_schema')
          and not coalesce('security_invoker=true' = any(c.reloptions), false)
        """
    )

    # A view that does not read as who asks reads as its owner, past row-level security: only of tables without any.
    assert {row["view"] for row in views} == {"dota2.hero_meta_brackets"}
    assert {documented()[row["source"]][0] for row in views} == {"all: public"}


async def test_people_who_look_write_nothing(tx):
    assert [row["name"] for row in await tx.connection.fetch(REACH, READONLY) if row["writes"]] == []


async def test_requests_queue_jobs_and_do_not_read_them(db, jobs_db):
    async with db.write() as tx:
        assert await send(tx, CleanUpJobs()) is not None
        assert await send(tx, CleanUpJobs()) is None  # its unique key waits
    async with db.read() as tx:
        assert [(row.job_type, row.jobs) for row in await job_counts.many(tx)] == [(CleanUpJobs.name, 1)]
    for statement in (
        "select payload from core.jobs", "select result from core.jobs", "select error from core.jobs",
        "select payload from core.pgqueuer", "select headers from core.pgqueuer", "select from core.pgqueuer_log",
        "update core.jobs set status = 'failed'", "delete from core.pgqueuer",
    ):  # fmt: skip
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with db.write() as tx:
                await tx.connection.execute(statement)
    async with jobs_db.read() as tx:
        assert await tx.connection.fetchval("select payload from core.jobs") == {}


async def test_every_function_that_works_as_the_owner_is_documented(tx):
    text = DOCUMENT.read_text().partition("## Functions that work as the owner")[2].partition("\n## ")[0]
    said = set(re.findall(r"^\| `([\w.]+)` \|", text, re.MULTILINE))
    found = await tx.connection.fetch(
        """
        select p.pronamespace::regnamespace::text || '.' || p.proname as name,
               has_function_privilege($1, p.oid, 'execute') as requests,
               has_function_privilege($2, p.oid, 'execute') as lookers
        from pg_proc p
        where p.prosecdef and p.prorettype <> 'trigger'::regtype
        """,
        APP,
        READONLY,
    )

    assert {row["name"] for row in found if row["requests"]} == said
    assert [row["name"] for row in found if row["lookers"]] == []


@pytest.fixture
async def people(clone: str) -> tuple[Viewer, Viewer, UUID]:
    """Two people of one game server, the second of whom blocks the first; and the server."""
    owner = await asyncpg.connect(clone)
    one, two, server = uuid7(), uuid7(), uuid7()
    await owner.execute("insert into realm.servers (id, name, region) values ($1, 'Here', 'eu')", server)
    for person, name in ((one, "Anna"), (two, "Bert")):
        await owner.execute("insert into core.users (id, name) values ($1, $2)", person, name)
        await owner.execute(
            "insert into realm.users (id, username, server_id) values ($1, $2, $3)", person, name, server
        )
        await owner.execute(
            "insert into realm.sessions (id, user_id, server_id) values ($1, $2, $3)", uuid7(), person, server
        )
    await owner.execute("insert into core.blocks (user_id, blocked_id) values ($1, $2)", two, one)
    await owner.close()
    return Viewer(UserId(one)), Viewer(UserId(two)), server


async def ask(db: Database, viewer: Viewer | None, statement: str, *arguments: object) -> list[object]:
    """What a statement gives a viewer."""
    async with db.write(viewer) as tx:
        return [row[0] for row in await tx.connection.fetch(statement, *arguments)]


BLOCKED = "select core.is_blocked($1, $2)"
FORGET = "select core.forget_security_events($1)"
END = "select realm.end_sessions($1, $2, null, now())"


async def test_a_block_is_told_to_the_two_of_them(db, jobs_db, people):
    anna, bert, _ = people
    third = Viewer(UserId(uuid7()))

    for viewer in (anna, bert):
        assert await ask(db, viewer, BLOCKED, anna.id, bert.id) == [True]
    assert await ask(jobs_db, None, BLOCKED, anna.id, bert.id) == [True]
    for viewer in (None, third):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await ask(db, viewer, BLOCKED, anna.id, bert.id)


async def test_a_person_is_taken_out_of_the_log_by_themselves_or_by_the_deletion(db, jobs_db, people):
    anna, bert, _ = people

    for viewer in (None, bert):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await ask(db, viewer, FORGET, anna.id)
    for opened, viewer in ((db, anna), (db, DOORKEEPER), (jobs_db, None)):
        assert await ask(opened, viewer, FORGET, anna.id) == [0]


@pytest.mark.parametrize("staff", [None, "moderator", "admin", "platform"])
async def test_sessions_of_others_are_ended_by_who_keeps_order(clone, db, people, staff):
    anna, bert, server = people
    owner = await asyncpg.connect(clone)
    if staff == "platform":
        await owner.execute("update core.users set role = 'admin' where id = $1", anna.id)
    elif staff is not None:
        await owner.execute("update realm.users set badge = $2 where id = $1", anna.id, staff)
    await owner.close()

    for scope in ((None, bert.id), (server, None)):
        if staff is None:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await ask(db, anna, END, *scope)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await ask(db, None, END, None, bert.id)
    if staff is not None:
        assert await ask(db, anna, END, None, bert.id) == [bert.id]
        assert await ask(db, anna, END, server, None) == [anna.id]
    else:
        assert await ask(db, anna, END, None, anna.id) == [anna.id]


async def test_requests_tell_nobody_of_mentions(db, people):
    anna, bert, _ = people

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await ask(db, anna, "select realm.add_mentions('{}', '{}', array[$1::uuid])", bert.id)
