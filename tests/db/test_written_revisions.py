"""Revisions that stand in a manifest or in .sql files: completed, run, undone, and compared with what was applied."""

import sys
from pathlib import Path

import pytest

from guildhall.boot.packs import branches
from guildhall.db import migrate
from guildhall.db.branch import Branch
from guildhall.db.connection import connect
from guildhall.db.policies import APP, JOBS
from guildhall.db.written import Revision, SqlFiles
from guildhall.errors import Misconfigured

pytestmark = pytest.mark.database

CORE = branches(())
RATINGS = Revision(
    "0001_ratings",
    up="create table lichess.ratings (id uuid primary key, user_id uuid references core.users on delete cascade)",
    down="drop table lichess.ratings -- with its rows",
)
NOTES = Revision(
    "0002_notes", up="alter table lichess.ratings add note text", down="select 1; alter table lichess.ratings drop note"
)
LICHESS = Branch("lichess", (RATINGS, NOTES))


def with_up(up: str) -> Branch:
    """The branch with another text of its first revision."""
    return Branch("lichess", (Revision("0001_ratings", up, RATINGS.down), NOTES))


async def ask(url: str, sql: str):
    """One value of the database."""
    connection = await connect(url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def state(url: str, branch: Branch):
    """The status of one branch."""
    connection = await connect(url)
    try:
        return (await migrate.status(connection, [*CORE, branch]))[-1]
    finally:
        await connection.close()


async def test_written_revisions_go_up_down_and_up(empty):
    told = []
    await migrate.upgrade(empty, [*CORE, LICHESS], progress=lambda name, title: told.append((name, title)))
    columns = """
        select string_agg(column_name, ' ' order by column_name)
        from information_schema.columns where table_schema = 'lichess'
    """
    whole = await ask(empty, columns)
    await migrate.downgrade(empty, [*CORE, LICHESS], "lichess@-1")
    half = await ask(empty, columns), await ask(empty, "select string_agg(revision, ' ') from core.revision_digests")
    await migrate.downgrade(empty, [*CORE, LICHESS], "lichess@base")
    gone = await ask(empty, "select to_regnamespace('lichess') is null and not exists (table core.revision_digests)")
    await migrate.upgrade(empty, [*CORE, LICHESS])

    assert told[-2:] == [("lichess_0001", "ratings"), ("lichess_0002", "notes")]
    assert (whole, half) == ("id note user_id", ("id user_id", "lichess_0001"))
    assert gone is True
    assert await state(empty, LICHESS) == migrate.BranchStatus("lichess", "lichess_0002", "lichess_0002", [])


async def test_the_schema_has_the_grants_of_the_working_roles(empty):
    await migrate.upgrade(empty, [*CORE, LICHESS])

    for role in (APP, JOBS):
        assert await ask(empty, f"select has_table_privilege('{role}', 'lichess.ratings', 'insert')")
        assert await ask(empty, f"select has_table_privilege('{role}', 'core.revision_digests', 'select')")
        assert not await ask(empty, f"select has_table_privilege('{role}', 'core.revision_digests', 'update')")


async def test_a_failing_revision_is_undone_and_named(empty):
    bad = Branch("lichess", (RATINGS, Revision("0002_notes", up="create table lichess.x (id int); nonsense", down="")))

    with pytest.raises(Misconfigured, match=r"The migration lichess_0002 failed and was undone: .*nonsense"):
        await migrate.upgrade(empty, [*CORE, bad])

    assert (await state(empty, bad)).pending == ["lichess_0002"]
    assert await ask(empty, "select to_regclass('lichess.x') is null")


async def test_an_applied_revision_that_was_edited_is_told_until_it_is_restored(empty):
    await migrate.upgrade(empty, [*CORE, LICHESS])
    edited = with_up(RATINGS.up.replace("uuid primary", "int primary"))

    assert (await state(empty, edited)).edited == ["lichess_0001"]
    words = r"The revision lichess_0001 was edited after it was applied\."
    with pytest.raises(Misconfigured, match=words):
        await migrate.upgrade(empty, [*CORE, edited])
    with pytest.raises(Misconfigured, match=words):
        await migrate.require_current(empty, [*CORE, edited])
    await migrate.require_current(empty, [*CORE, LICHESS])


async def test_an_edited_revision_can_be_undone_and_applied_again(empty):
    await migrate.upgrade(empty, [*CORE, LICHESS])
    edited = with_up(RATINGS.up.replace("uuid primary", "int primary"))
    await migrate.downgrade(empty, [*CORE, edited], "lichess@base")
    await migrate.upgrade(empty, [*CORE, edited])

    kind = "select data_type from information_schema.columns where table_schema = 'lichess' and column_name = 'id'"
    assert await ask(empty, kind) == "integer"
    await migrate.require_current(empty, [*CORE, edited])


async def test_other_indentation_is_no_edit(empty):
    await migrate.upgrade(empty, [*CORE, LICHESS])

    await migrate.require_current(empty, [*CORE, with_up(f"\n\n    {RATINGS.up}   \n")])


def test_a_revision_runs_after_those_of_the_core_that_it_needs():
    ratings, notes = LICHESS.links()
    live = Branch("x", (Revision("0001_live", "", "", needs=("realtime_0001", "db_0005")),)).links()

    assert (ratings.down, ratings.depends_on) == (None, ["db_0005", "identity_0001"])
    assert (notes.down, notes.depends_on) == ("lichess_0001", ["db_0005"])
    assert live[0].depends_on == ["db_0005", "realtime_0001"]


@pytest.mark.parametrize("name", ["1_x", "0001", "0001-x", "0001_X", "0001_x;drop"])
def test_a_bad_name_is_told(name):
    with pytest.raises(Misconfigured, match=r"of 'lichess' is not named like 0001_ratings"):
        Branch("lichess", (Revision(name, "", ""),)).chain()


@pytest.mark.parametrize("second", ["0001_again", "0000_before"])
def test_numbers_that_do_not_rise_are_told(second):
    with pytest.raises(Misconfigured, match=f"The revision {second} of 'lichess' stands after 0001_ratings"):
        Branch("lichess", (RATINGS, Revision(second, "", ""))).chain()


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module of a pack; its folder may get a folder of .sql files."""
    (tmp_path / "guildhall_filed.py").write_text('"""A pack."""\n')
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    sys.modules.pop("guildhall_filed", None)


def write(folder: Path, **texts: str) -> None:
    """Write .sql files into a folder."""
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / (name.replace("__", ".") + ".sql")).write_text(text)


async def test_sql_files_are_revisions(module, empty):
    write(module / "sql", **{"0002_b__up": "create table filed.b ()", "0002_b__down": "drop table filed.b"})
    write(module / "sql", **{"0001_a__up": "create table filed.a ()", "0001_a__down": "drop table filed.a"})
    filed = Branch("filed", SqlFiles("guildhall_filed", "sql"))
    await migrate.upgrade(empty, [*CORE, filed])
    made = await ask(empty, "select count(*) from pg_tables where schemaname = 'filed'")
    await migrate.downgrade(empty, [*CORE, filed], "filed@base")

    assert (filed.chain(), made) == (["filed_0001", "filed_0002"], 2)
    assert await ask(empty, "select to_regnamespace('filed') is null")


def test_files_that_are_no_revisions_are_told(module):
    filed = Branch("filed", SqlFiles("guildhall_filed"))
    with pytest.raises(Misconfigured, match="of guildhall_filed are missing: no folder migrations beside it"):
        filed.chain()
    with pytest.raises(Misconfigured, match="of guildhall_missing are missing"):
        Branch("filed", SqlFiles("guildhall_missing")).chain()
    write(module / "migrations", **{"0001_a__up": "select 1"})
    with pytest.raises(Misconfigured, match=r"The migration 0001_a of guildhall_filed lacks 0001_a\.down\.sql"):
        filed.chain()
    write(module / "migrations", **{"0001_a__down": "select 1", "extra": "select 1"})
    with pytest.raises(Misconfigured, match=r"extra\.sql of guildhall_filed is not named like 0001_ratings\.up\.sql"):
        filed.chain()
