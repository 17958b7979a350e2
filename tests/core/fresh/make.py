"""Declarations of the tests' own, and keepers that refresh them."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from guildhall.clock import Clock
from guildhall.core.fresh.declaration import Fresh
from guildhall.core.fresh.keeper import Keeper
from guildhall.core.fresh.schemas import Kept
from guildhall.core.fresh.settings import FreshSettings
from guildhall.core.jobs.bindings import Provided
from guildhall.core.upstream.client import UpstreamClient
from guildhall.core.upstream.clients import UpstreamClients
from guildhall.db.pool import Database

HOUR = timedelta(hours=1)
NAME = "test_keys"


class Game:
    """A game API of the test: remembers who was asked for, and fails as it is told."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.fails: dict[str, Exception] = {}
        """The failures of keys; that of "*" is everybody's."""
        self.gone: list[str] = []
        self.at_once = 0
        self.most_at_once = 0
        self.takes = 0.0

    async def refresh(self, key: str, game: "Game") -> datetime | None:
        """Ask for a key."""
        self.asked.append(key)
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        try:
            await asyncio.sleep(self.takes)
        finally:
            self.at_once -= 1
        if (failure := self.fails.get(key) or self.fails.get("*")) is not None:
            raise failure
        return None


async def refresh(key: str, game: Game) -> datetime | None:
    """The refresh of the declarations below."""
    return await game.refresh(key, game)


async def tell_gone(key: str, game: Game) -> None:
    """The pack's own of a key that is gone."""
    game.gone.append(key)


def declared(**options: Any) -> Fresh:
    """A declaration of the tests' own."""
    return Fresh(NAME, **{"every": HOUR, "refresh": refresh, "gone": tell_gone, **options})


def keeper(
    db: Database,
    fresh: Fresh | Sequence[Fresh],
    *provided: object,
    clock: Clock | None = None,
    clients: Sequence[UpstreamClient] = (),
    **settings: Any,
) -> Keeper:
    """A keeper that has objects for the functions of declarations."""
    objects: Provided = {Database: db, **{type(one): one for one in provided}}
    return Keeper(
        db, clock or Clock(), FreshSettings(**{"_env_file": None, **settings}),
        [fresh] if isinstance(fresh, Fresh) else fresh, objects, UpstreamClients(clients),
    )  # fmt: skip


async def keep(db: Database, fresh: Fresh, late: dict[str, timedelta]) -> None:
    """Keep keys that have been due for some time."""
    async with db.write() as tx:
        await fresh.keep(tx, *late)
        for key, by in late.items():
            await tx.connection.execute("update core.fresh_rows set due_at = $2 where key = $1", key, tx.now - by)


async def state(db: Database, fresh: Fresh, key: str) -> Kept:
    """The state of a key that is kept."""
    async with db.read() as tx:
        found = await fresh.state(tx, key)
    assert found is not None
    return found


async def execute(db: Database, statement: str, *arguments: object) -> None:
    """Run a statement of the test's own."""
    async with db.write() as tx:
        await tx.connection.execute(statement, *arguments)


async def until(holds: Callable[[], bool], patience: float = 20.0) -> None:
    """Return when something has become true. Raises TimeoutError."""
    async with asyncio.timeout(patience):
        while not holds():  # noqa: ASYNC110 (what it looks at is plain state)
            await asyncio.sleep(0.01)
