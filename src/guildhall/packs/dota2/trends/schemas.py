"""Heroes' figures in a window, and the trends in them."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from guildhall.packs.dota2.answers.schemas import HeroId, Share


class MetaTally(Struct, frozen=True):
    """Games and wins of a hero, summed over a window."""

    hero_id: int
    games: int
    wins: int


class HeroTrendItem(Struct, frozen=True):
    """A hero in the window, beside the window before. Sorted by `wilson_low`."""

    hero_id: HeroId
    localized_name: str | None
    games: int
    wins: int
    pick_rate: Share
    win_rate: Share | None
    shrunk_win_rate: Share
    wilson_low: Share
    wilson_high: Share
    games_before: int
    win_rate_before: Share | None
    change: Annotated[float, Meta(description="Of the shrunk rates; null without games in both windows")] | None
    significant: Annotated[bool, Meta(description="More than chance, guarded against testing many heroes")]


class MetaTrends(Struct, frozen=True):
    """Heroes' figures over player-games of known players, by OpenDota's rule of what counts."""

    from_day: date
    to_day: date
    partial_day: Annotated[date, Meta(description="Today: not over, and biased to short games")] | None
    before_from_day: date | None
    patch: int | None
    bracket: int | None
    player_games: int
    heroes: list[HeroTrendItem]
    as_of: datetime
