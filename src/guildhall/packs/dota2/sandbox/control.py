"""The control plane: faults, limits, players, time and counters of a running sandbox."""

from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web
from msgspec import UNSET, Struct, UnsetType

from guildhall.packs.dota2.sandbox.added import add_matches, wanted_matches
from guildhall.packs.dota2.sandbox.answers import JSON_TYPE, encode
from guildhall.packs.dota2.sandbox.clock import DAY, iso
from guildhall.packs.dota2.sandbox.context import CALLS, CLOCK, FAULTS, LIMITS, RECORDINGS, WORLD
from guildhall.packs.dota2.sandbox.faults import Fault
from guildhall.packs.dota2.sandbox.world import PlayerChange, placed

_FURTHEST = 400 * DAY

Handler = Callable[[web.Request], Awaitable[web.Response]]


class LimitsChange(Struct, forbid_unknown_fields=True):
    """New limits in calls; null is no limit, absent ones stay."""

    minute: int | UnsetType | None = UNSET
    day: int | UnsetType | None = UNSET
    key_minute: int | UnsetType | None = UNSET


class ClockChange(Struct, forbid_unknown_fields=True):
    """How far to move the world's time on, in seconds."""

    advance_seconds: float


class RecordingsChange(Struct, forbid_unknown_fields=True):
    """Recorded bodies that the synthetic world shall answer instead."""

    withheld: list[str]


async def show_faults(request: web.Request) -> web.Response:
    """GET: the fault in force and its counters."""
    return _json(request.app[FAULTS].view())


async def set_fault(request: web.Request) -> web.Response:
    """POST: put a fault in force."""
    request.app[FAULTS].set(msgspec.json.decode(await request.read(), type=Fault))
    return _json(request.app[FAULTS].view())


async def clear_faults(request: web.Request) -> web.Response:
    """DELETE: everything works again."""
    request.app[FAULTS].clear()
    return _json(request.app[FAULTS].view())


async def show_limits(request: web.Request) -> web.Response:
    """GET: the limits in force."""
    return _json(request.app[LIMITS].view())


async def set_limits(request: web.Request) -> web.Response:
    """POST: change limits; what was used in the current windows stays used."""
    change = msgspec.json.decode(await request.read(), type=LimitsChange)
    limits = request.app[LIMITS]
    for value in (change.minute, change.day, change.key_minute):
        if isinstance(value, int) and value < 0:
            raise ValueError("a limit must not be negative")
    if change.minute is not UNSET:
        limits.minute = change.minute
    if change.day is not UNSET:
        limits.day = change.day
    if change.key_minute is not UNSET:
        limits.key_minute = change.key_minute
    return _json(limits.view())


async def show_players(request: web.Request) -> web.Response:
    """GET: the synthetic players as of the epoch: who they are, so that one can be picked."""
    personas = map(request.app[WORLD].calendar.persona, range(len(request.app[WORLD].account_ids)))
    return _json(
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
    return _json(
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
    return _json({"match_ids": add_matches(request.app[WORLD], index, matches)})


async def show_clock(request: web.Request) -> web.Response:
    """GET: the world's time."""
    clock = request.app[CLOCK]
    now = clock.now()
    return _json({"epoch": iso(clock.epoch), "now": iso(now), "unix": now})


async def advance_clock(request: web.Request) -> web.Response:
    """POST: move the world's time on, rate-limit windows with it."""
    seconds = msgspec.json.decode(await request.read(), type=ClockChange).advance_seconds
    if not 0 <= seconds <= _FURTHEST:
        raise ValueError(f"advance_seconds must be between 0 and {_FURTHEST}")
    request.app[CLOCK].advance(seconds)
    return await show_clock(request)


async def show_calls(request: web.Request) -> web.Response:
    """GET: what has been asked for."""
    return _json(request.app[CALLS].view())


async def reset_calls(request: web.Request) -> web.Response:
    """DELETE: count from zero."""
    request.app[CALLS].reset()
    return _json(request.app[CALLS].view())


async def withhold_recordings(request: web.Request) -> web.Response:
    """POST: which recorded bodies the synthetic world answers instead."""
    withheld = frozenset(msgspec.json.decode(await request.read(), type=RecordingsChange).withheld)
    recordings = request.app[RECORDINGS]
    if unknown := sorted(withheld - recordings.names):
        raise ValueError(f"no such recordings: {', '.join(unknown)}; there are {sorted(recordings.names)}")
    recordings.withheld = withheld
    return _json({"withheld": sorted(withheld)})


def control_routes() -> list[web.RouteDef]:
    """The routes of the control plane."""
    return [
        web.get("/_sandbox/faults", _checked(show_faults)),
        web.post("/_sandbox/faults", _checked(set_fault)),
        web.delete("/_sandbox/faults", _checked(clear_faults)),
        web.get("/_sandbox/limits", _checked(show_limits)),
        web.post("/_sandbox/limits", _checked(set_limits)),
        web.get("/_sandbox/players", _checked(show_players)),
        web.post("/_sandbox/players/{account_id}", _checked(change_player)),
        web.post("/_sandbox/players/{account_id}/matches", _checked(add_player_matches)),
        web.get("/_sandbox/clock", _checked(show_clock)),
        web.post("/_sandbox/clock", _checked(advance_clock)),
        web.get("/_sandbox/calls", _checked(show_calls)),
        web.delete("/_sandbox/calls", _checked(reset_calls)),
        web.post("/_sandbox/recordings", _checked(withhold_recordings)),
    ]


def _checked(handler: Handler) -> Handler:
    """Answer 400 with the reason where a body makes no sense."""

    async def handle(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except (msgspec.DecodeError, ValueError) as error:
            return _json({"error": str(error)}, status=400)
        except LookupError as error:
            return _json({"error": str(error.args[0])}, status=404)

    return handle


def _player_index(request: web.Request) -> int:
    text = request.match_info["account_id"]
    index = request.app[WORLD].index_of.get(int(text)) if text.isascii() and text.isdigit() else None
    if index is None:
        raise LookupError(f"no synthetic player {text}")
    return index


def _json(body: object, status: int = 200) -> web.Response:
    return web.Response(status=status, body=encode(body), headers={"Content-Type": JSON_TYPE})
