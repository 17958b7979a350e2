"""The world over HTTP, and what its tables refuse."""

from typing import Any

import asyncpg
import pytest

from guildhall.db.connection import connect
from guildhall.packs.wine.world.rules.stats import STATS

WINE = "/api/v1/wine"
SEASON = """
insert into wine.type_effectiveness (attacking, defending, factor, season, valid)
values ($1, $2, $3, $4, $5::text::daterange)
"""


async def everything(client, path: str, limit: int) -> list[dict[str, Any]]:
    """All rows of a list, page by page."""
    found, after = [], ""
    while True:
        page = (await client.get(f"{WINE}/{path}?limit={limit}{after}")).json
        found += page["items"]
        if page["next"] is None:
            return found
        after = f"&after={page['next']}"


@pytest.fixture
async def owner(clone):
    """A connection of the owner of the tables."""
    connection = await connect(clone)
    yield connection
    await connection.close()


async def test_types_and_the_table_of_effectiveness_are_lists(guildhall):
    types = await everything(guildhall, "types", 3)
    table = await everything(guildhall, "type-effectiveness", 50)

    assert [one["type"] for one in types] == [
        "crisp", "aromatic", "rich", "tannic", "earthy", "sparkling", "sweet", "fortified",
    ]  # fmt: skip
    assert types[3]["effects"] == {"crisp": 200, "rich": 200, "tannic": 50, "sweet": 0}
    assert len(table) == 64 == len({(one["attacking"], one["defending"]) for one in table})
    usual = {one["type"]: one["effects"] for one in types}
    assert all(usual[one["attacking"]].get(one["defending"], 100) == one["factor"] for one in table)


async def test_the_effect_on_a_wine_is_told_with_its_factors(guildhall):
    both = (await guildhall.get(f"{WINE}/types/crisp/effect?primary=rich&secondary=sweet")).json
    same = (await guildhall.get(f"{WINE}/types/crisp/effect?primary=rich&secondary=rich")).json
    none = (await guildhall.get(f"{WINE}/types/tannic/effect?primary=crisp&secondary=sweet")).json
    unknown = [
        await guildhall.get(f"{WINE}/types/{path}")
        for path in ("dry/effect?primary=rich", "crisp/effect?primary=dry", "crisp/effect?primary=rich&secondary=dry")
    ]

    assert (both["percent"], both["words"]) == (400, "a stronger effect")
    assert [(one["defending"], one["factor"]) for one in both["factors"]] == [("rich", 200), ("sweet", 200)]
    assert (same["percent"], len(same["factors"])) == (200, 1)
    assert (none["percent"], none["words"]) == (0, "no effect")
    assert {(one.status, one.json["code"]) for one in unknown} == {(404, "wine.wine_type_not_found")}


async def test_a_season_counts_on_its_days_alone(guildhall, owner):
    await owner.execute(SEASON, "crisp", "rich", 50, "Harvest", "[2031-09-01,2031-11-01)")
    effect = f"{WINE}/types/crisp/effect?primary=rich&on="

    during, before = (
        (await guildhall.get(f"{effect}2031-09-01")).json,
        (await guildhall.get(f"{effect}2031-08-31")).json,
    )
    listed = (await guildhall.get(f"{WINE}/types?on=2031-10-31&limit=1")).json["items"][0]

    assert (during["percent"], during["factors"][0]["season"]) == (50, "Harvest")
    assert (before["percent"], before["factors"][0]["season"]) == (200, None)
    assert listed["effects"]["rich"] == 50
    with pytest.raises(asyncpg.ExclusionViolationError):
        await owner.execute(SEASON, "crisp", "rich", 200, "Frost", "[2031-10-31,2031-12-01)")
    await owner.execute(SEASON, "rich", "crisp", 200, "Frost", "[2031-10-31,2031-12-01)")


@pytest.mark.parametrize(
    ("row", "error"),
    [
        (("crisp", "rich", 150, "Odd", "[2031-01-01,2031-02-01)"), asyncpg.CheckViolationError),
        (("crisp", "rich", 100, None, "[2031-01-01,2031-02-01)"), asyncpg.CheckViolationError),
        (("crisp", "rich", 100, "Never", "empty"), asyncpg.CheckViolationError),
        (("crisp", "rich", 100, None, "(,)"), asyncpg.UniqueViolationError),
        (("crisp", "dry", 100, "Dry", "[2031-01-01,2031-02-01)"), asyncpg.NotNullViolationError),
    ],
)
async def test_the_table_refuses_what_is_no_effect(owner, row, error):
    with pytest.raises(error):
        await owner.execute(SEASON, *row)


async def test_rarity_has_22_tiers_of_falling_weight(guildhall):
    tiers = await everything(guildhall, "rarity-tiers", 9)

    assert [one["rarity"] for one in tiers] == list(range(1, 23))
    assert (tiers[0]["name"], tiers[-1]["name"]) == ("Everyday", "Divine")
    weights = [one["drop_weight"] for one in tiers]
    assert weights == sorted(set(weights), reverse=True)
    assert sum(one["share"] for one in tiers) == pytest.approx(1)


async def test_natures_are_a_grid_of_what_they_raise_and_lower(guildhall):
    natures = await everything(guildhall, "natures", 10)

    stats = {"acidity", "tannin", "vigour", "aroma", "finish"}
    assert len(natures) == 25
    assert {(one["raised"], one["lowered"]) for one in natures} == {(high, low) for high in stats for low in stats}


async def test_growth_is_listed_by_curve_and_level(guildhall):
    curves = await everything(guildhall, "growth-curves", 4)
    levels = await everything(guildhall, "growth-curves/steady/levels", 150)
    unknown = await guildhall.get(f"{WINE}/growth-curves/none/levels")

    assert len(curves) == 6
    assert {one["growth_curve"]: one["at_100"] for one in curves}["lingering"] == 1_640_000
    assert levels[:3] == [{"level": n, "experience": e} for n, e in ((1, 0), (2, 8), (3, 27))]
    assert len(levels) == 200
    assert (unknown.status, unknown.json["code"]) == (404, "wine.growth_curve_not_found")


async def test_stats_are_calculated_after_a_gain(guildhall):
    asked: dict[str, Any] = {
        "base": dict(zip(STATS, [103, 50, 50, 184, 50, 50], strict=True)), "ivs": {"body": 7, "aroma": 13},
        "evs": {"body": 39}, "level": 49, "nature": "eager",
    }  # fmt: skip

    async def post(**changed):
        return await guildhall.request("POST", f"{WINE}/stats", json=asked | changed)

    plain, gained = await post(), await post(gains={"aroma": 250, "vigour": 250}, multiplier=2)
    assert plain.json["stats"]["body"] == 167
    assert gained.json["evs"] == {"body": 39, "acidity": 0, "tannin": 0, "aroma": 219, "finish": 0, "vigour": 252}
    assert gained.json["evs_left"] == 0
    over, unknown = await post(evs={"body": 252, "acidity": 252, "tannin": 7}), await post(nature="none")
    assert (over.status, over.json["code"]) == (422, "wine.too_many_effort_values")
    assert (unknown.status, unknown.json["code"]) == (404, "wine.nature_not_found")
    for wrong in (
        {"base": {"body": 1}}, {"base": asked["base"] | {"body": 0}}, {"ivs": {"body": 32}}, {"evs": {"body": 253}},
        {"level": 201}, {"level": 0}, {"evs": {"colour": 1}}, {"multiplier": 17},
    ):  # fmt: skip
        assert (await post(**wrong)).status == 400
