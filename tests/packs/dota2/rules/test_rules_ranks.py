"""Ranks: the 36 codes, their order with Immortal on top, and changes."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.packs.dota2.ranks.rules import Rank, RankChange, decode_rank, rank_change, rank_ordinal

TIERS = [10 * medal + stars for medal in range(1, 8) for stars in range(1, 6)] + [80]

tiers = st.sampled_from(TIERS)
places = st.none() | st.integers(1, 10_000)
ranks = st.builds(decode_rank, st.none() | tiers, places)


def rank(tier: int, place: int | None = None) -> Rank:
    decoded = decode_rank(tier, place)
    assert decoded is not None
    return decoded


def test_there_are_36_ranks_one_ordinal_apart() -> None:
    ordinals = [rank_ordinal(tier) for tier in TIERS]

    assert len(TIERS) == 36
    assert ordinals == list(range(5, 41))


def test_immortal_is_above_divine_5() -> None:
    assert rank_ordinal(80) == 40
    assert rank_ordinal(75) == 39


def test_decoding_names_medal_and_stars() -> None:
    assert decode_rank(53, None) == Rank(
        tier=53, medal=5, medal_name="Legend", stars=3, leaderboard_rank=None, ordinal=27
    )
    assert decode_rank(80, 32) == Rank(
        tier=80, medal=8, medal_name="Immortal", stars=None, leaderboard_rank=32, ordinal=40
    )


@given(places)
def test_uncalibrated_is_none(place: int | None) -> None:
    assert decode_rank(None, place) is None


@given(tiers, places)
def test_decoding_agrees_with_the_code(tier: int, place: int | None) -> None:
    decoded = rank(tier, place)

    assert decoded.tier == tier == 10 * decoded.medal + (decoded.stars or 0)
    assert decoded.leaderboard_rank == (place if tier == 80 else None)
    assert decoded.ordinal == rank_ordinal(tier)


@pytest.mark.parametrize("place", [0, -1])
def test_no_place_below_the_first(place: int) -> None:
    assert rank(80, place).leaderboard_rank is None


@given(st.integers().filter(lambda tier: tier not in TIERS))
def test_every_other_code_is_refused(tier: int) -> None:
    with pytest.raises(ValueError, match="not a rank tier"):
        decode_rank(tier, None)


@pytest.mark.parametrize("tier", [0, 10, 16, 70, 76, 79, 81, 82, 85, 90, 91])
def test_neighbours_of_valid_codes_are_refused(tier: int) -> None:
    with pytest.raises(ValueError, match="not a rank tier"):
        rank_ordinal(tier)


def test_every_rank_is_above_those_before_it_on_the_ladder() -> None:
    ladder = [rank(tier) for tier in TIERS] + [rank(80, place) for place in (5000, 100, 2, 1)]

    assert all(rank_change(lower, higher).direction == "up" for lower, higher in combinations(ladder, 2))


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (None, None, RankChange("same", 0, None)),
        (None, rank(11), RankChange("calibrated", 0, None)),
        (rank(80, 5), None, RankChange("lost", 0, None)),
        (rank(15), rank(21), RankChange("up", 1, None)),
        (rank(75), rank(80), RankChange("up", 1, None)),
        (rank(80, 12), rank(75), RankChange("down", -1, None)),
        (rank(55), rank(51), RankChange("down", -4, None)),
        (rank(80), rank(80, 4000), RankChange("up", 0, None)),
        (rank(80, 4000), rank(80), RankChange("down", 0, None)),
        (rank(80, 40), rank(80, 32), RankChange("up", 0, 8)),
        (rank(80, 32), rank(80, 40), RankChange("down", 0, -8)),
        (rank(80, 32), rank(80, 32), RankChange("same", 0, 0)),
    ],
)
def test_change_between_two_ranks(before: Rank | None, after: Rank | None, change: RankChange) -> None:
    assert rank_change(before, after) == change


@given(ranks, ranks)
def test_a_change_undone_is_its_opposite(before: Rank | None, after: Rank | None) -> None:
    opposite = {"up": "down", "down": "up", "same": "same", "calibrated": "lost", "lost": "calibrated"}
    there, back = rank_change(before, after), rank_change(after, before)

    assert back.direction == opposite[there.direction]
    assert back.stars == -there.stars
    assert (back.places or 0) == -(there.places or 0)


@given(ranks)
def test_no_change_from_a_rank_to_itself(unchanged: Rank | None) -> None:
    assert rank_change(unchanged, unchanged).direction == "same"
