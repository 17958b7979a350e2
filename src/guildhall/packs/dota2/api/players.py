"""Players: OpenDota's routes, answered from what is known."""

from datetime import timedelta
from typing import Annotated

import msgspec
from litestar.openapi.spec import Example
from litestar.params import QueryParameter

from guildhall.clock import Clock
from guildhall.core.cache.api import Cached
from guildhall.core.cache.cache import Cache
from guildhall.core.cache.schemas import Answer, Fetched
from guildhall.db.pages import Cursor
from guildhall.db.pool import Database
from guildhall.instants import Instant
from guildhall.packs.dota2.actions import players as player_actions
from guildhall.packs.dota2.actions import sync
from guildhall.packs.dota2.api import kinds
from guildhall.packs.dota2.api.parameters import (
    AccountText,
    After,
    Large,
    Limit,
    Small,
    account,
    known,
    or_not_found,
    part,
)
from guildhall.packs.dota2.errors import BadAccountId, PlayerNotFound, TooManyTracked
from guildhall.packs.dota2.queries import matches, players
from guildhall.packs.dota2.rules.accounts import AccountId
from guildhall.packs.dota2.schemas.matches import Match, Matches
from guildhall.packs.dota2.schemas.players import (
    Alias,
    PlayerHero,
    PlayerHeroes,
    PlayerProfile,
    ProfileDetails,
    ProfileRow,
    RefreshAccepted,
    WinLoss,
)
from guildhall.packs.dota2.settings import Dota2Settings
from guildhall.packs.dota2.upstream import OpenDota
from guildhall.web.route import PUBLIC, Routes, Write

routes = Routes("/api/v1/opendota_proxy")

_MATCHES = Cursor("matches", 1, tuple[Instant, Large])
_HEROES = Cursor("heroes", 1, tuple[Small, Small])
_encode = msgspec.json.Encoder().encode


def profile_of(row: ProfileRow) -> PlayerProfile:
    """A row as clients read it."""
    return PlayerProfile(
        ProfileDetails(*(getattr(row, name) for name in ProfileDetails.__struct_fields__)),
        row.rank_tier, row.leaderboard_rank, row.competitive_rank, row.computed_mmr, row.computed_mmr_turbo,
        msgspec.convert(row.aliases, list[Alias]), row.private, row.last_sync,
    )  # fmt: skip


class Players:
    """Players' data, read through the cache tiers."""

    def __init__(self, db: Database, cache: Cache, opendota: OpenDota, clock: Clock) -> None:
        self._db = db
        self._cache = cache
        self._opendota = opendota
        self._clock = clock

    async def find_profile(self, text: str) -> Answer:
        """The profile of the player that a path names. Raises BadAccountId, PlayerNotFound, Unavailable."""
        account_id = account(text)

        async def stored() -> Fetched | None:
            async with self._db.read() as tx:
                row = await players.player_profile.one_or_none(tx, account_id)
            return None if row is None else Fetched(_encode(profile_of(row)), row.last_sync)

        async def load() -> Fetched:
            await sync.sync_profile(self._db, self._opendota, account_id, interactive=True)
            return _there(await stored())

        key = kinds.PLAYER_PROFILE.key(account_id)
        answer = await self._cache.get(kinds.PLAYER_PROFILE, key, or_not_found(load, self._clock), stored)
        return known(answer, account_id)

    async def winloss(self, account_id: AccountId) -> Cached[WinLoss]:
        """Games won and lost. Raises PlayerNotFound, Unavailable."""

        async def stored() -> Fetched | None:
            async with self._db.read() as tx:
                row = await players.player_winloss.one_or_none(tx, account_id)
            if row is None or row.last_sync is None:
                return None
            return Fetched(_encode(WinLoss(row.win, row.lose, row.private, row.last_sync)), row.last_sync)

        async def load() -> Fetched:
            await sync.sync_winloss(self._db, self._opendota, account_id, interactive=True)
            found = await stored()
            if found is not None:
                return found
            now = self._clock.now()  # private, and nothing known from before
            return Fetched(_encode(WinLoss(None, None, True, None)), now)

        key = kinds.PLAYER_WINLOSS.key(account_id)
        answer = await self._cache.get(kinds.PLAYER_WINLOSS, key, or_not_found(load, self._clock), stored)
        return Cached(known(answer, account_id), self._cache.memory)

    async def heroes(self, account_id: AccountId, after: str | None, limit: int) -> Cached[PlayerHeroes]:
        """A page of the player's heroes. Raises PlayerNotFound, Unavailable, BadCursor."""
        games, hero = _HEROES.decode_or_none(after) or (None, None)

        async def stored() -> Fetched | None:
            async with self._db.read() as tx:
                state = await players.sync_state.one_or_none(tx, account_id)
                if state is None or state.heroes_synced_at is None:
                    return None
                rows = await players.player_heroes.many(tx, account_id, games, hero, limit + 1)
            page = _HEROES.page(rows, limit, lambda row: (row.games, row.hero_id))
            body = PlayerHeroes(page.items, page.next, state.private, state.heroes_synced_at)
            return Fetched(_encode(body), state.heroes_synced_at)

        async def load() -> Fetched:
            await sync.sync_heroes(self._db, self._opendota, account_id, interactive=True)
            return _there(await stored())

        key = kinds.PLAYER_HEROES.key(account_id, limit, part(after))
        answer = await self._cache.get(kinds.PLAYER_HEROES, key, or_not_found(load, self._clock), stored)
        return Cached(known(answer, account_id), self._cache.memory)

    async def matches(
        self, account_id: AccountId, after: str | None, limit: int, hero_id: int | None, game_mode: int | None
    ) -> Cached[Matches]:
        """A page of the player's matches. Raises PlayerNotFound, Unavailable, BadCursor."""
        at, match = _MATCHES.decode_or_none(after) or (None, None)

        async def stored() -> Fetched | None:
            async with self._db.read() as tx:
                state = await players.sync_state.one_or_none(tx, account_id)
                if state is None or state.matches_synced_at is None:
                    return None
                rows = await matches.player_matches.many(tx, account_id, at, match, hero_id, game_mode, limit + 1)
            page = _MATCHES.page(rows, limit, lambda row: (row.start_time, row.match_id))
            body = Matches(page.items, page.next, state.private, state.matches_synced_at)
            return Fetched(_encode(body), state.matches_synced_at)

        async def load() -> Fetched:
            await sync.sync_matches(
                self._db, self._opendota, account_id, within=kinds.PLAYER_MATCHES.ttl, interactive=True
            )
            return _there(await stored())

        key = kinds.PLAYER_MATCHES.key(account_id, limit, part(hero_id), part(game_mode), part(after))
        answer = await self._cache.get(kinds.PLAYER_MATCHES, key, or_not_found(load, self._clock), stored)
        return Cached(known(answer, account_id), self._cache.memory)


def _there(fetched: Fetched | None) -> Fetched:
    """Return a row that was stored just now. Raises LookupError if it is gone."""
    if fetched is None:
        raise LookupError("what was stored a moment ago is gone")
    return fetched


@routes.get(
    "/players/{account_id:str}", scope=PUBLIC, cached=PlayerProfile, lane=True, raises=(BadAccountId, PlayerNotFound)
)
async def get_player(account_id: AccountText, players_known: Players) -> Answer:
    """A player's profile.

    Rank, names and pictures, in OpenDota's own shape.

    Fresh for 15 minutes; when OpenDota is down the last known is served, with its age in `Age` and where it
    came from in `Cache-Status`.
    """
    return await players_known.find_profile(account_id)


@routes.get("/players/{account_id:str}/wl", scope=PUBLIC, raises=(BadAccountId, PlayerNotFound))
async def get_winloss(account_id: AccountText, players_known: Players) -> Cached[WinLoss]:
    """Games won and lost.

    Return wins and losses by OpenDota's rule of which games count.

    A private profile's zeros never replace known figures.
    """
    return await players_known.winloss(account(account_id))


@routes.get("/players/{account_id:str}/heroes", scope=PUBLIC, raises=(BadAccountId, PlayerNotFound))
async def get_heroes(
    account_id: AccountText, players_known: Players, after: After = None, limit: Limit = 50
) -> Cached[PlayerHeroes]:
    """The heroes that a player plays.

    Most played first.
    """
    return await players_known.heroes(account(account_id), after, limit)


@routes.get("/players/{account_id:str}/matches", scope=PUBLIC, raises=(BadAccountId, PlayerNotFound))
async def get_matches(
    account_id: AccountText,
    players_known: Players,
    after: After = None,
    limit: Limit = 20,
    hero_id: Annotated[
        int | None,
        QueryParameter(
            name="hero_id",
            ge=1,
            le=32767,
            description="Only with this hero",
            required=False,
            examples=[Example(value=14)],
        ),
    ] = None,
    game_mode: Annotated[
        int | None,
        QueryParameter(
            name="game_mode",
            ge=0,
            le=32767,
            description="Only of this mode",
            required=False,
            examples=[Example(value=22)],
        ),
    ] = None,
) -> Cached[Matches]:
    """A player's matches.

    Newest first, all modes and lobbies. The first time the whole history is fetched.
    """
    return await players_known.matches(account(account_id), after, limit, hero_id, game_mode)


@routes.get("/players/{account_id:str}/recentMatches", scope=PUBLIC, raises=(BadAccountId, PlayerNotFound))
async def get_recent_matches(account_id: AccountText, players_known: Players) -> Cached[Matches]:
    """A player's last twenty matches.

    The first page of the matches.
    """
    return await players_known.matches(account(account_id), None, 20, None, None)


@routes.post("/players/{account_id:str}/refresh", scope=PUBLIC, status=202, raises=(BadAccountId, TooManyTracked))
async def refresh_player(account_id: AccountText, tx: Write, settings: Dota2Settings) -> RefreshAccepted:
    """Have a player synced now.

    Queue a sync of everything, and keep the player fresh from now on. Limited for each player.
    """
    known_id = account(account_id)
    job_id = await player_actions.request_refresh(
        tx, known_id, timedelta(seconds=settings.refresh_cooldown), settings.most_tracked
    )
    return RefreshAccepted(known_id, job_id is not None, job_id)


__all__ = ["Match", "PlayerHero", "Players", "routes"]
