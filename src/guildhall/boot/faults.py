"""Faults of packs: what is wrong with one, where in its code, and in one line."""

import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from traceback import walk_tb

from msgspec import Struct

from guildhall.errors import Misconfigured, Miswired
from guildhall.pack import Pack, Slice
from guildhall.references import Loadable, Reference

_LONGEST = 300
"""Letters of an error's text that a line has room for."""


class PackFault(Struct, frozen=True):
    """The reason for which a pack is left out. `place` is in its own code, or its entry point."""

    pack: str
    trouble: str
    """The verb of the line: `does not load`, `does not start`, `takes a name of another`."""
    words: str
    place: str

    def __str__(self) -> str:
        return f"The pack '{self.pack}' {self.trouble}: {self.words} ({self.place})"


class PackFailed(Misconfigured):
    """A pack is broken, and the process can do without it. `__cause__` is the error itself."""

    def __init__(self, fault: PackFault) -> None:
        super().__init__(str(fault))
        self.fault = fault


def packages_of(pack: Slice) -> frozenset[str]:
    """The top-level packages of a pack's code, from what its manifest names."""
    parts = [reference for part in pack.parts for reference in (part.process, part.web, part.worker)]
    return frozenset(_root(module) for one in (pack.settings, *parts) if one is not None and (module := _module(one)))


def _module(named: Loadable[object]) -> str:
    """The module of an object, as far as it is known without importing anything."""
    if isinstance(named, Reference):
        return named.name.partition(":")[0]
    return named.value.__module__ if isinstance(named.value, type) else ""


@cache
def _root(module: str) -> str:
    """The package that a slice's code is in: `guildhall_tetra`, or `guildhall.packs.eve`."""
    top, *below = module.split(".")
    return ".".join((top, *below[:2])) if top == "guildhall" else top


@contextmanager
def blaming(one: Slice, trouble: str, place: str = "") -> Iterator[None]:
    """Raise PackFailed for what goes wrong in a pack's code.

    What operators have to mend, a setting that lacks for example, passes as the Misconfigured that it is. So does
    whatever goes wrong in a core feature: nothing runs without it.
    """
    try:
        yield
    except (Exception, SystemExit) as error:
        if not isinstance(one, Pack) or isinstance(error, PackFailed):
            raise
        if isinstance(error, Misconfigured) and not isinstance(error, Miswired):
            raise
        raise PackFailed(fault_of(one.name, packages_of(one), trouble, error, place)) from error


def fault_of(name: str, packages: frozenset[str], trouble: str, error: BaseException, place: str = "") -> PackFault:
    """The fault of a pack from an error; `place` is where it is, if no line of the pack's code was running."""
    found = place_of(error, packages) or place or ", ".join(sorted(packages))
    return PackFault(name, trouble, words_of(error), found)


def words_of(error: BaseException) -> str:
    """An error in one line."""
    text = " ".join(str(error.msg if isinstance(error, SyntaxError) else error).split())[:_LONGEST].rstrip(".")
    if isinstance(error, Misconfigured):
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def place_of(error: BaseException, packages: frozenset[str]) -> str:
    """The file and line of some packages at which an error came up, or nothing if they had no part in it.

    The last of their lines that ran is the one; a file that could not be read as Python has a line of its own.
    """
    if isinstance(error, SyntaxError) and error.filename is not None:
        return f"{_short(error.filename, packages)}:{error.lineno}"
    places = [
        f"{_short(frame.f_code.co_filename, packages)}:{line}"
        for frame, line in walk_tb(error.__traceback__)
        if _root(str(frame.f_globals.get("__name__", ""))) in packages
    ]
    return places[-1] if places else ""


def _short(file: str, packages: frozenset[str]) -> str:
    """A file's path from the folder above its package."""
    parts = Path(file).parts
    for package in packages:
        first = package.partition(".")[0]
        if first in parts:
            return "/".join(parts[len(parts) - 1 - parts[::-1].index(first) :])
    return parts[-1]


def loaded_modules() -> dict[str, list[object]]:
    """The modules that are loaded, by their packages."""
    found: dict[str, list[object]] = defaultdict(list)
    for name, module in list(sys.modules.items()):
        found[_root(name)].append(module)
    return found


def modules_of(packages: frozenset[str]) -> list[object]:
    """The modules of some packages that are loaded."""
    loaded = loaded_modules()
    return [module for package in sorted(packages) for module in loaded.get(package, ())]
