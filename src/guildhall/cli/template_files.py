"""The files of a new pack: those of the folder `template`, with its names filled in."""

import keyword
import re
from importlib.metadata import distributions
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct

from guildhall import __version__
from guildhall.boot.packs import RESERVED, find_packs
from guildhall.errors import Misconfigured

_TEMPLATE = Path(__file__).with_name("template")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
_TITLE = re.compile(r"[^\"'\\{}@\[\]<>|`$\x00-\x1f\x7f]{1,60}")
_BASE = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?")
_SEGMENT = re.compile(r"\{[a-z][a-z0-9_]{0,30}\}|[A-Za-z0-9._~-]+")
_VERSION = re.compile(r"api|v[0-9]+")
_HOLE = re.compile(r"@(\w+)@")


class Answers(Struct, frozen=True):
    """The answers about a new pack. `guildhall` is the address from which it gets Guildhall."""

    name: str
    title: str
    base: str
    path: str
    guildhall: str

    @classmethod
    def checked(cls, name: str, title: str, base: str, path: str, guildhall: str) -> "Answers":
        """The answers, tidied. Raises Misconfigured for one that would not make a pack."""
        if _TITLE.fullmatch(title) is None or not title.strip():
            raise Misconfigured(f"'{title}' is no title: one line of 60 letters at most, without quotes and brackets.")
        if _BASE.fullmatch(base) is None:
            raise Misconfigured(f"'{base}' is no base address like https://api.example.com/v1.")
        segments = path.removeprefix("/").split("/")
        if not path.startswith("/") or any(_SEGMENT.fullmatch(one) is None for one in segments):
            raise Misconfigured(f"'{path}' is no path like /status or /api/user/{{username}}.")
        names = [one.strip("{}") for one in segments if one.startswith("{")]
        unfit = [one for one in names if keyword.iskeyword(one) or one == "self" or names.count(one) > 1]
        if unfit:
            raise Misconfigured(f"'{unfit[0]}' cannot be the name of a parameter in {path}.")
        return cls(name, title.strip(), base.rstrip("/"), path, guildhall)

    @property
    def parameters(self) -> list[str]:
        """The names of the path's parameters."""
        return [one.strip("{}") for one in self.path.split("/") if one.startswith("{")]

    @property
    def route(self) -> str:
        """The path below the pack's own: without what says that it is an API, and which version."""
        kept = [one for one in self.path.removeprefix("/").split("/") if _VERSION.fullmatch(one) is None]
        return "/" + "/".join(kept or ["answer"])


def require_free_name(name: str) -> None:
    """Raises Misconfigured for a name that a pack cannot have, or that something here has already."""
    if _NAME.fullmatch(name) is None:
        raise Misconfigured(f"'{name}' cannot name a pack: lower-case letters, digits and underscores, 31 at most.")
    if keyword.iskeyword(name) or name in RESERVED or name in ("server", "kit", "testing") or name.startswith("pg_"):
        raise Misconfigured(f"'{name}' is a name of Python, Guildhall or PostgreSQL; choose another.")
    found = find_packs()
    if name in {pack.name for pack in found.packs} | {fault.pack for fault in found.faults}:
        raise Misconfigured(f"There is a pack '{name}' here already.")
    wanted = f"guildhall-{name}".replace("_", "-")
    for one in distributions():
        if re.sub(r"[-_.]+", "-", one.name or "").lower() == wanted:
            raise Misconfigured(f"There is a distribution '{one.name}' here already.")
    if find_spec(f"guildhall_{name}") is not None:
        raise Misconfigured(f"There is a module 'guildhall_{name}' here already.")


def files_of(answers: Answers) -> dict[str, str]:
    """The path and text of each file of a new pack."""
    words = _words(answers)

    def filled(text: str) -> str:
        return _HOLE.sub(lambda hole: words.get(hole[1], hole[0]), text)

    paths = sorted(path for path in _TEMPLATE.rglob("*.txt"))
    return {
        filled(str(path.relative_to(_TEMPLATE)).removesuffix(".txt")): filled(path.read_text(encoding="utf-8"))
        for path in paths
    }


def _words(answers: Answers) -> dict[str, str]:
    """The words for the holes of the template."""
    name, parameters = answers.name, answers.parameters
    kind = "".join(part.capitalize() for part in name.split("_"))
    error = (
        f'\nclass {kind}NotFound(kit.NotFound):\n    says = "Not found: {answers.title} has nothing called '
        f'{{{parameters[-1]}}}."\n    {parameters[-1]}: str\n\n'
        if parameters
        else ""
    )
    return {
        "name": name,
        "module": f"guildhall_{name}",
        "CONSTANT": name.upper(),
        "Class": kind,
        "title": answers.title,
        "base": answers.base,
        "path": answers.path,
        "route": answers.route,
        "example": re.sub(r"\{\w+\}", "one", answers.route),
        "example_path": re.sub(r"\{\w+\}", "one", answers.path),
        "parameters": "".join(f", {one}: str" for one in parameters),
        "missing": f"\n        missing={kind}NotFound," if parameters else "",
        "error": error,
        "guildhall": answers.guildhall,
        "version": __version__,
    }
