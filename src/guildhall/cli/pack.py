"""`guildhall pack …`: the check of a pack before it is published."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated
from xml.etree import ElementTree

import typer
from msgspec import Struct

from guildhall.boot.configuration import configure
from guildhall.boot.faults import PackFailed, blaming
from guildhall.boot.packs import find_packs
from guildhall.boot.part_names import examined, undeclared_messages
from guildhall.boot.settings import Settings, load
from guildhall.cli.dev import packs_of
from guildhall.errors import Misconfigured
from guildhall.pack import Pack
from guildhall.terminal import AsJson, print_json

commands = typer.Typer(help="The pack of this folder.", no_args_is_help=True)

_SUITE = "guildhall.testing.suite"
_DO = {
    "manifest": "let the manifest name what is there, and ask for what it provides; names begin with the pack's",
    "statements": "make the statement and its struct say the same as the tables",
    "migrations": "let each revision undo what it does, and keep partitioned tables for a number of months",
    "openapi": "declare the route's errors in raises=, and describe it in its docstring",
    "privacy": "export and delete each table with a user_id: exports= and on delete cascade",
}
"""The way to mend what each check of the suite finds."""


class Finding(Struct, frozen=True):
    """A lack of a pack: the check that found it, what it is, and what to do."""

    check: str
    pack: str
    what: str
    do: str


@commands.callback()
def group() -> None:
    """The pack of this folder."""


@commands.command()
def check(
    name: Annotated[str | None, typer.Argument(help="A pack, instead of those of this folder.")] = None,
    folder: Annotated[Path, typer.Option(help="Folder of the pack.", file_okay=False, exists=True)] = Path(),
    as_json: AsJson = False,
) -> None:
    """Say what a pack lacks before it is published. Exit status 1 when something is found."""
    names = [name] if name is not None else packs_of(folder)
    if not names:
        raise Misconfigured("pyproject.toml of this folder names no pack: name one.")
    found = [finding for one in names for finding in _findings(one, folder)]
    if as_json:
        print_json({"packs": names, "findings": found})
    else:
        for finding in found:
            typer.echo(f"{finding.pack}: {finding.what}\n    do: {finding.do} ({finding.check})")
        typer.echo(f"{len(found)} finding(s)." if found else f"Nothing is missing in {', '.join(names)}.")
    if found:
        raise typer.Exit(1)


def _findings(name: str, folder: Path) -> Iterator[Finding]:
    """Find what a pack lacks. A pack that does not load has one finding: nothing else can be looked at."""
    installed = find_packs()
    known = {pack.name: pack for pack in installed.packs}
    if name not in known and name not in {fault.pack for fault in installed.faults}:
        raise Misconfigured(f"There is no pack '{name}'; there are {', '.join(known)}.")
    main = load(Settings).model_copy(update={"packs": [name], "packs_strict": False})
    configuration = examined(configure(main))
    for fault in configuration.left_out:
        yield Finding("load", name, f"{fault.trouble}: {fault.words} ({fault.place})", "mend it at this place")
        return
    for _, message in undeclared_messages(configuration):
        do = "name it in handlers= or messages= of the manifest; else its jobs wait for ever"
        yield Finding("messages", name, f"the message {message} is declared nowhere", do)
    yield from _undescribed(known[name], folder)
    yield from _of_suite(name, folder)


def _undescribed(pack: Pack, folder: Path) -> Iterator[Finding]:
    """The tables of a person's rows of which the README says nothing."""
    try:
        with blaming(pack, "does not load"):
            tables = sorted({export.table for part in pack.process_parts() for export in part.exports})
    except PackFailed as failed:
        yield Finding("load", pack.name, str(failed), "mend it at this place")
        return
    readme = folder / "README.md"
    text = readme.read_text(encoding="utf-8", errors="replace") if readme.exists() else ""
    for table in tables:
        if table not in text:
            do = "write there which rows of a person it holds, for how long, and what deletes them"
            yield Finding("readme", pack.name, f"README.md does not name the table {table}", do)


def _of_suite(name: str, folder: Path) -> Iterator[Finding]:
    """The findings of the checks of `guildhall.testing`, on a database of their own."""
    for module in ("pytest", "pytest_asyncio", "psycopg"):
        if find_spec(module) is None:
            raise Misconfigured(f"The checks need {module}: pip install 'guildhall-server[testing]'.")
    with tempfile.TemporaryDirectory(prefix="gh-check-") as temporary:
        report = Path(temporary) / "report.xml"
        done = subprocess.run(
            [
                sys.executable, "-m", "pytest", "--pyargs", _SUITE, "--rootdir", str(folder.resolve()), "-q",
                "-p", "no:cacheprovider", "-o", f"guildhall_pack={name}", f"--junit-xml={report}",
            ],
            cwd=folder, capture_output=True, text=True, check=False,
            env={one: value for one, value in os.environ.items() if not one.startswith("GUILDHALL_")},
        )  # fmt: skip
        if not report.exists():
            said = (done.stdout + done.stderr).strip().splitlines()
            raise Misconfigured(f"The checks did not run: {said[-1] if said else 'no word'}")
        root = ElementTree.parse(report).getroot()  # noqa: S314 (pytest has just written it here)
    cases = list(root.iter("testcase"))
    if not cases:
        raise Misconfigured(f"The checks did not run: {done.stdout.strip().splitlines()[-1]}")
    for case in cases:
        check_name = str(case.get("name")).removeprefix("test_").partition("[")[0]
        do = _DO.get(check_name, "see docs/packs/commands.md")
        for kind in ("failure", "error"):
            for failure in case.iter(kind):
                yield from (Finding(check_name, name, what, do) for what in _lines(str(failure.get("message"))))


def _lines(message: str) -> list[str]:
    """The findings of a failed check; the beginning of its message where it lists none."""
    lines = [line.removeprefix("- ") for line in message.splitlines() if line.startswith("- ")]
    return lines or [message.strip().partition("\n")[0]]
