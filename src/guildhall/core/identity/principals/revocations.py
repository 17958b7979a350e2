"""Revoked access tokens, known in every web process without a query for each request."""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from guildhall.clock import Clock
from guildhall.core.identity.principals.queries import notify, revoked_since
from guildhall.core.identity.principals.tokens import AccessTokens
from guildhall.db.listen import Listener
from guildhall.db.pool import Database
from guildhall.errors import Misconfigured, Unavailable
from guildhall.log import get_logger

log = get_logger(__name__)

CHANNEL = "guildhall_revocations"
_MARGIN = 60.0
"""Seconds by which the database's clock and ours may differ."""
_MARK = "mark:"
_PATIENCE = 1.0
"""Seconds that a notification of our own may take to come round."""
_AGAIN = 1.0
"""Seconds until another attempt to load."""


class Revocations:
    """The sessions, API tokens and accounts that have ended or changed.

    They are loaded at the first question and after every gap in the listening. Until then `current` is false, and the
    database has to be asked.
    """

    def __init__(self, db: Database, tokens: AccessTokens, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._keep = tokens.lifetime + 2 * _MARGIN
        self._known: OrderedDict[UUID, float] = OrderedDict()
        self._listener: Listener | None = None
        self._marks: dict[str, asyncio.Event] = {}
        self._loaded = False
        self._gaps = 0
        self._loading: asyncio.Task[None] | None = None
        self._again_at = 0.0
        self._watchers: list[Callable[[UUID], None]] = []

    def watch(self, callback: Callable[[UUID], None]) -> None:
        """Register a callback for each session, token or account that ends or changes."""
        self._watchers.append(callback)

    def listen(self, listener: Listener) -> None:
        """Register with the process's listener before it starts."""
        self._listener = listener
        listener.listen(CHANNEL, self._heard, on_gap=self._missed)

    async def close(self) -> None:
        """Stop what runs in the background."""
        if self._loading is not None:
            self._loading.cancel()
            await asyncio.gather(self._loading, return_exceptions=True)

    @property
    def current(self) -> bool:
        """True while every revocation is known here."""
        if self._listener is None or not self._listener.listening:
            return False
        if not self._loaded:
            self._load_behind()
        return self._loaded

    def revoked_at(self, subject: UUID) -> float | None:
        """Return when a session or API token was ended, or an account changed, as seconds since the epoch."""
        return self._known.get(subject)

    async def settle(self) -> None:
        """Wait until this process knows all revocations committed before: about a millisecond, a second at most.

        Call it before answering a request that has ended something, so that the next request is refused here already.
        """
        if self._listener is None or not self._listener.listening:
            return
        mark, heard = f"{_MARK}{secrets.token_hex(8)}", asyncio.Event()
        self._marks[mark] = heard
        try:
            async with self._db.write() as tx:
                await notify.one(tx, CHANNEL, mark)
            async with asyncio.timeout(_PATIENCE):
                await heard.wait()
        except (TimeoutError, Unavailable):
            log.warning("revocations_not_settled")
        finally:
            del self._marks[mark]

    def _heard(self, payload: str) -> None:
        if payload.startswith(_MARK):
            if payload in self._marks:
                self._marks[payload].set()
            return
        self._note(UUID(payload), self._clock.timestamp())

    def _note(self, subject: UUID, at: float) -> None:
        self._known[subject] = max(at, self._known.get(subject, 0.0))
        self._known.move_to_end(subject)
        for callback in self._watchers:
            callback(subject)
        before = self._clock.timestamp() - self._keep
        while self._known and next(iter(self._known.values())) < before:
            self._known.popitem(last=False)

    def _missed(self) -> None:
        self._loaded = False
        self._gaps += 1
        self._again_at = 0.0

    def _load_behind(self) -> None:
        now = asyncio.get_running_loop().time()
        if (self._loading is None or self._loading.done()) and now >= self._again_at:
            self._again_at = now + _AGAIN
            self._loading = asyncio.create_task(self._load(self._gaps), name="revocations")

    async def _load(self, gap: int) -> None:
        """Read what was revoked as long ago as any access token can be: on the primary, for a replica lags."""
        try:
            async with self._db.write() as tx:
                since = tx.now - timedelta(seconds=self._keep)
                for subject, at in sorted(await revoked_since.many(tx, since), key=lambda row: row[1]):
                    self._note(subject, at.timestamp())
        except (Unavailable, Misconfigured) as error:
            log.warning("revocations_not_loaded", why=str(error))
            return
        if gap == self._gaps:  # otherwise something was missed while it was read
            self._loaded = True
