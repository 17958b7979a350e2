"""Every bad value in every argument and option of every command: a plain word and an exit status, never a traceback.

New commands are walked without a word here, as long as GOOD has a value for what they require.
"""

import inspect
import os
import subprocess
import sys
import typing
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin
from uuid import UUID

import pytest
import typer
from typer.testing import CliRunner

from guildhall.cli.lazy import LazyGroup
from guildhall.cli.main import app
from guildhall.db.connection import connect
from guildhall.errors import GuildhallError, Misconfigured

SHARDS = 4
ENDLESS = {"serve", "demo", "dev", "docs", "db psql", "realm chat", "db reset", "new-pack", "pack check"}
"""They go on until they are ended, pass their arguments through, undo the database of the walk, or write a folder. Some
have a test of their own below or beside this file."""
ACCOUNT = UUID("01b00000-0000-7000-8000-000000000003")

TIMES = [
    "2026-11-29T05:00:00", "9999-12-31T23:59:59-05:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00",
    "0001-01-01", "9999-12-31", "9999-12", "0001-01", "infinity", "2026-02-30", "2026-13", "+99999-01-01", "", "17",
    "-inf", "\u0662\u0660\u0662\u0666-01-01", "x\udcff",
]  # fmt: skip
"""Refused wherever a time or a day is taken."""
NUMBERS = ["10" * 20, str(2**64), str(2**63), "1.5.5", "NaN", "inf", "-inf", "1e400", "", "x", "\u0662"]
"""Refused wherever a number is taken, except that a number with a fraction may be as large as some of them."""
IDS = ["x", "0" * 31 + "g", "g" * 36, "\u200b", "x\udcff", "\u0660\u0661\u0662\u0663", " ", "5" * 40, "'; --", "%"]
"""Refused wherever an id is taken."""
TEXTS = [
    "a\u0001b", "a\tb", "\u200b", "\u3164", "   ", "", "Jose\u0301", "\u202eabc", "x" * 20_000, "\ufb2c" * 50,
    "x\udcff", "[red]x[/]", "%s{}", "@", "\udcff@example.org", "a\u0001@example.org", "=", "server:=x",
]  # fmt: skip

GOOD = {
    "user": str(ACCOUNT), "user_id": str(ACCOUNT), "job_id": str(ACCOUNT), "job_ids": str(ACCOUNT), "role": "member",
    "rule_id": str(ACCOUNT), "account_id": "7", "account_ids": "7", "hero_id": "5", "file": "{folder}/file",
    "files": "{folder}/file",
    "month": "2026-01", "name": "Walked", "region": "eu", "target": "heads", "urls": "http://127.0.0.1:9/x", "key": "x",
    "older": "{folder}/file", "newer": "{folder}/file", "version": "0_5",
    "scopes": "live:read", "handle": "walked", "new": "walked_on", "broadcast": str(ACCOUNT), "build": "Kx3vR9",
    "league": "Standard", "patch": "0.5", "source": "a walk", "achievement": "poe2.first_build", "person": "walked",
    "reason": "A walk.", "account": "01b0", "draw": "01b0", "seed": "07" * 32, "label": "iv", "below": "32",
}  # fmt: skip
"""Values that are taken, for what a command requires."""


class Argument(typing.NamedTuple):
    """One argument or option of a command."""

    command: str
    name: str
    option: str | None
    kind: Any
    required: dict[str, tuple[str | None, str]]
    """What else the command requires: options' flags and values."""
    yes: bool


def plain(kind: Any) -> Any:
    """The type of a value, without None and lists around it."""
    while get_origin(kind) in (Union, UnionType, list):
        (kind, *_) = [one for one in get_args(kind) if one is not type(None)]
    return kind


def arguments() -> Iterator[Argument]:
    """Every argument and option of every command that ends by itself."""

    def walk(command: Any, path: list[str]) -> Iterator[Argument]:
        if (children := getattr(command, "commands", None)) is not None:
            for name, listed in children.items():
                yield from walk(command.loaded(name) if isinstance(command, LazyGroup) else listed, [*path, name])
            return
        named = " ".join(path)
        if named in ENDLESS:
            return
        kinds = typing.get_type_hints(inspect.unwrap(command.callback))
        flags = {
            one.name: one.opts[0] if one.param_type_name == "option" else None
            for one in command.params
            if one.name in kinds and plain(kinds[one.name]) is not bool
        }
        required = {
            one.name: (flags[one.name], GOOD[one.name]) for one in command.params if one.required and one.name in flags
        }
        yes = any("--yes" in one.opts for one in command.params)
        for name, option in flags.items():
            others = {other: value for other, value in required.items() if other != name}
            yield Argument(named, name, option, plain(kinds[name]), others, yes)

    yield from walk(typer.main.get_command(app), [])


ARGUMENTS = list(arguments())


def values(one: Argument, folder: Path) -> Iterator[tuple[str, bool]]:
    """Bad values in the place of one, and whether each has to be refused."""
    if one.kind in (datetime, date) or one.name in ("since", "until", "before", "from_day", "month"):
        yield from ((value, True) for value in TIMES)
    elif one.kind is int:
        yield from ((value, True) for value in [*NUMBERS, "-1", "1.5"])
    elif one.kind is float:
        yield from ((value, value in ("NaN", "inf", "-inf", "1e400", "", "x")) for value in NUMBERS)
    elif get_origin(one.kind) is typing.Literal or one.name == "target":
        yield from ((value, True) for value in TEXTS)
    elif one.kind is UUID or "id" in one.name.split("_") or "ids" in one.name.split("_"):
        yield from ((value, True) for value in IDS)
    elif one.kind is Path:
        (folder / "junk").write_bytes(b"\x00\xff" * 3000)
        (folder / "empty").write_bytes(b"")
        if one.command != "db passwords":  # it would give the roles of all tests new ones
            yield from ((str(folder / name), False) for name in ("junk", "empty", "none"))
        yield from ((value, True) for value in (str(folder), f"{folder}/none/none", f"{folder}/junk/none", "x" * 5000))
    else:
        yield from ((value, False) for value in [*TEXTS, *IDS])


class Walk:
    """Commands run in this process on a database with one account."""

    def __init__(self, url: str, folder: Path) -> None:
        self.environment = {"GUILDHALL_DATABASE_URL": url, "GUILDHALL_HOME": str(folder / "home")}
        self.folder = folder
        self.wrong: list[str] = []

    def run(self, one: Argument, value: str) -> tuple[int, str]:
        """The exit status of a command with a value in one place, and what it said."""
        words = [*one.command.split(), *(["--yes"] if one.yes else [])]
        options, places = [], []
        for name, (option, good) in [*one.required.items(), (one.name, (one.option, value))]:
            text = value if name == one.name else good.format(folder=self.folder)
            if option is None:
                places.append((ORDER.index((one.command, name)), text))
            else:
                options.append(f"{option}={text}")
        words += [*options, "--", *(text for _, text in sorted(places))]
        result = CliRunner().invoke(app, words, env=self.environment)
        error = result.exception
        if error is not None and not isinstance(error, SystemExit | GuildhallError | Misconfigured):
            self.wrong.append(f"{one.command} {one.option or one.name} {value!a:.60}: {error!r:.300}")
            return 1, repr(error)
        if isinstance(error, Misconfigured):
            return 2, str(error)
        if isinstance(error, GuildhallError):
            return 1, f"{error.code}: {error.whole}"
        return result.exit_code, result.stderr if result.exit_code else result.output

    def knock(self, one: Argument) -> None:
        """Try every bad value of one argument."""
        for value, refused in values(one, self.folder):
            status, said = self.run(one, value)
            told = f"{one.command} {one.option or one.name} {value!a:.60} -> {status} {said!a:.200}"
            if (
                status not in (0, 1, 2)
                or (status and not said.strip())
                or "Traceback" in said
                or said.startswith("value_out_of_range")
                or (refused and status == 0)
            ):
                self.wrong.append(told)


ORDER = [(one.command, one.name) for one in ARGUMENTS]


@pytest.fixture
async def walk(tmp_path, clone):
    connection = await connect(clone)
    await connection.execute("insert into core.users (id, name) values ($1, 'Ann')", ACCOUNT)
    await connection.close()
    return Walk(clone, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_bad_value_is_a_bug_of_any_command(walk, shard):
    assert len(ARGUMENTS) > 60

    for one in ARGUMENTS[shard::SHARDS]:
        walk.knock(one)

    assert walk.wrong == []


HOSTS = ["", "   ", "a b", "999.1.1.1", "..", "[::1", "\u200b", "x" * 300]
PROGRAMS = [
    *(["sandbox", "--port", "0", f"--host={host}"] for host in HOSTS),
    *(["serve", "--port", "0", f"--host={host}"] for host in ("", "a b", "\u200b")),
    ["serve", "--port", "65536"], ["serve", "--role", "x"], ["sandbox", "--port", "-1"], ["demo", "--port", "1e3"],
    ["serve", "--port", b"\xff"], ["realm", "chat", "--server", b"\xff"], ["realm", "chat", "--server"],
    *(
        ["realm", "chat", "--plain", "--token", "t", "--server", "s", *more]
        for more in (
            ["--history", "101"], ["--history", "-1"], ["--patience", "nan"], ["--patience", "inf"], ["--url", ""],
            ["--patience", "0"], ["--url", "x"], ["--url", "http://[::1"], ["--url", "http://a b"],
            ["--url", "http://127.0.0.1:99999"], ["--url", "ftp://127.0.0.1"], ["--url", "http://\u200b"],
        )
    ),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("arguments", PROGRAMS, ids=ascii)
def test_a_program_that_goes_on_refuses_bad_values_in_a_few_lines(tmp_path, clone, arguments):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GUILDHALL_")}
    environment = {**kept, "GUILDHALL_HOME": str(tmp_path), "GUILDHALL_DATABASE_URL": clone, "NO_COLOR": "1"}

    ended = subprocess.run(
        [sys.executable, "-m", "guildhall.cli", *arguments], env=environment, capture_output=True, timeout=60,
        check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip

    said = ended.stderr.decode()
    assert ended.returncode == 2, said
    assert said.strip()
    assert "Traceback" not in said
    assert len(said.splitlines()) < 12, said
