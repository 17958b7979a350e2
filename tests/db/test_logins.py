"""The logins of the working roles: no session leads back to the owner, and a process with one that could refuses."""

import asyncio
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from guildhall.boot.packs import BUILT_IN, branches
from guildhall.clock import Clock
from guildhall.db import migrate
from guildhall.db.confinement import require_confined
from guildhall.db.connection import connect
from guildhall.db.embedded import EmbeddedCluster
from guildhall.db.logins import WORKING, login_url, password, set_passwords
from guildhall.db.policies import APP, JOBS
from guildhall.db.pool import Database, PoolSettings
from guildhall.errors import Misconfigured

pytestmark = pytest.mark.database

VERSION = int(os.environ.get("GUILDHALL_TEST_POSTGRES", "18"))


@pytest.fixture(scope="module")
def own_cluster() -> Iterator[EmbeddedCluster]:
    """A cluster whose roles the tests of this module may change."""
    with (
        tempfile.TemporaryDirectory(prefix="gh-") as folder,
        EmbeddedCluster(Path(folder) / "cluster", VERSION, extra={"fsync": "off"}) as cluster,
    ):
        asyncio.run(migrate.upgrade(cluster.url(), branches(BUILT_IN)))
        yield cluster


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="gh-") as made:
        yield Path(made) / "cluster"


@pytest.mark.parametrize("role", WORKING)
async def test_no_session_of_a_working_role_becomes_another(clone, role):
    connection = await connect(clone, role)
    others = [row[0] for row in await connection.fetch("select rolname from pg_roles where rolname <> $1", role)]
    reached = []
    for other in others:
        for way in (f"set role {other}", f"set session authorization {other}"):
            try:
                await connection.execute(way)
                reached.append(way)
            except asyncpg.InsufficientPrivilegeError:
                pass
    await connection.execute("reset role; reset session authorization")
    session = await connection.fetchrow("select session_user::text, current_user::text")
    await connection.close()

    assert "postgres" in others
    assert reached == []
    assert tuple(session) == (role, role)


@pytest.mark.parametrize("role", WORKING)
async def test_the_logins_are_confined(clone, role):
    connection = await connect(clone, role)
    await require_confined(connection, role)
    await connection.close()


async def test_a_process_that_logs_in_as_the_owner_does_not_start(clone):
    with pytest.raises(Misconfigured, match="postgres is a superuser"):
        await Database.open(PoolSettings(clone, "postgres"), Clock())


WIDER = {
    "is a superuser": ("alter role {role} superuser", "alter role {role} nosuperuser"),
    "bypasses row-level security": ("alter role {role} bypassrls", "alter role {role} nobypassrls"),
    "may create roles": ("alter role {role} createrole", "alter role {role} nocreaterole"),
    "may copy the whole cluster": ("alter role {role} replication", "alter role {role} noreplication"),
    "become wide": ("create role wide superuser; grant wide to {role}", "drop role wide"),
    "become pg_read_all_data": ("grant pg_read_all_data to {role}", "revoke pg_read_all_data from {role}"),
    "become guildhall_readonly": ("grant guildhall_readonly to {role}", "revoke guildhall_readonly from {role}"),
    "become (between|wide)": (
        "create role wide superuser; create role between; grant wide to between; grant between to {role}",
        "drop role between, wide",
    ),
    "owns tables": (
        "create table public.mine (id int); alter table public.mine owner to {role}",
        "drop table public.mine",
    ),
    "owns functions": (
        "create function public.mine() returns int language sql as 'select 1';"
        "alter function public.mine owner to {role}",
        "drop function public.mine",
    ),
}


@pytest.mark.parametrize("role", [APP, JOBS])
@pytest.mark.parametrize("way", WIDER)
async def test_a_login_that_leads_to_more_is_refused(own_cluster, way, role):
    widen, narrow = WIDER[way]
    owner = await connect(own_cluster.url())
    try:
        await owner.execute(widen.format(role=role))
        with pytest.raises(Misconfigured, match=way):
            await Database.open(PoolSettings(own_cluster.url(), role), Clock())
    finally:
        await owner.execute(narrow.format(role=role))
        await owner.close()

    await (await Database.open(PoolSettings(own_cluster.url(), role), Clock())).close()


async def test_a_login_may_see_statistics(own_cluster):
    owner = await connect(own_cluster.url())
    await owner.execute(f"grant pg_monitor to {APP}")
    await (await Database.open(PoolSettings(own_cluster.url(), APP), Clock())).close()
    await owner.execute(f"revoke pg_monitor from {APP}")
    await owner.close()


async def test_the_embedded_server_asks_for_passwords(own_cluster):
    bare = own_cluster.url().partition("&passfile=")[0]

    for user in ("postgres", *WORKING):
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(bare, user=user, passfile="/nowhere")
    assert stat.S_IMODE(own_cluster.passwords.stat().st_mode) == 0o600
    assert stat.S_IMODE(own_cluster.data.stat().st_mode) == 0o700


async def test_a_cluster_that_trusted_everybody_gets_passwords_at_its_next_start(folder):
    with EmbeddedCluster(folder, VERSION, extra={"fsync": "off"}) as cluster:
        owner = await connect(cluster.url())
        await owner.execute("create table public.kept as select 7 as value; drop role guildhall_readonly")
        await owner.execute("alter role guildhall_app nologin; alter role guildhall_jobs nologin password null")
        await owner.close()
    cluster.passwords.unlink()  # as a version of before has left it
    with EmbeddedCluster(folder, VERSION, extra={"fsync": "off"}) as cluster:
        owner = await connect(cluster.url())
        assert await owner.fetchval("select value from public.kept") == 7
        await owner.close()
        for role in WORKING:
            await (await connect(cluster.url(), role)).close()
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(cluster.url().partition("&passfile=")[0], passfile="/nowhere")


async def test_a_role_logs_in_with_the_password_it_was_given(own_cluster):
    words = password()
    owner = await connect(own_cluster.url())
    await owner.execute("create role somebody")
    await owner.execute(set_passwords({"somebody": words}))
    bare = own_cluster.url().partition("&passfile=")[0]

    await (await asyncpg.connect(bare, user="somebody", password=words)).close()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(bare, user="somebody", password=password())
    await owner.execute("drop role somebody")
    await owner.close()


@pytest.mark.parametrize(
    ("url", "login"),
    [
        ("postgresql://owner:secret@h:5433/d", "postgresql://guildhall_app@h:5433/d"),
        ("postgresql://h/d", "postgresql://guildhall_app@h/d"),
        ("postgresql://guildhall_app:own@h/d", "postgresql://guildhall_app:own@h/d"),
        ("postgresql://owner@a:1,b:2/d?sslmode=require", "postgresql://guildhall_app@a:1,b:2/d?sslmode=require"),
        ("postgresql:///d?host=/run/x&user=owner&password=s", "postgresql://guildhall_app@/d?host=/run/x"),
        ("postgresql://o@/d?passfile=/a%20b/p", "postgresql://guildhall_app@/d?passfile=/a%20b/p"),
    ],
)
def test_a_login_takes_the_server_and_leaves_the_owners_password(url, login):
    assert login_url(url, APP) == login
