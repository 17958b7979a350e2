"""Searches, page by page."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from guildhall.db.pool import Transaction
from guildhall.db.statements import Query
from guildhall.ids import UserId
from guildhall.packs.poe2.discovery.errors import NoWords, TooManyWords
from guildhall.packs.poe2.discovery.queries import search as queries
from guildhall.packs.poe2.discovery.rules.blocks import TOP, Position, Rank, Step, steps
from guildhall.packs.poe2.discovery.rules.words import (
    MOST_WORDS,
    ReadWord,
    all_of,
    any_of,
    asked_words,
    facet_condition,
    quoted,
    word_condition,
)
from guildhall.packs.poe2.discovery.schemas import (
    BuildCard,
    FacetCount,
    FoundRow,
    Known,
    SearchCounts,
    Sort,
    Tops,
)
from guildhall.packs.poe2.discovery.views.censuses import Censuses

_RANKS: Mapping[Sort, Rank] = {
    "relevance": "likes", "new": "number", "liked": "likes", "rated": "rating", "trending": "trending",
}  # fmt: skip
_STATEMENTS: Mapping[Rank, Query[..., FoundRow]] = {
    "number": queries.found_by_number,
    "likes": queries.found_by_likes,
    "rating": queries.found_by_rating,
    "trending": queries.found_by_trending,
}
_RARE = 0.002
"""The share of a word that the statistics do not know: they know those of the more common ones."""
_VALUES_SHOWN = 20
_FIELDS = BuildCard.__struct_fields__


class Wanted(Struct, frozen=True):
    """A search: a text, values of facets (several of one are alternatives), and a sort."""

    text: str | None
    facets: dict[str, list[str]]
    language: str | None
    sort: Sort
    beginning: bool
    """Take the last word for the beginning of one."""


class Place(Struct, frozen=True, array_like=True):
    """The place of a row in a search: builds that have all words near come first, in the sort by relevance."""

    sort: Sort
    tier: int
    score: int
    number: int


class Found(Struct, frozen=True):
    """The rows of a page with one more, if there is one, with their places; counts of a first page."""

    rows: list[tuple[Place, BuildCard]]
    counts: SearchCounts | None


class _Tier(Struct, frozen=True):
    """A condition, and the share of builds that should meet it."""

    condition: str | None
    share: float


async def search(
    tx: Transaction, wanted: Wanted, censuses: Censuses, viewer: UserId | None, after: Place | None, rows: int,
    counted: int,
) -> Found:  # fmt: skip
    """Return some rows of a search after a place; on the first page with counts. Raises NoWords, TooManyWords."""
    tiers = await _tiers(tx, wanted)
    tops = await queries.tops.one(tx)
    census = await censuses.of(tx, tops.number)
    rank = _RANKS[wanted.sort]
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
            found += [(Place(wanted.sort, number, row.score, row.number), card_of(row)) for row in got]
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
        facets: dict[str, list[FacetCount]] = {}
        for facet, builds in sorted(self._facets.items(), key=lambda one: (-one[1], one[0])):
            name, _, value = facet.partition(":")
            shown = facets.setdefault(name, [])
            if len(shown) < _VALUES_SHOWN:
                shown.append(FacetCount(value, builds))
        found = self._before + self._matches
        if complete:
            return SearchCounts(found, self._counted, found == self._counted, facets)
        share = self._matches / max(self._searched, 1)
        return SearchCounts(max(found, self._before + round(share * self._all)), self._counted, False, facets)


def card_of(row: FoundRow) -> BuildCard:
    """Return the card of a row."""
    return BuildCard(*[getattr(row, name) for name in _FIELDS])


def _top(rank: Rank, tops: Tops) -> Position:
    if rank == "number":
        return (tops.number + 1, TOP[1])
    return (int(getattr(tops, rank)), TOP[1])


def _terms(tier: _Tier, step: Step) -> str:
    parts = [] if tier.condition is None else [tier.condition]
    if step.within is not None:
        parts.append(quoted(step.within))
    if step.any_of is not None:
        parts.append(any_of(map(quoted, step.any_of)))
    # every build has a block of likes
    return all_of(parts) if parts else "'=l1':*"


async def _tiers(tx: Transaction, wanted: Wanted) -> list[_Tier]:
    """Return the conditions of a search, one after the other. Raises NoWords, TooManyWords."""
    words: list[ReadWord] = []
    unwanted: list[ReadWord] = []
    if wanted.text is not None:
        asked = asked_words(wanted.text)
        if len(asked.words) + len(asked.unwanted) > MOST_WORDS:
            raise TooManyWords(most=MOST_WORDS)
        read = await queries.read_words.many(tx, [*asked.words, *asked.unwanted], wanted.language)
        words = [one for one in read[: len(asked.words)] if one.plain]
        unwanted = [one for one in read[len(asked.words) :] if one.plain]
        if not words and not unwanted:
            raise NoWords
    terms = [f"={facet.partition(' ')[0]}:{value}" for facet, values in wanted.facets.items() for value in values]
    lexemes = [lexeme for word in words for lexeme in word.plain]
    begins = len(words[-1].plain) if words and wanted.beginning else 0
    known = await _known(tx, [*terms, *lexemes, *[f"^{one}" for one in lexemes]], len(terms), len(lexemes), begins)
    spelled = iter(known[: len(terms)])
    share, conditions = 1.0, []
    for values in wanted.facets.values():
        alternatives = [next(spelled) for _ in values]
        conditions.append(facet_condition([one.term for one in alternatives]))
        share *= min(1.0, sum(map(_share, alternatives)))
    conditions += [f"!{word_condition(one)}" for one in unwanted]
    if not words:
        return [_Tier(all_of(conditions) if any(map(_is_positive, conditions)) else _with_all(conditions), share)]
    last = len(words) - 1
    everywhere = [word_condition(one, beginning=wanted.beginning and place == last) for place, one in enumerate(words)]
    far_share, near_share = share, share
    for one in known[len(terms) : len(terms) + len(lexemes)]:
        far_share *= _share(one)
    if wanted.sort != "relevance":
        return [_Tier(all_of([*conditions, *everywhere]), far_share)]
    for one in known[len(terms) + len(lexemes) :]:
        near_share *= _share(one)
    near = all_of(
        word_condition(one, "^", beginning=wanted.beginning and place == last) for place, one in enumerate(words)
    )
    return [
        _Tier(all_of([*conditions, near]), near_share),
        _Tier(all_of([*conditions, *everywhere, f"!{near}"]), far_share),
    ]


def _is_positive(condition: str) -> bool:
    return not condition.startswith("!")


def _with_all(conditions: list[str]) -> str | None:
    """Conditions of which none says what a build has: the index is asked for all builds that do not meet them."""
    return all_of([*conditions, "'=l1':*"]) if conditions else None


async def _known(tx: Transaction, terms: list[str], facets: int, lexemes: int, begins: int) -> list[Known]:
    """Look up terms: facets, lexemes, and lexemes near; the last of both kinds may be beginnings."""
    if not terms:
        return []
    ends = (facets + lexemes, facets + 2 * lexemes)
    beginnings = [any(end - begins <= place < end for end in ends) and len(one) > 3 for place, one in enumerate(terms)]
    patterns = [like_pattern(one) for one in terms]
    return await queries.known_terms.many(tx, terms, beginnings, patterns)


def like_pattern(beginning: str) -> str:
    """Return the LIKE pattern of texts that begin so."""
    return beginning.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def _share(known: Known) -> float:
    return _RARE if known.share is None else max(float(known.share), 1e-6)
