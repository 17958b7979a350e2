"""An OpenDota-shaped server of constant answers, so cheap that a benchmark measures its callers."""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MATCHES = 20
_TARGET = re.compile(r"^/api/players/(\d+)(?:/(wl|matches|recentMatches|heroes|ratings))?/?$")
_FIRST_START = 1_767_225_600


def profile(account_id: int) -> dict[str, Any]:
    """What `GET /players/{id}` answers."""
    steam = account_id + 76_561_197_960_265_728
    avatar = f"https://avatars.steamstatic.com/{account_id:040x}"
    return {
        "profile": {
            "account_id": account_id,
            "personaname": f"Spieler Nº {account_id}",
            "name": None,
            "plus": account_id % 3 == 0,
            "cheese": account_id % 7,
            "steamid": str(steam),
            "avatar": f"{avatar}.jpg",
            "avatarmedium": f"{avatar}_medium.jpg",
            "avatarfull": f"{avatar}_full.jpg",
            "profileurl": f"https://steamcommunity.com/profiles/{steam}/",
            "last_login": "2026-01-01T00:00:00.000Z",
            "loccountrycode": "DE",
            "status": None,
            "fh_unavailable": False,
            "is_contributor": False,
            "is_subscriber": False,
        },
        "rank_tier": (account_id % 7 + 1) * 10 + account_id % 5 + 1,
        "leaderboard_rank": None,
        "computed_mmr": 1000.25 + account_id % 7000,
        "computed_mmr_turbo": 900.5 + account_id % 5000,
        "aliases": [{"personaname": "Alt", "name_since": "2025-03-04T05:06:07.000Z"}],
    }


def wins_and_losses(account_id: int) -> dict[str, int]:
    """What `GET /players/{id}/wl` answers."""
    return {"win": 500 + account_id % 700, "lose": 450 + account_id % 600}


def matches(account_id: int) -> list[dict[str, Any]]:
    """What `GET /players/{id}/matches` and `/recentMatches` answer, newest first."""
    return [
        {
            "match_id": 8_000_000_000 + account_id * 100 - index,
            "player_slot": index % 5 + 128 * (index % 2),
            "radiant_win": index % 3 == 0,
            "hero_id": 1 + (account_id + index * 7) % 113,
            "start_time": _FIRST_START + account_id % 86_400 - index * 4_000,
            "duration": 1500 + index * 60,
            "game_mode": 22,
            "lobby_type": 7,
            "version": None,
            "kills": index % 19,
            "deaths": index % 11,
            "assists": index % 23,
            "average_rank": 54,
            "leaver_status": 0,
            "party_size": None,
            "hero_variant": 1,
            "xp_per_min": 600,
            "gold_per_min": 450,
            "hero_damage": 18_000,
            "tower_damage": 2_000,
            "hero_healing": 0,
            "last_hits": 180,
            "lane": None,
            "lane_role": None,
            "is_roaming": None,
            "cluster": 133,
        }
        for index in range(MATCHES)
    ]


def heroes(account_id: int) -> list[dict[str, int]]:
    """What `GET /players/{id}/heroes` answers."""
    return [
        {
            "hero_id": hero,
            "last_played": _FIRST_START - hero * 3_600,
            "games": 40 + (account_id + hero) % 60,
            "win": 20 + (account_id + hero) % 20,
            "with_games": 50,
            "with_win": 25,
            "against_games": 60,
            "against_win": 30,
        }
        for hero in range(1, 61)
    ]


def ratings(account_id: int) -> list[dict[str, Any]]:
    """What `GET /players/{id}/ratings` answers, oldest first."""
    return [
        {"time": f"2026-01-{day:02}T12:00:00.000Z", "rank_tier": 40 + (account_id + day) % 5} for day in range(1, 9)
    ]


_ANSWERS: dict[str | None, Callable[[int], object]] = {
    None: profile,
    "wl": wins_and_losses,
    "matches": matches,
    "recentMatches": matches,
    "heroes": heroes,
    "ratings": ratings,
}


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Answer as OpenDota does for a known player, with the headers of its limit at rest."""
    if scope["type"] != "http":
        return
    target = _TARGET.match(scope["path"])
    status = 404 if target is None else 200
    body = msgspec.json.encode({"error": "Not Found"} if target is None else _ANSWERS[target[2]](int(target[1])))
    headers = [
        (b"content-type", b"application/json; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"x-rate-limit-remaining-minute", b"1000000"),
        (b"x-rate-limit-remaining-day", b"1000000"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def create_app() -> Callable[[Message, Receive, Send], Awaitable[None]]:
    """The application, for uvicorn's --factory."""
    return application
