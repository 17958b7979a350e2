"""`guildhall new-pack`: a repository with a pack that runs and tests that pass."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from guildhall.cli.installation import source_of_guildhall
from guildhall.cli.template_files import Answers, files_of, require_free_name
from guildhall.errors import Misconfigured
from guildhall.terminal import AsJson, print_answer

_BASE = "https://api.{name}.example"
_PATH = "/status"


def new_pack(
    name: Annotated[str, typer.Argument(help="Name of the pack: its schema, settings and addresses begin with it.")],
    title: Annotated[str | None, typer.Option(help="Title of the game.")] = None,
    base: Annotated[str | None, typer.Option(help="Base address of the game's API.")] = None,
    path: Annotated[
        str | None, typer.Option(help="A path of the API to read, for example /api/user/{username}.")
    ] = None,
    into: Annotated[Path | None, typer.Option(help="Folder to make, instead of one of the pack's name.")] = None,
    guildhall: Annotated[
        str | None, typer.Option(help="Where the pack gets Guildhall from: a checkout, a wheel, a git address.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: take the usual answers.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write a repository with a pack: its code, a stand-in of the game's API, tests, Makefile and CI."""
    require_free_name(name)
    folder = into or Path(name)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Misconfigured(f"{folder} exists and is not empty; nothing was written.")
    answers = Answers.checked(
        name=name,
        title=_answer("Title of the game", title, name.replace("_", " ").title(), yes),
        base=_answer("Base address of its API", base, _BASE.format(name=name.replace("_", "-")), yes),
        path=_answer("A path to read", path, _PATH, yes),
        guildhall=source_of_guildhall(guildhall),
    )
    written = files_of(answers)
    for file, text in written.items():
        target = folder / file
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("x", encoding="utf-8") as opened:
                opened.write(text)
        except OSError as error:
            raise Misconfigured(f"{target} cannot be written: {error.strerror}.") from error
    print_answer(
        {"folder": str(folder.resolve()), "files": sorted(written)},
        as_json,
        f"Wrote {len(written)} files into {folder}. Next: cd {folder} && make test, then make dev.",
    )


def _answer(question: str, given: str | None, usual: str, yes: bool) -> str:
    """An answer: the option's, the usual one, or what is typed."""
    if given is not None:
        return given
    if yes:
        return usual
    if not sys.stdin.isatty():
        raise Misconfigured(
            "Nobody is there to answer: use --title, --base and --path, or --yes for the usual answers."
        )
    return str(typer.prompt(question, default=usual))
