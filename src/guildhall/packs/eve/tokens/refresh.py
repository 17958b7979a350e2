"""Access to characters: tokens refreshed by one at a time, saved before they are used, and given back to be revoked.

One loss cannot be avoided: a process that is killed between the SSO's answer and its save takes the new refresh token
with it. The former one may still be good then (EVE says that refresh tokens *may* rotate), and is tried when the lease
has ended; if it is not, the user is asked to sign in again. Between the answer and the save there is only the check of
a signature, and that only while the keys are at hand.
"""

import asyncio
import time
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from guildhall.clock import Clock
from guildhall.core.fresh.rules import LOCK_PAUSE, MAX_RECLAIMS
from guildhall.core.identity.sign_in.oauth.errors import GrantRefused, ProofRefused, ProviderDown, ProviderMisconfigured
from guildhall.core.identity.sign_in.oauth.schemas import Tokens as GivenTokens
from guildhall.core.identity.sign_in.schemas import Claims
from guildhall.core.vault.errors import SealBroken
from guildhall.core.vault.schemas import Secret
from guildhall.core.vault.vault import Vault
from guildhall.db.pool import Database
from guildhall.errors import Unavailable
from guildhall.log import get_logger
from guildhall.packs.eve.batching import Batcher
from guildhall.packs.eve.ids import CharacterId
from guildhall.packs.eve.settings import EveSettings
from guildhall.packs.eve.tokens import queries
from guildhall.packs.eve.tokens.actions import end_access
from guildhall.packs.eve.tokens.errors import AccessEnded, RefreshDelayed
from guildhall.packs.eve.tokens.rules import LIFETIME, refresh_at, retry_in
from guildhall.packs.eve.tokens.schemas import ACCESS_TOKEN, REFRESH_TOKEN, Leased
from guildhall.packs.eve.tokens.sso import Sso
from guildhall.packs.eve.upstream.client import Esi
from guildhall.packs.eve.upstream.rate_limits import SSO

log = get_logger(__name__)
_AT_HAND = 0.25
"""Seconds that a check may take before the new refresh token is saved ahead of it."""
_RESERVE = 5.0
"""Seconds of a lease that are kept for the save."""
_SSO_REST = 300.0
"""Seconds that nobody refreshes after the SSO has refused our client id."""


class _Refreshed(Struct, frozen=True):
    """New tokens, sealed. Without an access token the lease goes on."""

    leased: Leased
    access_token: str | None
    refresh_token: str | None
    expires_at: datetime


class Refresher:
    """Refreshes tokens, as the worker's role. One for each process; PostgreSQL keeps processes apart."""

    def __init__(self, db: Database, vault: Vault, sso: Sso, esi: Esi, settings: EveSettings, clock: Clock) -> None:
        self._db = db
        self._vault = vault
        self._sso = sso
        self._halts = esi.halts
        self._settings = settings
        self._clock = clock
        self._places = asyncio.Semaphore(settings.refresh_concurrency)
        self._flights: dict[CharacterId, asyncio.Task[Secret]] = {}
        self._running: set[asyncio.Task[Secret]] = set()
        self._saves: Batcher[_Refreshed, bool] = Batcher(self._save)

    async def close(self) -> None:
        """Wait for what is under way: an answer that is thrown away may be a token lost."""
        if self._running:
            await asyncio.wait(self._running, timeout=self._settings.refresh_lease_seconds)
        await self._saves.drained()

    async def access_token(self, character: CharacterId, *, refused: Secret | None = None) -> Secret:
        """Return a token that is good for a minute at least; not the one that ESI has `refused`.

        Raises AccessEnded when the owner must sign in again, RefreshDelayed when there is none just now.
        """
        if (good := await self._good(character, refused)) is not None:
            return good
        if (flight := self._flights.get(character)) is None:
            flight = self._begin(self._obtain(character, refused))
            self._flights[character] = flight
            flight.add_done_callback(lambda _: self._flights.pop(character, None))
        return await asyncio.shield(flight)

    def still_good(self, expires_at: datetime) -> bool:
        """Return whether an access token outlasts the margin."""
        return expires_at - self._clock.now() > timedelta(seconds=self._settings.refresh_margin_seconds)

    def usable(self, character: CharacterId, sealed: str | None, expires_at: datetime) -> Secret | None:
        """Open a stored access token; None for one that ends soon or that no key opens, which a refresh replaces."""
        if sealed is None or not self.still_good(expires_at):
            return None
        try:
            return self._vault.open(ACCESS_TOKEN, character, sealed)
        except SealBroken:  # the vault logs it
            return None

    async def refresh_due(self) -> dict[str, int]:
        """Refresh due tokens ahead of their end; return how many were refreshed, and how many could not be."""
        counts = {"refreshed": 0, "failed": 0}
        patience = MAX_RECLAIMS
        async with self._db.write() as tx:
            await queries.rest_unneeded.run(tx, tx.now, tx.now + LIFETIME)
        while True:
            await self._halts.look()
            if self._halts.left(SSO) > 0:
                return counts
            batch = min(self._settings.refresh_batch, self._settings.refresh_concurrency * 16)
            async with self._db.write() as tx:
                claimed = await queries.claim_due.many(
                    tx, tx.now, batch, self._settings.refresh_lease_seconds, tx.now + LIFETIME
                )
                passed_over = not claimed and await queries.any_due.one(tx, tx.now, tx.now + LIFETIME)
            if not claimed:
                if not passed_over or patience <= 0:
                    return counts
                patience -= 1
                await asyncio.sleep(LOCK_PAUSE)
                continue
            since = time.monotonic()
            flights = [self._begin(self._refresh(leased, since)) for leased in claimed]
            for outcome in await asyncio.gather(*map(asyncio.shield, flights), return_exceptions=True):
                if isinstance(outcome, Secret):
                    counts["refreshed"] += 1
                elif isinstance(outcome, AccessEnded | RefreshDelayed):
                    counts["failed"] += 1
                elif isinstance(outcome, Exception) and not isinstance(outcome, Unavailable):
                    counts["failed"] += 1  # a fault with one pilot's tokens is no matter of the others
                    log.error("eve_refresh_broken", exc_info=outcome)
                elif isinstance(outcome, BaseException):
                    raise outcome

    def _begin(self, work: Coroutine[Any, Any, Secret]) -> "asyncio.Task[Secret]":
        """A task of its own: a caller who is stopped must not tear it from the SSO's answer."""
        task = asyncio.create_task(work, name="eve-refresh")
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: "asyncio.Task[Secret]") -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # the waiting callers get it, if there are any

    async def _good(self, character: CharacterId, refused: Secret | None) -> Secret | None:
        """The present token if it will do. Raises AccessEnded, RefreshDelayed."""
        async with self._db.read() as tx:
            row = await queries.tokens.one_or_none(tx, character)
        if row is None or row.token_state not in ("valid",) or row.refresh_token is None:
            raise AccessEnded
        secret = self.usable(character, row.access_token, row.token_expires_at)
        if secret is not None and (refused is None or secret.reveal() != refused.reveal()):
            return secret
        wait = (row.refresh_due_at - self._clock.now()).total_seconds() if row.refresh_due_at is not None else 0.0
        if row.refresh_failures > 0 and wait > 0:
            raise RefreshDelayed(
                detail="The last refresh of the token failed; it is tried again soon.", retry_after=int(wait) + 1
            )
        return None

    async def _obtain(self, character: CharacterId, refused: Secret | None) -> Secret:
        """Refresh, or wait for the process that does."""
        until = time.monotonic() + self._settings.refresh_lease_seconds + _RESERVE
        pause = 0.05
        while True:
            since = time.monotonic()
            async with self._db.write() as tx:
                leased = await queries.claim_one.one_or_none(tx, character, self._settings.refresh_lease_seconds)
            if leased is not None:
                # Whoever held the lease before may have ended between our look and our claim.
                if (good := await self._good(character, refused)) is not None:
                    await self._release(leased)
                    return good
                return await self._refresh(leased, since)
            if time.monotonic() > until:
                raise RefreshDelayed(detail="Another process is refreshing the token.", retry_after=10)
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 0.5)
            if (good := await self._good(character, refused)) is not None:
                return good

    async def _refresh(self, leased: Leased, since: float) -> Secret:
        """One refresh under a lease that was claimed at `since`. Raises AccessEnded, RefreshDelayed."""
        async with self._places:
            left = self._settings.refresh_lease_seconds - (time.monotonic() - since) - _RESERVE
            if left <= 0 or self._halts.left(SSO) > 0:
                await self._release(leased)
                raise RefreshDelayed(detail="The single sign-on fails; it is left alone for now.", retry_after=60)
            try:
                old = self._vault.open(REFRESH_TOKEN, leased.id, leased.refresh_token)
                async with asyncio.timeout(left):
                    given = await self._sso.refresh(old)
            except GrantRefused as error:
                await self._end(leased, "needs_authorisation", error.reason)
                raise AccessEnded(
                    detail="EVE no longer accepts the token; sign in with the character again."
                ) from error
            except ProviderMisconfigured as error:
                log.error("eve_client_refused", why=str(error))
                await self._halts.set(SSO, _SSO_REST, "the client id was refused")
                raise await self._put_off(leased, str(error), _SSO_REST) from error
            except (ProviderDown, TimeoutError) as error:
                wait = max(retry_in(leased.refresh_failures, leased.id), float(getattr(error, "retry_after", 0) or 0))
                raise await self._put_off(leased, str(error) or "timeout", wait) from error
            except SealBroken as error:
                raise await self._put_off(leased, str(error), 3600.0) from error
            return await self._take(leased, given)

    async def _take(self, leased: Leased, given: GivenTokens) -> Secret:
        """Check whose the new tokens are and keep them."""
        checking = asyncio.ensure_future(self._sso.verify(given.access_token))
        await asyncio.wait({checking}, timeout=_AT_HAND)
        rotation = given.refresh_token
        if not checking.done():
            await self._keep(leased, None, rotation, given.expires_at)
            rotation = None
        try:
            claims: Claims = await checking
        except ProviderDown as error:
            # Whose the character is cannot be said just now: the rotation is saved, the access token is not used.
            await self._keep(leased, None, rotation, given.expires_at)
            raise await self._put_off(leased, str(error), retry_in(leased.refresh_failures, leased.id)) from error
        except (ProofRefused, ProviderMisconfigured) as error:
            log.error("eve_token_not_believed", character_id=leased.character_id, why=str(error))
            await self._keep(leased, None, rotation, given.expires_at)
            raise await self._put_off(leased, str(error), 600.0) from error
        if claims.subject != str(leased.character_id):
            log.error("eve_token_of_other", character_id=leased.character_id, subject=claims.subject)
            await self._end(leased, "needs_authorisation", "the token is of another character")
            raise AccessEnded(detail="EVE gave a token of another character; sign in again.")
        if leased.owner_hash is not None and claims.owner_hash != leased.owner_hash:
            await self._end(leased, "sold", "the character has another owner")
            raise AccessEnded(detail="The character has another owner now.")
        if not await self._keep(leased, given.access_token, rotation, given.expires_at):
            raise RefreshDelayed(detail="Somebody has signed in with the character meanwhile.", retry_after=1)
        return given.access_token

    async def _keep(
        self, leased: Leased, access_token: Secret | None, refresh_token: Secret | None, expires_at: datetime
    ) -> bool:
        """Save new tokens; False when the lease is not ours any more."""
        access = None if access_token is None else self._vault.seal(ACCESS_TOKEN, leased.id, access_token.reveal())
        refresh = None if refresh_token is None else self._vault.seal(REFRESH_TOKEN, leased.id, refresh_token.reveal())
        return await self._saves.put(_Refreshed(leased, access, refresh, expires_at))

    async def _save(self, batch: list[_Refreshed]) -> list[bool]:
        """One statement for the whole batch. A database that is away is waited for as long as the leases last."""
        until = time.monotonic() + self._settings.refresh_lease_seconds
        now = self._clock.now()
        while True:
            try:
                async with self._db.write() as tx:
                    saved = await queries.save_refreshed.many(
                        tx,
                        [one.leased.id for one in batch],
                        [one.leased.lease for one in batch],
                        [one.access_token for one in batch],
                        [one.refresh_token for one in batch],
                        [one.expires_at for one in batch],
                        [refresh_at(one.leased.id, now, one.expires_at) for one in batch],
                        now,
                    )
                break
            except Unavailable as error:
                log.error("eve_tokens_not_saved_yet", tokens=len(batch), why=str(error))
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(0.5)
        kept = set(saved)
        if lost := [str(one.leased.id) for one in batch if one.leased.id not in kept]:
            log.warning("eve_lease_lost", characters=lost)
        return [one.leased.id in kept for one in batch]

    async def _release(self, leased: Leased) -> None:
        async with self._db.write() as tx:
            await queries.release.run(tx, leased.id, leased.lease)

    async def _put_off(self, leased: Leased, why: str, seconds: float) -> RefreshDelayed:
        """Keep the token for another try, and the failure to raise."""
        log.warning("eve_refresh_failed", character_id=leased.character_id, why=why, again_in=round(seconds))
        async with self._db.write() as tx:
            due_at = tx.now + timedelta(seconds=seconds)
            await queries.put_off.run(tx, leased.id, leased.lease, due_at, why[:300])
        return RefreshDelayed(
            detail="EVE gives no new token just now; the old one is kept.", retry_after=int(seconds) + 1
        )

    async def _end(self, leased: Leased, state: str, why: str) -> None:
        """End the access for good: history stays, and the user is notified once."""
        async with self._db.write() as tx:
            if await queries.still_leased.one_or_none(tx, leased.id, leased.lease):
                await end_access(tx, leased, state, why)
