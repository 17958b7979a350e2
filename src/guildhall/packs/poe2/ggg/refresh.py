"""Access to accounts: tokens refreshed by one process at a time, and saved before they are used.

One loss cannot be avoided: a refresh token dies when it is used, so a process that is killed between the game's answer
and its save takes the new one with it. The user is then asked to sign in again, as at the end of every link.
"""

import asyncio
import time
from datetime import timedelta

from guildhall.clock import Clock
from guildhall.core.fresh.rules import backoff, spread
from guildhall.core.identity.sign_in.oauth.errors import GrantRefused, ProviderDown, ProviderMisconfigured
from guildhall.core.identity.sign_in.oauth.schemas import Tokens
from guildhall.core.vault.errors import SealBroken
from guildhall.core.vault.schemas import Secret
from guildhall.core.vault.vault import Vault
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.errors import Unavailable
from guildhall.ids import UserId
from guildhall.log import get_logger
from guildhall.packs.poe2.ggg.actions.links import end_link
from guildhall.packs.poe2.ggg.errors import AccountNotLinked, LinkEnded, TokenDelayed
from guildhall.packs.poe2.ggg.oauth import PoeOAuth
from guildhall.packs.poe2.ggg.queries import accounts as queries
from guildhall.packs.poe2.ggg.schemas import ACCESS_TOKEN, REFRESH_TOKEN, AccountRow, Leased, Why
from guildhall.packs.poe2.settings import Poe2Settings

log = get_logger(__name__)
_RESERVE = 5.0
"""Seconds of a lease that are kept for the save."""
_FIRST, _LONGEST = timedelta(seconds=15), timedelta(minutes=10)
_OURS = 300.0
"""Seconds before another try after the game has refused our application."""


class Refresher:
    """Gives access tokens, refreshed when they end soon. One for each process; PostgreSQL keeps processes apart."""

    def __init__(self, db: Database, vault: Vault, oauth: PoeOAuth, settings: Poe2Settings, clock: Clock) -> None:
        self._db = db
        self._vault = vault
        self._oauth = oauth
        self._settings = settings
        self._clock = clock
        self._flights: dict[UserId, asyncio.Task[Secret]] = {}

    async def close(self) -> None:
        """Wait for what is under way: an answer that is thrown away is a link lost."""
        if self._flights:
            await asyncio.wait(set(self._flights.values()), timeout=self._settings.refresh_lease_seconds)

    async def access_token(self, user_id: UserId, *, refused: Secret | None = None) -> Secret:
        """Return a token that outlasts the margin; not the one that the API has `refused`.

        Raises AccountNotLinked, LinkEnded, TokenDelayed.
        """
        if (good := await self._good(user_id, refused)) is not None:
            return good
        if (flight := self._flights.get(user_id)) is None:
            flight = asyncio.create_task(self._obtain(user_id, refused), name="poe2-refresh")
            self._flights[user_id] = flight
            flight.add_done_callback(lambda task: self._ended(user_id, task))
        return await asyncio.shield(flight)  # a caller who is stopped must not tear it from the game's answer

    def _ended(self, user_id: UserId, task: "asyncio.Task[Secret]") -> None:
        self._flights.pop(user_id, None)
        if not task.cancelled():
            task.exception()  # the waiting callers get it, if there are any

    async def _good(self, user_id: UserId, refused: Secret | None) -> Secret | None:
        """The present token if it will do. Raises AccountNotLinked, LinkEnded, TokenDelayed."""
        async with self._db.read(Viewer(user_id)) as tx:
            row = await queries.account.one_or_none(tx, user_id)
        if row is None:
            raise AccountNotLinked
        if row.state == "ended":
            raise LinkEnded
        secret = self._usable(row)
        if secret is not None and (refused is None or secret.reveal() != refused.reveal()):
            return secret
        if row.refresh_token is None:
            raise LinkEnded
        wait = (row.retry_at - self._clock.now()).total_seconds() if row.retry_at is not None else 0.0
        if wait > 0:
            raise TokenDelayed(
                detail="The last refresh of the token failed; it is tried again soon.", retry_after=int(wait) + 1
            )
        return None

    def _usable(self, row: AccountRow) -> Secret | None:
        """Open the stored access token; None for one that ends soon or that no key opens, which a refresh replaces."""
        margin = timedelta(seconds=self._settings.refresh_margin_seconds)
        if row.access_token is None or row.access_expires_at - self._clock.now() <= margin:
            return None
        try:
            return self._vault.open(ACCESS_TOKEN, row.user_id, row.access_token)
        except SealBroken:  # the vault logs it
            return None

    async def _obtain(self, user_id: UserId, refused: Secret | None) -> Secret:
        """Refresh, or wait for the process that does."""
        until = time.monotonic() + self._settings.refresh_lease_seconds + _RESERVE
        pause = 0.05
        while True:
            since = time.monotonic()
            async with self._db.write(Viewer(user_id)) as tx:
                leased = await queries.claim.one_or_none(tx, user_id, self._settings.refresh_lease_seconds)
            if leased is not None:
                # Whoever held the lease before may have ended between our look and our claim.
                if (good := await self._good(user_id, refused)) is not None:
                    await self._release(leased)
                    return good
                return await self._refresh(leased, since)
            if time.monotonic() > until:
                raise TokenDelayed(detail="Another process is refreshing the token.", retry_after=10)
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 0.5)
            if (good := await self._good(user_id, refused)) is not None:
                return good

    async def _refresh(self, leased: Leased, since: float) -> Secret:
        """One refresh under a lease that was claimed at `since`. Raises LinkEnded, TokenDelayed."""
        if leased.refresh_expires_at <= self._clock.now():
            await self._end(leased, "expired", "the time of the link is over")
            raise LinkEnded
        left = self._settings.refresh_lease_seconds - (time.monotonic() - since) - _RESERVE
        try:
            old = self._vault.open(REFRESH_TOKEN, leased.user_id, leased.refresh_token)
            async with asyncio.timeout(left):
                given = await self._oauth.refresh(old)
        except GrantRefused as error:
            await self._end(leased, "revoked", error.reason)
            raise LinkEnded from error
        except ProviderMisconfigured as error:
            log.error("poe2_client_refused", why=str(error))
            raise await self._put_off(leased, str(error), _OURS) from error
        except (ProviderDown, TimeoutError) as error:
            wait = spread(backoff(leased.refresh_failures + 1, _FIRST, _LONGEST), 0.25, _share(leased.user_id))
            asked = float(getattr(error, "retry_after", 0) or 0)
            raise await self._put_off(leased, str(error) or "timeout", max(wait.total_seconds(), asked)) from error
        except SealBroken as error:
            raise await self._put_off(leased, str(error), 3600.0) from error
        if not await self._keep(leased, given):
            raise TokenDelayed(detail="Somebody has signed in with the account meanwhile.", retry_after=1)
        return given.access_token

    async def _keep(self, leased: Leased, given: Tokens) -> bool:
        """Save new tokens; False if the lease is not ours any more. A database that is away is waited for."""
        user_id = leased.user_id
        access = self._vault.seal(ACCESS_TOKEN, user_id, given.access_token.reveal())
        refresh = given.refresh_token
        sealed = None if refresh is None else self._vault.seal(REFRESH_TOKEN, user_id, refresh.reveal())
        until = time.monotonic() + self._settings.refresh_lease_seconds
        while True:
            try:
                async with self._db.write(Viewer(user_id)) as tx:
                    saved = await queries.save_refreshed.run(
                        tx, user_id, leased.lease, access, sealed, given.expires_at, tx.now
                    )
                return saved > 0
            except Unavailable as error:
                log.error("poe2_tokens_not_saved_yet", why=str(error))
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(0.5)

    async def _release(self, leased: Leased) -> None:
        async with self._db.write(Viewer(leased.user_id)) as tx:
            await queries.release.run(tx, leased.user_id, leased.lease)

    async def _put_off(self, leased: Leased, why: str, seconds: float) -> TokenDelayed:
        """Keep the token for another try, and the failure to raise."""
        log.warning("poe2_refresh_failed", why=why, again_in=round(seconds))
        async with self._db.write(Viewer(leased.user_id)) as tx:
            retry_at = tx.now + timedelta(seconds=seconds)
            await queries.put_off.run(tx, leased.user_id, leased.lease, retry_at, why[:300])
        return TokenDelayed(retry_after=int(seconds) + 1)

    async def _end(self, leased: Leased, why: Why, error: str) -> None:
        async with self._db.write(Viewer(leased.user_id)) as tx:
            await end_link(tx, leased.user_id, why, error, self._settings, lease=leased.lease)


def _share(user_id: UserId) -> float:
    """A number between 0 and 1 that stays the same for a user, so that failed refreshes are spread."""
    return (user_id.int & 0xFFFFFFFF) / 0x100000000
