"""The page of an hour, followed to the letter: its files are built, driven, and its own tests run."""

import asyncio
import importlib
import os
import subprocess
import sys

import pytest

from guildhall.cli.children import Child, free_port
from guildhall.kit.published import MODULES
from tests.docs.pages import DOCS, code_lines, files_of, imported_from_guildhall, installed, product
from tests.running import count_tests, run_pytest

PAGE = DOCS / "packs" / "an-hour.md"
FILES = files_of(PAGE)
PACK = FILES["guildhall_lichess.py"]


@pytest.fixture
def lichess(tmp_path, monkeypatch):
    """The page's distribution, installed."""
    with installed("lichess", FILES, tmp_path, monkeypatch) as folder:
        yield folder


def test_the_page_has_its_files():
    assert sorted(FILES) == [
        "guildhall_lichess.py", "guildhall_lichess_sandbox.py", "pyproject.toml", "test_lichess.py"
    ]  # fmt: skip


def test_the_pack_is_small_and_imports_the_published_interface_alone():
    assert code_lines(PACK) <= 120
    assert imported_from_guildhall(PACK) == {"guildhall.kit"}
    assert imported_from_guildhall(FILES["guildhall_lichess_sandbox.py"]) <= {"guildhall.kit", "guildhall.sandbox"}
    assert imported_from_guildhall(FILES["test_lichess.py"]) == {"guildhall.testing"}
    assert "make_pack" in MODULES


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".py")])
def test_the_code_of_the_page_is_formatted(name):
    command = [sys.executable, "-m", "ruff", "format", "--diff", "--line-length", "120", "--isolated", "-"]
    result = subprocess.run(command, input=FILES[name], text=True, capture_output=True, check=False)

    assert result.stdout == ""


@pytest.mark.slow
def test_the_types_of_the_page_are_right(lichess):
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", "cache", "guildhall_lichess.py"]
    result = subprocess.run(command, cwd=lichess, capture_output=True, text=True, check=False, timeout=300)

    assert result.stdout == "Success: no issues found in 1 source file\n"


async def test_the_pack_of_the_page_does_what_it_says(lichess, monkeypatch, empty):
    async with product("lichess", empty, monkeypatch) as guildhall:
        pack = importlib.import_module("guildhall_lichess")
        profile = await guildhall.get("/api/v1/lichess/players/Ann")
        missing = await guildhall.get("/api/v1/lichess/players/nobody")
        odd = await guildhall.get("/api/v1/lichess/players/a!")
        unknown = await guildhall.get("/api/v1/lichess/players/ann/days")
        async with guildhall.db.write() as tx:
            await pack.PLAYERS.want(tx, "ann")
            await tx.connection.execute("insert into lichess.days values ('ann', '2020-01-01', '{}')")
        async with asyncio.timeout(20):
            while len((days := await guildhall.get("/api/v1/lichess/players/ANN/days")).json["items"]) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        page = await guildhall.get("/api/v1/lichess/players/ann/days?limit=1")
        rest = await guildhall.get(f"/api/v1/lichess/players/ann/days?limit=1&after={page.json['next']}")
        await guildhall.work(pack.ForgetDays())
        jobs = await guildhall.rows("select job_type, result from core.jobs where job_type like 'lichess.%' order by 1")
        told = await guildhall.rows("select topic, kind, body from core.live_events")

    assert (profile.status, profile.json["username"]) == (200, "Ann")
    assert "age" in profile.headers
    assert (missing.status, missing.json["code"]) == (404, "lichess.player_not_found")
    assert odd.status == 400
    assert (unknown.status, unknown.json["code"]) == (404, "lichess.player_not_found")
    assert days.json["items"][0]["ratings"] == profile.json["ratings"]
    assert [one["day"] for one in rest.json["items"]] == ["2020-01-01"]
    assert [tuple(row) for row in jobs] == [("lichess.forget_days", {"deleted": 1}), ("lichess.ratings_changed", None)]
    assert [(row["topic"], row["kind"]) for row in told] == [(profile.json["topic"], "ratings")]


def test_the_command_of_the_page_keeps_a_player_fresh(lichess, monkeypatch, clone):
    monkeypatch.setenv("GUILDHALL_DATABASE_URL", clone)
    monkeypatch.setenv("GUILDHALL_PACKS", '["lichess"]')
    monkeypatch.setenv("PYTHONPATH", str(lichess))
    guildhall = [sys.executable, "-m", "guildhall.cli"]
    subprocess.run([*guildhall, "db", "upgrade"], check=True, capture_output=True, timeout=90)
    port = free_port()
    with Child(os.environ, "sandbox", "--port", str(port), quiet=True) as stand_ins:
        assert stand_ins.wait_for(f"http://127.0.0.1:{port}") == ""
        monkeypatch.setenv("GUILDHALL_LICHESS_URL", f"http://127.0.0.1:{port}/lichess")
        runs = [
            subprocess.run(
                [*guildhall, "lichess", "follow", name], check=False, capture_output=True, text=True, timeout=90
            )
            for name in ("Ann", "nobody", "a!")
        ]
    listed = subprocess.run([*guildhall, "--help"], check=True, capture_output=True, text=True, timeout=90).stdout
    kept = subprocess.run(
        [*guildhall, "fresh", "due", "lichess_players"], check=True, capture_output=True, text=True, timeout=90
    ).stdout

    assert [run.returncode for run in runs] == [0, 1, 1]
    assert "Lichess has no player nobody" in runs[1].stderr
    assert "username of Lichess.user may not be that" in runs[2].stderr
    assert "Lichess: players." in listed
    assert "ann" in kept


def test_an_edited_revision_of_the_page_is_told_by_every_command(lichess, monkeypatch, empty):
    monkeypatch.setenv("GUILDHALL_DATABASE_URL", empty)
    monkeypatch.setenv("GUILDHALL_PACKS", '["lichess"]')
    monkeypatch.setenv("PYTHONPATH", str(lichess))

    def guildhall(*arguments: str):
        command = [sys.executable, "-m", "guildhall.cli", *arguments]
        result = subprocess.run(command, check=False, capture_output=True, text=True, timeout=90)
        return result.returncode, result.stdout + result.stderr

    guildhall("db", "upgrade")
    current = guildhall("db", "status")
    (lichess / "guildhall_lichess.py").write_text(PACK.replace("ratings jsonb not null", "ratings json not null"))
    told = [guildhall("db", "status"), guildhall("db", "upgrade"), guildhall("lichess", "follow", "ann")]
    undone = guildhall("db", "downgrade", "lichess@base", "--yes")
    again = guildhall("db", "upgrade")

    assert current[0] == 0
    assert [status for status, _ in told] == [1, 2, 2]
    assert all("lichess_0001 was edited after it was applied." in text for _, text in told)
    assert "guildhall db downgrade lichess@base" in told[1][1]
    assert (undone[0], again[0]) == (0, 0)


def test_the_tests_of_the_page_pass(tmp_path, cluster):
    run = run_pytest(tmp_path, FILES)

    assert run.counts == {"passed": count_tests(FILES["test_lichess.py"])}, run.said
