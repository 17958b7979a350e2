"""Greedy group commit: items that come while a save runs are saved together by the next."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

from guildhall.errors import Unavailable
from guildhall.log import get_logger

log = get_logger(__name__)
Given = TypeVar("Given")
Kept = TypeVar("Kept")


class Batcher(Generic[Given, Kept]):
    """Hands items to `save` in batches, one batch at a time; `save` returns a result for each item in order.

    When a batch of several cannot be saved for any reason but a database that is away, its items are saved one by one,
    so that only the item at fault fails.
    """

    def __init__(self, save: Callable[[list[Given]], Awaitable[list[Kept]]], limit: int = 200) -> None:
        self._save = save
        self._limit = limit
        self._waiting: list[tuple[Given, asyncio.Future[Kept]]] = []
        self._task: asyncio.Task[None] | None = None

    async def put(self, item: Given) -> Kept:
        """Save an item and return what `save` made of it; it is saved even if the caller leaves.

        Raises what `save` raises.
        """
        future: asyncio.Future[Kept] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._drain(), name="eve-batcher")
        return await future

    async def drained(self) -> None:
        """Return when nothing waits."""
        if self._task is not None:
            await self._task

    async def _drain(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[: self._limit], self._waiting[self._limit :]
            try:
                await self._save_all(batch)
            except BaseException as error:
                for _, future in batch:
                    _fail(future, error)
                if not isinstance(error, Exception):
                    raise

    async def _save_all(self, batch: list[tuple[Given, asyncio.Future[Kept]]]) -> None:
        try:
            results = await self._save([item for item, _ in batch])
        except Unavailable:
            raise
        except Exception as error:
            if len(batch) == 1:
                raise
            log.error("batch_not_saved", items=len(batch), why=f"{type(error).__name__}: {error}")
            for one in batch:
                try:
                    await self._save_all([one])
                except Unavailable:
                    raise
                except Exception as fault:
                    _fail(one[1], fault)
            return
        for (_, future), result in zip(batch, results, strict=True):
            if not future.done():
                future.set_result(result)


def _fail(future: "asyncio.Future[Any]", error: BaseException) -> None:
    if not future.done():
        future.set_exception(error if isinstance(error, Exception) else asyncio.CancelledError())
        future.exception()  # a caller who left does not leave a warning behind
