"""Lists of ranks by what clients call them, remembered for a moment."""

import asyncio
from collections import OrderedDict

from guildhall.clock import Clock
from guildhall.core.boards import actions, errors
from guildhall.core.boards.declaration import Board, Boards
from guildhall.core.boards.rules.weeks import week_of
from guildhall.core.boards.schemas import Window, WindowKind
from guildhall.db.pool import Database

_BELIEVED = 2.0
"""Seconds for which a list is remembered: a change that others make, such as closing it, is seen after that."""
_MOST = 2000


class Lists:
    """Finds lists by the board's full name, the kind of window and its key."""

    def __init__(self, db: Database, clock: Clock, boards: Boards) -> None:
        self._db = db
        self._clock = clock
        self._boards = boards
        self._known: OrderedDict[tuple[str, WindowKind, str | None], tuple[float, Window | None]] = OrderedDict()

    def board(self, name: str) -> tuple[Board, str]:
        """Return a board and the subject that its full name has. Raises BoardNotFound."""
        found = self._boards.named(name)
        if found is None:
            raise errors.BoardNotFound(board=name)
        return found

    async def find(self, name: str, kind: WindowKind | None, key: str | None) -> tuple[WindowKind, str, Window | None]:
        """Return a list with its kind and key; no list where there has been no score yet.

        Without a kind it is the first one of the board; without a key the present week, or the latest league or season.
        Raises BoardNotFound, and WindowNotFound for another that is not there.
        """
        board, _ = self.board(name)
        kind = kind or board.windows[0]
        if kind not in board.windows or (kind == "all" and key):
            raise errors.WindowNotFound(board=name)
        if kind == "week" and not key:
            key = week_of(self._clock.now())
        found = await self._look_up(name, kind, key or None)
        if found is not None:
            return kind, found.key, found
        if key and (kind != "week" or key != week_of(self._clock.now())):
            raise errors.WindowNotFound(board=name)
        return kind, key or "", None

    async def _look_up(self, name: str, kind: WindowKind, key: str | None) -> Window | None:
        now = asyncio.get_running_loop().time()
        known = self._known.get((name, kind, key))
        if known is not None and now < known[0]:
            return known[1]
        async with self._db.read() as tx:
            found = await actions.window_of(tx, name, kind, key)
        self._known[name, kind, key] = now + _BELIEVED, found
        self._known.move_to_end((name, kind, key))
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        return found
