"""Single flight: what is on its way is fetched once for all tasks that want it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from guildhall.core.cache.schemas import Answer


class Flight:
    """One fetching of one answer.

    `outdated` once its key was invalidated: what it brings still answers those who waited for it, but is
    kept nowhere, and nobody else joins. `after` runs when it has landed.
    """

    __slots__ = ("after", "key", "outdated", "task")

    def __init__(self, key: str) -> None:
        self.key = key
        self.outdated = False
        self.after: Callable[[], None] | None = None
        self.task: asyncio.Task[Answer]

    async def answer(self) -> Answer:
        """Return the result; a caller that leaves does not end the flight for the others."""
        return await asyncio.shield(self.task)


class Flights:
    """The flights of a process: at most one that is not outdated for a key."""

    def __init__(self) -> None:
        self._by_key: dict[str, Flight] = {}
        self._tasks: set[asyncio.Task[Answer]] = set()

    def of(self, key: str) -> Flight | None:
        """The flight that may be joined."""
        return self._by_key.get(key)

    def start(self, key: str, fetch: Callable[[Flight], Coroutine[Any, Any, Answer]]) -> Flight:
        """Begin a flight that others can join from now on."""
        flight = self._by_key[key] = Flight(key)
        flight.task = asyncio.create_task(fetch(flight), name=f"cache {key}")
        self._tasks.add(flight.task)
        flight.task.add_done_callback(lambda _: self._landed(flight))
        return flight

    def _landed(self, flight: Flight) -> None:
        self._tasks.discard(flight.task)
        if self._by_key.get(flight.key) is flight:
            del self._by_key[flight.key]
        if not flight.task.cancelled():
            flight.task.exception()  # seen, even when nobody waits any more
            if flight.after is not None:
                flight.after()

    def outdate(self, concerned: Callable[[str], bool]) -> None:
        """The keys that are concerned have been invalidated."""
        for key in [key for key in self._by_key if concerned(key)]:
            self._by_key.pop(key).outdated = True

    def outdate_key(self, key: str) -> None:
        """One key has been invalidated."""
        if (flight := self._by_key.pop(key, None)) is not None:
            flight.outdated = True

    async def landed(self) -> None:
        """Wait until none is on its way."""
        while self._tasks:
            await asyncio.wait(list(self._tasks))
            await asyncio.sleep(0)  # what follows a flight may begin another

    async def close(self) -> None:
        """End all of them."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
