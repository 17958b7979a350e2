"""Branches: a slice's migrations, read from their files without running them."""

import importlib.util
import re
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from guildhall.db.written import Link, Revision, SqlFiles, Written, written
from guildhall.errors import Misconfigured

_REVISION = re.compile(r'^revision\s*=\s*"([^"]+)"', re.MULTILINE)
_DEPENDS = re.compile(r"^depends_on\s*=\s*\(([^)]*)\)", re.MULTILINE)
_DOWN = re.compile(r'^down_revision\s*=\s*(?:"([^"]+)"|None)', re.MULTILINE)


class Branch(Struct, frozen=True):
    """A slice's migrations: the label of its Alembic branch, and the package that holds the revision files.

    Instead of a package there may be the revisions themselves, or the place of their `.sql` files.
    """

    label: str
    source: str | Sequence[Revision] | SqlFiles

    @property
    def folder(self) -> Path | None:
        """The folder of the revision files; None for revisions that are no Python files."""
        if not isinstance(self.source, str):
            return None
        spec = importlib.util.find_spec(self.source)
        if spec is None or not spec.submodule_search_locations:
            raise Misconfigured(f"The migrations of '{self.label}' are missing: no package {self.source}.")
        return Path(next(iter(spec.submodule_search_locations)))

    def written(self) -> list[Written]:
        """The revisions that are no Python files, oldest first."""
        match self.source:
            case str():
                return []
            case SqlFiles():
                return written(self.label, self.source.revisions())
            case _:
                return written(self.label, self.source)

    def chain(self) -> list[str]:
        """The branch's revisions, oldest first, read from the files without running them."""
        after = {one.down: one.name for one in self.links()}
        chain: list[str] = []
        while (following := after.get(chain[-1] if chain else None)) is not None:
            chain.append(following)
        if len(chain) != len(after):
            raise Misconfigured(f"The revisions of '{self.label}' are no single line: {sorted(after.values())}.")
        return chain

    def links(self) -> list[Link]:
        """Return the place of each revision in the line."""
        if (folder := self.folder) is None:
            return [one.link for one in self.written()]
        found: list[Link] = []
        for file in folder.glob("[0-9]*.py"):
            text = file.read_text()
            revision, down, depends = _REVISION.search(text), _DOWN.search(text), _DEPENDS.search(text)
            if revision is None or down is None:
                raise Misconfigured(f"{file.name} of '{self.label}' names no revision and down_revision.")
            others = re.findall(r'"([^"]+)"', depends[1]) if depends else []
            found.append(Link(revision[1], down[1], others))
        return found
