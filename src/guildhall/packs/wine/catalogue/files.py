"""Files of the catalogue: reading them row by row."""

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path

from guildhall.packs.wine.catalogue.errors import BadCatalogueFile, CatalogueFileTooLarge, UnknownCatalogueFile
from guildhall.packs.wine.catalogue.rules import ava, xwines
from guildhall.packs.wine.catalogue.schemas import FileKind

_COLUMNS: dict[FileKind, tuple[str, ...]] = {
    "wines": xwines.WINE_COLUMNS, "ratings": xwines.RATING_COLUMNS, "areas": ava.COLUMNS,
}  # fmt: skip
_PART = 1 << 20
_MB = 1 << 20


class CatalogueFile:
    """A file that is known by its columns and its contents. Its path is its own: two names of one content are one."""

    def __init__(self, path: Path, most_mb: int) -> None:
        """Raises CatalogueFileTooLarge, UnknownCatalogueFile, BadCatalogueFile."""
        self.path = path
        self.name = path.name[:255]
        digest, left = hashlib.sha256(), most_mb * _MB
        try:
            with path.open("rb") as file:
                while part := file.read(_PART):
                    left -= len(part)
                    if left < 0:
                        raise CatalogueFileTooLarge(file=self.name, limit=most_mb)
                    digest.update(part)
        except OSError as error:
            raise BadCatalogueFile(file=self.name, row=1, why=error.strerror or "it cannot be read") from error
        self.fingerprint = digest.digest()
        self.kind = self._kind()

    def rows(self, behind: int = 0) -> Iterator[tuple[int, dict[str, str] | None]]:
        """Yield rows with their numbers, from the one behind so many; None for one with other columns than the header.

        Raises BadCatalogueFile where the file cannot be read on.
        """
        number = 0
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                for number, row in enumerate(csv.DictReader(file, strict=True), 1):
                    if number > behind:
                        yield number, None if None in row or None in row.values() else row
        except (csv.Error, UnicodeDecodeError, OSError) as error:
            raise BadCatalogueFile(file=self.name, row=number + 1, why=str(error)[:200]) from error

    def _kind(self) -> FileKind:
        try:
            # where another encoding begins behind the header, reading the rows tells it with its place
            with self.path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
                header = set(next(csv.reader(file, strict=True), ()))
        except (csv.Error, OSError) as error:
            raise UnknownCatalogueFile(file=self.name) from error
        for kind, columns in _COLUMNS.items():
            if header.issuperset(columns):
                return kind
        raise UnknownCatalogueFile(file=self.name)
