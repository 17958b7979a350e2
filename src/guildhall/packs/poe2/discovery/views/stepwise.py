"""Searches by the index, step by step from the best blocks on: for beginnings of words, and where no bitmaps are."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from guildhall.db.pool import Transaction
from guildhall.db.statements import Query
from guildhall.ids import UserId
from guildhall.packs.poe2.discovery.queries import search as queries
from guildhall.packs.poe2.discovery.rules.blocks import TOP, Position, Rank, Step, steps
from guildhall.packs.poe2.discovery.rules.questions import Question, asked
from guildhall.packs.poe2.discovery.rules.words import all_of, any_of, quoted
from guildhall.packs.poe2.discovery.schemas import BuildCard, Found, FoundRow, Known, Place, SearchCounts, Sort, Tops
from guildhall.packs.poe2.discovery.views.cards import card_of, counts_of, like_pattern
from guildhall.packs.poe2.discovery.views.censuses import Censuses

_STATEMENTS: Mapping[Rank, Query[..., FoundRow]] = {
    "number": queries.found_by_number,
    "likes": queries.found_by_likes,
    "rating": queries.found_by_rating,
    "trending": queries.found_by_trending,
}
_RARE = 0.002
"""The share of a word that the statistics do not know: they know those of the more common ones."""


class _Tier(Struct, frozen=True):
    """A condition, and the share of builds that should meet it."""

    condition: str
    share: float


async def search(
    tx: Transaction, question: Question, sort: Sort, rank: Rank, censuses: Censuses, viewer: UserId | None,
    after: Place | None, rows: int, counted: int,
) -> Found:  # fmt: skip
    """Return some rows of a search after a place; on the first page with counts."""
    tiers = await _tiers(tx, question)
    tops = await queries.tops.one(tx)
    census = await censuses.of(tx, tops.number)
    found: list[tuple[Place, BuildCard]] = []
    tally = _Tally(counted if after is None else 0, census.builds)
    for number, tier in enumerate(tiers):
        if after is not None and number < after.tier:
            continue
        top = _top(rank, tops)
        if after is not None and after.tier == number:
            top = (after.score, after.number)
        needed = max(rows - len(found), tally.wanting)
        for step in steps(rank, top, tier.share, max(needed, 1), census):
            got = await _STATEMENTS[rank].many(
                tx, _terms(tier, step), *top, viewer, max(rows - len(found), 1), tally.wanting
            )
            tally.add(got, step)
            found += [(Place(sort, number, row.score, row.number), card_of(row)) for row in got]
            if len(found) >= rows and not tally.wanting:
                return Found(found[:rows], tally.counts(complete=False) if after is None else None)
            top = step.floor
        tally.end_tier()
    return Found(found[:rows], tally.counts(complete=True) if after is None else None)


class _Tally:
    """The counts of a search, of its first matches."""

    def __init__(self, most: int, builds: int) -> None:
        self._most = most
        self._all = builds
        self._facets: dict[str, int] = {}
        self._counted = 0
        self._before = 0
        self._matches = 0
        self._searched = 0.0

    @property
    def wanting(self) -> int:
        """The number of further matches that are counted."""
        return self._most - self._counted

    def add(self, rows: Sequence[FoundRow], step: Step) -> None:
        """Add the counts of a step."""
        self._searched += step.builds
        if not rows or not self.wanting:
            return
        self._matches += rows[0].matches
        self._counted += min(rows[0].matches, self.wanting)
        for facet, builds in (rows[0].facets or {}).items():
            self._facets[facet] = self._facets.get(facet, 0) + builds

    def end_tier(self) -> None:
        """Note that all matches of a tier were found: they are no estimate."""
        self._before += self._matches
        self._matches, self._searched = 0, 0.0

    def counts(self, *, complete: bool) -> SearchCounts:
        """Return the counts. A search is complete when it has found everything."""
        facets = counts_of(self._facets)
        found = self._before + self._matches
        if complete:
            return SearchCounts(found, self._counted, found == self._counted, facets)
        share = self._matches / max(self._searched, 1)
        return SearchCounts(max(found, self._before + round(share * self._all)), self._counted, False, facets)


def _top(rank: Rank, tops: Tops) -> Position:
    if rank == "number":
        return (tops.number + 1, TOP[1])
    return (int(getattr(tops, rank)), TOP[1])


def _terms(tier: _Tier, step: Step) -> str:
    parts = [tier.condition]
    if step.within is not None:
        parts.append(quoted(step.within))
    if step.any_of is not None:
        parts.append(any_of(map(quoted, step.any_of)))
    return all_of(parts)


async def _tiers(tx: Transaction, question: Question) -> list[_Tier]:
    """Return the conditions of a search, one after the other, with shares as if words had nothing to do together."""
    facets = [term for terms in question.facets for term in terms]
    lexemes = [lexeme for word in question.words for lexeme in word.plain]
    begins = len(question.words[-1].plain) if question.begins else 0
    known = await _known(tx, [*facets, *lexemes, *[f"^{one}" for one in lexemes]], len(facets), len(lexemes), begins)
    shares = iter(map(_share, known))
    share = 1.0
    for terms in question.facets:
        share *= min(1.0, sum(next(shares) for _ in terms))
    far_share = near_share = share
    for _ in lexemes:
        far_share *= next(shares)
    for _ in lexemes:
        near_share *= next(shares)
    *near, far = question.tiers()
    return [*[_Tier(asked(one), near_share) for one in near], _Tier(asked(far), far_share)]


async def _known(tx: Transaction, terms: list[str], facets: int, lexemes: int, begins: int) -> list[Known]:
    """Look up terms: facets, lexemes, and lexemes near; the last of both kinds may be beginnings."""
    if not terms:
        return []
    ends = (facets + lexemes, facets + 2 * lexemes)
    beginnings = [any(end - begins <= place < end for end in ends) and len(one) > 3 for place, one in enumerate(terms)]
    patterns = [like_pattern(one) for one in terms]
    return await queries.known_terms.many(tx, terms, beginnings, patterns)


def _share(known: Known) -> float:
    return _RARE if known.share is None else max(float(known.share), 1e-6)
