"""Branches: a slice's migrations, read from their files without running them."""

import importlib.util
import re
from pathlib import Path

from msgspec import Struct

from guildhall.errors import Misconfigured

_REVISION = re.compile(r'^revision\s*=\s*"([^"]+)"', re.MULTILINE)
_DEPENDS = re.compile(r"^depends_on\s*=\s*\(([^)]*)\)", re.MULTILINE)
_DOWN = re.compile(r'^down_revision\s*=\s*(?:"([^"]+)"|None)', re.MULTILINE)


class Branch(Struct, frozen=True):
    """A slice's migrations: the label of its Alembic branch and the package that holds the revisions."""

    label: str
    package: str

    @property
    def folder(self) -> Path:
        """The folder of the revision files."""
        spec = importlib.util.find_spec(self.package)
        if spec is None or not spec.submodule_search_locations:
            raise Misconfigured(f"The migrations of '{self.label}' are missing: no package {self.package}.")
        return Path(next(iter(spec.submodule_search_locations)))

    def chain(self) -> list[str]:
        """The branch's revisions, oldest first, read from the files without running them."""
        after = {one.down: one.name for one in self.revisions()}
        chain: list[str] = []
        while (following := after.get(chain[-1] if chain else None)) is not None:
            chain.append(following)
        if len(chain) != len(after):
            raise Misconfigured(f"The revisions of '{self.label}' are no single line: {sorted(after.values())}.")
        return chain

    def revisions(self) -> "list[Revision]":
        """Return the revisions that the revision files name."""
        found: list[Revision] = []
        for file in self.folder.glob("[0-9]*.py"):
            text = file.read_text()
            revision, down, depends = _REVISION.search(text), _DOWN.search(text), _DEPENDS.search(text)
            if revision is None or down is None:
                raise Misconfigured(f"{file.name} of '{self.label}' names no revision and down_revision.")
            others = re.findall(r'"([^"]+)"', depends[1]) if depends else []
            found.append(Revision(revision[1], down[1], others))
        return found


class Revision(Struct, frozen=True):
    """A revision, the one before it in its branch, and those of other branches that it needs."""

    name: str
    down: str | None
    depends_on: list[str]
