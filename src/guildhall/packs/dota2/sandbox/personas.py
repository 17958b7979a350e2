"""Synthetic players: name, rank, habits."""

from bisect import bisect_right
from itertools import accumulate

from msgspec import Struct

from guildhall.packs.dota2.sandbox import kinds
from guildhall.packs.dota2.sandbox.constants import clusters_of
from guildhall.packs.dota2.sandbox.heroes import HEROES
from guildhall.packs.dota2.sandbox.ranks import IMMORTAL, drawn_tier, middle_of
from guildhall.sandbox.dice import FULL, Dice, bell

STEAM64_BASE = 76_561_197_960_265_728
PARTY = 5
"""Players are neighbours in fives; the first of each five invites the others into their matches."""

_FIRST = (
    "Sleepy Silent Rusty Lucky Angry Frozen Golden Tiny Mad Humble Blind Lazy Swift Crimson Cosmic Midnight "
    "Salty Brave Hollow Quiet Thunder Velvet Wicked Grumpy Neon Broken Royal Feral Toxic Gentle"
)
_SECOND = (
    "Ward Courier Roshan Smoke Creep Tango Aegis Rapier Dagger Rune Tower Jungler Carry Support Invoker "
    "Pudge Techies Mango Bottle Observer Ancient Shrine Cheese Denies Stacker Ganker Feeder Roamer Puck Lina"
)
_FIRST_WORDS, _SECOND_WORDS = _FIRST.split(), _SECOND.split()
_PATTERNS = ("{a} {b}", "{a}{b}", "{b}{n}", "xX_{b}_Xx", "{a}.{b}", "《{b}》{a}", "{b} ツ", "I {b} you")
_HOMES = ((3, "DE"), (3, "GB"), (8, "RU"), (8, "SE"), (5, "PH"), (5, "ID"), (2, "US"), (1, "US"), (10, "BR"),
          (10, "PE"), (9, "UA"), (7, "AU"), (6, "AE"), (12, "CN"), (19, "JP"), (11, "ZA"))  # fmt: skip


class Persona(Struct, frozen=True):
    """One synthetic player as of the epoch.

    `rank_tier` is None for the uncalibrated; `skill_tier` is what they would be and decides whom they meet.
    `win_rate` and `turbo` are shares of 1; `matches` counts those they start themselves before the epoch,
    spread over `span_days`; `active` players go on playing after it. `heroes` and `hero_odds` are the hero
    pool with cumulative weights.
    """

    index: int
    account_id: int
    name: str | None
    former_name: str | None
    country: str | None
    clusters: tuple[int, ...]
    private: bool
    plus: bool
    active: bool
    rank_tier: int | None
    skill_tier: int
    mmr: float
    leaderboard_rank: int | None
    win_rate: float
    turbo: float
    matches: int
    span_days: int
    phase: int
    timezone: int
    avatar: str
    heroes: tuple[int, ...]
    hero_odds: tuple[int, ...]

    @property
    def captain(self) -> int:
        """Index of the player whose matches this one may join; the player's own for a captain."""
        return self.index - self.index % PARTY

    @property
    def steamid(self) -> int:
        """The 64-bit Steam id."""
        return self.account_id + STEAM64_BASE

    def favourite(self, draw: int) -> int:
        """A hero of the pool for a draw of 0..65535."""
        return self.heroes[bisect_right(self.hero_odds, draw * self.hero_odds[-1] // FULL)]


def make_persona(dice: Dice, index: int, account_id: int) -> Persona:
    """The player at an index; one in 20 is private, one in 10 uncalibrated, one in 50 Immortal at least."""
    draw = dice.roll(kinds.PERSONA, index)
    skill_tier = IMMORTAL if index % 50 == 3 else drawn_tier(draw[0])
    rank_tier = None if index % 10 == 6 else skill_tier
    # Every second Immortal is on a leaderboard, whoever came by chance is not: the board is short.
    placed = index % 100 == 3
    matches = 110 + int(900 * (draw[1] / FULL) ** 2)
    region, country = _HOMES[draw[2] % len(_HOMES)]
    heroes, hero_odds = _pool(dice, index, size=12 + draw[3] % 40)
    return Persona(
        index=index,
        account_id=account_id,
        name=None if index % 50 == 29 else _name(draw[4:8]),
        former_name=_name(draw[8:12]) if draw[12] % 3 == 0 else None,
        country=None if draw[13] % 3 == 0 else country,
        clusters=clusters_of(region),
        private=index % 20 == 13,
        plus=draw[14] % 4 == 0,
        active=index % 5 != 4,
        rank_tier=rank_tier,
        skill_tier=skill_tier,
        mmr=middle_of(skill_tier) + (draw[15] % 60 - 30),
        leaderboard_rank=1 + draw[16] % 4000 if placed else None,
        win_rate=0.5 + 0.02 * bell(*draw[17:21]),
        turbo=0.7 * (draw[21] / FULL) ** 2,
        matches=matches,
        span_days=min(728, max(120, matches, 180 + draw[22] % 548)),
        phase=draw[23] % 2400,
        timezone=region % 9 - 4,
        avatar="".join(f"{number:04x}" for number in dice.roll(kinds.AVATAR, index)[:10]),
        heroes=heroes,
        hero_odds=hero_odds,
    )


def _name(draw: tuple[int, ...]) -> str:
    return _PATTERNS[draw[0] % len(_PATTERNS)].format(
        a=_FIRST_WORDS[draw[1] % len(_FIRST_WORDS)],
        b=_SECOND_WORDS[draw[2] % len(_SECOND_WORDS)],
        n=draw[3] % 100,
    )


def _pool(dice: Dice, index: int, size: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    order = sorted(range(len(HEROES)), key=lambda place: dice.number(kinds.HERO_POOL, index, place))
    # Zipf's law with a small offset fits real players: the favourite takes 6-13 % of their matches.
    weights = accumulate(100_000 // (place + 6) for place in range(size))
    return tuple(HEROES[place].id for place in order[:size]), tuple(weights)
