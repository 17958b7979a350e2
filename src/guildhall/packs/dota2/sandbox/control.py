"""The control plane: faults, limits, players, time and counters of a running sandbox."""

import msgspec
from aiohttp import web
from msgspec import Struct

from guildhall.packs.dota2.sandbox.added import add_matches, wanted_matches
from guildhall.packs.dota2.sandbox.clock import iso
from guildhall.packs.dota2.sandbox.context import CALLS, CLOCK, FAULTS, LIMITS, RECORDINGS, WORLD
from guildhall.packs.dota2.sandbox.faults import Fault
from guildhall.packs.dota2.sandbox.limits import LimitsChange
from guildhall.packs.dota2.sandbox.world import PlayerChange, placed
from guildhall.sandbox.answers import reply
from guildhall.sandbox.control import ClockChange, call_routes, checked, limit_routes, require_step


class RecordingsChange(Struct, forbid_unknown_fields=True):
    """Recorded bodies that the synthetic world shall answer instead."""

    withheld: list[str]


async def show_faults(request: web.Request) -> web.Response:
    """GET: the fault in force and its counters."""
    return reply(request.app[FAULTS].view())


async def set_fault(request: web.Request) -> web.Response:
    """POST: put a fault in force."""
    request.app[FAULTS].set(msgspec.json.decode(await request.read(), type=Fault))
    return reply(request.app[FAULTS].view())


async def clear_faults(request: web.Request) -> web.Response:
    """DELETE: everything works again."""
    request.app[FAULTS].clear()
    return reply(request.app[FAULTS].view())


async def show_players(request: web.Request) -> web.Response:
    """GET: the synthetic players as of the epoch, to pick one of them."""
    personas = map(request.app[WORLD].calendar.persona, range(len(request.app[WORLD].account_ids)))
    return reply(
        [
            {
                "account_id": persona.account_id,
                "personaname": persona.name,
                "rank_tier": persona.rank_tier,
                "private": persona.private,
                "active": persona.active,
            }
            for persona in personas
        ]
    )


async def change_player(request: web.Request) -> web.Response:
    """POST: change a synthetic player."""
    index = _player_index(request)
    change = msgspec.json.decode(await request.read(), type=PlayerChange)
    player = request.app[WORLD].change(index, change)
    return reply(
        {
            "account_id": player.persona.account_id,
            "personaname": player.name,
            "rank_tier": player.rank_tier,
            "leaderboard_rank": placed(player),
            "private": player.private,
        }
    )


async def add_player_matches(request: web.Request) -> web.Response:
    """POST: add matches to a synthetic player's history; their ids, in the order given."""
    index = _player_index(request)
    matches = wanted_matches(await request.read())
    return reply({"match_ids": add_matches(request.app[WORLD], index, matches)})


async def show_clock(request: web.Request) -> web.Response:
    """GET: the world's time."""
    clock = request.app[CLOCK]
    now = clock.now()
    return reply({"epoch": iso(clock.epoch), "now": iso(now), "unix": now})


async def advance_clock(request: web.Request) -> web.Response:
    """POST: move the world's time on, rate-limit windows with it."""
    seconds = msgspec.json.decode(await request.read(), type=ClockChange).advance_seconds
    require_step(seconds)
    request.app[CLOCK].advance(seconds)
    return await show_clock(request)


async def withhold_recordings(request: web.Request) -> web.Response:
    """POST: which recorded bodies the synthetic world answers instead."""
    withheld = frozenset(msgspec.json.decode(await request.read(), type=RecordingsChange).withheld)
    recordings = request.app[RECORDINGS]
    if unknown := sorted(withheld - recordings.names):
        raise ValueError(f"no such recordings: {', '.join(unknown)}; there are {sorted(recordings.names)}")
    recordings.withheld = withheld
    return reply({"withheld": sorted(withheld)})


def control_routes() -> list[web.RouteDef]:
    """The routes of the control plane."""
    return [
        web.get("/_sandbox/faults", checked(show_faults)),
        web.post("/_sandbox/faults", checked(set_fault)),
        web.delete("/_sandbox/faults", checked(clear_faults)),
        *limit_routes(LIMITS, LimitsChange),
        web.get("/_sandbox/players", checked(show_players)),
        web.post("/_sandbox/players/{account_id}", checked(change_player)),
        web.post("/_sandbox/players/{account_id}/matches", checked(add_player_matches)),
        web.get("/_sandbox/clock", checked(show_clock)),
        web.post("/_sandbox/clock", checked(advance_clock)),
        *call_routes(CALLS),
        web.post("/_sandbox/recordings", checked(withhold_recordings)),
    ]


def _player_index(request: web.Request) -> int:
    text = request.match_info["account_id"]
    index = request.app[WORLD].index_of.get(int(text)) if text.isascii() and text.isdigit() else None
    if index is None:
        raise LookupError(f"no synthetic player {text}")
    return index
