"""Branches: a slice's migrations, read from their files without running them."""

import importlib.util
import re
import runpy
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from msgspec import Struct

from guildhall.db.written import Link, Revision, SqlFiles, Written, written
from guildhall.errors import Misconfigured

_REVISION = re.compile(r'^revision\s*=\s*"([^"]+)"', re.MULTILINE)
_DEPENDS = re.compile(r"^depends_on\s*=\s*\(([^)]*)\)", re.MULTILINE)
_LABELS = re.compile(r"^branch_labels\s*=\s*(.+)$", re.MULTILINE)
_DOWN = re.compile(r'^down_revision\s*=\s*(?:"([^"]+)"|None)', re.MULTILINE)


def _require_readable(file: Path) -> None:
    """Raises Misconfigured for a file that Python cannot run; Alembic would refuse all slices for it."""
    try:
        runpy.run_path(str(file))
    except Exception as error:
        line = f":{error.lineno}" if isinstance(error, SyntaxError) else ""
        words = error.msg if isinstance(error, SyntaxError) else error
        raise Misconfigured(f"{file.name}{line} cannot be read: {type(error).__name__}: {words}") from error


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

    def require_own(self, name: str) -> None:
        """Raises Misconfigured for revisions that do not belong to the slice of a name, or that have a fault."""
        if self.label != name:
            raise Misconfigured(f"its branch is '{self.label}' and not '{name}'")
        if not self.chain():
            raise Misconfigured(f"there is no revision in {self.source}")
        strange = [one.name for one in self.links() if not one.name.startswith(f"{name}_")]
        if strange:
            raise Misconfigured(f"the revision '{strange[0]}' does not begin with '{name}_'")
        for one in self._files():
            _require_readable(one)
        for file in self._files():
            text = file.read_text()
            first = (down := _DOWN.search(text)) is not None and down[1] is None
            line = _LABELS.search(text)
            labels = re.findall(r"""["']([^"']+)["']""", line[1]) if line is not None else []
            if labels != ([name] if first else []):
                wanted = f'("{name}",)' if first else "None"
                raise Misconfigured(f"{file.name} has branch_labels {labels or None}, not {wanted}")

    def _files(self) -> list[Path]:
        """The revision files; none where the revisions are no Python files."""
        folder = self.folder
        return [] if folder is None else _files_in(folder)

    def links(self) -> list[Link]:
        """Return the place of each revision in the line."""
        folder = self.folder
        if folder is None:
            return [one.link for one in self.written()]
        found: list[Link] = []
        for file in _files_in(folder):
            there = file.stat()
            link = _link_in(str(file), there.st_mtime_ns, there.st_size)
            if link is None:
                raise Misconfigured(f"{file.name} of '{self.label}' names no revision and down_revision.")
            found.append(link)
        return found


def _files_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("[0-9]*.py"))


@cache
def _link_in(file: str, changed_at: int, size: int) -> Link | None:
    """Read the place of a revision in the line from its file, as it was at a time; None for a file without one."""
    text = Path(file).read_text()
    revision, down, depends = _REVISION.search(text), _DOWN.search(text), _DEPENDS.search(text)
    if revision is None or down is None:
        return None
    return Link(revision[1], down[1], re.findall(r'"([^"]+)"', depends[1]) if depends else [])
