"""Players' data, read through the tiers of the cache."""

from collections.abc import Awaitable, Callable

import msgspec
from msgspec import Struct

from guildhall.clock import Clock
from guildhall.core.cache.cache import Cache
from guildhall.core.cache.schemas import Answer, Fetched, Kind
from guildhall.db.pages import Cursor
from guildhall.db.pool import Database, Transaction
from guildhall.packs.dota2.accounts.parameters import account
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.answers import kinds
from guildhall.packs.dota2.answers.parameters import Small, part
from guildhall.packs.dota2.opendota.errors import PlayerNotFound
from guildhall.packs.dota2.opendota.schemas import Alias
from guildhall.packs.dota2.opendota.upstream import OpenDota
from guildhall.packs.dota2.players import actions, queries
from guildhall.packs.dota2.players.schemas import PlayerHeroes, PlayerProfile, ProfileDetails, ProfileRow, WinLoss
from guildhall.packs.dota2.tracking.queries import sync_state

_HEROES = Cursor("heroes", 1, tuple[Small, Small])
_encode = msgspec.json.Encoder().encode
_NEVER_SHOWN = _encode(WinLoss(None, None, True, None))
"""The record of a private player of whom nothing is known from before."""


class Section(Struct, frozen=True):
    """A section of what is known of a player: the kind of its answer, the read of its rows, and their sync."""

    kind: Kind
    read: Callable[[Transaction], Awaitable[Fetched | None]]
    """Makes the answer of the rows; None while they were never synced."""
    sync: Callable[..., Awaitable[object]]
    """Fetches and stores the rows: of the database, OpenDota and an account id, `interactive`."""
    missing: bytes | None = None
    """The body when a sync brings no rows."""


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

    async def find(self, section: Section, account_id: AccountId, *parts: object) -> Answer:
        """Find a player's section; `parts` make its key. Raises PlayerNotFound, Unavailable.

        That there is no such player is an answer too, remembered for a short while.
        """

        async def stored() -> Fetched | None:
            async with self._db.read() as tx:
                return await section.read(tx)

        async def load() -> Fetched:
            try:
                await section.sync(self._db, self._opendota, account_id, interactive=True)
            except PlayerNotFound:
                return Fetched(b"null", self._clock.now(), status=404)
            found = await stored()
            if found is not None:
                return found
            if section.missing is None:
                raise LookupError(f"the {section.kind.name} of {account_id} stored a moment ago is gone")
            return Fetched(section.missing, self._clock.now())

        answer = await self._cache.get(section.kind, section.kind.key(account_id, *parts), load, stored)
        if answer.entry.status == 404:
            raise PlayerNotFound(account_id=account_id)
        return answer

    async def find_profile(self, text: str) -> Answer:
        """Find the profile of the player that a path names. Raises BadAccountId, PlayerNotFound, Unavailable."""
        account_id = account(text)

        async def read(tx: Transaction) -> Fetched | None:
            row = await queries.player_profile.one_or_none(tx, account_id)
            return None if row is None else Fetched(_encode(profile_of(row)), row.last_sync)

        return await self.find(Section(kinds.PLAYER_PROFILE, read, actions.sync_profile), account_id)

    async def find_winloss(self, account_id: AccountId) -> Answer:
        """Find the games won and lost. Raises PlayerNotFound, Unavailable."""

        async def read(tx: Transaction) -> Fetched | None:
            row = await queries.player_winloss.one_or_none(tx, account_id)
            if row is None or row.last_sync is None:
                return None
            return Fetched(_encode(WinLoss(row.win, row.lose, row.private, row.last_sync)), row.last_sync)

        return await self.find(
            Section(kinds.PLAYER_WINLOSS, read, actions.sync_winloss, missing=_NEVER_SHOWN), account_id
        )

    async def find_heroes(self, account_id: AccountId, after: str | None, limit: int) -> Answer:
        """Find a page of the player's heroes. Raises PlayerNotFound, Unavailable, BadCursor."""
        games, hero = _HEROES.decode_or_none(after) or (None, None)

        async def read(tx: Transaction) -> Fetched | None:
            state = await sync_state.one_or_none(tx, account_id)
            if state is None or state.heroes_synced_at is None:
                return None
            rows = await queries.player_heroes.many(tx, account_id, games, hero, limit + 1)
            page = _HEROES.page(rows, limit, lambda row: (row.games, row.hero_id))
            body = PlayerHeroes(page.items, page.next, state.private, state.heroes_synced_at)
            return Fetched(_encode(body), state.heroes_synced_at)

        return await self.find(Section(kinds.PLAYER_HEROES, read, actions.sync_heroes), account_id, limit, part(after))
