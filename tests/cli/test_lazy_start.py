"""Start-up: each process and each command imports what it needs and nothing else."""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import typer
from pydantic_settings import BaseSettings
from typer.main import get_command

import guildhall
from guildhall.boot.features import FEATURES
from guildhall.boot.packs import BUILT_IN
from guildhall.cli.lazy import LazyCommand
from guildhall.cli.main import app
from guildhall.pack import Demo, Part, ProcessPart, Sandbox, WebPart, WorkerPart
from guildhall.references import Reference

SOURCE = Path(guildhall.__file__).parent
NAMES = sorted(
    {
        name
        for file in SOURCE.rglob("*.py")
        for name in re.findall(r'Reference\(\s*"([\w.]+:\w+)"', file.read_text(encoding="utf-8"))
    }
)
LAZY: dict[str, LazyCommand] = get_command(app).lazy  # type: ignore[attr-defined]

WEB = {"litestar", "uvicorn", "websockets", "webauthn"}
CLIENTS = {"aiohttp", "redis", "aiosmtplib"}
QUEUE = {"pgqueuer", "croniter"}
MIGRATIONS = {"alembic", "sqlalchemy"}
TERMINAL = {"textual"}
COLOURS = {"rich", "pygments"}
SEALS = {"cryptography", "joserfc", "argon2", "bcrypt"}
DATABASE = {"asyncpg", "pydantic"}


def modules_after(program: str, *arguments: str, environment: dict[str, str] | None = None) -> set[str]:
    """The top-level modules and those of the product that a Python program has imported when it ends."""
    ending = "import atexit, json, sys; atexit.register(lambda: print(chr(10) + json.dumps(sorted(sys.modules))))\n"
    result = subprocess.run(
        [sys.executable, "-c", ending + program, *arguments], capture_output=True, text=True, check=False, timeout=90,
        env=environment,
    )  # fmt: skip
    assert result.stdout, result.stderr
    found = json.loads(result.stdout.splitlines()[-1])
    return {name if name.startswith("guildhall.") else name.partition(".")[0] for name in found}


def modules_of_command(*arguments: str, environment: dict[str, str] | None = None) -> set[str]:
    """The modules that a command of ours has imported when it ends."""
    program = "from guildhall.cli.main import main; sys.argv[0] = 'guildhall'; main()"
    return modules_after(program, *arguments, environment=environment)


def test_there_are_references():
    assert len(NAMES) > 40


@pytest.mark.parametrize("name", NAMES)
def test_every_reference_names_something(name):
    assert Reference(name).load() is not None


@pytest.mark.parametrize("one", [*FEATURES, *BUILT_IN], ids=lambda one: one.name)
def test_the_parts_of_a_manifest_are_of_their_kinds(one):
    assert issubclass(one.settings.load(), BaseSettings)
    assert one.parts
    assert all(isinstance(part, Part) for part in one.parts)
    assert all(isinstance(part, ProcessPart) for part in one.process_parts())
    assert all(isinstance(part, WebPart) for part in one.web_parts())
    assert all(isinstance(part, WorkerPart) for part in one.worker_parts())
    assert all(isinstance(sandbox, Sandbox) for sandbox in one.sandboxes())
    assert one.commands is None or isinstance(one.commands.group.load(), typer.Typer)


@pytest.mark.parametrize("pack", BUILT_IN, ids=lambda pack: pack.name)
def test_the_demo_of_a_manifest_is_one(pack):
    assert isinstance(pack.development.demo.load(), Demo)
    assert pack.development.seed is None or callable(pack.development.seed.load())


@pytest.mark.parametrize("name", LAZY)
def test_the_list_says_of_a_command_what_it_says_itself(name):
    target = LAZY[name].target.load()
    own = target.info.help if isinstance(target, typer.Typer) else target.__doc__

    assert LAZY[name].help == own


def test_help_loads_no_slice_and_nothing_heavy():
    found = modules_of_command("--help")

    assert found & (WEB | CLIENTS | QUEUE | MIGRATIONS | TERMINAL | DATABASE) == set()
    slices = ("guildhall.core.", "guildhall.web.", "guildhall.packs.")
    loaded = {name for name in found if name.startswith(slices)}
    manifests = {name for name in loaded if name.endswith((".pack", ".feature", ".part"))}
    rooms = {name.rpartition(".")[0] for name in manifests}
    assert {name for name in loaded - manifests - rooms if name.count(".") > 2} == set()


@pytest.mark.parametrize("group", ["db", "jobs", "cache", "users", "vault", "packs"])
def test_the_help_of_a_group_loads_no_framework(group):
    assert modules_of_command(group, "--help") & (WEB | MIGRATIONS | {"textual", "redis"}) == set()


@pytest.mark.parametrize(
    "arguments",
    [("jobs", "list"), ("jobs", "schedule"), ("cache", "stats"), ("users", "list"), ("db", "status")],
    ids=" ".join,
)
def test_a_command_that_reads_the_database_loads_little_more(arguments: Sequence[str], clone, tmp_path, monkeypatch):
    monkeypatch.setenv("GUILDHALL_DATABASE_URL", clone)
    monkeypatch.setenv("GUILDHALL_HOME", str(tmp_path))

    assert modules_of_command(*arguments) & (WEB | MIGRATIONS | {"aiohttp", "redis", "pgqueuer", "textual"}) == set()


def test_a_worker_loads_neither_the_web_framework_nor_migrations_nor_redis_nor_tokens():
    program = """
from guildhall.boot.features import FEATURES
from guildhall.boot.packs import BUILT_IN
import guildhall.boot.serve, guildhall.boot.worker
for one in (*FEATURES, *BUILT_IN):
    one.settings.load(), one.process_parts(), one.worker_parts()
"""
    assert (
        modules_after(program) & (WEB | MIGRATIONS | TERMINAL | COLOURS | SEALS | {"redis", "psutil", "sqlite3"})
        == set()
    )


def test_a_web_process_loads_neither_migrations_nor_sandboxes_nor_redis():
    program = """
from guildhall.boot.features import FEATURES
from guildhall.boot.packs import BUILT_IN
import guildhall.boot.serve, guildhall.boot.runtime, guildhall.boot.app, guildhall.boot.server
for one in (*FEATURES, *BUILT_IN):
    one.settings.load(), one.process_parts(), one.web_parts()
"""
    found = modules_after(program)

    assert found & (MIGRATIONS | TERMINAL | COLOURS | SEALS | {"redis", "webauthn"}) == set()
    assert {name for name in found if name.startswith("guildhall.") and ".sandbox" in name} == set()


def test_a_sandbox_loads_neither_the_web_framework_nor_the_database():
    program = """
from guildhall.boot.features import FEATURES
from guildhall.boot.packs import BUILT_IN
import guildhall.boot.sandbox
for one in (*FEATURES, *BUILT_IN):
    one.settings.load(), one.sandboxes()
"""
    assert modules_after(program) & (WEB | MIGRATIONS | TERMINAL | COLOURS | QUEUE | {"redis", "asyncpg"}) == set()
