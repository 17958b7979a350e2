"""The archive: its files, what they hold, what is asked of them."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from guildhall.ids import UserId
from guildhall.packs.realm.ids import ArchiveId, ChannelId, MessageId, ServerId

ArchiveState = Literal["begun", "detached", "written", "archived", "restored"]

FILE_SCHEMA = (
    """
CREATE TABLE messages (
  id TEXT PRIMARY KEY,
  type TEXT NOT NULL,
  user_id TEXT NOT NULL,
  server_id TEXT NOT NULL,
  channel_id TEXT,
  content TEXT NOT NULL,
  metadata TEXT,
  created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  updated_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  is_deleted BOOLEAN DEFAULT 0,
  deletion_reason TEXT,
  edited_at DATETIME,
  reply_to TEXT,
  mentions TEXT,
  CHECK (type IN ('user', 'system', 'dm', 'raid', 'party', 'guild'))
)""",
    """
CREATE TABLE message_reactions (
  message_id TEXT,
  user_id TEXT,
  reaction TEXT,
  created_at DATETIME,
  PRIMARY KEY (message_id, user_id, reaction),
  FOREIGN KEY (message_id) REFERENCES messages(id)
)""",
)
"""A file's tables: those of the SQLite schema, followed by columns that only we have. JSON is text, of which SQLite
makes no numbers. The people and things that they refer to stay in the database."""

FILE_INDEXES = (
    "CREATE INDEX idx_messages_server_id ON messages(server_id, id)",
    "CREATE INDEX idx_messages_channel_id ON messages(channel_id, id)",
    "CREATE INDEX idx_messages_user_id ON messages(user_id, id)",
    "CREATE INDEX idx_message_reactions_user_id ON message_reactions(user_id)",
)

FILE_WORDS = (
    "CREATE VIRTUAL TABLE messages_fts USING fts5("
    "content, content='messages', content_rowid='rowid', tokenize='unicode61 remove_diacritics 2')"
)
"""The index of words, where the machine's SQLite has FTS5."""


class Archive(Struct, frozen=True):
    """A file of the archive, or one that is about to be; a row of realm.archives."""

    id: ArchiveId
    month: date
    part: int
    state: ArchiveState
    file_name: str | None
    generation: int
    superseded: list[str]
    sha256: bytes | None
    messages: int
    reactions: int
    bytes: int
    first_id: UUID | None
    last_id: UUID | None
    archived_at: datetime | None


class MessageLine(Struct, frozen=True):
    """A message as it goes into a file and comes out of it. `mentions` is JSON."""

    id: MessageId
    type: str
    user_id: UserId
    server_id: ServerId
    channel_id: ChannelId | None
    content: str
    metadata: str | None
    created_at: datetime
    updated_at: datetime
    is_deleted: bool
    deletion_reason: str | None
    edited_at: datetime | None
    reply_to: MessageId | None
    mentions: str | None


class ReactionLine(Struct, frozen=True):
    """A reaction as it goes into a file and comes out of it."""

    message_id: MessageId
    user_id: UserId
    reaction: str
    created_at: datetime


class FileFacts(Struct, frozen=True):
    """The facts of a file, found by reading it back."""

    sha256: bytes
    bytes: int
    messages: int
    reactions: int
    first_id: UUID | None
    last_id: UUID | None


class ArchivedMonth(Struct, frozen=True):
    """A part of the archive that was made. `file` is None for a month that had no messages."""

    month: date
    part: int
    file: str | None
    messages: int
    reactions: int


class Wanted(Struct, frozen=True):
    """A search of archived messages. All `words` must occur; `below` is the end of the page before."""

    server_id: ServerId | None = None
    channel_id: ChannelId | None = None
    user_id: UserId | None = None
    since: datetime | None = None
    until: datetime | None = None
    words: tuple[str, ...] = ()
    deleted: bool = False
    below: UUID | None = None


class FoundMessages(Struct, frozen=True):
    """Archived messages, newest first. `next` is where another page begins, if there is one."""

    messages: list[MessageLine]
    next: MessageId | None
    files: int
    """The number of files that were searched."""


class Verdict(Struct, frozen=True):
    """The result of checking a file against its facts; `wrong` says what differs."""

    file: str
    month: date
    wrong: str | None


class Restored(Struct, frozen=True):
    """A month that is back in its table. Messages of deleted channels stay out."""

    month: date
    files: int
    messages: int
    reactions: int
    left_out: int
