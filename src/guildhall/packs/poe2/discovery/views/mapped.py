"""Searches by bitmaps: builds are picked in the process, and looked at in the database as they are now."""

from collections import Counter
from collections.abc import Mapping
from functools import reduce

from guildhall.db.pool import Transaction
from guildhall.db.statements import Query
from guildhall.ids import UserId
from guildhall.packs.poe2.discovery.queries import search as queries
from guildhall.packs.poe2.discovery.rules.bitmaps import (
    BOTTOM,
    EVERY,
    Map,
    Picked,
    count,
    either,
    matching,
    pick_by_number,
    pick_by_score,
    spread,
)
from guildhall.packs.poe2.discovery.rules.blocks import TOP, Position, Rank
from guildhall.packs.poe2.discovery.rules.questions import Question, asked
from guildhall.packs.poe2.discovery.rules.words import terms_of
from guildhall.packs.poe2.discovery.schemas import Found, FoundRow, Place, SearchCounts, Sort
from guildhall.packs.poe2.discovery.views.bitmaps import Bitmaps, Copies
from guildhall.packs.poe2.discovery.views.cards import card_of, counts_of

_STATEMENTS: Mapping[Rank, Query[..., FoundRow]] = {
    "number": queries.picked_by_number,
    "likes": queries.picked_by_likes,
    "rating": queries.picked_by_rating,
    "trending": queries.picked_by_trending,
}
_ATTEMPTS = 3


class _Outdated(Exception):
    """The database has newer bitmaps than the copies of this process."""


async def search(
    tx: Transaction, question: Question, sort: Sort, rank: Rank, bitmaps: Bitmaps, viewer: UserId | None,
    after: Place | None, rows: int, counted: int,
) -> Found | None:  # fmt: skip
    """Return some rows of a search after a place; on the first page with counts. None if bitmaps cannot answer it."""
    tiers = question.tiers()
    terms = [EVERY, *[one.term for tier in tiers for one in terms_of(tier)]]
    for _ in range(_ATTEMPTS):
        if not bitmaps.usable:
            await bitmaps.refresh(tx)
            if not bitmaps.usable:
                return None
        copies = await bitmaps.of(tx, rank, terms)
        if copies is None:
            return None
        matches = [matching(one, copies.maps) for one in tiers]
        try:
            found: list[tuple[Place, FoundRow]] = []
            for number, (tier, those) in enumerate(zip(tiers, matches, strict=True)):
                if len(found) < rows and (after is None or number >= after.tier):
                    top = TOP if after is None or number > after.tier else (after.score, after.number)
                    looked = _Look(tx, bitmaps, copies, asked(tier), viewer)
                    found += [
                        (Place(sort, number, row.score, row.number), row)
                        for row in await looked.best(rank, those, top, rows - len(found))
                    ]
            counts = None
            if after is None:
                whole = asked(tiers[0]) if len(tiers) == 1 else f"({asked(tiers[0])} | {asked(tiers[1])})"
                counts = await _Look(tx, bitmaps, copies, whole, viewer).counts(reduce(either, matches), counted)
            return Found([(place, card_of(row)) for place, row in found], counts)
        except _Outdated:
            await bitmaps.refresh(tx)
    return None


class _Look:
    """The looks at builds that one condition takes."""

    def __init__(
        self, tx: Transaction, bitmaps: Bitmaps, copies: Copies, terms: str, viewer: UserId | None
    ) -> None:  # fmt: skip
        self._tx = tx
        self._bitmaps = bitmaps
        self._copies = copies
        self._terms = terms
        self._viewer = viewer

    async def best(self, rank: Rank, matches: Map, top: Position, rows: int) -> list[FoundRow]:
        """Return the best builds below a position. Raises _Outdated."""
        found: list[FoundRow] = []
        while True:
            wanted = rows - len(found)
            picked = self._picked(rank, matches, top, wanted)
            got = await _STATEMENTS[rank].many(
                self._tx, self._terms, self._copies.version, picked.numbers, True, *top, *picked.floor, self._viewer,
                wanted,
            )  # fmt: skip
            if not got:
                await self._require_fresh()
            found += got
            if len(found) >= rows or picked.floor == BOTTOM:
                return found
            top = picked.floor

    def _picked(self, rank: Rank, matches: Map, top: Position, wanted: int) -> Picked:
        if rank == "number":
            return pick_by_number(matches, top, wanted)
        return pick_by_score(matches, self._copies.scores, self._copies.reaching, top, wanted)

    async def counts(self, matches: Map, most: int) -> SearchCounts:
        """Return the counts of all builds, or of some from everywhere among them. Raises _Outdated."""
        total = count(matches)
        exact = total <= most
        numbers = spread(matches, most if exact else most // 2)  # looking at them is half of what a search costs
        got = await queries.facets_of.many(
            self._tx, self._terms, self._copies.version, numbers, exact, self._viewer
        )  # fmt: skip
        if not got:
            await self._require_fresh()
        facets = counts_of(Counter(facet for ones in got for facet in ones))
        return SearchCounts(len(got) if exact else max(total, len(got)), len(got), exact, facets)

    async def _require_fresh(self) -> None:
        """Raise _Outdated if nothing was found because copies are old."""
        await self._bitmaps.refresh(self._tx)
        if not self._bitmaps.is_of(self._copies.version):
            raise _Outdated
