"""Structs of discovery: rows and answers."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from guildhall.ids import UserId
from guildhall.packs.poe2.builds.schemas.builds import Complexity
from guildhall.packs.poe2.ids import BuildId, ShortId

Sort = Literal["relevance", "new", "liked", "rated", "trending"]
Facet = Literal[
    "class", "ascendancy", "skill", "item", "tag", "league", "patch", "level", "ehp", "dps", "has", "complexity",
    "language",
]  # fmt: skip


class BuildCard(Struct, frozen=True, rename={"class_name": "class"}):
    """A public build, as a list shows it.

    `dps` and `ehp` are claims of `calculator`; null is unknown. `rating` is the mean of the reviews; null without any.
    `rating_from` is the lower end of the Wilson interval (95 %) of it, by which builds are sorted.
    """

    id: BuildId
    short_id: ShortId
    user_id: UserId
    author: str
    title: str
    class_name: str
    ascendancy: str | None
    level: int
    main_skill: str | None
    calculator: str | None
    tree_version: str | None
    dps: float | None
    ehp: float | None
    uniques: list[str]
    league: str | None
    patch_version: str
    complexity: Complexity | None
    tags: list[str]
    language: str | None
    is_featured: bool
    views: int
    likes: int
    reviews: int
    rating: float | None
    rating_from: float | None
    published_at: datetime


class FacetCount(Struct, frozen=True):
    """A value of a facet, and how many of the builds that were counted have it."""

    value: str
    builds: int


class SearchCounts(Struct, frozen=True):
    """The number of builds that match, and what they are.

    With `exact` all that match were counted. Without, `total` is an estimate, and the values are those of `counted` of
    the builds, taken from everywhere among them: an estimate for all is `builds * total / counted`.
    """

    total: int
    counted: int
    exact: bool
    facets: dict[str, list[FacetCount]]


class FoundBuilds(Struct, frozen=True):
    """A page of builds that match. The first page alone has counts."""

    items: list[BuildCard]
    next: str | None
    counts: SearchCounts | None


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


class FoundRow(Struct, frozen=True):
    """A row that matches: its place in the order, its card; and of its whole search the matches and counts."""

    score: int
    number: int
    matches: int
    facets: dict[str, int] | None
    id: BuildId
    short_id: ShortId
    user_id: UserId
    author: str
    title: str
    class_name: str
    ascendancy: str | None
    level: int
    main_skill: str | None
    calculator: str | None
    tree_version: str | None
    dps: float | None
    ehp: float | None
    uniques: list[str]
    league: str | None
    patch_version: str
    complexity: Complexity | None
    tags: list[str]
    language: str | None
    is_featured: bool
    views: int
    likes: int
    reviews: int
    rating: float | None
    rating_from: float | None
    published_at: datetime


class Known(Struct, frozen=True):
    """A term and the share of builds that have it, if it is common."""

    term: str
    share: float | None


class Tops(Struct, frozen=True):
    """The largest value of each rank."""

    number: int
    likes: int
    rating: int
    trending: int


class BlockCount(Struct, frozen=True):
    """The builds of a block of a rank."""

    sort: str
    block: int
    builds: int


class BitmapState(Struct, frozen=True):
    """The place of the bitmaps: `changes` is the number of builds that wait, at most one more than asked for."""

    version: int
    epoch: int
    ready: bool
    chunks: int
    changes: int
    ranks: list[str]


class LockedState(Struct, frozen=True):
    """The bitmaps' version, their dictionary, and the last one for which all chunks have bitmaps."""

    version: int
    generation: int
    ready: int


class LoadedBits(Struct, frozen=True):
    """A chunk of a term's bitmap; `kept` is whether the term has one, `share` that of builds with it, if common."""

    version: int
    term: str
    kept: bool
    share: float | None
    chunk: int | None
    bits: bytes | None


class BitsRow(Struct, frozen=True):
    """A chunk of a term's bitmap."""

    term: str
    chunk: int
    bits: bytes


class NumberOf(Struct, frozen=True):
    """The number of a build that has a term; null if none has."""

    version: int
    term: str
    number: int | None


class BitmapChange(Struct, frozen=True):
    """A build that has changed: its words perhaps, or its ranks alone."""

    number: int
    content: bool


class Described(Struct, frozen=True):
    """The lexemes and ranks of a build."""

    number: int
    words: list[str]
    likes: int
    rating: int
    trending: int


class TermCount(Struct, frozen=True):
    """A term and the share of builds that have it."""

    term: str
    share: float
