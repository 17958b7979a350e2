"""Declarations of boards: `Board("dota2.mmr", title="Rating", windows=("all", "week"))`."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from guildhall.core.boards import actions
from guildhall.core.boards.queries import standings
from guildhall.core.boards.rules.places import number, place
from guildhall.core.boards.rules.weeks import week_of
from guildhall.core.boards.schemas import Score, Standing, WindowKind
from guildhall.db.pool import Transaction
from guildhall.ids import UserId

_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}\.[a-z][a-z0-9_]{0,39}")
_SUBJECT = re.compile(r"[0-9A-Za-z._-]{1,40}")

Names = Mapping[str, str | None]
"""The present `league` and `season`. None is outside of any: the score counts in the other lists alone."""


class Board(Struct, frozen=True):
    """Scores of members, and their ranks.

    The name begins with the pack's. A member is a text of 1 to 100 letters, digits and `._:@~+-`, such as an id; with
    `accounts` it is a person's id. A score is an exact decimal number of up to 60 digits.
    """

    name: str
    title: str
    order: Literal["descending", "ascending"] = "descending"
    """The highest score first, or the lowest, as of times."""
    tie_break: Literal["earlier", "declared"] = "earlier"
    """The one of equal scores that is ahead: the one that was reached earlier, or the one with the lower `tie`. Members
    are in the order of their texts where that is equal too."""
    windows: tuple[WindowKind, ...] = ("all",)
    """The lists that each score counts in; the first one is shown where nobody asks for another."""
    subjects: bool = False
    """The board has subjects, such as heroes, with lists of their own."""
    accounts: bool = False
    """The members are people with an account here."""

    def __post_init__(self) -> None:
        """Raises ValueError for a declaration that cannot work."""
        if _NAME.fullmatch(self.name) is None:
            raise ValueError(f"Board({self.name!r}): a name is 'pack.board', of small letters, digits and _")
        if not self.windows or len(set(self.windows)) < len(self.windows):
            raise ValueError(f"Board({self.name!r}): windows are different ones, and at least one")

    @property
    def descending(self) -> bool:
        """Return whether the highest score is first."""
        return self.order == "descending"

    @property
    def earlier(self) -> bool:
        """Return whether the earlier one of equal scores is ahead."""
        return self.tie_break == "earlier"

    def full_name(self, subject: str = "") -> str:
        """Return the name with the subject behind a colon. Raises ValueError for a subject too many or too few."""
        if self.subjects != bool(subject) or (subject and _SUBJECT.fullmatch(subject) is None):
            raise ValueError(
                f"the board {self.name} has {'a' if self.subjects else 'no'} subject, given was {subject!r}"
            )
        return f"{self.name}:{subject}" if subject else self.name

    async def set(
        self,
        tx: Transaction,
        member: str | UserId,
        score: int | float | Decimal,
        *,
        tie: int = 0,
        user_id: UserId | None = None,
        subject: str = "",
        names: Names | None = None,
    ) -> bool:
        """Set a member's score, in each list; return whether that changed anything.

        Raises BadScore, WindowClosed, and ValueError for what the declaration does not have.
        """
        return await self.set_many(tx, [self._score(member, score, tie, user_id, subject)], names=names) > 0

    async def set_best(
        self,
        tx: Transaction,
        member: str | UserId,
        score: int | float | Decimal,
        *,
        tie: int = 0,
        user_id: UserId | None = None,
        subject: str = "",
        names: Names | None = None,
    ) -> bool:
        """Set a member's score in those lists where it is better than the present one, as `set` does."""
        scores = [self._score(member, score, tie, user_id, subject)]
        return await self._write(tx, scores, names, "best") > 0

    async def add(
        self,
        tx: Transaction,
        member: str | UserId,
        points: int | float | Decimal,
        *,
        tie: int = 0,
        user_id: UserId | None = None,
        subject: str = "",
        names: Names | None = None,
    ) -> bool:
        """Add to a member's score, in each list, as `set` does. A member without a score begins at zero."""
        scores = [self._score(member, points, tie, user_id, subject)]
        return await self._write(tx, scores, names, "add") > 0

    async def set_many(self, tx: Transaction, scores: Sequence[Score], *, names: Names | None = None) -> int:
        """Set scores of different members with one statement, as `set` does; return how many rows changed."""
        return await self._write(tx, scores, names, "set")

    async def add_many(self, tx: Transaction, scores: Sequence[Score], *, names: Names | None = None) -> int:
        """Add to the scores of different members with one statement, as `add` does; return how many rows changed."""
        return await self._write(tx, scores, names, "add")

    async def remove(self, tx: Transaction, *members: str | UserId) -> int:
        """Take members off the board, of all subjects and times; return how many scores they had."""
        return await actions.remove_members(tx, self.name, [str(member) for member in members])

    async def standing(
        self,
        tx: Transaction,
        member: str | UserId,
        *,
        window: WindowKind | None = None,
        key: str | None = None,
        subject: str = "",
    ) -> Standing | None:
        """Return a member's rank and score as PostgreSQL has them, or None."""
        found = await actions.window_of(tx, self.full_name(subject), window or self.windows[0], key)
        row = None if found is None else await standings.standing.one_or_none(tx, found.id, str(member))
        return None if row is None else Standing(row.rank, row.member, row.score, row.tie, row.reached_at)

    def place(self, score: int | float | Decimal, member: str, tie: int = 0) -> bytes:
        """Return the bytes of a place on the board, behind which a page of its rows begins.

        They are in the column `place` of core.board_scores, for statements that join a board's rows with a pack's own.
        """
        return place(number(score), tie, member, descending=self.descending)

    async def close(
        self, tx: Transaction, window: Literal["league", "season"], key: str, *, subject: str | None = None
    ) -> int:
        """Close a league or a season: it takes no more scores and stays as it is; return the number of lists.

        Without a subject those of all subjects are closed.
        """
        return await actions.close_windows(tx, self.name if subject is None else self.full_name(subject), window, key)

    async def _write(self, tx: Transaction, scores: Sequence[Score], names: Names | None, how: actions.How) -> int:
        """Raises BadScore, WindowClosed, ValueError."""
        boards = [self.full_name(score.subject) for score in scores]
        if self.accounts:
            scores = [replace(score, user_id=UserId(UUID(score.member))) for score in scores]
        order = actions.Order(self.descending, self.earlier)
        return await actions.set_scores(tx, boards, self._lists(tx.now, names), scores, order, how)

    def _lists(self, now: datetime, names: Names | None) -> list[tuple[WindowKind, str]]:
        """Return the lists that a score counts in. Raises ValueError for names that are missing, or too many."""
        given = {} if names is None else dict(names)
        named = {kind for kind in self.windows if kind in ("league", "season")}
        if named != given.keys():
            raise ValueError(f"the board {self.name} wants the names of {sorted(named)}, given were {sorted(given)}")
        found: list[tuple[WindowKind, str]] = []
        for kind in self.windows:
            key = given[kind] if kind in ("league", "season") else week_of(now) if kind == "week" else ""
            if key is not None:
                found.append((kind, key))
        return found

    def _score(
        self, member: str | UserId, score: int | float | Decimal, tie: int, user_id: UserId | None, subject: str
    ) -> Score:
        return Score(str(member), score, tie, user_id, subject)


class Boards(Struct, frozen=True):
    """The boards that the active packs declare."""

    all: tuple[Board, ...]

    def named(self, name: str) -> "tuple[Board, str] | None":
        """Return a board and a subject by the full name."""
        plain, _, subject = name.partition(":")
        for board in self.all:
            if board.name == plain and board.subjects == bool(subject) and (not subject or _SUBJECT.fullmatch(subject)):
                return board, subject
        return None
