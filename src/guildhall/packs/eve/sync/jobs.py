"""Syncs of characters that are due."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import msgspec

from guildhall.core.jobs.actions import send_many
from guildhall.core.jobs.bindings import Due, On, minutely
from guildhall.core.jobs.errors import RetryLater
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart
from guildhall.packs.eve.characters.messages import SyncCharacter
from guildhall.packs.eve.settings import EveSettings
from guildhall.packs.eve.sync import queries
from guildhall.packs.eve.sync.messages import SyncCharacters, SyncDueCharacters
from guildhall.packs.eve.sync.queries import being_synced
from guildhall.packs.eve.sync.syncer import Syncer
from guildhall.packs.eve.tokens.rules import LOCK_PAUSE, MAX_RECLAIMS
from guildhall.packs.eve.upstream.client import Esi
from guildhall.packs.eve.upstream.rate_limits import forget_halts

_HALTED = timedelta(minutes=1)
"""The time for which expired halts are kept."""
_CLAIM = timedelta(minutes=5)
"""The time in which a queued character is not queued again, in case its job dies."""


async def sync_due_characters(_: SyncDueCharacters, db: Database, esi: Esi, settings: EveSettings) -> dict[str, int]:
    """Queue the characters with something due, as many as a minute may.

    One whose row somebody has locked for an instant, as a refresh of its token does, is claimed once more.
    """
    queued = 0
    for _again in range(1 + MAX_RECLAIMS):
        async with db.write() as tx:
            await forget_halts.run(tx, tx.now - _HALTED)
            active_since = tx.now - timedelta(minutes=settings.active_minutes)
            limit = settings.sync_batch - queued
            due = await queries.claim_due.many(tx, tx.now, active_since, limit, tx.now + _CLAIM)
            size = settings.sync_chunk
            await send_many(tx, [SyncCharacters(tuple(due[at : at + size])) for at in range(0, len(due), size)])
            passed_over = len(due) < limit and await queries.any_due.one(tx, *_due(tx.now))
        queued += len(due)
        if not passed_over:
            break
        await asyncio.sleep(LOCK_PAUSE)
    return {"due": queued}


def _due(now: datetime) -> tuple[datetime, datetime]:
    return now, now - _HALTED


CHARACTERS_DUE = Due(queries.any_due, _due)


async def sync_characters(message: SyncCharacters, syncer: Syncer) -> dict[str, int]:
    """Bring several characters up to date; how many were, and in how many calls."""
    reports = await syncer.sync(message.characters)
    return {"synced": len(reports), "calls": sum(report.calls for report in reports)}


async def sync_character(message: SyncCharacter, db: Database, syncer: Syncer) -> Any:
    """Bring one character up to date; what came of it. While another job does, this one waits."""
    reports = await syncer.sync([message.character], requested=message.requested, only=message.only or None)
    if reports:
        return msgspec.to_builtins(reports[0])
    async with db.read() as tx:
        if await being_synced.one_or_none(tx, message.character):
            raise RetryLater("Another job syncs the character now.", 5)
    return None


WORKER = WorkerPart(
    handlers=(
        On(SyncDueCharacters, sync_due_characters, schedule=minutely(due=CHARACTERS_DUE)),
        On(SyncCharacters, sync_characters),
        On(SyncCharacter, sync_character),
    )
)
