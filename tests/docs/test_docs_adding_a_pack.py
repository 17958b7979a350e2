"""The page about packs, followed to the letter: its files are built, found by entry point, and driven."""

import asyncio
import contextlib
import importlib
import re
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import aiohttp
import pytest
import uvicorn

from guildhall.boot.app import make_app
from guildhall.boot.configuration import Configuration, configure
from guildhall.boot.packs import all_packs
from guildhall.boot.runtime import open_web
from guildhall.boot.sandbox import overrides, serve_sandbox
from guildhall.boot.settings import Settings, load
from guildhall.boot.worker import make_worker, open_worker
from guildhall.clock import Clock
from guildhall.core.jobs.actions import send
from guildhall.db import migrate, statements
from guildhall.db.branch import Branch
from guildhall.db.connection import connect
from guildhall.errors import Misconfigured

PAGE = Path(__file__).parents[2] / "docs" / "adding-a-pack.md"
_FILE = re.compile(r"^### `([^`]+)`\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ENTRY_POINTS = re.compile(r'^\[project\.entry-points\."(.+)"\]\n((?:\w+ = ".*"\n)+)', re.MULTILINE)


def files_of_the_page() -> dict[str, str]:
    """Path and text of every file that the page shows."""
    return dict(_FILE.findall(PAGE.read_text()))


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The page's distribution as an installer leaves it: modules and entry points on the path."""
    files = files_of_the_page()
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    groups = re.findall(
        r'^\[project\.entry-points\."(.+)"\]\n((?:\w+ = ".*"\n)+)', files["pyproject.toml"], re.MULTILINE
    )
    metadata = tmp_path / "guildhall_tetra-0.1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: guildhall-tetra\nVersion: 0.1.0\n")
    (metadata / "entry_points.txt").write_text(
        "\n".join(f"[{group}]\n{lines.replace(chr(34), '')}" for group, lines in groups)
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    # Other tests prepare every statement, on a database without this pack.
    statements.ALL[:] = [statement for statement in statements.ALL if "tetra." not in statement.sql]
    for name in [name for name in sys.modules if name.partition(".")[0] == "guildhall_tetra"]:
        del sys.modules[name]


@contextlib.asynccontextmanager
async def running_sandbox(configuration: Configuration):
    """The sandbox of all packs that are on; its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    stop, ready = asyncio.Event(), asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve_sandbox(configuration, listener, stop, ready.set_result))
    try:
        yield await ready
    finally:
        stop.set()
        await task


@contextlib.asynccontextmanager
async def serving(runtime):
    """A web process over real HTTP; its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(make_app(runtime), http="httptools", ws="none", lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment]
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110 (uvicorn has no event)
        await asyncio.sleep(0.002)
    try:
        yield "http://127.0.0.1:{}".format(*listener.getsockname()[1:])
    finally:
        server.should_exit = True
        await task
        listener.close()


@contextlib.asynccontextmanager
async def working(runtime):
    """A worker of all packs that are on."""
    worker = make_worker(runtime)
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        worker.stop()
        await task


async def idle(db) -> None:
    """Return when no job waits or runs."""
    async with asyncio.timeout(10):
        while True:
            async with db.read() as tx:
                left = await tx.connection.fetchval("select count(*) from core.jobs where status <> 'completed'")
            if not left:
                return
            await asyncio.sleep(0.02)


async def get(address: str, path: str):
    """Status, headers and JSON of a GET."""
    async with aiohttp.ClientSession() as session, session.get(address + path) as answer:
        return answer.status, answer.headers, await answer.json()


def test_the_page_shows_every_file_that_its_tree_names():
    tree = re.search(r"^guildhall-tetra/\n(.*?)```", PAGE.read_text(), re.MULTILINE | re.DOTALL)

    assert tree is not None
    named = re.findall(r"[\w/]+\.(?:py|toml)", tree[1])
    assert sorted(named) == sorted(name.removeprefix("guildhall_tetra/") for name in files_of_the_page())


async def test_the_pack_of_the_page_is_found_migrated_asked_and_worked(installed, monkeypatch, tmp_path, empty):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GUILDHALL_PACKS", '["tetra"]')
    monkeypatch.setenv("GUILDHALL_TETRA_HISTORY", "1")
    monkeypatch.setenv("GUILDHALL_JOBS_POLL_INTERVAL", "0.2")
    assert [pack.name for pack in all_packs()] == ["dota2", "eve", "realm", "tetra"]

    async with running_sandbox(configure()) as sandbox:
        for name, value in overrides(configure(), sandbox).items():
            monkeypatch.setenv(name, value)
        configuration = configure()
        await migrate.upgrade(empty, configuration.branches)
        async with (
            open_web(configuration, empty, Clock()) as web,
            serving(web) as address,
            open_worker(configuration, empty, Clock()) as runtime,
            working(runtime),
        ):
            status, headers, online = await get(address, "/api/v1/tetra/online")
            again = await get(address, "/api/v1/tetra/online")
            empty_history = await get(address, "/api/v1/tetra/history")
            message = importlib.import_module("guildhall_tetra.messages").RecordPopulation()
            for _ in range(2):
                async with runtime.db.write() as tx:
                    await send(tx, message)
                await idle(runtime.db)
            async with runtime.db.read() as tx:
                stored = await tx.connection.fetch("select online from tetra.population")
                results = await tx.connection.fetch("select job_type, result from core.jobs")
                due = await tx.connection.fetch("select entrypoint from core.pgqueuer_schedules")
            async with asyncio.timeout(10):
                while len((history := await get(address, "/api/v1/tetra/history"))[2]) != 1:  # noqa: ASYNC110 (over HTTP)
                    await asyncio.sleep(0.02)

    assert (status, online["online"]) == (200, 1234)
    assert "detail=source" in headers["cache-status"]
    assert "detail=memory" in again[1]["cache-status"]
    assert empty_history[2] == []
    assert [row["online"] for row in stored] == [1234, 1234]
    assert [item["online"] for item in history[2]] == [1234], "the history is as long as the setting says"
    assert {(row["job_type"], row["result"]["online"]) for row in results} == {("tetra.record_population", 1234)}
    assert "tetra.record_population" in {row["entrypoint"] for row in due}


async def test_the_statements_of_the_page_are_what_they_declare(installed, empty):
    pack = next(pack for pack in all_packs() if pack.name == "tetra")
    for parts in (pack.process_parts, pack.web_parts, pack.worker_parts):
        parts()
    before = [statement for statement in statements.ALL if "tetra." in statement.sql]
    await migrate.upgrade(empty, [*migrate_core(), cast(Branch, pack.migrations)])
    connection = await connect(empty)
    try:
        prepared = [await connection.prepare(statement.sql) for statement in before]
        described = [(len(one.get_parameters()), [column.name for column in one.get_attributes()]) for one in prepared]
    finally:
        await connection.close()

    assert described == [(1, ["recorded_at", "online"]), (2, [])]
    assert [len(statement.params) for statement in before] == [1, 2]
    assert isinstance(before[0], statements.Query)
    assert getattr(before[0].row, "__struct_fields__") == ("recorded_at", "online")  # noqa: B009 (mypy)


async def test_the_migrations_of_the_page_go_up_down_and_up(installed, empty):
    pack = next(pack for pack in all_packs() if pack.name == "tetra")
    all_branches = [*migrate_core(), cast(Branch, pack.migrations)]
    await migrate.upgrade(empty, all_branches)
    await migrate.downgrade(empty, all_branches, "tetra@base")
    connection = await connect(empty)
    try:
        gone = await connection.fetchval("select to_regnamespace('tetra') is null")
        await migrate.upgrade(empty, all_branches)
        there = await connection.fetchval("select to_regclass('tetra.population') is not null")
    finally:
        await connection.close()

    assert (gone, there) == (True, True)


def migrate_core():
    """The branches of the core."""
    return importlib.import_module("guildhall.boot.packs").CORE


def test_a_wrong_setting_of_the_pack_is_one_clear_line(installed, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GUILDHALL_TETRA_HISTORY", "0")
    with pytest.raises(Misconfigured, match=r"GUILDHALL_TETRA_HISTORY: .*\(it is '0'\)"):
        configure()


def test_only_the_packs_that_the_settings_name_are_on(installed, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GUILDHALL_PACKS", '["tetra", "chess"]')

    with pytest.raises(Misconfigured, match="there is no pack 'chess'; there are dota2, eve, realm, tetra"):
        configure()
    assert load(Settings).packs == ["tetra", "chess"]
