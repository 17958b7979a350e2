"""Stats, effort values and growth: the rules and the functions of the database, which agree on every individual."""

import random
from itertools import pairwise

import asyncpg
import pytest

from guildhall.packs.wine.world.rules.stats import STATS, ev_points, stats_of
from guildhall.packs.wine.world.rules.training import EV_MOST, EVS_MOST, evs_after
from guildhall.packs.wine.world.rules.types import in_words, multiplied

STATS_OF = """
select wine.stats_of(i.base, i.ivs::smallint[]::wine.iv_stat[], i.evs::smallint[]::wine.ev_stat[],
                     i.level::smallint, n.raised, n.lowered)
from (values ($1::smallint[], $2::int[], $3::int[], $4::int, $5::text)) i (base, ivs, evs, level, nature)
join wine.natures n using (nature)
"""
EVS_AFTER = "select wine.evs_after($1::smallint[]::wine.ev_stat[], $2::int[], $3)"
CURVES = {
    "early": lambda n: 4 * n**3 // 5,
    "steady": lambda n: n**3,
    "measured": lambda n: 6 * n**3 // 5 - 15 * n**2 + 100 * n - 140,
    "slow": lambda n: 5 * n**3 // 4,
    "blooming": lambda n: (
        n**3 * (100 - n) // 50
        if n <= 50
        else n**3 * (150 - n) // 100
        if n <= 68
        else n**3 * ((1911 - 10 * n) // 3) // 500
        if n <= 98
        else n**3 * (160 - n) // 100
    ),
    "lingering": lambda n: (
        n**3 * (24 + (n + 1) // 3) // 50
        if n <= 15
        else n**3 * (14 + n) // 50
        if n <= 35
        else n**3 * (32 + n // 2) // 50
    ),
}


def one(place: int, base: int, iv: int, ev: int, level: int, raised="tannin", lowered="tannin") -> int:
    """The stat at a place, of an individual of which nothing else is set."""
    bases, ivs, evs = [50] * 6, [0] * 6, [0] * 6
    bases[place], ivs[place], evs[place] = base, iv, ev
    return stats_of(bases, ivs, evs, level, raised, lowered)[place]


def test_the_rows_of_the_reference_engines():
    assert one(0, 103, 7, 39, 49) == 167
    assert one(3, 184, 13, 251, 46, "tannin", "finish") == 208
    assert one(1, 194, 4, 81, 42) == 178


def test_a_raised_stat_does_not_fall_where_others_overflow():
    # 2 * 255 + 31 + 63 = 604 at level 100 is 609 with the five: 609 * 110 has more than 16 bits
    assert one(1, 255, 31, 252, 100, "acidity", "tannin") == 669
    assert [(v + 5) * 110 // 100 for v in (590, 591)] == [654, 655]
    assert one(1, 248, 31, 252, 100, "acidity", "tannin") == 595 * 110 // 100
    assert one(1, 249, 30, 252, 100, "acidity", "tannin") == 596 * 110 // 100
    assert one(1, 255, 31, 252, 200, "acidity", "tannin") == 1213 * 110 // 100


def test_effort_counts_in_fours_and_a_body_of_one_stays_one():
    assert ev_points(252) == ev_points(255) == 63
    assert one(0, 1, 31, 252, 200) == 1
    at_50 = [one(1, 100, 0, ev, 50) for ev in (0, 4, 8, 12)]
    assert at_50 == [105, 105, 106, 106]
    assert [one(1, 100, 1, ev, 50) for ev in (0, 4, 8, 12)] == [105, 106, 106, 107]


def test_a_nature_takes_and_gives_a_tenth_rounded_down():
    usual, raised, lowered = (
        one(3, 77, 5, 0, 63),
        one(3, 77, 5, 0, 63, "aroma"),
        one(3, 77, 5, 0, 63, "tannin", "aroma"),
    )

    assert (raised, lowered) == (usual * 110 // 100, usual * 90 // 100)
    assert one(3, 77, 5, 0, 63, "aroma", "aroma") == usual


def test_gains_are_cut_to_what_is_left_of_all_and_then_of_the_stat():
    assert evs_after([0] * 6, [300, 0, 0, 0, 0, 0]) == [252, 0, 0, 0, 0, 0]
    # 500 of 510: vigour takes before aroma, and aroma gets what is left
    assert evs_after([100] * 5 + [0], [0, 0, 0, 6, 6, 6]) == [100, 100, 100, 104, 100, 6]
    assert evs_after([252, 252, 0, 0, 0, 0], [9, 9, 2, 9, 9, 9]) == [252, 252, 2, 0, 0, 4]
    assert evs_after([0] * 6, [3, 0, 0, 0, 0, 0], multiplier=4) == [12, 0, 0, 0, 0, 0]
    full = [252, 252, 6, 0, 0, 0]
    assert evs_after(full, [1] * 6) == full


async def test_the_database_calculates_the_same_stats_and_gains(tx):
    dice = random.Random(12)
    names = {row["nature"]: row for row in await tx.connection.fetch("select * from wine.natures")}
    stats = await tx.connection.prepare(STATS_OF)
    after = await tx.connection.prepare(EVS_AFTER)
    for _ in range(2000):
        base = [dice.choice([1, 2, 100, 254, 255, dice.randint(1, 255)]) for _ in STATS]
        ivs = [dice.randint(0, 31) for _ in STATS]
        evs = evs_after([0] * 6, [dice.randint(0, 300) for _ in STATS])
        level, nature = dice.randint(1, 200), dice.choice(sorted(names))
        expected = stats_of(base, ivs, evs, level, names[nature]["raised"], names[nature]["lowered"])
        assert await stats.fetchval(base, ivs, evs, level, nature) == expected
        gains, multiplier = [dice.randint(0, 255) for _ in STATS], dice.randint(1, 16)
        gained = evs_after(evs, gains, multiplier)
        assert await after.fetchval(evs, gains, multiplier) == gained
        assert sum(gained) <= EVS_MOST
        assert max(gained) <= EV_MOST


async def test_no_growth_curve_falls_and_the_first_hundred_levels_are_those_of_the_formulas(tx):
    curves: dict[str, list[int]] = {}
    for row in await tx.connection.fetch("select * from wine.growth_levels order by growth_curve, level"):
        curves.setdefault(row["growth_curve"], []).append(row["experience"])

    assert curves.keys() == CURVES.keys()
    for name, levels in curves.items():
        assert len(levels) == 200
        assert all(low < high for low, high in pairwise(levels)), name
        assert levels[:100] == [0, *(CURVES[name](level) for level in range(2, 101))], name
    hundredth = {name: levels[99] for name, levels in curves.items()}
    assert hundredth == {
        "early": 800_000, "steady": 1_000_000, "measured": 1_059_860, "slow": 1_250_000, "blooming": 600_000,
        "lingering": 1_640_000,
    }  # fmt: skip


async def test_an_amount_of_experience_is_a_level(tx):
    level_at = await tx.connection.prepare("select wine.level_at($1, $2)")

    assert [await level_at.fetchval("steady", amount) for amount in (0, 7, 8, 26, 27, 10**12)] == [1, 1, 2, 2, 3, 200]
    assert await level_at.fetchval("measured", 0) == 1
    assert await level_at.fetchval("none", 5) is None


async def test_the_factor_on_two_types_is_the_product_as_in_the_rule(tx):
    types = [row["type"] for row in await tx.connection.fetch("select type from wine.wine_types order by position")]
    rows = await tx.connection.fetch("select attacking, defending, factor from wine.type_effectiveness")
    factors = {(row["attacking"], row["defending"]): row["factor"] for row in rows}
    multiplier = await tx.connection.prepare("select wine.type_multiplier($1, $2, $3, current_date)")

    assert len(factors) == 64 == len(types) ** 2
    assert set(factors.values()) == {0, 50, 100, 200}
    assert any(factors[a, d] != factors[d, a] for a, d in factors)
    for attacking in types:
        for first in types:
            assert await multiplier.fetchval(attacking, first, None) == factors[attacking, first]
            assert await multiplier.fetchval(attacking, first, first) == factors[attacking, first]
            for second in types:
                if second != first:
                    expected = multiplied(factors[attacking, first], factors[attacking, second])
                    assert await multiplier.fetchval(attacking, first, second) == expected
                    assert expected in (0, 25, 50, 100, 200, 400)
    assert await multiplier.fetchval("tannic", "sweet", "rich") == 0
    assert [in_words(percent) for percent in (0, 50, 100, 400)] == [
        "no effect", "a weaker effect", "the usual effect", "a stronger effect",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("domain", "good", "bad"),
    [
        ("iv_stat", ["0", "31"], ["-1", "32"]),
        ("ev_stat", ["0", "252"], ["-1", "253"]),
        ("wine_level", ["1", "100", "200"], ["0", "201"]),
        ("percentage", ["0", "12.345", "100"], ["-0.01", "100.01"]),
        ("price", ["0", "9000000000000"], ["-1"]),
        ("base_stats", ["{1,2,3,4,5,255}"], ["{1,2,3,4,5}", "{0,1,1,1,1,1}", "{1,1,1,1,1,256}", "{1,1,1,1,1,null}"]),
    ],
)
async def test_a_domain_takes_its_values_and_no_others(tx, domain, good, bad):
    for text in good:
        await tx.connection.fetchval(f"select ($1::text)::wine.{domain}", text)
    for text in bad:
        await tx.connection.execute("savepoint before")
        with pytest.raises(asyncpg.CheckViolationError):
            await tx.connection.fetchval(f"select ($1::text)::wine.{domain}", text)
        await tx.connection.execute("rollback to before")
