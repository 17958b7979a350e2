"""A character brought up to date: every section that is due asked in turn, and all of it saved at once.

No call is made inside a transaction. A section that fails keeps what it had, is tried again later, and is no matter of
the others; so is a character for other characters.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from msgspec import structs

from guildhall.clock import Clock
from guildhall.core.fresh.held import HeldKey
from guildhall.core.upstream.errors import UpstreamNotFound
from guildhall.core.vault.schemas import Secret
from guildhall.db.pool import Database
from guildhall.errors import Unavailable
from guildhall.log import get_logger
from guildhall.packs.eve.game_notifications.actions import fetch_notifications
from guildhall.packs.eve.ids import CharacterId
from guildhall.packs.eve.industry.actions import fetch_jobs
from guildhall.packs.eve.kept import CHARACTERS
from guildhall.packs.eve.location.actions import fetch_location
from guildhall.packs.eve.mails.actions.fetch import fetch_labels, fetch_mail
from guildhall.packs.eve.orders.actions import fetch_history, fetch_orders
from guildhall.packs.eve.planets.actions import fetch_planets
from guildhall.packs.eve.sections.asking import Asking, Fetched
from guildhall.packs.eve.sections.schemas import SectionSync, Standing
from guildhall.packs.eve.settings import EveSettings
from guildhall.packs.eve.skills.actions import fetch_attributes, fetch_queue, fetch_skills
from guildhall.packs.eve.sync import queries, rules
from guildhall.packs.eve.sync.saver import Outcome, Saver, Synced
from guildhall.packs.eve.sync.schemas import Refreshed, SyncReport
from guildhall.packs.eve.tokens.errors import AccessEnded, RefreshDelayed
from guildhall.packs.eve.tokens.refresh import Refresher
from guildhall.packs.eve.tokens.rules import jitter
from guildhall.packs.eve.universe.actions import structures
from guildhall.packs.eve.upstream.client import Esi, Pilot
from guildhall.packs.eve.upstream.errors import AskedEarly, EsiForbade, EsiHalted, TokenRefused
from guildhall.packs.eve.upstream.sections import Section
from guildhall.packs.eve.wallet.actions import fetch_balance, fetch_journal, fetch_transactions

log = get_logger(__name__)
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


class Syncer:
    """Syncs characters, as the worker's role. One for each process."""

    def __init__(self, db: Database, esi: Esi, refresher: Refresher, settings: EveSettings, clock: Clock) -> None:
        self._db = db
        self._esi = esi
        self._refresher = refresher
        self._settings = settings
        self._clock = clock
        self.broken = 0
        """Syncs that ended with an error of ours; each is logged as `eve_sync_broken`."""
        self._saver = Saver(db, settings, clock)

    async def close(self) -> None:
        """Save the waiting syncs."""
        await self._saver.drained()

    async def sync(
        self, characters: Sequence[CharacterId], *, requested: bool = False, only: Sequence[str] | None = None
    ) -> list[SyncReport]:
        """Sync characters: the due sections, or all that may be asked when `requested`; return a report for each.

        `only` names sections, due or not. Characters that another process syncs just now, or to which access has ended,
        are skipped; a fault with one of them is logged.
        """
        reports: list[SyncReport] = []
        size = self._settings.sync_chunk
        for at in range(0, len(characters), size):
            async with CHARACTERS.holding(self._db, *characters[at : at + size]) as held:
                done = await self.refresh(held, requested=requested, only=only)
            reports += done.reports
            for character, error in done.failed.items():
                if isinstance(error, Unavailable):
                    log.warning("eve_sync_failed", character=str(character), why=str(error))
                else:
                    log.error("eve_sync_broken", character=str(character), exc_info=error)
        return reports

    async def refresh(
        self, held: Sequence[HeldKey[CharacterId]], *, requested: bool = False, only: Sequence[str] | None = None
    ) -> Refreshed:
        """Sync characters that this process holds, as `sync` does; each is ended in the transaction that saves it."""
        done = Refreshed([], {})
        if not held:
            return done
        ids = [one.key for one in held]
        async with self._db.read() as tx:
            standings = {one.id: one for one in await queries.standings.many(tx, ids)}
            known: dict[CharacterId, dict[str, SectionSync]] = {one: {} for one in ids}
            for row in await queries.sections.many(tx, ids):
                known[row.character][row.section] = row
        places = asyncio.Semaphore(self._settings.sync_concurrency)

        async def one(character: HeldKey[CharacterId]) -> None:
            async with places:
                try:
                    wanted = requested or character.attempt.wanted
                    report = await self._sync_one(
                        character, standings[character.key], known[character.key], wanted, only
                    )
                except AccessEnded:
                    await self._rest(character)
                except Exception as error:  # a fault of ours with one pilot's data is no matter of the others
                    self.broken += not isinstance(error, Unavailable)
                    done.failed[character.key] = error
                else:
                    done.reports.append(report)

        await self._rest(*(one for one in held if one.key not in standings))
        async with asyncio.TaskGroup() as group:
            for character in held:
                if character.key in standings:
                    group.create_task(one(character))
        return done

    async def _rest(self, *held: HeldKey[CharacterId]) -> None:
        """Keep characters no longer that there is no access to: a sign-in brings them back."""
        if held:
            async with self._db.write() as tx:
                await CHARACTERS.drop(tx, *held)

    async def _sync_one(
        self,
        held: HeldKey[CharacterId],
        standing: Standing,
        known: dict[str, SectionSync],
        requested: bool,
        only: Sequence[str] | None,
    ) -> SyncReport:
        """Sync one character. Raises AccessEnded, Unavailable."""
        due_sections = self._due_sections(standing, known, requested, only)
        report = SyncReport(standing.character_id, [], [], {}, 0, None)
        outcomes: list[Outcome] = []
        pilot: Pilot | None = None
        calls = 0
        if due_sections:
            try:
                pilot = Pilot(standing.character_id, await self._token(standing))
            except RefreshDelayed as error:
                outcomes = [self._put_off(row, error.retry_after, str(error)) for row in due_sections]
                due_sections = []
        for row in due_sections:
            if row.section == "location" and not requested and not self._watched(standing):
                outcomes.append(Outcome(structs.replace(row, due_at=self._clock.now() + rules.UNSEEN)))
                continue
            assert pilot is not None
            try:
                outcome, asked, pilot = await self._ask(standing, row, pilot, requested)
            except RefreshDelayed as error:
                outcome, asked = self._put_off(row, error.retry_after, str(error)), 0
            outcomes.append(outcome)
            calls += asked
        after = {section: row.due_at for section, row in known.items()} | {
            one.row.section: one.row.due_at for one in outcomes
        }
        next_at = min((due_at for due_at in after.values() if due_at is not None), default=None)
        for one in outcomes:
            if one.row.error is not None:
                report.failed[one.row.section] = one.row.error
            else:
                (report.unchanged if one.fetched is None else report.changed).append(one.row.section)
        await self._saver.save(Synced(held, standing, outcomes, next_at), report)
        if pilot is not None and not structures.NAMING.isdisjoint(report.changed):
            await structures.name_structures(self._db, self._esi, standing, pilot)
        return structs.replace(report, calls=calls, next_at=next_at)

    def _due_sections(
        self, standing: Standing, known: dict[str, SectionSync], requested: bool, only: Sequence[str] | None
    ) -> list[SectionSync]:
        """The sections to ask, in a fixed order: none whose answer has not expired."""
        now = self._clock.now()
        found = []
        for section in FETCHES:
            row = known.get(section)
            if row is None or (only and section not in only) or row.due_at is None:
                continue
            fresh = row.expires_at is not None and row.expires_at > now
            # who asks does not skip the wait of a section that has been failing
            due = ((requested or only) and row.failures == 0) or row.due_at <= now + rules.SOON
            if due and not fresh:
                found.append(row)
        return found

    def _watched(self, standing: Standing) -> bool:
        return rules.watched(self._settings, standing.last_used_at, self._clock.now())

    async def _token(self, standing: Standing) -> Secret:
        usable = self._refresher.usable(standing.id, standing.access_token, standing.token_expires_at)
        return usable if usable is not None else await self._refresher.access_token(standing.id)

    async def _ask(
        self, standing: Standing, row: SectionSync, pilot: Pilot, requested: bool
    ) -> tuple[Outcome, int, Pilot]:
        """Ask one section; how it stands then, the calls made, and the pilot, whose token may be a new one."""
        asking = Asking(self._esi, self._db, self._settings, standing, pilot, row, requested)
        try:
            try:
                fetched = await FETCHES[row.section](asking)
            except TokenRefused:  # it may have been revoked while its refresh token is good: one more try
                pilot = Pilot(pilot.character_id, await self._refresher.access_token(standing.id, refused=pilot.token))
                asking = Asking(self._esi, self._db, self._settings, standing, pilot, row, requested)
                fetched = await FETCHES[row.section](asking)
        except (AccessEnded, RefreshDelayed):
            raise
        except (EsiHalted, AskedEarly) as error:
            return self._put_off(row, error.retry_after, str(error), asking.expires_at), asking.calls, pilot
        except Exception as error:
            if not isinstance(error, TokenRefused | EsiForbade | UpstreamNotFound | Unavailable):
                log.error("eve_section_broken", section=row.section, exc_info=error)
            return self._saver.failed(row, error, asking.expires_at), asking.calls, pilot
        now = self._clock.now()
        factor = rules.factor(self._settings, standing.subscription_tier, standing.last_used_at, now)
        due_at = rules.due_at(now, asking.expires_at, self._settings.floor(row.section), factor)
        stands = structs.replace(
            row, synced_at=now, as_of=asking.as_of, expires_at=asking.expires_at, due_at=due_at, etag=asking.etag,
            last_modified=asking.last_modified, failures=0, error=None, imported=True,
            content_hash=fetched.content_hash, cursor=fetched.cursor,
        )  # fmt: skip
        return (
            Outcome(stands, fetched if fetched.store is not None else None, not row.imported),
            asking.calls,
            pilot,
        )

    def _put_off(self, row: SectionSync, seconds: int | None, why: str, expires_at: datetime | None = None) -> Outcome:
        """A section that was not to be asked now: that is no failure of its own."""
        # those that wait for the same end do not all come back in the same second
        wait = timedelta(seconds=(seconds or 60) * (1 + 0.2 * jitter(row.character)))
        due_at = self._clock.now() + wait
        return Outcome(structs.replace(row, due_at=due_at, expires_at=expires_at or row.expires_at, error=why[:300]))
