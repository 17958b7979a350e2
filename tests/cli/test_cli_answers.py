"""The answers of all commands: whole ids in narrow terminals, JSON for scripts, and ids by their beginning."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest
import typer
from typer.testing import CliRunner

from guildhall.cli.lazy import LazyGroup
from guildhall.cli.main import app
from guildhall.db.connection import connect
from guildhall.errors import GuildhallError
from guildhall.ids import ids_beginning
from guildhall.terminal import print_table

FIRST = UUID("01a00000-0000-7000-8000-000000000001")
TWIN = UUID("01a00000-0000-7000-8000-000000000002")
OTHER = UUID("01b00000-0000-7000-8000-000000000003")
NO_ANSWER = {
    "serve", "demo", "dev", "docs", "db psql", "realm chat",  # they go on until they are ended, or pass through
    "users export",  # its answer is JSON
}  # fmt: skip
LISTS = (
    "jobs list", "jobs schedule", "users list", "packs list", "db status", "dota2 rules list", "eve characters",
    "realm servers list", "realm archive list", "vault status",
)  # fmt: skip
EMPTY = ("jobs schedule", "realm archive list", "eve characters")
"""Lists that have rows only when more has happened."""


def commands() -> dict[str, list[str]]:
    """Every command of the core, of its features and of the packs, with its options."""
    found: dict[str, list[str]] = {}

    def walk(command: Any, path: list[str]) -> None:
        children = getattr(command, "commands", None)
        if children is None:
            found[" ".join(path)] = [option for one in command.params for option in one.opts]
            return
        for name, listed in children.items():
            walk(command.loaded(name) if isinstance(command, LazyGroup) else listed, [*path, name])

    walk(typer.main.get_command(app), [])
    return found


@pytest.mark.parametrize("command", sorted(set(commands()) - NO_ANSWER))
def test_every_command_that_answers_has_json(command):
    assert "--json" in commands()[command]


def test_the_commands_without_json_exist():
    assert set(commands()) >= NO_ANSWER


class Answer(NamedTuple):
    """What a command said."""

    status: int
    out: str
    error: str


class Console:
    """Runs commands in this process, since a process each would take most of the test's time."""

    def __init__(self, url: str, home: Path) -> None:
        self.environment = {"GUILDHALL_DATABASE_URL": url, "GUILDHALL_HOME": str(home)}

    async def run(self, *arguments: str, given: str = "", **environment: str) -> Answer:
        """Run a command to its end."""
        return await asyncio.to_thread(self._run, arguments, given, environment)

    def _run(self, arguments: Sequence[str], given: str, environment: Mapping[str, str]) -> Answer:
        result = CliRunner().invoke(app, arguments, input=given, env={**self.environment, **environment})
        if result.exception is not None and not isinstance(result.exception, SystemExit | GuildhallError):
            raise result.exception
        told = result.stderr if result.exception is None else f"{result.stderr}{result.exception}"
        return Answer(result.exit_code, result.stdout, told)


@pytest.fixture
async def full(tmp_path: Path, clone: str) -> Console:
    """A database with accounts, jobs, rules and servers whose ids are known."""
    connection = await connect(clone)
    for table, columns, values in (
        ("core.users", "name", "'Ann'"),
        ("core.jobs", "job_type, handler, status, priority, attempts, payload", "'t', 't', 'failed', 0, 5, '{}'"),
        ("realm.servers", "name, region", "'S' || $1, 'eu'"),
        ("dota2.trend_rules", "kind, account_id, threshold", "'player_rank', 1, 1"),
    ):
        for one in (FIRST, TWIN, OTHER):
            row = values.replace("$1", f"'{one}'")
            await connection.execute(f"insert into {table} (id, {columns}) values ('{one}', {row})")
    await connection.close()
    return Console(clone, tmp_path)


async def test_no_table_cuts_what_a_row_is_named_by(full):
    for command in LISTS:
        shown = await full.run(*command.split(), COLUMNS="40", FORCE_COLOR="1")
        answer = await full.run(*command.split(), "--json")
        assert (shown.status, answer.status) == (0, 0), (command, shown, answer)
        read = json.loads(answer.out)
        rows = read["branches"] if command == "db status" else read
        assert rows or command in EMPTY, command
        for row in rows:
            assert str(next(iter(row.values()))) in shown.out, (command, row)


async def test_every_command_takes_the_beginning_of_an_id(full, tmp_path):
    for command, before, after in (
        ("jobs show", (), ()),
        ("jobs list", ("--after",), ()),
        ("jobs cancel", (), ()),
        ("jobs retry", (), ()),
        ("users role", (), ("moderator",)),
        ("users suspend", (), ()),
        ("users restore", (), ()),
        ("users list", ("--after",), ()),
        ("users export", (), ()),
        ("eve characters", ("--user",), ()),
        ("realm export", (str(tmp_path / "b.sqlite3"), "--force", "--server"), ()),
        ("realm archive query", ("--server",), ()),
        ("dota2 rules remove", (), ()),
        ("users delete", ("--yes",), ()),
    ):
        words = (*command.split(), *before)
        several = await full.run(*words, "01a0", *after)
        assert several.status == 1
        assert str(FIRST) in several.error, (command, several)
        assert str(TWIN) in several.error
        for nothing in ("ffff", "01b"):
            refused = await full.run(*words, nothing, *after)
            assert refused.status == 1, (command, refused)
            assert "There is no" in refused.error or "No such" in refused.error
        alone = await full.run(*words, "01B0", *after)
        understood = "is neither pending nor running" if command == "jobs cancel" else "not a dead letter"
        assert alone.status == 0 or understood in alone.error, (command, alone)


async def test_a_deletion_names_whom_it_deletes_before_it_asks(full):
    asked = await full.run("users", "delete", "01b0", given="n\n")

    assert asked.status == 1
    assert f"Delete Ann ({OTHER}) and everything of theirs" in asked.out
    assert OTHER.hex in (await full.run("users", "list", "--json")).out.replace("-", "")


def test_a_table_in_a_pipe_is_as_wide_as_it_needs(capsys):
    print_table(("id", "error"), [(str(FIRST), "x" * 300)], title="T")

    line = next(line for line in capsys.readouterr().out.splitlines() if str(FIRST) in line)
    assert "x" * 300 in line


def test_what_a_cell_holds_is_neither_markup_nor_steers_the_terminal(capsys):
    print_table(("id", "name"), [("1", "[red]a[/] \x1b[2J\nb")])

    out = capsys.readouterr().out
    assert "[red]a[/]" in out
    assert "\x1b" not in out


@pytest.mark.parametrize("text", ["", "01b", "0" * 33, "01a0 0000", "xyzw", "٠١٢٣", "01a0%", "-01-"])
def test_what_is_no_beginning_of_an_id_has_no_bounds(text):
    assert ids_beginning(text) is None


@pytest.mark.parametrize("length", range(4, 37))
def test_an_id_lies_between_the_bounds_of_its_beginnings(length):
    text = str(FIRST)[:length].upper()

    bounds = ids_beginning(text)

    assert bounds is not None
    assert bounds[0] <= FIRST <= bounds[1]
    assert bounds[0].hex.startswith(text.lower().replace("-", ""))
