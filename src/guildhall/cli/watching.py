"""Files that are watched for changes, by looking at them: a pack has dozens, and to look costs a millisecond."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

_LEFT_OUT = frozenset({"__pycache__", "node_modules", "venv", "build", "dist", "tests"})
_ENDINGS = frozenset({".py", ".sql", ".json", ".toml", ".env"})
_OF_TESTS = ("test_", "conftest.")
"""The beginnings of files that the product never loads."""
_EVERY = 0.25
"""Seconds between two looks."""

State = dict[str, tuple[int, int]]
"""The time of change and the size of each file."""


def state_of(folder: Path) -> State:
    """The files of a pack below a folder; hidden folders, tests and those of tools are left out."""
    return {file.path: (status.st_mtime_ns, status.st_size) for file, status in _files(str(folder))}


def _files(folder: str) -> Iterator[tuple["os.DirEntry[str]", os.stat_result]]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return  # it was removed meanwhile
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if not entry.name.startswith(".") and entry.name not in _LEFT_OUT:
                yield from _files(entry.path)
        elif (Path(entry.name).suffix in _ENDINGS or entry.name == ".env") and not entry.name.startswith(_OF_TESTS):
            try:
                yield entry, entry.stat()
            except OSError:
                continue


def wait_for_change(folder: Path, before: State, ended: Callable[[], bool]) -> list[str]:
    """Wait until a file changes and return the changed ones; nothing if `ended` became true first.

    An editor may write a file in several steps, so it returns when nothing has changed between two looks.
    """
    while True:
        time.sleep(_EVERY)
        now = state_of(folder)
        if now != before:
            while (later := _after_a_while(folder)) != now:
                now = later
            return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
        if ended():
            return []


def _after_a_while(folder: Path) -> State:
    time.sleep(_EVERY / 2)
    return state_of(folder)
