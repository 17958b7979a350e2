"""Structs of leaderboards."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct

from guildhall.core.boards.ids import WindowId
from guildhall.ids import UserId

WindowKind = Literal["all", "league", "season", "week"]
"""The time that a list of ranks is about."""
MEMBER = "^[0-9A-Za-z._:@~+-]{1,100}$"
"""The pattern of a member."""

BoardName = Annotated[str, Meta(examples=["dota2.mmr"], max_length=120)]
Member = Annotated[str, Meta(pattern=MEMBER, examples=["247023430"])]
Number = Annotated[Decimal, Meta(description="An exact decimal number, as text", examples=["4312.5"])]


class Score(Struct, frozen=True):
    """A score to set.

    `tie` decides between equal scores where the board declares that, the lower one first. `user_id` is the person whose
    score it is, if it is anybody's; `subject` the subject of a board that has one, such as a hero.
    """

    member: str
    score: "int | float | Decimal"
    tie: int = 0
    user_id: UserId | None = None
    subject: str = ""


class Standing(Struct, frozen=True):
    """A member's rank and score. `reached_at` is when the score was set."""

    rank: int
    member: Member
    score: Number
    tie: int
    reached_at: datetime


class Placed(Struct, frozen=True):
    """A standing as a statement gives it, with the number of all members of the list."""

    size: int
    rank: int
    member: str
    score: Decimal
    tie: int
    reached_at: datetime


class Window(Struct, frozen=True):
    """A list of ranks, as it is stored."""

    id: WindowId
    board: str
    kind: WindowKind
    key: str
    descending: bool
    earlier: bool
    opened_at: datetime
    ends_at: datetime | None
    closed_at: datetime | None


class Counted(Struct, frozen=True):
    """The result of a round of counting. `changes` is -1 while another process is at it."""

    changes: int
    at_position: int
    grown: bool
    window_ids: list[int | None] | None
    members: list[str | None] | None
