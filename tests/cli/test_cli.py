"""The command line as people and scripts use it: real processes, one clear line when something is wrong."""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import typer
from typer.testing import CliRunner

from guildhall.cli.lazy import LazyGroup
from guildhall.cli.main import app
from guildhall.db.embedded import EmbeddedCluster
from guildhall.packs.dota2.cli import commands as dota2_commands
from guildhall.packs.dota2.sandbox import player_ids

OLD_POSTGRES = Path("/usr/lib/postgresql/15/bin")


class Shell:
    """Runs `guildhall` in a folder of its own, on the test's database."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("GUILDHALL_", "COV_"))}
        self.environment = {
            **kept, "GUILDHALL_HOME": str(folder / "home"), "COLUMNS": "200", "NO_COLOR": "1", **environment,
        }  # fmt: skip
        self.environment = {
            k
            if k.startswith("GUILDHALL_") or k in kept or k in ("COLUMNS", "NO_COLOR")
            else f"GUILDHALL_{k.upper()}": v
            for k, v in self.environment.items()
        }

    def run(self, *arguments: str, given: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
        """Run to the end."""
        return subprocess.run(
            [sys.executable, "-m", "guildhall.cli", *arguments], cwd=self.folder, input=given, text=True, timeout=240,
            capture_output=True, check=False,
            env={**self.environment, **{f"GUILDHALL_{k.upper()}": v for k, v in environment.items()}},
        )  # fmt: skip

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start, and go on."""
        return subprocess.Popen(
            [sys.executable, "-m", "guildhall.cli", *arguments], cwd=self.folder, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip


@pytest.fixture
def shell(tmp_path: Path, clone: str) -> Shell:
    return Shell(tmp_path, database_url=clone)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def one_line(result: "subprocess.CompletedProcess[str]", *words: str) -> None:
    """The program said what is wrong in one line, and that somebody must mend it."""
    assert result.returncode == 2, (result.returncode, result.stdout, result.stderr)
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("guildhall: ")
    assert "Traceback" not in result.stderr + result.stdout
    for word in words:
        assert word in lines[0]


def everything() -> list[list[str]]:
    """Every command of the program, as arguments."""
    found: list[list[str]] = []

    def walk(command: Any, path: list[str]) -> None:
        found.append(path)
        for name, child in getattr(command, "commands", {}).items():
            walk(command.loaded(name) if isinstance(command, LazyGroup) else child, [*path, name])

    walk(typer.main.get_command(app), [])
    return found


@pytest.mark.parametrize("path", everything(), ids=" ".join)
def test_every_command_explains_itself(path):
    result = CliRunner().invoke(app, [*path, "--help"])

    assert result.exit_code == 0, result.output
    assert "Usage:" in result.output
    assert len(result.output.splitlines()) > 5


def test_every_command_of_the_pack_has_words():
    for command in [*dota2_commands.registered_commands]:
        assert command.callback is not None
        assert command.callback.__doc__


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"web_port": "99999"}, ("GUILDHALL_WEB_PORT", "99999")),
        ({"packs": '["chess"]'}, ("chess", "dota2")),
        ({"packs": "dota2"}, ("GUILDHALL_PACKS", "JSON")),
        ({"log_level": "loud"}, ("GUILDHALL_LOG_LEVEL",)),
        ({"dota2_opendota_url": "opendota"}, ("GUILDHALL_DOTA2_OPENDOTA_URL",)),
        ({"database_url": "postgresql://nobody@127.0.0.1:1/none"}, ("PostgreSQL",)),
        ({"database_url": "nonsense"}, ("URL",)),
        ({"redis_url": "redis://127.0.0.1:1/0"}, ("GUILDHALL_REDIS_URL", "no Redis")),
    ],
    ids=str,
)
def test_a_bad_setting_is_one_clear_line(shell, environment, words):
    result = shell.run("serve", "--role", "web", "--port", "0", **environment)

    if environment.get("database_url", "").startswith("postgresql"):
        assert result.returncode == 1  # it may pass: a server that is away
        assert result.stderr.strip().splitlines()[-1].startswith("guildhall: ")
        assert "Traceback" not in result.stderr
    else:
        one_line(result, *words)


def test_a_taken_port_is_one_clear_line(shell):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        for arguments in (["serve"], ["sandbox"], ["demo"], ["demo", "--port", "0", "--sandbox-port", str(port)]):
            if "--sandbox-port" not in arguments:
                arguments = [*arguments, "--port", str(port)]
            one_line(shell.run(*arguments), str(port), "Cannot listen")


def test_a_missing_migration_is_one_clear_line(tmp_path, empty):
    shell = Shell(tmp_path, database_url=empty)

    one_line(shell.run("serve", "--port", "0"), "guildhall db upgrade")
    one_line(shell.run("db", "check"), "guildhall db upgrade")
    one_line(shell.run("jobs", "list"), "guildhall db upgrade")
    status = shell.run("db", "status", "--json")

    assert status.returncode == 1
    assert {branch["label"] for branch in json.loads(status.stdout)["branches"] if branch["pending"]} >= {"dota2"}


@pytest.mark.skipif(not OLD_POSTGRES.is_dir(), reason="there is no PostgreSQL 15 on this machine")
@pytest.mark.slow
def test_a_database_that_is_too_old_is_one_clear_line(tmp_path):
    folder = tmp_path / "old"
    folder.mkdir()
    user: dict[str, Any] = {}
    if os.getuid() == 0:
        for part in (tmp_path, *tmp_path.parents[:3]):
            part.chmod(part.stat().st_mode | 0o055)
        shutil.chown(folder, "nobody")
        user = {"user": "nobody"}
    subprocess.run(
        [OLD_POSTGRES / "initdb", "-D", folder / "data", "-U", "postgres", "--no-sync"],
        check=True, capture_output=True, **user,
    )  # fmt: skip
    server = subprocess.Popen(
        [OLD_POSTGRES / "postgres", "-D", folder / "data", "-k", folder, "-h", "", "-F"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **user,
    )  # fmt: skip
    try:
        while not (folder / ".s.PGSQL.5432").exists():
            assert server.poll() is None
            time.sleep(0.05)
        time.sleep(0.3)
        shell = Shell(tmp_path, database_url=f"postgresql://postgres@/postgres?host={folder}")
        one_line(shell.run("db", "check"), "15", "too old", "16")
        one_line(shell.run("db", "upgrade"), "15", "too old", "16")
        one_line(shell.run("serve", "--port", "0"), "guildhall_app", "guildhall db upgrade")
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(20)


def test_the_database_is_undone_and_applied_again(shell):
    refused = shell.run("db", "downgrade", "dota2@base", given="n\n")
    down = shell.run("db", "downgrade", "dota2@base", "--yes")
    pending = shell.run("db", "status", "--json")
    up = shell.run("db", "upgrade")
    again = shell.run("db", "upgrade")
    check = shell.run("db", "check")

    assert refused.returncode == 1
    assert down.returncode == 0, down.stderr
    assert pending.returncode == 1
    assert "dota2_0001" in up.stderr
    assert (up.returncode, again.returncode, check.returncode) == (0, 0, 0)
    assert "dota2_0001" not in again.stderr
    assert check.stdout == "The database is fit.\n"


def test_a_reset_asks_first_and_is_refused_in_production(shell):
    shell.run("dota2", "track", "5")

    refused = shell.run("db", "reset", "--yes", environment="production")
    asked = shell.run("db", "reset", given="n\n")
    kept = shell.run("dota2", "tracked", "--json")
    done = shell.run("db", "reset", given="y\n")
    gone = shell.run("dota2", "tracked", "--json")

    one_line(refused, "development only")
    assert asked.returncode == 1
    assert json.loads(kept.stdout) == [5]
    assert done.returncode == 0, done.stderr
    assert json.loads(gone.stdout) == []


def test_psql_takes_what_stands_after_the_dashes(shell):
    result = shell.run("db", "psql", "--", "-Atc", "select 6 * 7")
    failed = shell.run("db", "psql", "--", "-c", "nonsense")

    assert (result.returncode, result.stdout) == (0, "42\n")
    assert failed.returncode == 1


async def test_jobs_and_players_are_seen_and_driven_from_a_script(shell, start_sandbox):
    sandbox = await start_sandbox()
    shell.environment["GUILDHALL_DOTA2_OPENDOTA_URL"] = sandbox.api
    one = player_ids(sandbox.options)[0]

    def script() -> None:
        synced = shell.run("dota2", "sync", str(one), "7", "--json")
        report = {row["account_id"]: row for row in json.loads(synced.stdout)}
        assert synced.returncode == 1  # there is no player 7
        assert report[one]["error"] is None
        assert report[one]["new_matches"] > 50
        assert "does not know the player 7" in report[7]["error"]
        assert shell.run("dota2", "sync", str(one)).stdout == f"{one}: 0 new matches\n"
        assert "decimal digits" in shell.run("dota2", "sync", "abc").stderr
        assert json.loads(shell.run("dota2", "constants", "--json").stdout)["heroes"] > 100
        assert one in json.loads(shell.run("dota2", "tracked", "--json").stdout)
        rule = shell.run("dota2", "rules", "hero", "14", "--threshold", "0.1").stdout.strip()
        assert [row["id"] for row in json.loads(shell.run("dota2", "rules", "list", "--json").stdout)] == [rule]
        assert shell.run("dota2", "rules", "remove", rule).returncode == 0
        assert shell.run("dota2", "rules", "remove", rule).returncode == 1
        jobs = json.loads(shell.run("jobs", "list", "--json").stdout)
        (recount,) = [job for job in jobs if job["job_type"] == "dota2.recount_meta"]
        shown = json.loads(shell.run("jobs", "show", recount["id"]).stdout)
        assert (shown["id"], shown["status"]) == (recount["id"], "pending")
        missing = shell.run("jobs", "retry", recount["id"])
        assert (missing.returncode, missing.stderr) == (1, f"{recount['id']} is not a dead letter.\n")
        assert shell.run("jobs", "retry").returncode == 2
        gone = shell.run("jobs", "cancel", recount["id"])
        assert (gone.returncode, gone.stdout) == (0, "1 jobs cancelled\n")
        ended = shell.run("jobs", "cancel", recount["id"])
        assert (ended.returncode, ended.stderr) == (1, f"{recount['id']} is neither pending nor running.\n")
        assert json.loads(shell.run("jobs", "list", "--counts", "--json").stdout)
        assert json.loads(shell.run("jobs", "schedule", "--json").stdout) == []
        assert json.loads(shell.run("cache", "stats", "--json").stdout) == []
        assert shell.run("cache", "clear", "--yes").returncode == 0
        assert "rows deleted" in shell.run("dota2", "forget", str(one), "--yes").stdout

    await asyncio.to_thread(script)


def test_the_packs_are_listed(shell):
    result = shell.run("packs", "list", "--json")

    packs = {pack["name"]: (pack["state"], pack["game_apis"]) for pack in json.loads(result.stdout)}
    assert packs == {
        "dota2": ("on", ["opendota"]),
        "eve": ("on", ["esi"]),
        "realm": ("on", []),
        "poe2": ("on", ["ggg", "poe2scout"]),
        "wine": ("on", []),
    }


def get(address: str) -> int:
    with urllib.request.urlopen(address, timeout=5) as answer:
        return int(answer.status)


@pytest.mark.slow
def test_serve_answers_and_drains_when_it_is_told_to_stop(shell):
    port = free_port()
    process = shell.start("serve", "--port", str(port))
    deadline = time.monotonic() + 30
    while True:
        assert process.poll() is None, process.stdout and process.stdout.read()
        try:
            assert get(f"http://127.0.0.1:{port}/healthz") == 200
            break
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.05)

    while not (schedule := json.loads(shell.run("jobs", "schedule", "--json").stdout)):
        assert time.monotonic() < deadline

    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=30)

    assert process.returncode == 0, output
    assert "Traceback" not in output
    assert {"fresh.refresh_due", "dota2.sync_hero_constants", "dota2.analyse_meta_trends"} <= {
        row["message"] for row in schedule
    }


def family(process: "subprocess.Popen[str]") -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users may enter, as PostgreSQL needs it where the tests run as root."""
    with tempfile.TemporaryDirectory(prefix="gh-demo-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.slow
def test_the_demo_comes_up_from_nothing_stops_whole_and_finds_its_data_again(open_folder):
    shell = Shell(open_folder)

    first = shell.run("demo", "--once", "--port", "0")
    assert first.returncode == 0, first.stdout + first.stderr
    assert "Ready after" in first.stdout
    assert "/docs" in first.stdout

    second = shell.start("demo", "--port", "0")
    assert second.stdout is not None
    address = ""
    for line in second.stdout:
        if line.strip().startswith("API"):
            address = line.split()[-1]
        if line.startswith("Try:"):
            break
    lines = [second.stdout.readline().strip() for _ in range(2)]
    profile = lines[0].partition("'")[2].rstrip("'")
    assert get(f"{address}/readyz") == 200
    with urllib.request.urlopen(profile, timeout=5) as answer:
        assert json.load(answer)["profile"]["personaname"]
    children = family(second)
    assert len(children) >= 3

    second.send_signal(signal.SIGINT)
    rest = second.stdout.read()
    second.stdout.close()

    assert second.wait(30) in (0, 130), rest
    assert "Traceback" not in rest
    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []
    with EmbeddedCluster(open_folder / "home" / "postgresql", 18) as cluster:
        count = shell.run("db", "psql", "--", "-Atc", "select count(*) from dota2.player_matches")
        assert cluster.url()
    assert int(count.stdout) > 500


@pytest.mark.slow
def test_the_demo_ends_with_one_line_when_a_part_of_it_dies(tmp_path, clone):
    shell = Shell(tmp_path, database_url=clone)
    demo = shell.start("demo", "--port", "0")
    assert demo.stdout is not None
    for line in demo.stdout:
        if line.startswith("Try:"):
            break
    children = family(demo)
    (worker,) = [child for child in children if "worker" in child.cmdline()]

    worker.kill()
    rest = demo.stdout.read()
    demo.stdout.close()

    assert demo.wait(30) == 2
    assert "guildhall: The worker ended" in rest
    assert "Traceback" not in rest
    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []
