"""Revisions that stand as SQL in a manifest or in `.sql` files: everything else about them is generated."""

import hashlib
import importlib.util
import re
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from guildhall.db.policies import create_schema, drop_schema
from guildhall.errors import Misconfigured

_NAME = re.compile(r"[0-9]{4}_[a-z][a-z0-9_]*")
_FILE = re.compile(r"([0-9]{4}_[a-z][a-z0-9_]*)\.(up|down)\.sql")
_USERS = re.compile(r"\breferences\s+core\.users\b", re.IGNORECASE)
_FIRST = "db_0005"
"""The core's revision that all written ones need: it has the roles, and the table of their digests."""
_OF_USERS = "identity_0001"
_ADD = "insert into core.revision_digests (revision, digest) values ('{name}', '{digest}');"
_REMOVE = "delete from core.revision_digests where revision = '{name}';"


class Revision(Struct, frozen=True):
    """A change of a pack's tables: a number with a name (`0001_ratings`), and its SQL in both directions.

    The pack's schema is made before the first one and dropped after it, and the revision's id is the pack's name with
    the number (`lichess_0001`). A revision whose SQL references `core.users` runs after the core's that makes that
    table; `needs` names others that have to run before, such as `realtime_0001`.
    """

    name: str
    up: str
    down: str
    needs: Sequence[str] = ()


class SqlFiles(Struct, frozen=True):
    """Revisions as files in a folder beside a module: `0001_ratings.up.sql` and `0001_ratings.down.sql` for each."""

    module: str
    folder: str = "migrations"

    def revisions(self) -> list[Revision]:
        """Read the files. Raises Misconfigured for a file that is no revision or has no counterpart."""
        spec = importlib.util.find_spec(self.module)
        place = Path(spec.origin).parent / self.folder if spec is not None and spec.origin else None
        if place is None or not place.is_dir():
            raise Misconfigured(f"The migrations of {self.module} are missing: no folder {self.folder} beside it.")
        found: dict[str, dict[str, str]] = {}
        for file in place.glob("*.sql"):
            if (match := _FILE.fullmatch(file.name)) is None:
                raise Misconfigured(f"{file.name} of {self.module} is not named like 0001_ratings.up.sql.")
            found.setdefault(match[1], {})[match[2]] = file.read_text(encoding="utf-8")
        for name, scripts in found.items():
            for missing in {"up", "down"} - scripts.keys():
                raise Misconfigured(f"The migration {name} of {self.module} lacks {name}.{missing}.sql.")
        return [Revision(name, scripts["up"], scripts["down"]) for name, scripts in sorted(found.items())]


class Link(Struct, frozen=True):
    """The place of a revision: its id, the one before it in its branch, and those of other branches that it needs."""

    name: str
    down: str | None
    depends_on: list[str]


class Written(Struct, frozen=True):
    """A written revision, complete: its place, its title, and the scripts that run."""

    link: Link
    title: str
    up: str
    down: str
    digest: str


def written(label: str, revisions: Sequence[Revision]) -> list[Written]:
    """Complete the revisions of a branch. Raises Misconfigured for a bad name and for numbers that do not rise."""
    found: list[Written] = []
    before: Revision | None = None
    for one in revisions:
        if _NAME.fullmatch(one.name) is None:
            raise Misconfigured(f"The revision '{one.name}' of '{label}' is not named like 0001_ratings.")
        if before is not None and one.name[:4] <= before.name[:4]:
            raise Misconfigured(f"The revision {one.name} of '{label}' stands after {before.name}: numbers must rise.")
        name = f"{label}_{one.name[:4]}"
        digest = _digest(one.up)
        up, down = [one.up, _ADD.format(name=name, digest=digest)], [_REMOVE.format(name=name), one.down]
        if before is None:
            up, down = [create_schema(label), *up], [*down, drop_schema(label)]
        found.append(
            Written(
                Link(name, f"{label}_{before.name[:4]}" if before else None, _needed(one)),
                one.name[5:].replace("_", " "),
                "\n;\n".join(up),
                "\n;\n".join(down),
                digest,
            )
        )
        before = one
    return found


def _needed(one: Revision) -> list[str]:
    users = [_OF_USERS] if _USERS.search(one.up) else []
    return [*dict.fromkeys([_FIRST, *users, *one.needs])]


def _digest(script: str) -> str:
    """A hash of what a script says, whatever its indentation and empty lines."""
    lines = (line.strip() for line in script.splitlines())
    return hashlib.sha256("\n".join(line for line in lines if line).encode()).hexdigest()
