"""Discovery: the search over public builds, its facets, and the builds of an author."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from guildhall.core.identity.principals.schemas import Principal
from guildhall.db.pages import Cursor, Page
from guildhall.db.pool import Database
from guildhall.ids import UserId
from guildhall.packs.poe2.builds.schemas.builds import Complexity
from guildhall.packs.poe2.discovery import errors
from guildhall.packs.poe2.discovery.queries import search as queries
from guildhall.packs.poe2.discovery.schemas import BuildCard, Facet, FacetCount, FoundBuilds, Place, Sort, Wanted
from guildhall.packs.poe2.discovery.views.cards import card_of, like_pattern
from guildhall.packs.poe2.discovery.views.search import Searches
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.text import LANGUAGE, WITHOUT_NUL
from guildhall.web.route import PUBLIC, Asked, Pages, Routes

routes = Routes("/api/v1/poe2")

_FOUND = Cursor("poe2.found_builds", 1, Place)
_OF_AUTHOR = Cursor("poe2.builds_of_author", 1, int)
_Value = Annotated[str, Meta(min_length=1, max_length=100, pattern=WITHOUT_NUL)]


def _values(name: str, description: str, example: str) -> QueryParameter:
    return QueryParameter(
        name=name, description=f"{description}; several are alternatives", required=False,
        examples=[Example(value=[example])],
    )  # fmt: skip


Text = Annotated[
    str | None,
    QueryParameter(
        name="q", description="Words of texts, author, gems or uniques; a `-` before one excludes it",
        min_length=1, max_length=200, pattern=WITHOUT_NUL, required=False, examples=[Example(value="lightning bow")],
    ),
]  # fmt: skip
Classes = Annotated[list[_Value] | None, _values("class", "Class", "Ranger")]
Ascendancies = Annotated[list[_Value] | None, _values("ascendancy", "Ascendancy", "Deadeye")]
Skills = Annotated[list[_Value] | None, _values("skill", "Main skill", "Lightning Arrow")]
Items = Annotated[list[_Value] | None, _values("item", "Unique item", "Widowhail")]
Tags = Annotated[list[_Value] | None, _values("tag", "Tag", "league-starter")]
Leagues = Annotated[list[_Value] | None, _values("league", "League", "Standard")]
Patches = Annotated[list[_Value] | None, _values("patch", "Patch", "0.5")]
Levels = Annotated[list[_Value] | None, _values("level", "Band of five levels", "91-95")]
Ehps = Annotated[list[_Value] | None, _values("ehp", "Band of effective hit points, as counts name it", "10000-20000")]
Damages = Annotated[list[_Value] | None, _values("dps", "Band of damage, as counts name it", "100000-500000")]
Complexities = Annotated[list[Complexity] | None, _values("complexity", "Complexity", "beginner")]
Languages = Annotated[
    list[Annotated[str, Meta(min_length=2, max_length=35, pattern=LANGUAGE)]] | None,
    _values("language", "Language of the texts; words are also found in other forms of the first", "en"),
]
HasTrees = Annotated[bool, QueryParameter(name="has_trees", description="With several trees, as for levelling")]
HasNotes = Annotated[bool, QueryParameter(name="has_notes", description="With notes")]
Sorted = Annotated[Sort, QueryParameter(name="sort", description="The order")]
Beginning = Annotated[bool, QueryParameter(name="beginning", description="Take the last word for the beginning of one")]
OfFacet = Annotated[Facet, QueryParameter(name="facet", description="The facet")]
ValueBeginning = Annotated[
    str, QueryParameter(name="beginning", description="How the value begins", max_length=100, pattern=WITHOUT_NUL)
]
Most = Annotated[int, QueryParameter(name="limit", description="The most values", ge=1, le=100)]
PathAuthor = Annotated[
    UserId,
    PathParameter(description="The author's id", examples=[Example(value="0192f8a4-7c00-7000-8000-000000000001")]),
]


@routes.get(
    "/builds/search",
    scope=PUBLIC,
    pages=Pages(_FOUND),
    raises=(errors.NoWords, errors.TooManyWords, errors.TooManyValues, errors.CursorOfAnotherSort),
)
async def search_builds(
    principal: Principal | None, db: Database, settings: Poe2Settings, searches: Searches, asked: Asked[Place],
    q: Text = None, classes: Classes = None, ascendancies: Ascendancies = None, skills: Skills = None,
    items: Items = None, tags: Tags = None, leagues: Leagues = None, patches: Patches = None, levels: Levels = None,
    ehps: Ehps = None, damages: Damages = None, complexities: Complexities = None, languages: Languages = None,
    has_trees: HasTrees = False, has_notes: HasNotes = False, sort: Sorted = "relevance",
    beginning: Beginning = False,
) -> FoundBuilds:  # fmt: skip
    """Search the public builds.

    All words and all facets must fit; several values of one facet are alternatives, but a build must have all of
    `has_trees` and `has_notes`. By `relevance` the builds come first that have all words in their title, author, class
    or main skill, then the others; the most liked first of both. `rated` is by the lower end of the Wilson interval
    (95 %) of the rating, `trending` by likes and views that lose half their weight in 48 hours.

    The first page has `counts`: exact where few builds match; else the total may be a minute old or estimated, and the
    values of facets are counted among some of the builds, as `exact` and `counted` say. Builds of people whom you
    block or who block you are left out.
    """
    given = {
        "class": classes, "ascendancy": ascendancies, "skill": skills, "item": items, "tag": tags, "league": leagues,
        "patch": patches, "level": levels, "ehp": ehps, "dps": damages, "complexity": complexities,
        "language": languages,
    }  # fmt: skip
    facets = {name: list(dict.fromkeys(values)) for name, values in given.items() if values}
    if sum(map(len, facets.values())) > settings.search_values_most:
        raise errors.TooManyValues(most=settings.search_values_most)
    if asked.after is not None and asked.after.sort != sort:
        raise errors.CursorOfAnotherSort(sort=asked.after.sort)
    if has_trees:
        facets["has trees"] = ["trees"]
    if has_notes:
        facets["has notes"] = ["notes"]
    wanted = Wanted(q, facets, languages[0] if languages else None, sort, beginning)
    viewer = None if principal is None else principal.viewer
    async with db.read(viewer) as tx:
        found = await searches.search(
            tx, wanted, None if viewer is None else viewer.id, asked.after, asked.rows
        )  # fmt: skip
    page = _FOUND.page(found.rows, asked.limit, lambda row: row[0])
    return FoundBuilds([card for _, card in page.items], page.next, found.counts)


@routes.get("/builds/facets", scope=PUBLIC)
async def list_facet_values(
    db: Database, facet: OfFacet, beginning: ValueBeginning = "", limit: Most = 20
) -> list[FacetCount]:
    """Values of a facet, for completion.

    Those that begin so, without regard to capitals, and that most public builds have first; counted once an hour.
    """
    async with db.read() as tx:
        return await queries.facet_values.many(tx, facet, like_pattern(beginning), limit)


@routes.get("/builds/by/{author:uuid}", scope=PUBLIC, pages=Pages(_OF_AUTHOR))
async def list_builds_of_author(
    author: PathAuthor, principal: Principal | None, db: Database, asked: Asked[int]
) -> Page[BuildCard]:
    """Public builds of an author, the latest published first."""
    viewer = None if principal is None else principal.viewer
    before = 2**62 if asked.after is None else asked.after
    async with db.read(viewer) as tx:
        rows = await queries.builds_by.many(tx, author, before, None if viewer is None else viewer.id, asked.rows)
    page = _OF_AUTHOR.page(rows, asked.limit, lambda row: row.number)
    return Page([card_of(row) for row in page.items], page.next)
