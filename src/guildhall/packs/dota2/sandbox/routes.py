"""The routes of the API that are not about one player: heroes, matches, the server itself."""

from collections.abc import Callable

import msgspec
from aiohttp import web

from guildhall.packs.dota2.sandbox import hero_answers, match_answers
from guildhall.packs.dota2.sandbox.answers import NOT_FOUND, Answer, answer, error
from guildhall.packs.dota2.sandbox.constants import built_in
from guildhall.packs.dota2.sandbox.context import ANSWERS, CLOCK, LIMITS, RECORDINGS, WORLD
from guildhall.packs.dota2.sandbox.heroes import hero_constants
from guildhall.packs.dota2.sandbox.limits import KEY_MINUTE_LIMIT
from guildhall.packs.dota2.sandbox.serving import Build
from guildhall.packs.dota2.sandbox.totals import JsonObject
from guildhall.sandbox.answers import encode

_HERO_FIELDS = ("id", "name", "localized_name", "primary_attr", "attack_type", "roles")
_STATS_CACHED = 60
_HEALTH = {
    "postgresUsage": (211_000_000_000, 350_000_000_000),
    "cassandraUsage": (4_300_000_000_000, 6_100_000_000_000),
    "redisUsage": (6_400_000_000, 10_000_000_000),
    "parseQueue": (812, 50_000),
    "fhQueue": (64, 50_000),
    "gcQueue": (120, 50_000),
    "mmrQueue": (31, 50_000),
}


def not_found(request: web.Request) -> Answer:
    """Any path that the API does not have."""
    return NOT_FOUND


def metadata(request: web.Request) -> Answer:
    """GET /metadata: the limits in force, null where there is none."""
    limits = request.app[LIMITS]
    body = {
        "scenarios": {
            "itemCost": 1400,
            "timings": [450, 600, 720, 900, 1200, 1500, 1800],
            "gameDurationBucket": [900, 1800, 2700, 3600, 5400],
            "teamScenariosQueryParams": ["pos_chat_1min", "neg_chat_1min", "courier_kill", "first_blood"],
        },
        "user": None,
        "isSubscriber": False,
        "freeCallLimit": limits.day,
        "freeRateLimit": limits.minute,
        "premRateLimit": KEY_MINUTE_LIMIT if limits.key_minute is None else limits.key_minute,
        "beta": False,
    }
    return answer(encode(body))


def health(request: web.Request) -> Answer:
    """GET /health: every metric with its alarm limit."""
    now = int(request.app[CLOCK].now())
    body = {name: {"metric": metric, "limit": limit, "timestamp": now} for name, (metric, limit) in _HEALTH.items()}
    return answer(encode(body))


def heroes(request: web.Request) -> Answer:
    """GET /heroes."""
    facts = _hero_facts(request)
    if facts is None:
        return answer(encode(hero_answers.hero_list()))
    listed = [{name: hero.get(name) for name in (*_HERO_FIELDS, "legs")} for hero in facts.values()]
    return answer(encode(listed))


def hero_stats(request: web.Request) -> Answer:
    """GET /heroStats, as recorded or counted over the last seven days."""
    recorded = request.app[RECORDINGS].shared("heroStats")
    if recorded is not None:
        return answer(recorded)
    now, dice = request.app[CLOCK].now(), request.app[WORLD].dice
    minute = int(now) // _STATS_CACHED * _STATS_CACHED
    return request.app[ANSWERS].get(
        "heroStats",
        minute,
        lambda: hero_answers.hero_stats(dice, minute, _hero_facts(request) or hero_constants()),
    )


def constants(request: web.Request) -> Answer:
    """GET /constants/{resource}."""
    resource = request.match_info["resource"]
    recorded = request.app[RECORDINGS].constants(resource)
    if recorded is not None:
        return answer(recorded)
    table = built_in(resource)
    return NOT_FOUND if table is None else answer(encode(table))


def benchmarks(request: web.Request) -> Answer:
    """GET /benchmarks?hero_id=&bracket=."""
    hero_id = request.query.get("hero_id")
    if hero_id is None:
        return error(400, "hero_id is not a string")
    bracket = request.query.get("bracket")
    if bracket is not None and bracket not in tuple("12345678"):
        return error(400, "bracket must be an integer between 1 and 8")
    number = _number(hero_id)
    level = None if bracket is None else int(bracket)
    return answer(encode(hero_answers.benchmarks(request.app[WORLD].dice, number or 0, level)))


def distributions(request: web.Request) -> Answer:
    """GET /distributions."""
    recorded = request.app[RECORDINGS].shared("distributions")
    return answer(recorded if recorded is not None else encode(hero_answers.distributions()))


def match(request: web.Request) -> Answer:
    """GET /matches/{match_id}."""
    match_id = _number(request.match_info["match_id"])
    if match_id is None:
        return error(400, "invalid job or match id")
    recorded = request.app[RECORDINGS].match(match_id)
    if recorded is not None:
        return answer(recorded)
    world = request.app[WORLD]
    found = world.match(match_id)
    return NOT_FOUND if found is None else answer(encode(match_answers.match(world, found)))


def public_matches(request: web.Request) -> Answer:
    """GET /publicMatches."""
    before_id = _number(request.query.get("less_than_match_id", ""))
    # OpenDota caps the lower bound at 75 and floors the upper one at 15.
    lowest, highest = _number(request.query.get("min_rank", "")), _number(request.query.get("max_rank", ""))
    min_rank = 0 if lowest is None else min(lowest, 75)
    max_rank = match_answers.ANY_RANK if highest is None else max(highest, 15)

    def listed(row: JsonObject) -> bool:
        rank = row.get("avg_rank_tier")
        return isinstance(rank, int) and min_rank <= rank <= max_rank

    recorded = request.app[RECORDINGS].shared("publicMatches")
    if recorded is not None:
        by_rank = lowest is not None or highest is not None
        return _page(recorded, before_id, listed if by_rank else None)
    return answer(encode(match_answers.public_matches(request.app[WORLD], before_id, min_rank, max_rank)))


def pro_matches(request: web.Request) -> Answer:
    """GET /proMatches."""
    before_id = _number(request.query.get("less_than_match_id", ""))
    recorded = request.app[RECORDINGS].shared("proMatches")
    if recorded is not None:
        return _page(recorded, before_id, None)
    return answer(encode(match_answers.pro_matches(request.app[WORLD], before_id)))


BUILDS: dict[str, Build] = {
    "/health": health,
    "/heroes": heroes,
    "/heroStats": hero_stats,
    "/constants/{resource}": constants,
    "/benchmarks": benchmarks,
    "/distributions": distributions,
    "/matches/{match_id}": match,
    "/publicMatches": public_matches,
    "/proMatches": pro_matches,
}
"""The GET routes under the limits, by path."""


def _hero_facts(request: web.Request) -> dict[str, JsonObject] | None:
    recorded = request.app[RECORDINGS].constants("heroes")
    return None if recorded is None else msgspec.json.decode(recorded, type=dict[str, JsonObject])


def _page(recorded: bytes, before_id: int | None, listed: Callable[[JsonObject], bool] | None) -> Answer:
    if before_id is None and listed is None:
        return answer(recorded)
    rows = msgspec.json.decode(recorded, type=list[JsonObject])
    if before_id is not None:
        rows = [row for row in rows if int(str(row["match_id"])) < before_id]
    return answer(encode([row for row in rows if listed is None or listed(row)]))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
