"""Declarations of what is kept fresh: `Fresh("lichess_players", every=timedelta(hours=6), refresh=refresh_player)`."""

import asyncio
import random
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

from msgspec import Struct

from guildhall.core.fresh import actions, rules
from guildhall.core.fresh.actions import Key
from guildhall.core.fresh.held import HeldKey, claim_keys, finish, outcome_of, put_back
from guildhall.core.fresh.queries import claims
from guildhall.core.fresh.queries import keys as queries
from guildhall.core.fresh.schemas import Claimed, Kept
from guildhall.db.pool import Database, Transaction
from guildhall.ids import UserId, uuid7
from guildhall.references import Reference

K = TypeVar("K", bound=Key)

Refresh = Callable[..., Awaitable[datetime | None]]
"""Fetches and stores one key. Its first parameter is the key, as str, int or UUID; the others are provided by type,
`Attempt` among them. Returns when the key is due again, or None for the declaration's interval."""
RefreshMany = Callable[..., Awaitable[Mapping[Any, datetime | Exception | None] | None]]
"""Fetches and stores a batch of keys. Its first parameter is a Sequence of HeldKey, the others are provided by type.

Returns the outcome of each key by the key: when it is due again, None for the declaration's interval, or the exception
that was in its way. Keys that a transaction of its own has ended or dropped need none.
"""
Gone = Callable[..., Awaitable[object]]
"""A function that is told that the game knows no such key: the key first, the others by type."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


class Tuning(Struct, frozen=True, kw_only=True):
    """The part of a declaration that a deployment chooses in its settings. None leaves what the declaration says."""

    at_once: int | None = None
    a_round: int | None = None
    batch: int | None = None
    rounds: int | None = None
    people_first: timedelta | None = None


class Fresh(Struct, frozen=True):
    """Keys that are refreshed when they are due.

    `refresh` or `refresh_many`, and `gone`, are functions, or references to functions of a higher room. `upstream` is
    the name of a game API whose budget a round respects, at `calls` for each key on average.
    """

    name: str
    every: timedelta
    refresh: "Refresh | Reference[Refresh] | None" = None
    jitter: float = 0.1
    """Share of `every` by which a key is due earlier or later, so that keys that were kept together do not stay so."""
    at_once: int = 4
    """Keys that a round refreshes at the same time; `refresh_many` decides that itself."""
    a_round: int | None = None
    """Keys that one round refreshes at most; there is a round each minute."""
    most: int | None = None
    """Keys that are kept at most; more are refused with TooManyKept."""
    forget_after: timedelta | None = None
    """Time after which a key that nobody asked for is kept no longer; None keeps it until `forget`."""
    gone: "Gone | Reference[Gone] | None" = None
    gone_for: timedelta = timedelta(days=1)
    """Time for which the game's word that there is no such key is believed."""
    upstream: str | None = None
    calls: int = 1
    retry_first: timedelta = timedelta(minutes=5)
    """Wait after the first failure of a key; doubled after each further one."""
    retry_longest: timedelta = timedelta(hours=24)
    tuned: "Callable[..., Tuning] | None" = None
    """Makes the tuning from what its parameters ask for by type, such as the pack's settings."""
    refresh_many: "RefreshMany | Reference[RefreshMany] | None" = None
    """Refreshes a whole batch, instead of `refresh`."""
    batch: int | None = None
    """Keys that a round claims at a time; None leaves it to GUILDHALL_FRESH_BATCH."""
    rounds: int = 1
    """Rounds at a time, over all workers."""
    deadline: timedelta | None = None
    """Time that the refresh of a key, or of a batch, may take; None leaves it to GUILDHALL_FRESH_KEY_SECONDS."""
    people_first: timedelta | None = None
    """Puts the keys of people first who were here so lately, then those of people who pay, whatever is due longest."""

    def __post_init__(self) -> None:
        """Raises ValueError for a declaration that cannot work."""
        spans = (self.every, self.gone_for, self.retry_first)
        chosen = (self.forget_after, self.deadline, self.people_first)
        amounts = (self.at_once, self.calls, self.rounds, self.most or 1, self.a_round or 1, self.batch or 1)
        sound = (
            _NAME.fullmatch(self.name) is not None
            and min(*spans, *(span for span in chosen if span is not None)) > timedelta(0)
            and self.retry_first <= self.retry_longest
            and 0 <= self.jitter < 1
            and min(amounts) >= 1
        )
        if not sound:
            raise ValueError(f"Fresh({self.name!r}): a name of small letters, and intervals and amounts above zero")
        if (self.refresh is None) == (self.refresh_many is None):
            raise ValueError(f"Fresh({self.name!r}): either refresh or refresh_many")
        if self.deadline is not None and self.deadline > rules.LONGEST_DEADLINE:
            raise ValueError(f"Fresh({self.name!r}): a deadline of at most {rules.LONGEST_DEADLINE}")

    async def keep(
        self,
        tx: Transaction,
        *keys: Key,
        user_id: UserId | None = None,
        due_at: datetime | None = None,
        most: int | None = None,
    ) -> int:
        """Keep keys fresh from now on, and note that somebody asked for them; return how many are new.

        A key of a person has their `user_id`, and goes with the account. A new key is due at `due_at`, or now. `most`
        is a limit that settings choose. Raises TooManyKept, BadKey.
        """
        return await actions.keep(tx, self.name, keys, user_id, due_at, self.most if most is None else most)

    async def want(self, tx: Transaction, key: Key, *, user_id: UserId | None = None, most: int | None = None) -> bool:
        """Refresh a key soon, since somebody waits, and keep it; false while it is known that there is no such key.

        A key that has been failing keeps its wait. Raises TooManyKept, BadKey.
        """
        return await actions.want(tx, self.name, key, user_id, self.most if most is None else most)

    async def forget(self, tx: Transaction, *keys: Key) -> int:
        """Keep keys no longer; return how many were kept."""
        return await actions.forget(tx, self.name, keys)

    async def refreshed(self, tx: Transaction, due: Mapping[Key, datetime | None]) -> int:
        """Note keys that were refreshed outside the rounds, and when they are due; return how many of them are kept."""
        times = {key: self.next_due(tx.now) if at is None else at for key, at in due.items()}
        return await actions.note_refreshed(tx, self.name, times)

    async def failed(self, tx: Transaction, key: Key, why: str) -> None:
        """Note that a refresh outside the rounds failed: the key is due later, each time later."""
        text = actions.text_of(key)
        failures = await queries.locked_failures.one_or_none(tx, self.name, text)
        if failures is not None:
            due_at = self.retry_due(tx.now, failures + 1)
            await queries.note_failed.run(tx, self.name, text, failures + 1, why[:500], due_at)

    async def due_now(self, tx: Transaction, *keys: Key) -> int:
        """Make kept keys due at once and first in line, whatever they waited for; return how many are kept.

        Their failures are forgotten. One that is refreshed now is so once more.
        """
        return await queries.begin_anew.run(tx, self.name, [actions.text_of(key) for key in keys], tx.now)

    async def ended(self, tx: Transaction, due: "Mapping[HeldKey[Any], datetime | None]") -> None:
        """End held keys as refreshed, in the transaction that stores what came, and note when they are due.

        They may be of several batches. A key whose lease has ended meanwhile is left to whoever holds it now.
        """
        times = {one: self.next_due(tx.now) if at is None else at for one, at in due.items()}
        await finish(tx, self.name, [(one.holder, outcome_of(one, "refreshed", at)) for one, at in times.items()])
        for one, at in times.items():
            one.due_at = at

    async def drop(self, tx: Transaction, *held: "HeldKey[Any]") -> None:
        """Keep held keys no longer; one that somebody has asked for meanwhile stays, in its place."""
        for one in held:
            row = one.claimed
            await claims.drop.run(tx, self.name, one.holder, [row.key], [row.asked_at])
        await put_back(tx, self.name, held)
        for one in held:
            one.gone = True

    @asynccontextmanager
    async def holding(self, db: Database, *keys: K) -> "AsyncIterator[list[HeldKey[K]]]":
        """Hold those of the keys that nobody else refreshes, due or not, for a refresh outside the rounds.

        What the block does not end keeps its place. Raises TimeoutError after the deadline, which is the longest that
        settings allow where the declaration has none; DatabaseUnavailable.
        """
        seconds = (self.deadline or rules.LONGEST_KEY).total_seconds()
        holder, texts = uuid7(), {actions.text_of(key): key for key in keys}
        claimed: list[Claimed] = []
        held: list[HeldKey[K]] = []
        whole = False
        try:
            await claim_keys(db, self.name, sorted(texts), holder, rules.lease_seconds(seconds), claimed)
            held += [HeldKey(texts[row.key], row, holder) for row in claimed]
            async with asyncio.timeout(seconds):
                yield held
            whole = True
        finally:
            # Without a whole end nobody knows which transactions were committed. Those have let go of their keys.
            ended = {one.claimed.key for one in held if whole and one.ended}
            if left := [HeldKey(row.key, row, holder) for row in claimed if row.key not in ended]:
                async with db.write() as tx:
                    await put_back(tx, self.name, left)

    async def state(self, tx: Transaction, key: Key) -> Kept | None:
        """Return the state of a key, or None when it is not kept."""
        return await queries.kept.one_or_none(tx, self.name, actions.text_of(key))

    async def keys(self, tx: Transaction, after: str = "", limit: int = 1000) -> list[str]:
        """Return a page of the kept keys in the order of their text, behind one of them."""
        return [row.key for row in await queries.kept_page.many(tx, self.name, after, limit)]

    def next_due(self, now: datetime) -> datetime:
        """Return when a key that was refreshed now is due again."""
        return now + rules.spread(self.every, self.jitter, random.random())  # noqa: S311 (jitter, no secret)

    def retry_due(self, now: datetime, failures: int) -> datetime:
        """Return when a key is due that failed now, for so many times in a row."""
        return now + rules.backoff(failures, self.retry_first, self.retry_longest)


class Declarations(Struct, frozen=True):
    """The declarations of all active packs."""

    all: tuple[Fresh, ...]

    @property
    def names(self) -> list[str]:
        """Their names."""
        return [one.name for one in self.all]
