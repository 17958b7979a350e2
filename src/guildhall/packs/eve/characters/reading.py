"""The reading of what is stored of one of the viewer's characters, and its age."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from litestar import Response
from msgspec import Struct

from guildhall.db.pool import Transaction
from guildhall.packs.eve.characters.errors import CharacterNotFound
from guildhall.packs.eve.characters.parameters import character_number
from guildhall.packs.eve.characters.queries import character_for
from guildhall.packs.eve.characters.schemas import Owned
from guildhall.packs.eve.upstream.sections import Section

Body = TypeVar("Body")
PRIVATE = "private, no-cache"
"""Cache-Control of personal data: kept in the person's own cache, and revalidated before each use."""


class Reading(Struct, frozen=True):
    """A character of the viewer's in a transaction that sees the viewer's rows alone."""

    tx: Transaction
    character: Owned

    @property
    def as_of(self) -> datetime | None:
        """The time at which the section was confirmed with the game; None before the first sync."""
        return self.character.synced_at

    @property
    def age(self) -> int | None:
        """Seconds since."""
        return age_of(self.character.synced_at, self.tx.now)


async def reading_for(tx: Transaction, text: str, section: Section) -> Reading:
    """Return one of the viewer's characters, by the id in a path. Raises BadCharacterId, CharacterNotFound."""
    character = await character_for.one_or_none(tx, character_number(text), section)
    if character is None:
        raise CharacterNotFound
    return Reading(tx, character)


def age_of(as_of: datetime | None, now: datetime) -> int | None:
    """Seconds from an instant until now, at least 0."""
    return None if as_of is None else max(0, int((now - as_of).total_seconds()))


def with_age(body: Body, age: int | None, headers: Mapping[str, str] | None = None) -> Response[Body]:
    """Return the answer with its age; a section that was never synced has none."""
    fields = {"cache-control": PRIVATE, **(headers or {})}
    if age is not None:
        fields["age"] = str(age)
    return Response(body, headers=fields)
