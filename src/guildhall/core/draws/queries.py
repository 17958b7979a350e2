"""Statements of draws."""

from datetime import datetime
from typing import Any
from uuid import UUID

from guildhall.core.draws.ids import DrawId
from guildhall.core.draws.schemas import Recorded
from guildhall.db.statements import command, rows
from guildhall.ids import UserId

_DRAW = "select id, purpose, algorithm::int, encode(seed, 'hex') as seed, facts, created_at from core.draws"


@command(
    """
    insert into core.draws (id, user_id, purpose, algorithm, seed, facts, created_at)
    values (:id, :user_id, :purpose, :algorithm, :seed, :facts, :now)
    """
)
def add_draw(
    id: DrawId, user_id: UserId | None, purpose: str, algorithm: int, seed: bytes, facts: Any, now: datetime
) -> None:
    """Record the seed of a draw."""


@rows(Recorded, f"{_DRAW} where id = :id", hot=True, proven=("algorithm", "seed"))
def draw(id: DrawId) -> None:
    """A draw that the viewer may see."""


@rows(
    Recorded,
    f"{_DRAW} where user_id = :user_id and (:after::uuid is null or id < :after) order by id desc limit :limit",
    hot=True,
    proven=("algorithm", "seed"),
)
def draws_of_person(user_id: UserId, after: DrawId | None, limit: int) -> None:
    """A page of a person's draws, the latest first."""


@rows(DrawId, "select id from core.draws where id between :lowest and :highest order by id limit 3")
def draws_between(lowest: UUID, highest: UUID) -> None:
    """Draws whose ids begin alike."""
