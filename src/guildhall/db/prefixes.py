"""Ids as people type them: the beginning of one is enough where only one begins so."""

from typing import TypeVar, cast
from uuid import UUID

from guildhall.db.pool import Transaction
from guildhall.db.statements import Query
from guildhall.errors import BadRequest, NotFound
from guildhall.ids import ids_beginning

Id = TypeVar("Id", bound=UUID)


class AmbiguousId(BadRequest):
    says = "Ambiguous id: the ids of several {noun}s begin with '{text}' ({some}); type more."
    noun: str
    text: str
    some: str


async def find_id(tx: Transaction, text: str, between: Query[[UUID, UUID], Id], noun: str) -> Id:
    """The one id that is written so or begins so.

    `between` gives the ids from one to another in their order, a few at most; `noun` says what they are ids of.
    Raises NotFound, AmbiguousId.
    """
    bounds = ids_beginning(text)
    found = await between.many(tx, *bounds) if bounds is not None else []
    if not found:
        raise NotFound(detail=f"There is no {noun} {text}.")
    if len(found) > 1:
        some = ", ".join(map(str, found[:2])) + (", …" if found[2:] else "")
        raise AmbiguousId(noun=noun, text=text, some=some)
    return found[0]


async def find_position(tx: Transaction, text: str | None, between: Query[[UUID, UUID], Id], noun: str) -> Id | None:
    """An id that marks a place, as the last one of a page does. A whole one is taken as it is: its row may be gone.

    Raises NotFound, AmbiguousId.
    """
    if text is None:
        return None
    try:
        return cast("Id", UUID(text))
    except ValueError:
        return await find_id(tx, text, between, noun)
