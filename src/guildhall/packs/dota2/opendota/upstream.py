"""The typed client of the OpenDota API.

Published schema and reality differ: everything but ids may be missing or null, unknown keys come and go,
and numbers have been strings. A row that does not fit even so is dropped and counted, never stored; an answer without
one sound row is a lie.
"""

import asyncio
import re
from datetime import UTC, datetime
from typing import Any

from msgspec import UnsetType, structs

from guildhall.core.upstream.client import UpstreamClient
from guildhall.core.upstream.errors import UpstreamNotFound
from guildhall.core.upstream.rows import Judge, Rows
from guildhall.core.upstream.schemas import Limits, Response, Upstream, UpstreamOptions
from guildhall.errors import Unavailable
from guildhall.log import get_logger
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.opendota.schemas import (
    GivenHero,
    GivenHeroConstant,
    GivenMatch,
    GivenMetadata,
    GivenPatch,
    GivenPlayer,
    GivenRating,
    GivenSearch,
    GivenWinLoss,
)
from guildhall.packs.dota2.settings import Dota2Settings

log = get_logger(__name__)

_OLDEST, _LATEST = 2010, 2200
"""Years between which anything of this game happens."""

_LIMITS_PATIENCE = 2.0
"""Seconds that a question waits to learn the limits; beyond, what is known or assumed of them holds."""
_LIMITS_TTL = 3600.0
"""Seconds between looks at /metadata, which is free of the limits it tells."""

MATCH_COLUMNS = (
    "hero_id", "start_time", "duration", "game_mode", "lobby_type", "version", "kills", "deaths", "assists",
    "average_rank", "leaver_status", "party_size", "hero_variant", "xp_per_min", "gold_per_min",
    "hero_damage", "tower_damage", "hero_healing", "last_hits", "lane", "lane_role", "is_roaming", "cluster",
)  # fmt: skip
"""The columns that `project=` requests of /matches, which has fewer by itself."""

_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")
"""A NUL in a JSON string, which PostgreSQL stores in no text: names have been seen with control characters."""


def _impossible_match(match: GivenMatch) -> str | None:
    """Return the reason that a match cannot be stored; None if it can."""
    sound = (
        0 < match.match_id < 2**63
        and 0 <= match.player_slot <= 255
        and 1_000_000_000 < match.start_time < 4_000_000_000
        and 0 <= match.duration < 1_000_000
    )
    return None if sound else f"match {match.match_id}, which cannot be"


def _impossible_hero(hero: GivenHero) -> str | None:
    return None if hero.win <= hero.games else f"{hero.win} wins in {hero.games} games with hero {hero.hero_id}"


def _impossible_rating(rating: GivenRating) -> str | None:
    return None if _OLDEST <= rating.time.year < _LATEST else f"a rating of another age: {rating.time}"


def _rows(shape: Any, judge: Judge | None = None) -> Any:
    return Rows(shape, strict=False, judge=judge)


_player = _rows(GivenPlayer)
_winloss = _rows(GivenWinLoss)
_matches = _rows(list[GivenMatch], _impossible_match)
_heroes = _rows(list[GivenHero], _impossible_hero)
_ratings = _rows(list[GivenRating], _impossible_rating)
_constants = _rows(dict[str, GivenHeroConstant])
_patches = _rows(list[GivenPatch])
_search = _rows(list[GivenSearch])
_metadata = _rows(GivenMetadata)
_any = _rows(dict[str, Any] | list[Any])
_SHAPES = {"heroes": _constants, "patch": _patches}


class OpenDota:
    """OpenDota's routes.

    Every method raises what UpstreamClient.get raises, and UpstreamLied for a wrong shape.
    `interactive` is true when somebody waits for the answer.
    """

    def __init__(self, client: UpstreamClient, settings: Dota2Settings) -> None:
        self.client = client
        self._settings = settings
        self._limits_known_until = 0.0

    async def player(self, account_id: AccountId, *, interactive: bool) -> tuple[GivenPlayer, Response]:
        """The profile and rank, and the answer they came in."""
        route = "/players/{id}"
        response = await self._get(route, f"players/{account_id}", interactive=interactive)
        given: GivenPlayer = self.client.decode(route, response, _player)
        if given.profile.account_id != account_id:
            raise self.client.lied(route, f"player {given.profile.account_id} instead of {account_id}")
        return given, response

    async def winloss(self, account_id: AccountId, *, interactive: bool) -> tuple[GivenWinLoss, datetime]:
        """Games won and lost, and when OpenDota said so. Zeros of a private player are no fact."""
        route = "/players/{id}/wl"
        response = await self._get(route, f"players/{account_id}/wl", interactive=interactive)
        given: GivenWinLoss = self.client.decode(route, response, _winloss)
        return given, response.as_of

    async def all_matches(
        self, account_id: AccountId, *, since_days: int | None, interactive: bool
    ) -> tuple[list[GivenMatch], datetime]:
        """All matches, or those of the last days, insignificant ones included; newest first."""
        route = "/players/{id}/matches"
        query: dict[str, Any] = {"significant": 0, "project": MATCH_COLUMNS}
        if since_days is not None:
            query["date"] = since_days
        response = await self._get(route, f"players/{account_id}/matches", query, interactive=interactive)
        given: list[GivenMatch] = self.client.decode(route, response, _matches)
        return given, response.as_of

    async def recent_matches(self, account_id: AccountId, *, interactive: bool) -> tuple[list[GivenMatch], datetime]:
        """The last twenty matches, newest first."""
        route = "/players/{id}/recentMatches"
        response = await self._get(route, f"players/{account_id}/recentMatches", interactive=interactive)
        given: list[GivenMatch] = self.client.decode(route, response, _matches)
        return given, response.as_of

    async def heroes(self, account_id: AccountId, *, interactive: bool) -> tuple[list[GivenHero], datetime]:
        """The heroes that the player has played, or met."""
        route = "/players/{id}/heroes"
        response = await self._get(route, f"players/{account_id}/heroes", interactive=interactive)
        given: list[GivenHero] = self.client.decode(route, response, _heroes)
        return given, response.as_of

    async def ratings(self, account_id: AccountId, *, interactive: bool) -> list[GivenRating]:
        """Changes of the rank as OpenDota has noted them, oldest first."""
        route = "/players/{id}/ratings"
        response = await self._get(route, f"players/{account_id}/ratings", interactive=interactive)
        given: list[GivenRating] = self.client.decode(route, response, _ratings)
        return given

    async def ask_to_refresh(self, account_id: AccountId) -> None:
        """Ask OpenDota to look at the player again; it does so some time later."""
        await self._get("POST /players/{id}/refresh", f"players/{account_id}/refresh", interactive=True, method="POST")

    async def search(self, text: str) -> tuple[list[GivenSearch], datetime]:
        """Return up to fifty players of a name like this, or the one of this id."""
        route = "/search"
        response = await self._get(route, "search", {"q": text}, interactive=True)
        given: list[GivenSearch] = self.client.decode(route, response, _search)
        return given, response.as_of

    async def hero_constants(self, *, interactive: bool) -> tuple[list[GivenHeroConstant], Response]:
        """All heroes, and the answer they came in."""
        route = "/constants/heroes"
        response = await self._get(route, "constants/heroes", interactive=interactive)
        given: dict[str, GivenHeroConstant] = self.client.decode(route, response, _constants)
        if len(given) < 100:
            raise self.client.lied(route, f"{len(given)} heroes")
        return list(given.values()), response

    async def patches(self) -> list[GivenPatch]:
        """All patches with their dates, oldest first."""
        route = "/constants/patch"
        response = await self._get(route, "constants/patch", interactive=False)
        given: list[GivenPatch] = self.client.decode(route, response, _patches)
        if not given:
            raise self.client.lied(route, "no patches")
        return sorted(given, key=lambda patch: patch.date)

    async def constants(self, resource: str) -> Response:
        """A file of constants as it is; checked to be what is known of its shape, else to be JSON."""
        route = "/constants/{resource}"
        response = await self._get(route, f"constants/{resource}", interactive=True)
        self.client.decode(route, response, _SHAPES.get(resource, _any))
        return response

    async def _get(
        self,
        route: str,
        path: str,
        query: dict[str, Any] | None = None,
        *,
        interactive: bool,
        method: str = "GET",
    ) -> Response:
        await self._know_limits()
        response = await self.client.get(route, path, query, interactive=interactive, method=method)
        if b"\\u0000" in response.body:
            return structs.replace(response, body=_NUL.sub(rb"\1", response.body))
        return response

    async def _know_limits(self) -> None:
        """Read the limits from /metadata once an hour, unless settings say them."""
        settings = self._settings
        now = datetime.now(UTC).timestamp()
        if (settings.minute_limit is not None and settings.day_limit is not None) or now < self._limits_known_until:
            return
        self._limits_known_until = now + 60.0  # whatever happens, not again at once
        route = "/metadata"
        try:
            async with asyncio.timeout(_LIMITS_PATIENCE):
                response = await self.client.get(route, "metadata", interactive=True, limited=False)
            given: GivenMetadata = self.client.decode(route, response, _metadata)
        except (Unavailable, UpstreamNotFound, TimeoutError) as error:
            log.warning("limits_unknown", upstream="opendota", why=str(error), assumed=str(self.client.limits))
            return
        keyed = settings.opendota_api_key is not None
        minute = given.premRateLimit if keyed else given.freeRateLimit
        day = None if keyed else given.freeCallLimit
        self.client.limits = known_limits(
            settings,
            self.client.limits.minute if isinstance(minute, UnsetType) else minute,
            self.client.limits.day if isinstance(day, UnsetType) else day,
        )
        self._limits_known_until = now + _LIMITS_TTL


def known_limits(settings: Dota2Settings, minute: int | None, day: int | None) -> Limits:
    """Return the settings' limits before OpenDota's; 0 is no limit."""
    return Limits(
        (settings.minute_limit or None) if settings.minute_limit is not None else minute,
        (settings.day_limit or None) if settings.day_limit is not None else day,
    )


def _options(settings: Dota2Settings) -> UpstreamOptions:
    key = settings.opendota_api_key
    limits = known_limits(settings, 60 if key is None else 300, 3000 if key is None else None)
    return UpstreamOptions(
        name="opendota",
        base_url=settings.opendota_url,
        headers={} if key is None else {"Authorization": f"Bearer {key.get_secret_value()}"},
        minute_limit=limits.minute,
        day_limit=limits.day,
        reserve=settings.reserve,
        deadline=settings.deadline_seconds,
        attempt_timeout=max(1.0, settings.deadline_seconds / 2),
        concurrency=settings.call_concurrency,
    )


OPENDOTA = Upstream("opendota", _options, OpenDota)
