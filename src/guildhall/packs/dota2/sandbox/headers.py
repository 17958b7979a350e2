"""The facts of a match that all ten players share."""

from bisect import bisect_right
from itertools import accumulate

from msgspec import Struct

from guildhall.packs.dota2.sandbox import kinds
from guildhall.packs.dota2.sandbox.constants import CLUSTER_REGION, balanced, clusters_of
from guildhall.packs.dota2.sandbox.personas import Persona
from guildhall.packs.dota2.sandbox.ranks import drawn_tier, near
from guildhall.sandbox.dice import FULL, Dice, bell

# Weight, game mode, lobby type of everything but Turbo.
_QUEUES = (
    (550, 22, 7),  # ranked All Pick
    (220, 22, 0),  # unranked All Pick
    (55, 4, 0),
    (50, 18, 0),  # Ability Draft
    (30, 3, 0),
    (20, 1, 4),  # against bots
    (20, 5, 0),
    (15, 2, 1),
    (10, 16, 0),
    (10, 21, 8),  # 1v1
    (8, 2, 7),
    (6, 22, 9),
    (6, 12, 0),
)
_QUEUE_ODDS = list(accumulate(weight for weight, _, _ in _QUEUES))
_REGIONS = tuple(sorted(set(CLUSTER_REGION.values())))
COOP_BOTS = 4


class Header(Struct, frozen=True, gc=False):
    """One match: `owner` is the stream it belongs to, `seat` (0..9, Dire from 5) where its player sits.

    `radiant_win` is None for a match without a result, `unpicked` is the seat that never chose a hero, or -1.
    `version` is the replay parser's, None for the unparsed.
    """

    match_id: int
    owner: int
    seat: int
    start_time: int
    duration: int
    game_mode: int
    lobby_type: int
    cluster: int
    radiant_win: bool | None
    average_rank: int | None
    version: int | None
    unpicked: int

    @property
    def ended_at(self) -> int:
        """Unix seconds."""
        return self.start_time + self.duration

    @property
    def significant(self) -> bool:
        """OpenDota's rule for what counts in totals: fair, decided, over 360 s, all heroes chosen."""
        return self.unpicked < 0 and balanced(self.game_mode, self.lobby_type, self.radiant_win, self.duration)


def player_header(dice: Dice, persona: Persona, match_id: int, start_time: int, longest: int | None = None) -> Header:
    """A match that a synthetic player started, at most `longest` seconds long."""
    draw = dice.roll(kinds.MATCH, match_id)
    if draw[0] < persona.turbo * FULL:
        game_mode, lobby_type = 23, 0
    else:
        game_mode, lobby_type = _queue(draw[1])
    duration = _duration(draw, turbo=game_mode == 23)
    if longest is not None:
        duration = min(duration, longest)
    seat = draw[7] % 10
    owner_wins = draw[8] < persona.win_rate * FULL
    return Header(
        match_id=match_id,
        owner=persona.index,
        seat=seat,
        start_time=start_time,
        duration=duration,
        game_mode=game_mode,
        lobby_type=lobby_type,
        cluster=persona.clusters[draw[9] % len(persona.clusters)],
        radiant_win=None if draw[10] % 500 == 0 else owner_wins == (seat < 5),
        average_rank=near(persona.skill_tier, draw[11] % 5 - 2) if draw[12] % 3 == 0 else None,
        version=22 if draw[13] % 8 == 0 else None,
        unpicked=draw[15] % 10 if draw[14] % 110 == 0 else -1,
    )


def public_header(dice: Dice, match_id: int, start_time: int, stream: int, professional: bool) -> Header:
    """A match without synthetic players: Captains Mode in a practice lobby for professionals, else public."""
    draw = dice.roll(kinds.MATCH, match_id)
    game_mode, lobby_type = (2, 1) if professional else (22, 7 if draw[1] % 4 else 0)
    clusters = clusters_of(_REGIONS[draw[7] % len(_REGIONS)])
    return Header(
        match_id=match_id,
        owner=stream,
        seat=0,
        start_time=start_time,
        duration=max(900, _duration(draw, turbo=False)) if professional else _duration(draw, turbo=False),
        game_mode=game_mode,
        lobby_type=lobby_type,
        cluster=clusters[draw[9] % len(clusters)],
        radiant_win=draw[10] % 100 < 52,
        average_rank=None if professional or draw[12] % 12 == 0 else near(drawn_tier(draw[11]), 0),
        version=22 if professional else None,
        unpicked=-1,
    )


def _queue(draw: int) -> tuple[int, int]:
    _, game_mode, lobby_type = _QUEUES[bisect_right(_QUEUE_ODDS, draw * _QUEUE_ODDS[-1] // FULL)]
    return game_mode, lobby_type


def _duration(draw: tuple[int, ...], turbo: bool) -> int:
    if draw[2] % 85 == 0:
        return 120 + draw[3] % 240
    score = bell(*draw[3:7])
    if turbo:
        return int(min(max(1320 + 300 * score, 480), 2700))
    return int(min(max(2250 + 500 * score, 700), 4600))
