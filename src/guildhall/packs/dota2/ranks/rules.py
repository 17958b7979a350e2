"""Ranked medals: decoding rank_tier, ordering ranks, and telling what changed between two of them."""

from typing import Literal

from msgspec import Struct

MEDAL_NAMES = ("Herald", "Guardian", "Crusader", "Archon", "Legend", "Ancient", "Divine", "Immortal")

IMMORTAL_TIER = 80

_IMMORTAL_MEDAL = 8
_STARS_PER_MEDAL = 5
_IMMORTAL_ORDINAL = 40

_AVERAGES_OF_IMMORTALS = range(81, 86)


class Rank(Struct, frozen=True):
    """A calibrated rank.

    `stars` is None for Immortal, which has none. `leaderboard_rank` is the regional place, 1 being the best,
    and None for everyone who holds no place. `ordinal` counts medal steps, 5 (Herald 1) to 40 (Immortal).
    """

    tier: int
    medal: int
    medal_name: str
    stars: int | None
    leaderboard_rank: int | None
    ordinal: int


class RankChange(Struct, frozen=True):
    """The difference between two ranks.

    `stars` is the difference of ordinals, positive upwards, and 0 when either side is uncalibrated. `places` is the
    number of leaderboard places gained, None unless both sides hold a place.
    """

    direction: Literal["up", "down", "same", "calibrated", "lost"]
    stars: int
    places: int | None


def decode_rank(rank_tier: int | None, leaderboard_rank: int | None) -> Rank | None:
    """Read OpenDota's pair of rank fields; None means uncalibrated.

    The tens of `rank_tier` are the medal and the units its stars: 11 to 15, 21 to 25, ... 71 to 75, then 80
    for Immortal, 36 codes in all. A player never has 81 to 85. OpenDota did write 81 as the average of a
    match until May 2025.

    A leaderboard rank is kept only for Immortals, who alone can hold one, and only from 1 up, so a 0 in place
    of an absent value is no place.

    Raises ValueError for any other `rank_tier`.
    """
    if rank_tier is None:
        return None
    ordinal = rank_ordinal(rank_tier)
    medal, stars = divmod(rank_tier, 10)
    immortal = rank_tier == IMMORTAL_TIER
    placed = immortal and leaderboard_rank is not None and leaderboard_rank >= 1
    return Rank(
        tier=rank_tier,
        medal=medal,
        medal_name=MEDAL_NAMES[medal - 1],
        stars=None if immortal else stars,
        leaderboard_rank=leaderboard_rank if placed else None,
        ordinal=ordinal,
    )


def known_tier(rank_tier: int | None) -> int | None:
    """Return the medal's code for what OpenDota gives; None for uncalibrated.

    81 to 85, which averages of Immortals had until May 2025, are Immortal.

    Raises ValueError for a code that no medal has.
    """
    if rank_tier is None or rank_tier == 0:
        return None
    tier = IMMORTAL_TIER if rank_tier in _AVERAGES_OF_IMMORTALS else rank_tier
    rank_ordinal(tier)
    return tier


def rank_ordinal(rank_tier: int) -> int:
    """Return the medal step of a rank, 5 (Herald 1) to 40 (Immortal); neighbours differ by 1.

    The formula is that of odota/core, 5 * medal + stars - 1, except for Immortal: there it would give 39, the
    ordinal of Divine 5.

    Raises ValueError for a code that is no rank.
    """
    if rank_tier == IMMORTAL_TIER:
        return _IMMORTAL_ORDINAL
    medal, stars = divmod(rank_tier, 10)
    if not (1 <= medal < _IMMORTAL_MEDAL and 1 <= stars <= _STARS_PER_MEDAL):
        raise ValueError(f"{rank_tier} is not a rank tier")
    return _STARS_PER_MEDAL * medal + stars - 1


def rank_change(before: Rank | None, after: Rank | None) -> RankChange:
    """Compare two ranks of one player.

    `calibrated` and `lost` are the changes from and to no rank. An
    Immortal who only moves on the leaderboard goes up or down by 0 stars.
    """
    if before is None and after is None:
        return RankChange(direction="same", stars=0, places=None)
    if before is None:
        return RankChange(direction="calibrated", stars=0, places=None)
    if after is None:
        return RankChange(direction="lost", stars=0, places=None)
    places = None
    if before.leaderboard_rank is not None and after.leaderboard_rank is not None:
        places = before.leaderboard_rank - after.leaderboard_rank
    direction: Literal["up", "down", "same"] = "same"
    if _sort_key(after) > _sort_key(before):
        direction = "up"
    elif _sort_key(after) < _sort_key(before):
        direction = "down"
    return RankChange(direction=direction, stars=after.ordinal - before.ordinal, places=places)


def _sort_key(rank: Rank | None) -> tuple[int, int, int]:
    if rank is None:
        return (0, 0, 0)
    if rank.leaderboard_rank is None:
        return (rank.ordinal, 0, 0)
    return (rank.ordinal, 1, -rank.leaderboard_rank)
