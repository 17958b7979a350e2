"""Searches, page by page."""

from collections.abc import Mapping

from guildhall.clock import Clock
from guildhall.db.pool import Transaction
from guildhall.ids import UserId
from guildhall.packs.poe2.discovery.rules.blocks import Rank
from guildhall.packs.poe2.discovery.schemas import Found, Place, Sort, Wanted
from guildhall.packs.poe2.discovery.views import mapped, stepwise
from guildhall.packs.poe2.discovery.views.bitmaps import Bitmaps
from guildhall.packs.poe2.discovery.views.censuses import Censuses
from guildhall.packs.poe2.discovery.views.lexemes import Lexemes
from guildhall.packs.poe2.settings import Poe2Settings

_RANKS: Mapping[Sort, Rank] = {
    "relevance": "likes", "new": "number", "liked": "likes", "rated": "rating", "trending": "trending",
}  # fmt: skip


class Searches:
    """The searches of a process, with what it keeps for them."""

    def __init__(self, settings: Poe2Settings, clock: Clock) -> None:
        self._counted = settings.search_counted
        self._lexemes = Lexemes()
        self._bitmaps = Bitmaps(settings)
        self._censuses = Censuses(clock)

    async def search(
        self, tx: Transaction, wanted: Wanted, viewer: UserId | None, after: Place | None, rows: int
    ) -> Found:  # fmt: skip
        """Return some rows of a search after a place; on the first page with counts. Raises NoWords, TooManyWords."""
        question = await self._lexemes.question(tx, wanted)
        rank = _RANKS[wanted.sort]
        rest = (viewer, after, rows, self._counted)
        if not question.begins:
            found = await mapped.search(tx, question, wanted.sort, rank, self._bitmaps, *rest)
            if found is not None:
                return found
        return await stepwise.search(tx, question, wanted.sort, rank, self._censuses, *rest)
