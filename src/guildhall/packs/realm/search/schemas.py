"""Messages that a search finds."""

from uuid import UUID

from msgspec import Struct

from guildhall.packs.realm.chat.schemas.messages import Message
from guildhall.packs.realm.ids import MessageId


class FoundPart(Struct, frozen=True):
    """A piece of a text that was found; `hit` when it is what was looked for."""

    text: str
    hit: bool


class FoundRow(Struct, frozen=True):
    """A message that was found, its text with marks around what was looked for."""

    id: MessageId
    marked: str


class Found(Struct, frozen=True):
    """A message that was found. The texts of `parts`, put together, are its content: plain text, not HTML."""

    message: Message
    parts: list[FoundPart]


class FoundPage(Struct, frozen=True):
    """A page of search results, newest first. `next` is the id to pass as `before`, or null at the end."""

    found: list[Found]
    next: UUID | None = None
