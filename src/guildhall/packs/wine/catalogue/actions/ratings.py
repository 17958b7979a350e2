"""Writing how often wines were rated."""

from collections import Counter
from collections.abc import Callable

from guildhall.db.pool import Transaction
from guildhall.ids import uuid7
from guildhall.packs.wine.catalogue.actions.wines import Put
from guildhall.packs.wine.catalogue.files import CatalogueFile
from guildhall.packs.wine.catalogue.queries import writing
from guildhall.packs.wine.catalogue.rules.set_aside import SetAside
from guildhall.packs.wine.catalogue.rules.xwines import read_rating

_TOLD = 1_000_000
"""Rows after which it is told how far the file is."""
_REJECTS_MOST = 10_000
"""Rows that are set aside with their numbers; more are only counted."""
_AT_ONCE = 2_000


class Counted:
    """The ratings of a file, counted by wine and vintage."""

    def __init__(self) -> None:
        self.rows = 0
        self.rejects: list[tuple[int, str]] = []
        self.half_stars: Counter[str] = Counter()
        self.by_vintage: dict[str, Counter[int | None]] = {}
        self.first_rows: dict[str, int] = {}


def count_ratings(file: CatalogueFile, tell: Callable[[str], None]) -> Counted:
    """Count the ratings of a file. Raises BadCatalogueFile."""
    found = Counted()
    for number, cells in file.rows():
        found.rows = number
        if number % _TOLD == 0:
            tell(f"{file.name}: {number:,} rows read")
        try:
            if cells is None:
                raise SetAside("other columns than the header")
            wine, year, half_stars = read_rating(cells)
        except SetAside as aside:
            if len(found.rejects) < _REJECTS_MOST:
                found.rejects.append((number, str(aside)))
            continue
        found.half_stars[wine] += half_stars
        found.by_vintage.setdefault(wine, Counter())[year] += 1
        found.first_rows.setdefault(wine, number)
    return found


async def put_ratings(tx: Transaction, source: str, counted: Counted) -> tuple[Put, list[tuple[int, str]]]:
    """Set the numbers of ratings of wines to what a file has; return the first rows of wines that are not known.

    They are set and not added, so that a file counts once however often it is taken in.
    """
    await writing.lock_catalogue.one(tx)
    ids = sorted(counted.by_vintage)
    known: dict[str, bool] = {}
    for start in range(0, len(ids), _AT_ONCE):
        rows = [_row(counted, one) for one in ids[start : start + _AT_ONCE]]
        known.update(await writing.put_ratings.many(tx, source, rows))
    unknown = [(counted.first_rows[one], "ratings of a wine that the catalogue does not have")
               for one in ids if one not in known]  # fmt: skip
    changed = sum(known.values())
    return Put(0, changed, len(known) - changed), unknown[:_REJECTS_MOST]


def _row(counted: Counted, wine: str) -> dict[str, object]:
    by_year = counted.by_vintage[wine]
    return {
        "source_id": wine, "ratings": by_year.total(), "half_stars": counted.half_stars[wine],
        "vintages": [{"id": uuid7(), "year": year, "ratings": number} for year, number in by_year.items()],
    }  # fmt: skip
