"""The page of ten minutes, followed to the letter: its files are built, found by entry point, and driven."""

import importlib
import re
import subprocess
import sys

import pytest

from guildhall.boot.configuration import configure
from guildhall.boot.packs import all_packs, branches
from guildhall.boot.settings import Settings, load
from guildhall.db import migrate, statements
from guildhall.db.connection import connect
from guildhall.errors import Misconfigured
from tests.docs.pages import DOCS, code_lines, files_of, imported_from_guildhall, installed, product

PAGE = DOCS / "adding-a-pack.md"
FILES = files_of(PAGE)
PACK = FILES["guildhall_tetra.py"]


@pytest.fixture
def tetra(tmp_path, monkeypatch):
    """The page's distribution, installed."""
    with installed("tetra", FILES, tmp_path, monkeypatch) as folder:
        yield folder


def branch():
    """The branch of the page's pack."""
    (pack,) = [pack for pack in all_packs() if pack.name == "tetra"]
    assert pack.migrations is not None
    return pack.migrations


def test_the_page_shows_every_file_that_its_tree_names():
    tree = re.search(r"^guildhall-tetra/\n(.*?)```", PAGE.read_text(), re.MULTILINE | re.DOTALL)

    assert tree is not None
    assert sorted(re.findall(r"[\w/]+\.(?:py|toml)", tree[1])) == sorted(FILES)


def test_the_pack_is_small_and_imports_the_published_interface_alone():
    assert code_lines(PACK) <= 40
    assert imported_from_guildhall(PACK) == {"guildhall.kit"}
    assert imported_from_guildhall(FILES["guildhall_tetra_sandbox.py"]) <= {"guildhall.kit", "guildhall.sandbox"}


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".py")])
def test_the_code_of_the_page_is_formatted(name):
    command = [sys.executable, "-m", "ruff", "format", "--check", "--line-length", "120", "--isolated", "-"]

    assert subprocess.run(command, input=FILES[name], text=True, capture_output=True, check=False).returncode == 0


async def test_the_pack_of_the_page_is_found_migrated_asked_and_worked(tetra, monkeypatch, empty):
    assert [pack.name for pack in all_packs()] == ["dota2", "eve", "realm", "poe2", "wine", "tetra"]

    async with product("tetra", empty, monkeypatch) as guildhall:
        first = await guildhall.get("/api/v1/tetra/online")
        again = await guildhall.get("/api/v1/tetra/online")
        unchanged = await guildhall.get("/api/v1/tetra/online", headers={"If-None-Match": first.headers["etag"]})
        described = (await guildhall.get("/openapi.json")).json["paths"]["/api/v1/tetra/online"]["get"]
        message = importlib.import_module("guildhall_tetra").RecordPopulation()
        await guildhall.work(message)
        await guildhall.work(message)
        stored = await guildhall.rows("select online from tetra.population")
        jobs = await guildhall.rows("select job_type, status from core.jobs where job_type like 'tetra.%'")
        due = await guildhall.rows("select entrypoint from core.pgqueuer_schedules")

    assert (first.status, first.json) == (200, {"online": 1234})
    assert "detail=source" in first.headers["cache-status"]
    assert "detail=memory" in again.headers["cache-status"]
    assert unchanged.status == 304
    assert (described["summary"], described["tags"]) == ("Number of people online", ["tetra"])
    assert {row["online"] for row in stored} == {1234}
    assert [tuple(row) for row in jobs] == [("tetra.record_population", "completed")] * 2
    assert "tetra.record_population" in {row["entrypoint"] for row in due}


async def test_the_migrations_of_the_page_go_up_down_and_up(tetra, empty):
    both = [*branches(()), branch()]
    await migrate.upgrade(empty, both)
    await migrate.downgrade(empty, both, "tetra@base")
    connection = await connect(empty)
    try:
        gone = await connection.fetchval("select to_regnamespace('tetra') is null")
        await migrate.upgrade(empty, both)
        there = await connection.fetchval("select to_regclass('tetra.population') is not null")
        (statement,) = [one for one in statements.ALL if "tetra." in one.sql]
        parameters = len((await connection.prepare(statement.sql)).get_parameters())
    finally:
        await connection.close()

    assert (gone, there, parameters) == (True, True, 2)


def test_a_wrong_setting_of_the_pack_is_one_clear_line(tetra, monkeypatch):
    monkeypatch.setenv("GUILDHALL_TETRA_MINUTE_LIMIT", "0")
    with pytest.raises(Misconfigured, match=r"GUILDHALL_TETRA_MINUTE_LIMIT: .*\(it is '0'\)"):
        configure()


def test_only_the_packs_that_the_settings_name_are_on(tetra, monkeypatch):
    monkeypatch.setenv("GUILDHALL_PACKS", '["tetra", "chess"]')

    with pytest.raises(Misconfigured, match="there is no pack 'chess'; there are dota2, eve, realm, poe2, wine, tetra"):
        configure()
    assert load(Settings).packs == ["tetra", "chess"]
