"""Matches that the control plane adds to a player's history."""

import msgspec
from msgspec import UNSET, Struct, UnsetType, structs

from guildhall.packs.dota2.sandbox import kinds
from guildhall.packs.dota2.sandbox.games import DIRE, Game, make_game, player_slot
from guildhall.packs.dota2.sandbox.headers import Header, player_header
from guildhall.packs.dota2.sandbox.heroes import HERO_BY_ID
from guildhall.packs.dota2.sandbox.lineups import Seat
from guildhall.packs.dota2.sandbox.personas import Persona
from guildhall.packs.dota2.sandbox.world import Match, World
from guildhall.sandbox.dice import Dice

MOST_AT_ONCE = 1000
_APART = 60
"""Seconds between the ends of matches that are added together."""

_HEADER_FIELDS = frozenset(Header.__struct_fields__)


class AddedMatch(Struct, forbid_unknown_fields=True):
    """A match to add; absent fields are made up: a decided ranked All Pick match that has just ended."""

    match_id: int | UnsetType = UNSET
    player_slot: int | UnsetType = UNSET
    radiant_win: bool | UnsetType | None = UNSET
    hero_id: int | UnsetType = UNSET
    start_time: int | UnsetType = UNSET
    duration: int | UnsetType = UNSET
    game_mode: int | UnsetType = UNSET
    lobby_type: int | UnsetType = UNSET
    version: int | UnsetType | None = UNSET
    kills: int | UnsetType = UNSET
    deaths: int | UnsetType = UNSET
    assists: int | UnsetType = UNSET
    average_rank: int | UnsetType | None = UNSET
    leaver_status: int | UnsetType | None = UNSET
    party_size: int | UnsetType | None = UNSET
    hero_variant: int | UnsetType | None = UNSET
    xp_per_min: int | UnsetType = UNSET
    gold_per_min: int | UnsetType = UNSET
    cluster: int | UnsetType = UNSET


class AddedCount(Struct, forbid_unknown_fields=True):
    """A number of matches to make up."""

    count: int = 1


def wanted_matches(body: bytes) -> list[AddedMatch]:
    """Read {"count": n} or a list of matches; ValueError for anything else."""
    if body.lstrip().startswith(b"["):
        matches = msgspec.json.decode(body, type=list[AddedMatch])
    else:
        count = msgspec.json.decode(body, type=AddedCount).count
        if count < 0:
            raise ValueError("count must not be negative")
        matches = [AddedMatch() for _ in range(min(count, MOST_AT_ONCE + 1))]
    if len(matches) > MOST_AT_ONCE:
        raise ValueError(f"at most {MOST_AT_ONCE} matches at once")
    for match in matches:
        _check(match)
    return matches


def add_matches(world: World, index: int, matches: list[AddedMatch]) -> list[int]:
    """Add matches to a player's history, the last of them ending now, and return their ids.

    ValueError for an id that is taken or a match that has not ended yet.
    """
    now = int(world.clock.now())
    persona = world.calendar.persona(index)
    made: dict[int, Match] = {}
    for place, wanted in enumerate(matches):
        ended = now - (len(matches) - 1 - place) * _APART
        header = _header(world, persona, wanted, ended, made)
        if header.ended_at > now:
            raise ValueError("a match must have ended by the world's now")
        made[header.match_id] = Match(header, (Seat(index, header.seat),), _game(world, persona, wanted, header))
    # Only now: a batch is added as a whole or not at all.
    for match in made.values():
        world.add(index, match)
    return list(made)


def _game(world: World, persona: Persona, wanted: AddedMatch, header: Header) -> Game:
    draw = world.dice.roll(kinds.DRAFT, header.match_id)
    hero_id = persona.favourite(draw[0]) if wanted.hero_id is UNSET else wanted.hero_id
    given = _given(wanted)
    given.setdefault("leaver_status", 0)
    given["significant"] = header.significant and hero_id != 0
    return structs.replace(make_game(world.dice, header, header.seat, hero_id, 1), **given)


def _header(world: World, persona: Persona, wanted: AddedMatch, ended: int, made: dict[int, Match]) -> Header:
    duration = _made_duration(world.dice, ended) if wanted.duration is UNSET else wanted.duration
    start_time = ended - duration if wanted.start_time is UNSET else wanted.start_time
    if wanted.match_id is UNSET:
        match_id = world.ids.at_or_after(persona.index, start_time)
        while match_id in made or world.taken(match_id):
            match_id += world.ids.streams
    else:
        match_id = wanted.match_id
        if match_id in made or world.taken(match_id):
            raise ValueError(f"match {match_id} exists already")
    header = player_header(world.dice, persona, match_id, start_time)
    given = {name: value for name, value in _given(wanted).items() if name in _HEADER_FIELDS}
    seat = header.seat
    if wanted.player_slot is not UNSET:
        seat = wanted.player_slot if wanted.player_slot < DIRE else wanted.player_slot - DIRE + 5
    defaults = {"game_mode": 22, "lobby_type": 7, "radiant_win": header.radiant_win is not False}
    changes = {**defaults, **given, "start_time": start_time, "duration": duration, "seat": seat}
    return structs.replace(header, unpicked=-1, **changes)


def _given(wanted: AddedMatch) -> dict[str, object]:
    return {name: value for name, value in structs.asdict(wanted).items() if value is not UNSET}


def _made_duration(dice: Dice, ended: int) -> int:
    return 1500 + dice.roll(kinds.MATCH, ended)[0] % 1500


def _check(match: AddedMatch) -> None:
    slots = [player_slot(seat) for seat in range(10)]
    if match.player_slot is not UNSET and match.player_slot not in slots:
        raise ValueError(f"player_slot {match.player_slot} does not exist")
    if match.hero_id is not UNSET and match.hero_id != 0 and match.hero_id not in HERO_BY_ID:
        raise ValueError(f"hero_id {match.hero_id} does not exist")
    if match.duration is not UNSET and match.duration < 0:
        raise ValueError("duration must not be negative")
    if match.match_id is not UNSET and match.match_id <= 0:
        raise ValueError("match_id must be positive")
