"""The routes below /players, and /search: which answer a request gets."""

import re

from aiohttp import web

from guildhall.packs.dota2.sandbox import player_answers, totals
from guildhall.packs.dota2.sandbox.answers import NOT_FOUND, Answer, answer, error
from guildhall.packs.dota2.sandbox.clock import iso
from guildhall.packs.dota2.sandbox.context import ANSWERS, RECORDINGS, WORLD
from guildhall.packs.dota2.sandbox.filters import ALWAYS, DEFAULT_COLUMNS, Filter, parse, select
from guildhall.packs.dota2.sandbox.recordings import RECORDED_PLAYER, Recordings
from guildhall.packs.dota2.sandbox.search import best
from guildhall.packs.dota2.sandbox.serving import Build
from guildhall.packs.dota2.sandbox.totals import JsonObject
from guildhall.packs.dota2.sandbox.world import World, steam32
from guildhall.sandbox.answers import encode

_INTEGER = re.compile(r"-?\d{1,20}")
_INVALID = error(400, "invalid account id")
_UNFILTERED = frozenset({"", "recentMatches", "ratings", "rankings"})


def profile(request: web.Request) -> Answer:
    """GET /players/{account_id}."""
    return _answer(request, "")


def player_endpoint(name: str) -> Build:
    """GET /players/{account_id}/{name}."""

    def build(request: web.Request) -> Answer:
        return _answer(request, name)

    return build


def refresh(request: web.Request) -> Answer:
    """POST /players/{account_id}/refresh: {} at once; the server's own work is not waited for."""
    # Browsers of other sites may not post; servers send no Origin.
    if "Origin" in request.headers:
        return error(403, "Invalid Origin header")
    return _INVALID if _account_id(request) is None else answer(b"{}")


def search(request: web.Request) -> Answer:
    """GET /search?q=: an exact id first, then names by similarity (`sml`, 0..1)."""
    query = request.query.get("q")
    if query is None:
        return error(400, "q is not a string")
    world = request.app[WORLD]
    recorded = _recorded_persona(request.app[RECORDINGS])
    rows: list[JsonObject] = []
    if query.isascii() and query.isdigit() and len(query) <= 20:
        account_id = steam32(int(query))
        if account_id == RECORDED_PLAYER and recorded is not None:
            rows.append(recorded)
        elif account_id in world.index_of:
            rows.append(_found(world, world.index_of[account_id]))
    names = list(world.names())
    if recorded is not None:
        names.append((-1, str(recorded["personaname"])))
    for index, similarity in best(query, names):
        found = recorded if index < 0 and recorded is not None else _found(world, index)
        rows.append({**found, "sml": similarity})
    return answer(encode(rows))


def _answer(request: web.Request, name: str) -> Answer:
    account_id = _account_id(request)
    if account_id is None:
        return _INVALID
    wanted = Filter() if name in _UNFILTERED else parse(request.query_string)
    recordings, world = request.app[RECORDINGS], request.app[WORLD]
    if account_id == RECORDED_PLAYER and recordings.player("") is not None:
        return _recorded(recordings, world, name, wanted)
    index = world.index_of.get(account_id)
    if index is None:
        return NOT_FOUND
    player = world.player(index)
    if name == "":
        return request.app[ANSWERS].get(f"{index}", player.version, lambda: player_answers.profile(world, player))
    build = player_answers.BUILDERS[name]
    if wanted.moves or name == "peers":
        return answer(encode(build(world, player, wanted)))
    return request.app[ANSWERS].get(f"{index}/{name}?{wanted!r}", player.version, lambda: build(world, player, wanted))


def _account_id(request: web.Request) -> int | None:
    text = request.match_info["account_id"]
    return int(text) if _INTEGER.fullmatch(text) else None


def _found(world: World, index: int) -> JsonObject:
    player = world.player(index)
    started = world.last_start(index)
    return {
        "account_id": player.persona.account_id,
        "personaname": player.name,
        "avatarfull": player_answers.avatar(player, "_full"),
        "last_match_time": None if started is None or player.hides else iso(started),
    }


def _recorded(recordings: Recordings, world: World, name: str, wanted: Filter) -> Answer:
    """The recorded player: the body as it was recorded, or computed from the recorded matches."""
    body = recordings.player(name)
    if body is not None and (name == "peers" or wanted.plain):
        return answer(body)
    rows = recordings.matches()
    if rows is None:
        return NOT_FOUND
    games = select((game for game, _ in rows), wanted, world.clock.now(), None)
    if name == "matches":
        sent = {game.match_id: row for game, row in rows}
        found = [sent[game.match_id] for game in games]
        if wanted.columns is not DEFAULT_COLUMNS:
            columns = (*ALWAYS, *wanted.columns)
            found = [{name: row[name] for name in columns if name in row} for row in found]
        return answer(encode(found))
    if name == "wl":
        return answer(encode(totals.win_lose(games)))
    if name == "counts":
        return answer(encode(totals.counts(games)))
    if name == "totals":
        return answer(encode(totals.totals(games)))
    return answer(encode(totals.heroes(games, None, wanted.having)))


def _recorded_persona(recordings: Recordings) -> JsonObject | None:
    persona = recordings.persona()
    if persona is None:
        return None
    return {
        "account_id": persona.account_id,
        "personaname": persona.personaname,
        "avatarfull": persona.avatarfull,
        "last_match_time": None,
    }
