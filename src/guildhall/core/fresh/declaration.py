"""Declarations of what is kept fresh: `Fresh("lichess_players", every=timedelta(hours=6), refresh=refresh_player)`."""

import random
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from guildhall.core.fresh import actions, queries, rules
from guildhall.core.fresh.actions import Key
from guildhall.core.fresh.schemas import Kept
from guildhall.db.pool import Transaction
from guildhall.ids import UserId
from guildhall.references import Reference

Refresh = Callable[..., Awaitable[datetime | None]]
"""Fetches and stores one key. Its first parameter is the key, as str, int or UUID; the others are provided by type,
`Attempt` among them. Returns when the key is due again, or None for the declaration's interval."""
Gone = Callable[..., Awaitable[object]]
"""A function that is told that the game knows no such key: the key first, the others by type."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


class Tuning(Struct, frozen=True, kw_only=True):
    """The part of a declaration that a deployment chooses in its settings. None leaves what the declaration says."""

    at_once: int | None = None
    a_round: int | None = None


class Fresh(Struct, frozen=True):
    """Keys that are refreshed when they are due.

    `refresh` and `gone` are functions, or references to functions of a higher room. `upstream` is the name of a game
    API whose budget a round respects, at `calls` for each key on average.
    """

    name: str
    every: timedelta
    refresh: "Refresh | Reference[Refresh]"
    jitter: float = 0.1
    """Share of `every` by which a key is due earlier or later, so that keys that were kept together do not stay so."""
    at_once: int = 4
    """Keys that a round refreshes at the same time."""
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

    def __post_init__(self) -> None:
        """Raises ValueError for a declaration that cannot work."""
        positive = (self.every, self.gone_for, self.retry_first, self.forget_after or self.every)
        sound = (
            _NAME.fullmatch(self.name) is not None
            and min(positive) > timedelta(0)
            and self.retry_first <= self.retry_longest
            and 0 <= self.jitter < 1
            and min(self.at_once, self.calls, self.most or 1, self.a_round or 1) >= 1
        )
        if not sound:
            raise ValueError(f"Fresh({self.name!r}): a name of small letters, and intervals and amounts above zero")

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
