"""Players' matches, read through the tiers of the cache."""

from functools import partial

import msgspec

from guildhall.core.cache.schemas import Answer, Fetched
from guildhall.db.pages import Cursor
from guildhall.db.pool import Transaction
from guildhall.instants import Instant
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.answers import kinds
from guildhall.packs.dota2.answers.parameters import Large, part
from guildhall.packs.dota2.matches import actions, queries
from guildhall.packs.dota2.matches.schemas import Matches
from guildhall.packs.dota2.players.views import Players, Section
from guildhall.packs.dota2.tracking.queries import sync_state

_MATCHES = Cursor("matches", 1, tuple[Instant, Large])
_encode = msgspec.json.Encoder().encode
_sync = partial(actions.sync_matches, within=kinds.PLAYER_MATCHES.ttl)


async def find_matches(
    players: Players, account_id: AccountId, after: str | None, limit: int, hero_id: int | None, game_mode: int | None
) -> Answer:
    """Find a page of a player's matches. Raises PlayerNotFound, Unavailable, BadCursor."""
    at, match = _MATCHES.decode_or_none(after) or (None, None)

    async def read(tx: Transaction) -> Fetched | None:
        state = await sync_state.one_or_none(tx, account_id)
        if state is None or state.matches_synced_at is None:
            return None
        rows = await queries.player_matches.many(tx, account_id, at, match, hero_id, game_mode, limit + 1)
        page = _MATCHES.page(rows, limit, lambda row: (row.start_time, row.match_id))
        body = Matches(page.items, page.next, state.private, state.matches_synced_at)
        return Fetched(_encode(body), state.matches_synced_at)

    parts = (limit, part(hero_id), part(game_mode), part(after))
    return await players.find(Section(kinds.PLAYER_MATCHES, read, _sync), account_id, *parts)
