"""Syncs of characters: as a round of those that are due, and one that somebody waits for."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from guildhall.core.fresh.held import HeldKey
from guildhall.core.jobs.bindings import On
from guildhall.core.jobs.errors import RetryLater
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart
from guildhall.packs.eve.characters.messages import SyncCharacter
from guildhall.packs.eve.ids import CharacterId
from guildhall.packs.eve.kept import CHARACTERS
from guildhall.packs.eve.sync.syncer import Syncer


async def refresh_characters(held: Sequence[HeldKey[CharacterId]], syncer: Syncer) -> Mapping[CharacterId, Exception]:
    """Bring a batch of characters up to date; return what was in the way of some."""
    return (await syncer.refresh(held)).failed


async def sync_character(message: SyncCharacter, db: Database, syncer: Syncer) -> Any:
    """Bring one character up to date; what came of it. While another job does, this one waits."""
    reports = await syncer.sync([message.character], requested=message.requested, only=message.only or None)
    if reports:
        return msgspec.to_builtins(reports[0])
    async with db.read() as tx:
        state = await CHARACTERS.state(tx, message.character)
    if state is not None and state.leased_until is not None:
        raise RetryLater("Another job syncs the character now.", 5)
    return None


WORKER = WorkerPart(handlers=(On(SyncCharacter, sync_character),), fresh=(CHARACTERS,))
