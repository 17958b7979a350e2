"""Messages to all processes that something they may hold has changed."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from guildhall.core.cache.queries import end_leases, forget, store_answer, tell
from guildhall.core.cache.schemas import Fetched, Kind
from guildhall.db.pool import Transaction
from guildhall.ids import uuid7

CHANNEL = "guildhall_cache"
_LONGEST_PAYLOAD = 7000
"""Bytes; NOTIFY takes 8,000."""


class Said(Struct, frozen=True, omit_defaults=True):
    """A message of the channel: keys and prefixes to forget, or keys that have just been filled."""

    forget: list[str] = []
    prefixes: list[str] = []
    filled: list[str] = []


async def invalidate(tx: Transaction, *keys: str, prefixes: Sequence[str] = (), stored: bool = True) -> None:
    """Have every process forget these keys, and all keys with these prefixes, when the transaction commits.

    `stored` is false for kinds whose durable tier is a pack's own tables: core.cached_data has nothing of them. An
    answer that is being fetched at this moment is not stored any more, so a loader must not invalidate its own key. A
    prefix that is a kind and a subject (`player_matches:123:`) is found without a search.
    """
    await end_leases.run(tx, list(keys), list(prefixes))
    if stored:
        await forget.run(tx, list(keys), list(prefixes))
    said = Said(forget=list(keys), prefixes=list(prefixes))
    if len(msgspec.json.encode(said)) <= _LONGEST_PAYLOAD:
        await _tell(tx, said)
        return
    for key in keys:
        await _tell(tx, Said(forget=[key]))
    for prefix in prefixes:
        await _tell(tx, Said(prefixes=[prefix]))


async def replace(tx: Transaction, kind: Kind, key: str, fetched: Fetched) -> None:
    """Store an answer that was fetched outside of the cache; every process forgets the older one at the commit."""
    await invalidate(tx, key, stored=False)
    expires_at = fetched.as_of + (fetched.ttl or kind.ttl)
    await store_answer.run(tx, uuid7(), key, fetched.body, fetched.status, fetched.as_of, expires_at, tx.now)


async def tell_filled(tx: Transaction, keys: Sequence[str]) -> None:
    """Wake the processes that wait for another one to fetch these keys."""
    await _tell(tx, Said(filled=list(keys)))


async def _tell(tx: Transaction, said: Said) -> None:
    await tell.one_or_none(tx, CHANNEL, msgspec.json.encode(said).decode())
