"""The answers of servers, as far as the client reads them. Other fields are ignored."""

from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from msgspec import Raw, Struct, field

Item = TypeVar("Item")


class Page(Struct, Generic[Item], frozen=True):
    """A page of a list, and the cursor of the next one."""

    items: list[Item]
    next: str | None = None


class Problem(Struct, frozen=True):
    """The reason of a refusal (RFC 9457)."""

    status: int = 0
    code: str = ""
    title: str = ""
    detail: str = ""


class Server(Struct, frozen=True):
    """A game server."""

    id: UUID
    name: str
    status: str
    current_population: int
    capacity: int
    status_reason: str | None = None


class Person(Struct, frozen=True):
    """A person's character."""

    id: UUID
    username: str
    server_id: UUID
    level: int
    badge: str


class Card(Struct, frozen=True):
    """A person in a list of people."""

    id: UUID
    username: str


class Channel(Struct, frozen=True):
    """A channel, and what one may do there."""

    id: UUID
    name: str
    server_id: UUID
    visibility: str
    may_read: bool
    may_write: bool
    description: str | None = None
    message_count: int = 0


class Message(Struct):
    """A message, of a page or as it comes live."""

    id: UUID
    type: str
    user_id: UUID
    username: str | None
    channel_id: UUID | None
    content: str
    created_at: datetime
    edited_at: datetime | None = None
    is_deleted: bool = False
    reply_to: UUID | None = None
    reactions: dict[str, int] = {}


class MessagePage(Struct, frozen=True):
    """Messages, and the id to go on from."""

    messages: list[Message]
    next: UUID | None = None


class FoundPart(Struct, frozen=True):
    """A piece of a text that was found."""

    text: str
    hit: bool


class Found(Struct, frozen=True):
    """A message that was found."""

    message: Message
    parts: list[FoundPart]


class FoundPage(Struct, frozen=True):
    """A page of search results."""

    found: list[Found]
    next: UUID | None = None


class Unread(Struct, frozen=True):
    """The unread messages of a channel."""

    channel_id: UUID
    last_read: UUID
    unread: int
    more: bool


class Direct(Struct, frozen=True):
    """A direct message."""

    id: UUID
    from_user_id: UUID
    to_user_id: UUID
    content: str


class SentDirect(Struct, frozen=True):
    """A direct message of ours that is durable."""

    message: Direct


class Mention(Struct, frozen=True):
    """A mention of the user."""

    channel_id: UUID
    username: str


class Raid(Struct, frozen=True):
    """A raid."""

    id: UUID
    name: str
    boss_name: str
    difficulty: str
    status: str
    health_percentage: int
    leader_name: str
    phase: str | None = None
    external_id: str | None = None


class Pull(Struct, frozen=True):
    """An attempt of a raid."""

    number: int
    status: str
    best_health: int
    duration_seconds: int | None = None


class Participant(Struct, frozen=True):
    """A participant of a raid."""

    username: str
    role: str
    damage_dealt: int
    healing: int
    deaths: int
    class_: str = field(name="class", default="")


class Loot(Struct, frozen=True):
    """An item that a boss has dropped."""

    item: str
    quality: str
    user_id: UUID | None = None


class RaidDetails(Struct, frozen=True):
    """A raid with everybody and everything of it."""

    raid: Raid
    pulls: list[Pull]
    participants: list[Participant]
    loot: list[Loot]


class RaidTick(Struct, frozen=True):
    """The state of a raid, as it comes live."""

    status: str
    health_percentage: int
    pull: int
    phase: str | None = None


class Edited(Struct, frozen=True):
    """The edit of a message."""

    id: UUID
    content: str
    edited_at: datetime


class Gone(Struct, frozen=True):
    """The deletion of a message."""

    id: UUID


class AllGone(Struct, frozen=True):
    """The deletion of several messages."""

    ids: list[UUID] = []


class Reacted(Struct, frozen=True):
    """The present count of a reaction."""

    message_id: UUID
    reaction: str
    count: int


class Frame(Struct, frozen=True):
    """A frame of a live connection; `op` says which of the fields it has."""

    op: str
    ref: int | str | None = None
    topic: str = ""
    id: UUID | None = None
    kind: str = ""
    data: Raw = Raw(b"null")
    at: datetime | None = None
    status: int = 0
    code: str = ""
    title: str = ""
    detail: str = ""
    retry_after: float | None = None
    position: UUID | None = None
    complete: bool | None = None
    present: list[UUID] = []
    present_count: int = 0
    user: UUID | None = None
    state: str = ""
    after: UUID | None = None
    retry_ms: int = 0
