"""One player's side of a match: hero, score and everything a row of a match list holds."""

from msgspec import Struct

from guildhall.packs.dota2.sandbox import kinds
from guildhall.packs.dota2.sandbox.headers import Header
from guildhall.packs.dota2.sandbox.heroes import HERO_BY_ID
from guildhall.sandbox.dice import FULL, Dice, bell

DIRE = 128
"""First player_slot of the Dire."""


class Game(Struct, gc=False):
    """A row of /players/{id}/matches and /recentMatches, with OpenDota's names, units and nulls.

    `significant` is OpenDota's rule for the whole match and never leaves the server.
    """

    match_id: int
    player_slot: int
    radiant_win: bool | None
    hero_id: int
    start_time: int
    duration: int
    game_mode: int
    lobby_type: int
    version: int | None = None
    kills: int = 0
    deaths: int = 0
    assists: int = 0
    average_rank: int | None = None
    leaver_status: int | None = 0
    party_size: int | None = None
    hero_variant: int | None = None
    xp_per_min: int = 0
    gold_per_min: int = 0
    hero_damage: int = 0
    tower_damage: int = 0
    hero_healing: int = 0
    last_hits: int = 0
    lane: int | None = None
    lane_role: int | None = None
    is_roaming: bool | None = None
    cluster: int | None = None
    denies: int = 0
    level: int = 1
    significant: bool = True

    @property
    def is_radiant(self) -> bool:
        """The player's side."""
        return self.player_slot < DIRE

    @property
    def won(self) -> bool | None:
        """True if the player's side won; None for a match without a result."""
        return None if self.radiant_win is None else self.is_radiant == self.radiant_win

    @property
    def ended_at(self) -> int:
        """Unix seconds."""
        return self.start_time + self.duration


def player_slot(seat: int) -> int:
    """Seats 0..9 as OpenDota numbers them: 0..4 Radiant, 128..132 Dire."""
    return seat if seat < 5 else DIRE + seat - 5


def make_game(dice: Dice, header: Header, seat: int, hero_id: int, party_size: int | None) -> Game:
    """Return the row of a seat; its numbers fit the hero's roles, the match's length and its result."""
    draw = dice.roll(kinds.PERFORMANCE, header.match_id, seat)
    hero = HERO_BY_ID.get(hero_id)
    farm = farm_share(hero.roles) if hero else 0.0
    minutes = header.duration / 60
    won = header.radiant_win == (seat < 5)
    tempo = (1.9 if header.game_mode == 23 else 1.0) * (1.12 if won else 0.9)
    gold = max(80, int((300 + 260 * farm + 55 * bell(*draw[0:4])) * tempo)) if hero else 100
    experience = max(90, int((430 + 190 * farm + 70 * bell(*draw[4:8])) * tempo)) if hero else 0
    fights = minutes / 36 * (1.25 if won else 0.75)
    scored = (2.5 + 7.5 * farm) * fights * (0.4 + 1.2 * draw[8] / FULL) if hero else 0.0
    fallen = (8.5 - 3.0 * farm) * minutes / 36 * (0.8 if won else 1.2) * (0.4 + 1.2 * draw[9] / FULL)
    helped = (17.0 - 8.0 * farm) * fights * (0.5 + draw[10] / FULL) if hero else 0.0
    parsed = header.version is not None and hero is not None
    lane = 1 + draw[11] % 3 if parsed else None
    return Game(
        match_id=header.match_id,
        player_slot=player_slot(seat),
        radiant_win=header.radiant_win,
        hero_id=hero_id,
        start_time=header.start_time,
        duration=header.duration,
        game_mode=header.game_mode,
        lobby_type=header.lobby_type,
        version=header.version,
        kills=int(scored),
        deaths=int(fallen),
        assists=int(helped),
        average_rank=header.average_rank,
        leaver_status=_leaver_status(draw[12], seat == header.unpicked, header.lobby_type),
        party_size=party_size,
        hero_variant=1 + draw[13] % 3 if draw[13] % 4 else None,
        xp_per_min=experience,
        gold_per_min=gold,
        hero_damage=int((250 + 480 * farm) * minutes * (0.6 + 0.8 * draw[14] / FULL)) if hero else 0,
        tower_damage=int(farm * (140 if won else 35) * minutes * draw[15] / FULL),
        hero_healing=int((1 - farm) * 140 * minutes * draw[16] / FULL) if draw[16] % 3 == 0 else 0,
        last_hits=int((0.7 + 5.6 * farm) * minutes * (0.8 + 0.4 * draw[17] / FULL)),
        lane=lane,
        lane_role=lane,
        is_roaming=draw[18] % 12 == 0 if parsed else None,
        cluster=header.cluster,
        denies=int((0.5 + farm) * 7 * draw[19] / FULL),
        level=min(30, 1 + int((experience * minutes / 440) ** 0.75)),
        significant=header.significant,
    )


def farm_share(roles: tuple[str, ...]) -> float:
    """Return the share of a team's gold that a hero with these roles takes, from 0.1 (support) to 0.95 (carry)."""
    share = 0.5
    if "Carry" in roles:
        share += 0.35
    if "Support" in roles:
        share -= 0.35
    if "Nuker" in roles or "Pusher" in roles:
        share += 0.05
    return min(max(share, 0.1), 0.95)


def _leaver_status(draw: int, unpicked: bool, lobby_type: int) -> int | None:
    if unpicked:
        return 4
    if lobby_type == 4:
        return None if draw % 16 == 0 else 0
    if draw % 64 == 0:
        return 1
    return 2 + draw % 3 if draw % 90 == 7 else 0
