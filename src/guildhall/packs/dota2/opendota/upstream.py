"""The OpenDota API and its routes.

Published schema and reality differ: everything but ids may be missing or null, unknown keys come and go,
and numbers have been strings. A row that does not fit even so is dropped and counted, never stored; an answer without
one sound row is a lie.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta, UnsetType

from guildhall.core.upstream.client import UpstreamClient
from guildhall.core.upstream.parameters import Normal
from guildhall.core.upstream.routes import upstream_route
from guildhall.core.upstream.rows import NoSoundRow, Rows
from guildhall.core.upstream.schemas import Limits, UpstreamOptions
from guildhall.core.upstream.upstream import Upstream
from guildhall.errors import Unavailable
from guildhall.log import get_logger
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.opendota.errors import PlayerNotFound, ResourceNotFound
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

_RESOURCE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_FEWEST_HEROES = 100


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


def _another_player(given: GivenPlayer, asked: Mapping[str, Any]) -> str | None:
    wanted, found = asked["account_id"], given.profile.account_id
    return None if found == wanted else f"player {found} instead of {wanted}"


def _too_few(given: Mapping[str, GivenHeroConstant], _: Mapping[str, Any]) -> str | None:
    return None if len(given) >= _FEWEST_HEROES else f"{len(given)} heroes"


def _no_patches(given: Sequence[GivenPatch], _: Mapping[str, Any]) -> str | None:
    return None if given else "no patches"


_matches = Rows(list[GivenMatch], strict=False, judge=_impossible_match)
_heroes = Rows(dict[str, GivenHeroConstant], strict=False)
_patches = Rows(list[GivenPatch], strict=False)
_SHAPES: dict[str, Rows[Any]] = {"heroes": _heroes, "patch": _patches}


def _unknown_shape(given: object, asked: Mapping[str, Any]) -> str | None:
    """Return the fault of a file of constants whose shape is known."""
    rows = _SHAPES.get(asked["resource"])
    try:
        if rows is not None:
            rows.read(msgspec.json.encode(given))
    except (msgspec.MsgspecError, NoSoundRow) as error:
        return f"an unknown shape: {error}"
    return None


def _resource(text: str) -> str:
    """Return the name of a file of constants. Raises ResourceNotFound for a text that is none."""
    if not _RESOURCE.fullmatch(text):
        raise ResourceNotFound(resource=text)
    return text


Resource = Annotated[
    str, Normal(_resource), Meta(description="heroes, items, patch, game_mode, …", max_length=40, examples=["patch"])
]


class OpenDota(Upstream[Dota2Settings]):
    """OpenDota's routes."""

    def __init__(self, client: UpstreamClient, settings: Dota2Settings) -> None:
        super().__init__(client, settings)
        self._limits_known_until = 0.0

    @classmethod
    def options(cls, settings: Dota2Settings) -> UpstreamOptions:
        """Return the options of calls: with a key OpenDota allows more."""
        key = settings.opendota_api_key
        limits = known_limits(settings, 60 if key is None else 300, 3000 if key is None else None)
        return UpstreamOptions(
            base_url=settings.opendota_url,
            headers={} if key is None else {"Authorization": f"Bearer {key.get_secret_value()}"},
            minute_limit=limits.minute,
            day_limit=limits.day,
            reserve=settings.reserve,
            deadline=settings.deadline_seconds,
            attempt_timeout=max(1.0, settings.deadline_seconds / 2),
            concurrency=settings.call_concurrency,
        )

    @upstream_route(
        "/players/{account_id}", Rows(GivenPlayer, strict=False), missing=PlayerNotFound, check=_another_player
    )
    def player(self, account_id: AccountId) -> None:
        """The profile and rank."""

    @upstream_route("/players/{account_id}/wl", Rows(GivenWinLoss, strict=False), missing=PlayerNotFound)
    def winloss(self, account_id: AccountId) -> None:
        """Games won and lost. Zeros of a private player are no fact."""

    @upstream_route("/players/{account_id}/matches", _matches, missing=PlayerNotFound)
    def matches(
        self,
        account_id: AccountId,
        date: int | None = None,
        significant: int = 0,
        project: Sequence[str] = MATCH_COLUMNS,
    ) -> None:
        """All matches, or those of the last `date` days, insignificant ones included; newest first."""

    @upstream_route("/players/{account_id}/recentMatches", _matches, missing=PlayerNotFound)
    def recent_matches(self, account_id: AccountId) -> None:
        """The last twenty matches, newest first."""

    @upstream_route(
        "/players/{account_id}/heroes",
        Rows(list[GivenHero], strict=False, judge=_impossible_hero),
        missing=PlayerNotFound,
    )
    def heroes(self, account_id: AccountId) -> None:
        """The heroes that the player has played, or met."""

    @upstream_route(
        "/players/{account_id}/ratings",
        Rows(list[GivenRating], strict=False, judge=_impossible_rating),
        missing=PlayerNotFound,
    )
    def ratings(self, account_id: AccountId) -> None:
        """Changes of the rank as OpenDota has noted them, oldest first."""

    @upstream_route("/players/{account_id}/refresh", None, method="POST", repeats=True, missing=PlayerNotFound)
    def refresh(self, account_id: AccountId) -> None:
        """Have OpenDota look at the player again; it does so some time later."""

    @upstream_route("/search", Rows(list[GivenSearch], strict=False))
    def search(self, q: Annotated[str, Normal(str.casefold)]) -> None:
        """Players of a name like this, at most fifty, or the one of this id."""

    @upstream_route("/constants/heroes", _heroes, check=_too_few)
    def hero_constants(self) -> None:
        """All heroes.

        Names, attributes, roles and pictures, by id; some 130 in all, so in one answer.
        """

    @upstream_route("/constants/patch", _patches, check=_no_patches)
    def patches(self) -> None:
        """All patches with their dates."""

    @upstream_route(
        "/constants/{resource}",
        Rows(dict[str, Any] | list[Any], strict=False),
        missing=ResourceNotFound,
        check=_unknown_shape,
    )
    def constants(self, resource: Resource) -> None:
        """A file of the game's constants.

        Return a file of constants as OpenDota publishes it: an object, or a list for some.
        """

    @upstream_route("/metadata", Rows(GivenMetadata, strict=False), counted=False)
    def metadata(self) -> None:
        """The limits of calls."""

    async def prepare(self) -> None:
        """Read the limits from /metadata once an hour, unless settings say them."""
        settings = self.settings
        now = self.client.clock.timestamp()
        if (settings.minute_limit is not None and settings.day_limit is not None) or now < self._limits_known_until:
            return
        self._limits_known_until = now + 60.0  # whatever happens, not again at once
        try:
            async with asyncio.timeout(_LIMITS_PATIENCE):
                given = (await self.metadata.fetch_now()).value
        except (Unavailable, TimeoutError) as error:
            log.warning("limits_unknown", upstream=self.name, why=str(error), assumed=str(self.client.limits))
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
