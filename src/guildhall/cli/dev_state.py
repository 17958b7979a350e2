"""A note of `guildhall dev` in the home folder: commands beside it use its packs and its stand-ins."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from guildhall.boot.settings import Settings
from guildhall.cli.children import sandbox_environment

FILE = "dev.json"
"""The name of the note in the home folder."""


class DevState(Struct, frozen=True):
    """The packs whose migrations `guildhall dev` has applied here, and its stand-ins' address while they run."""

    packs: list[str] | None
    sandbox: str | None = None


def note(home: Path, state: DevState) -> None:
    """Write the note."""
    home.mkdir(parents=True, exist_ok=True)
    fresh = home / f"{FILE}.{os.getpid()}"
    fresh.write_bytes(msgspec.json.encode(state))
    fresh.replace(home / FILE)


@contextlib.contextmanager
def noted(home: Path, packs: list[str] | None, sandbox: str) -> Iterator[None]:
    """Tell commands of the stand-ins as long as the block, and of the packs also afterwards."""
    note(home, DevState(packs, sandbox))
    try:
        yield
    finally:
        note(home, DevState(packs))


def follow(main: Settings) -> bool:
    """Add to the environment what `guildhall dev` of this home uses; return whether anything is new.

    What somebody has set is left as it is. In production there is no such note.
    """
    if main.environment != "development":
        return False
    try:
        state = msgspec.json.decode((main.home / FILE).read_bytes(), type=DevState)
    except (OSError, msgspec.MsgspecError):
        return False
    found: dict[str, str] = {}
    if state.packs and main.packs is None:
        found["GUILDHALL_PACKS"] = msgspec.json.encode(state.packs).decode()
    if state.sandbox is not None:
        with contextlib.suppress(OSError, msgspec.MsgspecError):  # one that was killed could not take its note away
            found |= sandbox_environment(state.sandbox)
    new = {name: value for name, value in found.items() if name not in os.environ}
    os.environ.update(new)
    return bool(new)
