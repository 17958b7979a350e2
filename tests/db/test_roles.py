"""The roles, and row-level security: who sees and changes which rows."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from guildhall.clock import Clock
from guildhall.db.connection import connect
from guildhall.db.policies import APP, JOBS, READONLY, Viewer, create_schema, drop_schema, private_to_owner
from guildhall.db.pool import Database, PoolSettings, Transaction
from guildhall.ids import UserId, uuid7

pytestmark = pytest.mark.database

ANNA = Viewer(UserId(uuid7()))
BERT = Viewer(UserId(uuid7()))


class Rooms:
    """A database with a private table, and a pool of one connection a role."""

    def __init__(self, url: str, app: Database, jobs: Database, readonly: Database) -> None:
        self.url = url
        self.app = app
        self.jobs = jobs
        self.readonly = readonly


@pytest.fixture
async def rooms(clone) -> AsyncIterator[Rooms]:
    owner = await connect(clone)
    await owner.execute(create_schema("scratch"))
    await owner.execute("create table scratch.notes (id uuid primary key, user_id uuid not null, text text not null)")
    await owner.execute(private_to_owner("scratch.notes", "user_id"))
    await owner.execute(
        f"grant select on scratch.notes to {READONLY}"
    )  # a table is open to it where a migration says so
    await owner.close()
    opened = [await Database.open(PoolSettings(clone, role, largest=1), Clock()) for role in (APP, JOBS, READONLY)]
    async with opened[0].write(ANNA) as tx:
        await add_note(tx, ANNA.id, "Anna's")
    async with opened[0].write(BERT) as tx:
        await add_note(tx, BERT.id, "Bert's")
    yield Rooms(clone, *opened)
    for db in opened:
        await db.close()


async def add_note(tx: Transaction, user: UserId, text: str) -> None:
    """Write a note for a user."""
    await tx.connection.execute("insert into scratch.notes values ($1, $2, $3)", uuid7(), user, text)


async def notes(db: Database, viewer: Viewer | None = None) -> list[str]:
    """What a viewer reads."""
    async with db.read(viewer) as tx:
        return [row["text"] for row in await tx.connection.fetch("select text from scratch.notes order by text")]


async def test_a_viewer_sees_their_own_rows(rooms):
    assert await notes(rooms.app, ANNA) == ["Anna's"]
    assert await notes(rooms.app, BERT) == ["Bert's"]


async def test_without_a_viewer_nothing_private_is_seen(rooms):
    assert await notes(rooms.app) == []


async def test_a_viewer_does_not_reach_the_next_user_of_the_connection(rooms):
    assert await notes(rooms.app, ANNA) == ["Anna's"]
    assert await notes(rooms.app) == []

    with pytest.raises(KeyError):
        async with rooms.app.write(BERT):
            raise KeyError("no")
    assert await notes(rooms.app) == []


async def test_the_worker_sees_all_rows(rooms):
    assert await notes(rooms.jobs) == ["Anna's", "Bert's"]


async def test_people_who_look_see_no_private_rows(rooms):
    assert await notes(rooms.readonly) == []
    assert await notes(rooms.readonly, ANNA) == []


async def test_not_even_the_tables_owner_sees_private_rows(rooms):
    connection = await connect(rooms.url)
    async with connection.transaction():
        await connection.execute("create role scratch_owner; grant usage on schema scratch to scratch_owner")
        await connection.execute("alter table scratch.notes owner to scratch_owner; set local role scratch_owner")
        found = await connection.fetchval("select count(*) from scratch.notes")
        await connection.execute("reset role; alter table scratch.notes owner to postgres")
        await connection.execute("drop owned by scratch_owner; drop role scratch_owner")
    await connection.close()

    assert found == 0


async def test_a_row_for_somebody_else_is_refused(rooms):
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        async with rooms.app.write(ANNA) as tx:
            await add_note(tx, BERT.id, "forged")

    assert await notes(rooms.jobs) == ["Anna's", "Bert's"]


async def test_a_row_cannot_be_given_away(rooms):
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        async with rooms.app.write(ANNA) as tx:
            await tx.connection.execute("update scratch.notes set user_id = $1", BERT.id)

    assert await notes(rooms.app, ANNA) == ["Anna's"]


async def test_somebody_elses_row_is_neither_changed_nor_deleted(rooms):
    async with rooms.app.write(ANNA) as tx:
        changed = await tx.connection.execute("update scratch.notes set text = 'x' where user_id = $1", BERT.id)
        deleted = await tx.connection.execute("delete from scratch.notes where user_id = $1", BERT.id)

    assert (changed, deleted) == ("UPDATE 0", "DELETE 0")
    assert await notes(rooms.app, BERT) == ["Bert's"]


async def test_the_readonly_role_writes_nothing(rooms):
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with rooms.readonly.write() as tx:
            await add_note(tx, ANNA.id, "written")


async def test_a_viewer_cannot_put_off_the_role(rooms):
    async with rooms.app.write(ANNA) as tx:
        await tx.connection.execute("set local row_security = off")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await tx.connection.fetch("select * from scratch.notes")
        await tx.connection.execute("rollback and chain")


async def test_a_schema_goes_with_its_grants(rooms):
    owner = await connect(rooms.url)
    await owner.execute(f"drop table scratch.notes; {drop_schema('scratch')}")
    left = await owner.fetchval(
        "select count(*) from pg_default_acl a left join pg_namespace n on n.oid = a.defaclnamespace"
        " where n.oid is null or n.nspname = 'scratch'"
    )
    await owner.close()

    assert left == 0


async def test_the_roles_own_nothing_and_bypass_nothing(tx):
    roles = await tx.connection.fetch(
        """
        select rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls
        from pg_roles where rolname = any($1) order by rolname
        """,
        [APP, JOBS, READONLY],
    )
    owned = await tx.connection.fetch(
        """
        select relname from pg_class where relowner in (select oid from pg_roles where rolname = any($1))
        union all
        select proname from pg_proc where proowner in (select oid from pg_roles where rolname = any($1))
        union all
        select nspname from pg_namespace where nspowner in (select oid from pg_roles where rolname = any($1))
        """,
        [APP, JOBS, READONLY],
    )
    members = await tx.connection.fetch(
        "select m.roleid from pg_auth_members m join pg_roles r on r.oid = m.member where r.rolname = any($1)",
        [APP, JOBS, READONLY],
    )

    assert [role["rolname"] for role in roles] == [APP, JOBS, READONLY]
    assert [
        name for role in roles for name, value in role.items() if name not in ("rolname", "rolcanlogin") and value
    ] == []
    assert [role["rolcanlogin"] for role in roles] == [True, True, True]
    assert (owned, members) == ([], [])


@pytest.mark.parametrize("role", [APP, JOBS, READONLY])
async def test_a_role_makes_no_tables(clone, role):
    connection = await connect(clone, role)
    try:
        for schema in ("core", "dota2", "public"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(f"create table {schema}.mine (id int)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("drop table dota2.player_profiles")
    finally:
        await connection.close()
