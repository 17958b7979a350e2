"""The world: types and their effects, tiers of rarity, natures, growth curves, and a calculator of stats."""

from datetime import date
from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta
from msgspec.structs import astuple

from guildhall.clock import Clock
from guildhall.db.pages import Cursor, Page
from guildhall.pack import WebPart
from guildhall.packs.wine.world import queries
from guildhall.packs.wine.world.errors import (
    GrowthCurveNotFound,
    NatureNotFound,
    TooManyEffortValues,
    WineTypeNotFound,
)
from guildhall.packs.wine.world.rules.stats import STATS, stats_of
from guildhall.packs.wine.world.rules.training import EVS_MOST, evs_after
from guildhall.packs.wine.world.rules.types import in_words, multiplied
from guildhall.packs.wine.world.schemas import (
    NAME,
    Effect,
    EffectLine,
    GrowthLevel,
    GrowthLine,
    IndividualRequest,
    IndividualStats,
    Nature,
    RarityTier,
    TypeLine,
)
from guildhall.web.route import PUBLIC, Asked, Pages, Read, Routes

routes = Routes("/api/v1/wine")

_Name = Annotated[str, Meta(pattern=NAME, max_length=20)]
_Number = Annotated[int, Meta(ge=0, le=1_000)]
_Position = Annotated[int, Meta(ge=1, le=8)]
_TYPES = Cursor("wine.types", 1, tuple[_Position])
_EFFECTS = Cursor("wine.effects", 1, tuple[_Name, _Name])
_RARITY = Cursor("wine.rarity_tiers", 1, tuple[_Number])
_NATURES = Cursor("wine.natures", 1, tuple[_Name])
_CURVES = Cursor("wine.growth_curves", 1, tuple[_Name])
_LEVELS = Cursor("wine.growth_levels", 1, tuple[_Number])

OnDay = Annotated[
    date | None, QueryParameter(name="on", required=False, description="The day, for seasons change effects; today")
]
PathType = Annotated[str, PathParameter(description="A type", max_length=20, examples=[Example(value="crisp")])]
PathCurve = Annotated[
    str, PathParameter(description="A growth curve", max_length=20, examples=[Example(value="steady")])
]


@routes.get("/types", scope=PUBLIC, pages=Pages(_TYPES))
async def list_types(tx: Read, asked: Asked[tuple[_Position]], clock: Clock, on: OnDay = None) -> Page[TypeLine]:
    """Types of wines, and what each does to others.

    `effects` are percents of the attack of this type on others, where they are not 100.
    """
    after = 0 if asked.after is None else asked.after[0]
    rows = await queries.type_page.many(tx, on or clock.now().date(), after, asked.rows)
    return _TYPES.page(rows, asked.limit, lambda row: (row.position,))


@routes.get("/type-effectiveness", scope=PUBLIC, pages=Pages(_EFFECTS, 64))
async def list_effects(tx: Read, asked: Asked[tuple[_Name, _Name]], clock: Clock, on: OnDay = None) -> Page[EffectLine]:
    """The table of effectiveness: 64 rows.

    The percent of each attacking type on each defending one, on a day. A row that a season has changed names it.
    """
    attacking, defending = ("", "") if asked.after is None else asked.after
    day = on or clock.now().date()
    rows = await queries.effect_page.many(tx, day, None, None, attacking, defending, asked.rows)
    return _EFFECTS.page(rows, asked.limit, lambda row: (row.attacking, row.defending))


@routes.get("/types/{attacking:str}/effect", scope=PUBLIC, raises=(WineTypeNotFound,))
async def get_effect(
    attacking: PathType,
    tx: Read,
    clock: Clock,
    primary: Annotated[
        str,
        QueryParameter(
            name="primary", max_length=20, description="The wine's first type", examples=[Example(value="rich")]
        ),
    ],
    secondary: Annotated[
        str | None, QueryParameter(name="secondary", max_length=20, required=False, description="Its second type")
    ] = None,
    on: OnDay = None,
) -> Effect:
    """The effect of a type on a wine of one or two types.

    The product of the effects on each of them; the same type twice counts once.
    """
    wanted = [primary] if secondary is None or secondary == primary else [primary, secondary]
    rows = await queries.effect_page.many(tx, on or clock.now().date(), attacking, wanted, "", "", 2)
    if len(rows) < len(wanted):
        raise WineTypeNotFound(name=f"among {', '.join([attacking, *wanted])}")
    lines = sorted(rows, key=lambda row: wanted.index(row.defending))
    percent = multiplied(lines[0].factor, lines[1].factor if len(lines) > 1 else None)
    return Effect(lines[0].attacking, lines, percent, in_words(percent))


@routes.get("/rarity-tiers", scope=PUBLIC, pages=Pages(_RARITY, 22))
async def list_rarity_tiers(tx: Read, asked: Asked[tuple[_Number]]) -> Page[RarityTier]:
    """Tiers of rarity, the most common first."""
    rows = await queries.rarity_page.many(tx, 0 if asked.after is None else asked.after[0], asked.rows)
    return _RARITY.page(rows, asked.limit, lambda row: (row.rarity,))


@routes.get("/natures", scope=PUBLIC, pages=Pages(_NATURES, 25))
async def list_natures(tx: Read, asked: Asked[tuple[_Name]]) -> Page[Nature]:
    """Natures, by name.

    A nature raises one stat by a tenth and lowers one. Where both are the same it is neutral.
    """
    rows = await queries.nature_page.many(tx, "" if asked.after is None else asked.after[0], asked.rows)
    return _NATURES.page(rows, asked.limit, lambda row: (row.nature,))


@routes.get("/growth-curves", scope=PUBLIC, pages=Pages(_CURVES))
async def list_growth_curves(tx: Read, asked: Asked[tuple[_Name]]) -> Page[GrowthLine]:
    """Growth curves, by name."""
    rows = await queries.growth_page.many(tx, "" if asked.after is None else asked.after[0], asked.rows)
    return _CURVES.page(rows, asked.limit, lambda row: (row.growth_curve,))


@routes.get(
    "/growth-curves/{curve:str}/levels",
    scope=PUBLIC,
    pages=Pages(_LEVELS, 100, largest=200),
    raises=(GrowthCurveNotFound,),
)
async def list_levels(curve: PathCurve, tx: Read, asked: Asked[tuple[_Number]]) -> Page[GrowthLevel]:
    """Levels of a growth curve, and the experience that each needs in all."""
    after = 0 if asked.after is None else asked.after[0]
    rows = await queries.level_page.many(tx, curve, after, asked.rows)
    if not rows and after == 0:
        raise GrowthCurveNotFound(name=curve)
    return _LEVELS.page(rows, asked.limit, lambda row: (row.level,))


@routes.post("/stats", scope=PUBLIC, raises=(NatureNotFound, TooManyEffortValues), status=200)
async def calculate_stats(data: IndividualRequest, tx: Read) -> IndividualStats:
    """Calculate the stats of an individual.

    After it has earned the effort values of `gains`; what does not fit is lost.
    """
    given = astuple(data.evs)
    if sum(given) > EVS_MOST:
        raise TooManyEffortValues(total=sum(given), most=EVS_MOST)
    nature = await queries.nature_of.one_or_none(tx, data.nature)
    if nature is None:
        raise NatureNotFound(name=data.nature)
    evs = evs_after(given, astuple(data.gains), data.multiplier)
    stats = stats_of(astuple(data.base), astuple(data.ivs), evs, data.level, nature.raised, nature.lowered)
    return IndividualStats(
        dict(zip(STATS, stats, strict=True)), dict(zip(STATS, evs, strict=True)), EVS_MOST - sum(evs)
    )


WEB = WebPart(routes=routes)
