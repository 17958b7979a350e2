"""Migrations: up and down and up again, one at a time, and every trouble told in one line."""

# PostgreSQL's state has no event to wait for.
# ruff: noqa: ASYNC110

import asyncio
import importlib
import importlib.util
import sys
from pathlib import Path

import pytest
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver

from guildhall.boot.packs import BUILT_IN, branches
from guildhall.core.jobs.queue import queue
from guildhall.db import connection as connections
from guildhall.db import migrate
from guildhall.db.branch import Branch
from guildhall.db.connection import connect
from guildhall.db.migrate import BranchStatus
from guildhall.db.policies import APP, JOBS, READONLY
from guildhall.errors import Misconfigured
from guildhall.testing.checks.migrations import schema_of

pytestmark = pytest.mark.database

ALL_BRANCHES = branches(BUILT_IN)
CORE = branches(())
STAND_ON = {
    "identity": {
        "moderation", "notify", "dota2", "eve", "realtime", "realm", "fresh", "poe2", "social", "analytics", "boards",
        "limits", "achievements", "ledger", "draws", "storage",
    },
    "moderation": {"realm", "poe2"},
    "social": {"realm", "poe2", "achievements"},
    "jobs": {"dota2", "eve"},
    "fresh": {"dota2", "eve"},
    "realtime": {"analytics"},
    "boards": {"dota2"},
    "ledger": {"realm"},
}  # fmt: skip
"""The branches that need another one."""
LABELS = [branch.label for branch in ALL_BRANCHES]
REVISIONS = {
    branch.label: sorted(
        f"{branch.label}_{path.name[:4]}"
        for place in importlib.import_module(str(branch.source)).__path__
        for path in Path(place).glob("[0-9]*.py")
    )
    for branch in ALL_BRANCHES
}
"""All revisions of each branch, as their files are numbered."""
HEADS = {label: revisions[-1] for label, revisions in REVISIONS.items()}
EVERY = sorted(one for revisions in REVISIONS.values() for one in revisions)


async def versions(url: str) -> set[str]:
    """What Alembic has noted."""
    connection = await connect(url)
    try:
        return await migrate._applied(connection)
    finally:
        await connection.close()


async def tables(url: str) -> list[str]:
    """The tables of all slices."""
    connection = await connect(url)
    rows = await connection.fetch(
        "select schemaname || '.' || tablename as name from pg_tables"
        " where schemaname not in ('pg_catalog', 'information_schema', 'public') order by 1"
    )
    await connection.close()
    return [row["name"] for row in rows]


async def test_up_down_up_gives_the_same_schema(empty):
    await migrate.upgrade(empty, ALL_BRANCHES)
    first = await asyncio.to_thread(schema_of, empty)
    await migrate.downgrade(empty, ALL_BRANCHES, "base")
    left = await tables(empty)
    await migrate.upgrade(empty, ALL_BRANCHES)

    assert left == []
    assert await asyncio.to_thread(schema_of, empty) == first
    assert "CREATE TABLE dota2.player_profiles" in first


@pytest.mark.parametrize("label", [label for label in LABELS if label != "db"])
async def test_a_branch_goes_down_alone_and_comes_back(clone, label):
    before = await asyncio.to_thread(schema_of, clone)
    tables_before = set(await tables(clone))

    await migrate.downgrade(clone, ALL_BRANCHES, f"{label}@base")
    without = set(await tables(clone))
    noted = await versions(clone)
    await migrate.upgrade(clone, ALL_BRANCHES)

    assert tables_before - without
    assert without <= tables_before or label in STAND_ON  # what is undone in another branch may bring tables back
    assert f"{label}_0001" not in noted
    # Alembic notes heads alone: what others stand on goes without saying, and what stands on it went with it.
    gone = {label, "db", *STAND_ON, *STAND_ON.get(label, set())}
    assert {HEADS[other] for other in LABELS if other not in gone} <= noted
    assert await asyncio.to_thread(schema_of, clone) == before


async def test_upgrading_what_is_current_changes_nothing(clone):
    applied: list[str] = []

    await migrate.upgrade(clone, ALL_BRANCHES, progress=lambda name, _: applied.append(name))

    assert applied == []


async def test_progress_names_each_revision_with_its_words(empty):
    applied: list[tuple[str, str]] = []

    await migrate.upgrade(empty, ALL_BRANCHES, progress=lambda *step: applied.append(step))

    assert applied[0][0] == "db_0001"
    assert sorted(name for name, _ in applied) == EVERY
    assert ("db_0001", "Roles, the core schema, and partitions by month.") in applied


async def test_two_upgrades_at_once_wait_for_each_other(empty):
    applied: list[str] = []

    await asyncio.gather(
        *(migrate.upgrade(empty, ALL_BRANCHES, progress=lambda name, _: applied.append(name)) for _ in range(2))
    )

    assert sorted(applied) == EVERY


async def test_an_upgrade_waits_however_long_the_other_takes(empty, monkeypatch):
    monkeypatch.setattr(connections, "LOCK_TIMEOUT", "20ms")
    holder = await connect(empty)
    await holder.execute("select pg_advisory_lock($1)", migrate._LOCK)
    waiting = asyncio.create_task(migrate.upgrade(empty, CORE))
    async with asyncio.timeout(10):
        while not await holder.fetchval(
            "select count(*) from pg_locks where locktype = 'advisory' and not granted"
            " and database = (select oid from pg_database where datname = current_database())"
        ):
            await asyncio.sleep(0.005)
    await asyncio.sleep(0.1)
    assert not waiting.done()
    await holder.close()
    await waiting

    assert await versions(empty)


async def test_status_tells_how_far_each_slice_is(empty):
    await migrate.upgrade(empty, ALL_BRANCHES, "cache_0001")
    connection = await connect(empty)
    found = await migrate.status(connection, ALL_BRANCHES)
    await connection.close()

    assert BranchStatus("db", "db_0001", HEADS["db"], REVISIONS["db"][1:]) in found
    assert BranchStatus("cache", "cache_0001", HEADS["cache"], REVISIONS["cache"][1:]) in found
    assert BranchStatus("dota2", None, HEADS["dota2"], REVISIONS["dota2"]) in found
    assert [one.label for one in found] == LABELS


async def test_a_missing_migration_names_the_command(empty, clone):
    with pytest.raises(Misconfigured, match=r"lacks \d+ migration.*'guildhall db upgrade'") as caught:
        await migrate.require_current(empty, ALL_BRANCHES)

    assert "\n" not in str(caught.value)
    await migrate.require_current(clone, ALL_BRANCHES)


@pytest.mark.parametrize("command", ["require_current", "upgrade", "downgrade"])
async def test_a_database_newer_than_the_program_is_refused_in_one_line(clone, command):
    connection = await connect(clone)
    await connection.execute(
        "update public.alembic_version set version_num = 'dota2_0099' where version_num = $1", HEADS["dota2"]
    )
    await connection.close()
    target = ("base",) if command == "downgrade" else ()

    with pytest.raises(Misconfigured, match=r"newer than this Guildhall: it has dota2_0099\. Upgrade") as caught:
        await getattr(migrate, command)(clone, ALL_BRANCHES, *target)

    assert "\n" not in str(caught.value)
    assert "dota2.player_profiles" in await tables(clone)


async def test_a_slice_that_is_off_is_left_as_it_is(clone):
    await migrate.downgrade(clone, ALL_BRANCHES, "cache@base")

    await migrate.upgrade(clone, CORE)
    await migrate.require_current(clone, CORE)

    assert {HEADS["dota2"], HEADS["cache"]} <= await versions(clone)
    await migrate.require_current(clone, ALL_BRANCHES)


async def test_nothing_is_undone_under_a_slice_that_is_off(clone):
    of_packs = ", ".join(HEADS[pack] for pack in ("dota2", "eve", "poe2", "realm", "wine"))
    with pytest.raises(Misconfigured, match=f"also holds {of_packs} of slices that are off"):
        await migrate.downgrade(clone, CORE, "base")

    assert "core.jobs" in await tables(clone)


@pytest.mark.parametrize("target", ["dota2_0042", "nonsense", "dota2@-9"])
async def test_a_target_that_is_none_is_told_in_one_line(clone, target):
    with pytest.raises(Misconfigured) as caught:
        await migrate.downgrade(clone, ALL_BRANCHES, target)

    assert "\n" not in str(caught.value)
    assert target.partition("@")[0] in str(caught.value)


@pytest.fixture
def make_branch(tmp_path, monkeypatch):
    """Makes a branch of revision files in a package of the test's own."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def make(label: str, **files: str) -> Branch:
        folder = tmp_path / f"{label}_migrations"
        folder.mkdir()
        (folder / "__init__.py").write_text("")
        for name, text in files.items():
            (folder / f"{name.removeprefix('_')}.py").write_text(text)
        importlib.invalidate_caches()
        return Branch(label, f"{label}_migrations")

    yield make
    for name in [name for name in sys.modules if name.endswith("_migrations")]:
        del sys.modules[name]


def revision(name: str, down: str | None, up_sql: str, down_sql: str = "select 1") -> str:
    """A revision file."""
    label = name.rpartition("_")[0]
    return f'''"""Revision {name}."""

from guildhall.db.revision import steps

revision = "{name}"
down_revision = {f'"{down}"' if down else None}
branch_labels = {f'("{label}",)' if down is None else None}
depends_on = {'("db_0001",)' if down is None else None}
upgrade, downgrade = steps("""{up_sql}""", """{down_sql}""")
'''


async def test_a_migration_that_fails_is_undone_and_told_in_one_line(clone, make_branch):
    branch = make_branch(
        "extra",
        _0001_good=revision("extra_0001", None, "create schema extra; create table extra.kept (id int)"),
        _0002_bad=revision("extra_0002", "extra_0001", "create table extra.half (id int); select 1 / 0"),
    )

    with pytest.raises(Misconfigured) as caught:
        await migrate.upgrade(clone, [*ALL_BRANCHES, branch])

    assert str(caught.value) == (
        "The migration extra_0002 failed and was undone: division by zero. "
        "The migrations of all other slices are applied."
    )
    assert [name for name in await tables(clone) if name.startswith("extra.")] == ["extra.kept"]
    assert "extra_0001" in await versions(clone)
    connection = await connect(clone)
    (state,) = [one for one in await migrate.status(connection, [*ALL_BRANCHES, branch]) if one.label == "extra"]
    await connection.close()
    assert state == BranchStatus("extra", "extra_0001", "extra_0002", ["extra_0002"])


async def test_an_undoing_that_fails_is_undone_too(clone, make_branch):
    branch = make_branch(
        "extra",
        _0001=revision(
            "extra_0001",
            None,
            "create schema extra; create table extra.a (id int)",
            "drop table extra.a; drop table nowhere",
        ),
    )
    await migrate.upgrade(clone, [*ALL_BRANCHES, branch])

    with pytest.raises(Misconfigured, match="The migration extra_0001 failed and was undone: table"):
        await migrate.downgrade(clone, [*ALL_BRANCHES, branch], "extra@base")

    assert "extra.a" in await tables(clone)
    assert "extra_0001" in await versions(clone)


def test_a_branch_in_two_lines_is_refused(make_branch):
    branch = make_branch(
        "forked",
        _0001=revision("forked_0001", None, ""),
        _0002=revision("forked_0002", "forked_0001", ""),
        _0003=revision("forked_0003", "forked_0009", ""),
    )

    with pytest.raises(Misconfigured, match="'forked' are no single line"):
        branch.chain()


def test_a_revision_file_that_names_none_is_refused(make_branch):
    branch = make_branch("silent", _0001='"""Nothing."""\n')

    with pytest.raises(Misconfigured, match=r"0001\.py of 'silent' names no revision"):
        branch.chain()


def test_a_package_that_is_missing_is_told():
    with pytest.raises(Misconfigured, match=r"no package guildhall\.nowhere"):
        Branch("gone", "guildhall.nowhere").chain()


@pytest.mark.parametrize("label", LABELS)
def test_the_files_say_what_the_modules_do(label):
    (branch,) = [one for one in ALL_BRANCHES if one.label == label]

    assert branch.folder is not None
    for found in branch.links():
        (file,) = branch.folder.glob(f"{found.name.rpartition('_')[2]}_*.py")
        spec = importlib.util.spec_from_file_location(found.name, file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        assert (module.revision, module.down_revision) == (found.name, found.down)
        assert list(module.depends_on or ()) == found.depends_on
        assert found.down is not None or module.branch_labels == (label,)
        assert (module.__doc__ or "").strip()
    assert branch.chain()[0] == f"{label}_0001"


async def test_the_working_roles_may_see_how_far_it_is(clone):
    for role in (APP, JOBS, READONLY):
        connection = await connect(clone, role)
        states = await migrate.status(connection, ALL_BRANCHES)
        await connection.close()
        assert [state.pending for state in states] == [[]] * len(ALL_BRANCHES)


async def test_the_queue_is_as_its_library_wants_it(clone):
    connection = await connect(clone)
    plan = await queue(AsyncpgDriver(connection)).plan_upgrade()
    await connection.close()

    assert (plan.statements, plan.notes) == ((), ())
