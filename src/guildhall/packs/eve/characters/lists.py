"""Paged lists of a section: the newest first, each with the age of the section."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Generic, TypeVar

from litestar import Response

from guildhall.db.pages import Cursor
from guildhall.db.pool import Transaction
from guildhall.instants import Instant
from guildhall.packs.eve.characters.parameters import Large
from guildhall.packs.eve.characters.reading import Reading, reading_for, with_age
from guildhall.packs.eve.ids import CharacterId
from guildhall.packs.eve.upstream.sections import Section
from guildhall.web.route import Asked, Pages

Row = TypeVar("Row")
Body = TypeVar("Body")

Position = tuple[Instant, Large]
"""A position in a list: the time of an item and its id."""
Rows = Callable[[Transaction, CharacterId, datetime | None, int | None, int], Awaitable[list[Row]]]
"""Reads rows of a character after a time and an id, up to a number."""


class SectionList(Generic[Row, Body]):
    """The declaration of a list: its section, the name of its cursors, the position of a row, and the body of a page.

    The body is made of the rows, the character as it is read, and the next page's cursor.
    """

    def __init__(
        self,
        section: Section,
        name: str,
        position: Callable[[Row], Position],
        body: Callable[[list[Row], Reading, str | None], Body],
    ) -> None:
        self.section = section
        self.cursor = Cursor(name, 1, tuple[Instant, Large])
        self.pages = Pages(self.cursor, 50)
        self.position = position
        self.body = body


async def read_list(
    listed: SectionList[Row, Body], tx: Transaction, text: str, asked: Asked[Position], rows: Rows[Row]
) -> Response[Body]:
    """Read a page of one of the viewer's characters. Raises BadCharacterId, CharacterNotFound."""
    at_time, at_id = asked.after or (None, None)
    at = await reading_for(tx, text, listed.section)
    found = await rows(tx, at.character.id, at_time, at_id, asked.rows)
    page = listed.cursor.page(found, asked.limit, listed.position)
    return with_age(listed.body(page.items, at, page.next), at.age)
