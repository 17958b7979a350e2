"""Saving the result of a character's sync: all at once where possible, section by section where one fails."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct, structs

from guildhall.clock import Clock
from guildhall.core.fresh.held import HeldKey
from guildhall.db.pool import Database, Transaction
from guildhall.errors import Unavailable
from guildhall.log import get_logger
from guildhall.packs.eve.batching import Batcher
from guildhall.packs.eve.ids import CharacterId
from guildhall.packs.eve.kept import CHARACTERS
from guildhall.packs.eve.sections.asking import Fetched
from guildhall.packs.eve.sections.schemas import SectionSync, Standing
from guildhall.packs.eve.settings import EveSettings
from guildhall.packs.eve.sync import queries, rules
from guildhall.packs.eve.sync.actions import on_section
from guildhall.packs.eve.sync.schemas import SyncReport

log = get_logger(__name__)


class Outcome(Struct, frozen=True):
    """A section as it stands after it was asked; `fetched` has what is to be stored."""

    row: SectionSync
    fetched: Fetched | None = None
    first_import: bool = False


class Synced(Struct, frozen=True):
    """A character's sync that is to be saved."""

    held: HeldKey[CharacterId]
    standing: Standing
    outcomes: list[Outcome]
    next_at: datetime | None


def _last_success(synced: Synced) -> datetime | None:
    rows = (one.row for one in synced.outcomes if one.row.error is None)
    return max((row.synced_at for row in rows if row.synced_at is not None), default=None)


class Saver:
    """Saves syncs, as the worker's role. One for each process."""

    def __init__(self, db: Database, settings: EveSettings, clock: Clock) -> None:
        self._db = db
        self._settings = settings
        self._clock = clock
        self._saves: Batcher[Synced, None] = Batcher(self._save_unchanged)

    async def drained(self) -> None:
        """Return when every waiting sync is saved."""
        await self._saves.drained()

    def failed(self, row: SectionSync, error: Exception, expires_at: datetime | None) -> Outcome:
        """A section that failed keeps what it has; what was asked is not asked again before it expires."""
        log.warning("eve_section_failed", section=row.section, character=str(row.character), why=str(error))
        wait = rules.retry_in(row.failures, row.character)
        due_at = self._clock.now() + timedelta(seconds=wait)
        expires_at = expires_at or row.expires_at
        return Outcome(
            structs.replace(
                row,
                due_at=due_at if expires_at is None else max(due_at, expires_at),
                expires_at=expires_at,
                failures=min(row.failures + 1, 1000),
                error=(str(error) or type(error).__name__)[:300],
            )
        )

    async def save(self, synced: Synced, report: SyncReport) -> None:
        if all(one.fetched is None for one in synced.outcomes):
            await self._saves.put(synced)
            return
        try:
            await self._db.transact(lambda tx: self._store(tx, synced))
        except Unavailable:
            raise
        except Exception as error:  # one section's content cannot be stored: the others' can
            log.error("eve_not_stored", character=str(synced.standing.id), why=str(error))
            kept = [await self._store_alone(synced, one, report) for one in synced.outcomes]
            await self._saves.put(Synced(synced.held, synced.standing, kept, synced.next_at))

    async def _store_alone(self, synced: Synced, one: Outcome, report: SyncReport) -> Outcome:
        """Store one section in a transaction of its own; as it stands then."""
        if one.fetched is None:
            return one
        try:
            await self._db.transact(lambda tx: self._store_section(tx, synced.standing, one))
        except Unavailable:
            raise
        except Exception as error:
            log.error("eve_section_not_stored", section=one.row.section, why=f"{type(error).__name__}: {error}")
            report.failed[one.row.section] = "its content cannot be stored"
            # without an ETag the next answer is taken whole
            row = structs.replace(one.row, etag=None, content_hash=None, imported=not one.first_import)
            return self.failed(row, error, one.row.expires_at)
        return Outcome(one.row)

    async def _store(self, tx: Transaction, synced: Synced) -> None:
        """Store what has changed, tell what it means, and note how the sections stand."""
        for one in synced.outcomes:
            await self._store_section(tx, synced.standing, one)
        await self._note(tx, [synced])

    async def _store_section(self, tx: Transaction, standing: Standing, one: Outcome) -> None:
        if one.fetched is None or one.fetched.store is None:
            return
        change = await one.fetched.store(tx)
        await on_section(
            tx, standing.character, one.row.section, before=change.before, after=change.after,
            first_import=one.first_import, settings=self._settings,
        )  # fmt: skip

    async def _save_unchanged(self, batch: list[Synced]) -> list[None]:
        """Three statements for all characters whose syncs ended since the last save."""
        async with self._db.write() as tx:
            await self._note(tx, batch)
        return [None] * len(batch)

    async def _note(self, tx: Transaction, batch: Sequence[Synced]) -> None:
        rows = [one.row for synced in batch for one in synced.outcomes]
        if rows:
            await queries.save_sections.run(
                tx,
                [row.character for row in rows],
                [row.section for row in rows],
                [row.synced_at for row in rows],
                [row.as_of for row in rows],
                [row.expires_at for row in rows],
                [row.due_at for row in rows],
                [row.etag for row in rows],
                [row.last_modified for row in rows],
                [row.failures for row in rows],
                [row.error for row in rows],
                [row.imported for row in rows],
                [row.content_hash for row in rows],
                [row.cursor for row in rows],
            )
        await queries.note_syncs.run(
            tx, [synced.standing.id for synced in batch], [_last_success(synced) for synced in batch]
        )
        await CHARACTERS.ended(tx, {synced.held: synced.next_at for synced in batch if synced.next_at is not None})
        if resting := [synced.held for synced in batch if synced.next_at is None]:
            await CHARACTERS.drop(tx, *resting)
