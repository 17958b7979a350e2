"""Writes about keys: kept, wanted, forgotten, and refreshed or failed elsewhere."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from guildhall.core.fresh import errors
from guildhall.core.fresh.messages import RefreshKept
from guildhall.core.fresh.queries import keys as queries
from guildhall.core.jobs.actions import send
from guildhall.db.pool import Transaction
from guildhall.ids import UserId

Key = str | int | UUID
"""A key as packs give it; it is stored as text."""
_WRITTEN_EVERY = timedelta(minutes=10)
"""The precision of the time at which a key was asked for last."""
_FIRST = 10
"""The priority of the job for what somebody waits for."""


def text_of(key: Key) -> str:
    """Return a key as it is stored. Raises BadKey."""
    text = str(key)
    if not 1 <= len(text) <= 200 or "\x00" in text:
        raise errors.BadKey
    return text


async def keep(
    tx: Transaction,
    name: str,
    keys: Sequence[Key],
    user_id: UserId | None,
    due_at: datetime | None,
    most: int | None,
) -> int:
    """Keep keys fresh from now on; return how many are new. Raises TooManyKept, BadKey."""
    texts = sorted({text_of(key) for key in keys})
    asked_before = tx.now - _WRITTEN_EVERY
    added = sum(await queries.keep.many(tx, name, texts, user_id, tx.now, due_at or tx.now, asked_before))
    if added:
        await _require_room(tx, name, most)
    return added


async def want(tx: Transaction, name: str, key: Key, user_id: UserId | None, most: int | None) -> bool:
    """Refresh a key soon, since somebody waits for it, and keep it. False while the game says that it does not exist.

    Raises TooManyKept, BadKey.
    """
    added, due_at, gone_at = await queries.want.one(tx, name, text_of(key), user_id, tx.now)
    if added:
        await _require_room(tx, name, most)
    if gone_at is None and due_at <= tx.now:
        await send(tx, RefreshKept(name, wanted=True), priority=_FIRST)
    return gone_at is None


async def forget(tx: Transaction, name: str, keys: Sequence[Key]) -> int:
    """Keep keys no longer; return how many were kept."""
    return await queries.forget.run(tx, name, [text_of(key) for key in keys])


async def note_refreshed(tx: Transaction, name: str, due: Mapping[Key, datetime]) -> int:
    """Note that keys were refreshed elsewhere, and when they are due; return how many are kept."""
    return await queries.note_refreshed.run(tx, name, [text_of(key) for key in due], list(due.values()), tx.now)


async def _require_room(tx: Transaction, name: str, most: int | None) -> None:
    if most is not None and await queries.kept_count.one(tx, name) > most:
        raise errors.TooManyKept(name=name, most=most)
