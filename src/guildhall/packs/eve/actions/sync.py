"""A character brought up to date: every section that is due asked in turn, and all of it saved at once.

No call is made inside a transaction. A section that fails keeps what it had, is tried again later, and is no matter of
the others; so is a character for other characters.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from msgspec import Struct, structs

from guildhall.clock import Clock
from guildhall.core.upstream.errors import UpstreamNotFound
from guildhall.core.vault.schemas import Secret
from guildhall.core.vault.vault import Vault
from guildhall.db.pool import Database, Transaction
from guildhall.errors import Unavailable
from guildhall.packs.eve.actions import structures
from guildhall.packs.eve.actions.asking import Asking, Fetched
from guildhall.packs.eve.actions.events import on_section
from guildhall.packs.eve.actions.gathering import Gathering
from guildhall.packs.eve.actions.sync_industry import fetch_jobs, fetch_planets
from guildhall.packs.eve.actions.sync_location import fetch_location, fetch_notifications
from guildhall.packs.eve.actions.sync_mail import fetch_labels, fetch_mail
from guildhall.packs.eve.actions.sync_orders import fetch_history, fetch_orders
from guildhall.packs.eve.actions.sync_skills import fetch_attributes, fetch_queue, fetch_skills
from guildhall.packs.eve.actions.sync_wallet import fetch_balance, fetch_journal, fetch_transactions
from guildhall.packs.eve.actions.tokens import Refresher
from guildhall.packs.eve.errors import AccessEnded, AskedEarly, EsiForbade, EsiHalted, RefreshDelayed, TokenRefused
from guildhall.packs.eve.queries import sections as queries
from guildhall.packs.eve.rules import cadence
from guildhall.packs.eve.rules.tokens import share
from guildhall.packs.eve.schemas.characters import ACCESS_TOKEN
from guildhall.packs.eve.schemas.sections import Section, SectionSync
from guildhall.packs.eve.schemas.syncs import Standing, SyncReport
from guildhall.packs.eve.settings import EveSettings
from guildhall.packs.eve.upstream.client import Esi, Pilot

log = structlog.get_logger(__name__)

FETCHES: dict[Section, Callable[[Asking], Awaitable[Fetched]]] = {
    "skills": fetch_skills,
    "skill_queue": fetch_queue,
    "attributes": fetch_attributes,
    "mail": fetch_mail,
    "mail_labels": fetch_labels,
    "orders": fetch_orders,
    "order_history": fetch_history,
    "industry": fetch_jobs,
    "planets": fetch_planets,
    "wallet": fetch_balance,
    "wallet_journal": fetch_journal,
    "wallet_transactions": fetch_transactions,
    "location": fetch_location,
    "notifications": fetch_notifications,
}
_CLAIM = 300.0
"""Seconds after which a sync that has told nothing is taken for dead; a job's own time."""


class _Told(Struct, frozen=True):
    """A section as it stands after it was asked; `fetched` has what is to be stored."""

    row: SectionSync
    fetched: Fetched | None = None
    first_import: bool = False


class _Synced(Struct, frozen=True):
    """A character's sync that is to be saved."""

    standing: Standing
    told: list[_Told]
    next_at: datetime | None


class Syncer:
    """Syncs characters, as the worker's role. One for each process."""

    def __init__(
        self, db: Database, esi: Esi, refresher: Refresher, vault: Vault, settings: EveSettings, clock: Clock
    ) -> None:
        self._db = db
        self._esi = esi
        self._refresher = refresher
        self._vault = vault
        self._settings = settings
        self._clock = clock
        self._saves: Gathering[_Synced, None] = Gathering(self._save_unchanged)

    async def close(self) -> None:
        """Let what gathered be saved."""
        await self._saves.drained()

    async def sync(
        self, characters: Sequence[UUID], *, requested: bool = False, only: Sequence[str] | None = None
    ) -> list[SyncReport]:
        """Bring characters up to date: what is due, or all that may be asked when `requested`; a report for each.

        `only` names sections, due or not. Characters that somebody else syncs just now, or to which access has ended,
        are passed over.
        """
        async with self._db.write() as tx:
            if len(characters) == 1:  # who asks for one waits until whoever just writes to it has done so
                await queries.wait_for_row.one_or_none(tx, characters[0])
            claimed = await queries.claim_syncs.many(tx, list(characters), _CLAIM)
        if not claimed:
            return []
        open_claims = set(claimed)
        try:
            async with self._db.read() as tx:
                standings = await queries.standings.many(tx, claimed)
                known = await queries.sections.many(tx, claimed)
            by_character: dict[UUID, dict[str, SectionSync]] = {one.id: {} for one in standings}
            for row in known:
                if row.character in by_character:
                    by_character[row.character][row.section] = row
            places = asyncio.Semaphore(self._settings.sync_concurrency)

            async def one(standing: Standing) -> SyncReport | None:
                async with places:
                    try:
                        return await self._sync_one(standing, by_character[standing.id], requested, only, open_claims)
                    except Unavailable as error:
                        log.warning("eve_sync_failed", character_id=standing.character_id, why=str(error))
                        return None

            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one(standing)) for standing in standings]
            return [report for task in tasks if (report := task.result()) is not None]
        finally:
            if open_claims:
                async with self._db.write() as tx:
                    await queries.release_syncs.run(tx, list(open_claims))

    async def _sync_one(
        self,
        standing: Standing,
        known: dict[str, SectionSync],
        requested: bool,
        only: Sequence[str] | None,
        open_claims: set[UUID],
    ) -> SyncReport | None:
        wanted = self._wanted(standing, known, requested, only)
        report = SyncReport(standing.character_id, [], [], {}, 0, None)
        told: list[_Told] = []
        pilot: Pilot | None = None
        calls = 0
        if wanted:
            try:
                pilot = Pilot(standing.character_id, await self._token(standing))
            except AccessEnded:
                return None
            except RefreshDelayed as error:
                told = [self._put_off(row, error.retry_after, str(error)) for row in wanted]
                wanted = []
        for row in wanted:
            if row.section == "location" and not requested and not self._watched(standing):
                told.append(_Told(structs.replace(row, due_at=self._clock.now() + cadence.UNSEEN)))
                continue
            assert pilot is not None
            try:
                outcome, asked, pilot = await self._ask(standing, row, pilot, requested)
            except AccessEnded:
                return None
            except RefreshDelayed as error:
                outcome, asked = self._put_off(row, error.retry_after, str(error)), 0
            told.append(outcome)
            calls += asked
        after = {section: row.due_at for section, row in known.items()} | {
            one.row.section: one.row.due_at for one in told
        }
        next_at = min(after.values(), default=None)
        for one in told:
            if one.row.error is not None:
                report.failed[one.row.section] = one.row.error
            else:
                (report.unchanged if one.fetched is None else report.changed).append(one.row.section)
        await self._save(_Synced(standing, told, next_at), report)
        open_claims.discard(standing.id)
        if pilot is not None and not structures.NAMING.isdisjoint(report.changed):
            await structures.name_structures(self._db, self._esi, standing, pilot)
        return structs.replace(report, calls=calls, next_at=next_at)

    def _wanted(
        self, standing: Standing, known: dict[str, SectionSync], requested: bool, only: Sequence[str] | None
    ) -> list[SectionSync]:
        """The sections to ask, in a fixed order: none whose answer has not expired."""
        now = self._clock.now()
        found = []
        for section in FETCHES:
            row = known.get(section)
            if row is None or (only and section not in only) or row.due_at.year > 9000:
                continue
            fresh = row.expires_at is not None and row.expires_at > now
            # who asks does not skip the wait of a section that has been failing
            due = ((requested or only) and row.failures == 0) or row.due_at <= now + cadence.SOON
            if due and not fresh:
                found.append(row)
        return found

    def _watched(self, standing: Standing) -> bool:
        return cadence.watched(self._settings, standing.last_used_at, self._clock.now())

    async def _token(self, standing: Standing) -> Secret:
        if standing.access_token is not None and self._refresher.still_good(standing.token_expires_at):
            return self._vault.open(ACCESS_TOKEN, standing.id, standing.access_token)
        return await self._refresher.access_token(standing.id)

    async def _ask(
        self, standing: Standing, row: SectionSync, pilot: Pilot, requested: bool
    ) -> tuple[_Told, int, Pilot]:
        """Ask one section; how it stands then, the calls made, and the pilot, whose token may be a new one."""
        asking = Asking(self._esi, self._db, self._settings, standing, pilot, row, requested)
        try:
            try:
                fetched = await FETCHES[row.section](asking)
            except TokenRefused:  # it may have been revoked while its refresh token is good: one more try
                pilot = Pilot(pilot.character_id, await self._refresher.access_token(standing.id, refused=pilot.token))
                asking = Asking(self._esi, self._db, self._settings, standing, pilot, row, requested)
                fetched = await FETCHES[row.section](asking)
        except (EsiHalted, AskedEarly) as error:
            return self._put_off(row, error.retry_after, str(error), asking.expires_at), asking.calls, pilot
        except (TokenRefused, EsiForbade, UpstreamNotFound, Unavailable) as error:
            if isinstance(error, RefreshDelayed):
                raise
            return self._failed(row, error, asking.expires_at), asking.calls, pilot
        now = self._clock.now()
        factor = cadence.factor(self._settings, standing.subscription_tier, standing.last_used_at, now)
        due_at = cadence.due_at(now, asking.expires_at, self._settings.floor(row.section), factor)
        stands = structs.replace(
            row, synced_at=now, as_of=asking.as_of, expires_at=asking.expires_at, due_at=due_at, etag=asking.etag,
            last_modified=asking.last_modified, failures=0, error=None, imported=True,
            content_hash=fetched.content_hash, cursor=fetched.cursor,
        )  # fmt: skip
        return _Told(stands, fetched if fetched.store is not None else None, not row.imported), asking.calls, pilot

    def _put_off(self, row: SectionSync, seconds: int | None, why: str, expires_at: datetime | None = None) -> _Told:
        """A section that was not to be asked now: that is no failure of its own."""
        # those that wait for the same end do not all come back in the same second
        wait = timedelta(seconds=(seconds or 60) * (1 + 0.2 * share(row.character)))
        due_at = self._clock.now() + wait
        return _Told(structs.replace(row, due_at=due_at, expires_at=expires_at or row.expires_at, error=why[:300]))

    def _failed(self, row: SectionSync, error: Exception, expires_at: datetime | None) -> _Told:
        """A section that failed keeps what it has; what was asked is not asked again before it expires."""
        log.warning("eve_section_failed", section=row.section, character=str(row.character), why=str(error))
        wait = cadence.retry_in(row.failures, row.character)
        due_at = self._clock.now() + timedelta(seconds=wait)
        expires_at = expires_at or row.expires_at
        return _Told(
            structs.replace(
                row,
                due_at=due_at if expires_at is None else max(due_at, expires_at),
                expires_at=expires_at,
                failures=min(row.failures + 1, 1000),
                error=(str(error) or type(error).__name__)[:300],
            )
        )

    async def _save(self, synced: _Synced, report: SyncReport) -> None:
        if all(one.fetched is None for one in synced.told):
            await self._saves.put(synced)
            return
        try:
            await self._db.transact(lambda tx: self._store(tx, synced))
        except Unavailable:
            raise
        except Exception as error:  # one section's content cannot be stored: the others' can
            log.error("eve_not_stored", character=str(synced.standing.id), why=str(error))
            kept = [await self._store_alone(synced, one, report) for one in synced.told]
            await self._saves.put(_Synced(synced.standing, kept, synced.next_at))

    async def _store_alone(self, synced: _Synced, one: _Told, report: SyncReport) -> _Told:
        """Store one section in a transaction of its own; as it stands then."""
        if one.fetched is None:
            return one
        try:
            await self._db.transact(lambda tx: self._store(tx, _Synced(synced.standing, [one], synced.next_at)))
        except Unavailable:
            raise
        except Exception as error:
            log.error("eve_section_not_stored", section=one.row.section, why=f"{type(error).__name__}: {error}")
            report.failed[one.row.section] = "its content cannot be stored"
            # without an ETag the next answer is taken whole
            row = structs.replace(one.row, etag=None, content_hash=None, imported=not one.first_import)
            return self._failed(row, error, one.row.expires_at)
        return _Told(one.row)

    async def _store(self, tx: Transaction, synced: _Synced) -> None:
        """Store what has changed, tell what it means, and note how the sections stand."""
        character = synced.standing.character
        for one in synced.told:
            if one.fetched is None or one.fetched.store is None:
                continue
            change = await one.fetched.store(tx)
            await on_section(
                tx, character, one.row.section, before=change.before, after=change.after,
                first_import=one.first_import, settings=self._settings,
            )  # fmt: skip
        await self._note(tx, [synced])

    async def _save_unchanged(self, batch: list[_Synced]) -> list[None]:
        """Two statements for all characters whose syncs ended since the last save."""
        async with self._db.write() as tx:
            await self._note(tx, batch)
        return [None] * len(batch)

    async def _note(self, tx: Transaction, batch: Sequence[_Synced]) -> None:
        rows = [one.row for synced in batch for one in synced.told]
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
        await queries.end_syncs.run(
            tx,
            [synced.standing.id for synced in batch],
            [max((one.row.synced_at for one in synced.told if one.row.error is None and one.row.synced_at is not None),
                 default=None) for synced in batch],
            [synced.next_at for synced in batch],
        )  # fmt: skip
