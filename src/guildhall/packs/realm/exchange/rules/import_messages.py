"""Conversion of a file's messages and reactions. These are the long tables, so the time for each row counts."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import msgspec

from guildhall.ids import UserId
from guildhall.packs.realm.chat.rules import reactions
from guildhall.packs.realm.exchange.rules.content import said
from guildhall.packs.realm.exchange.rules.raw_row import Raw, Undecodable, sent_at
from guildhall.packs.realm.exchange.rules.sqlite_values import BadRow, Ids, id_at, moment, time_bits, timed_id
from guildhall.packs.realm.ids import ChannelId, MessageId, ServerId

_TYPES = frozenset(("user", "system", "dm", "raid", "party", "guild"))
_decode = msgspec.json.Decoder().decode
Row = tuple[Any, ...]


class Message(msgspec.Struct):
    """A message as it is added, with its place in the file and what it refers to there."""

    id: MessageId
    record: Row
    """The columns of realm.messages as the import's COPY names them."""
    user_id: UserId
    server_id: ServerId
    channel_id: ChannelId | None
    row: Row


class Messages(msgspec.Struct):
    """A part of a file's messages: those that are good, those that are not with why, and what was left out of which."""

    good: list[Message]
    bad: list[tuple[Row, str]]
    notes: list[tuple[Row, str]]
    months: set[date]
    users: list[UserId]
    servers: list[ServerId]
    rooms: set[tuple[ChannelId | None, ServerId]]
    """The different senders, servers, and channels with their servers, as the messages have them."""


def clean_messages(rows: Iterable[Row], ids: Ids, now: datetime) -> Messages:
    """Rows of a file: their number, then the columns of schemas.sqlite.COLUMNS."""
    found = Messages([], [], [], set(), [], [], set())
    work = _Work(ids, now, found)
    for row in rows:
        try:
            found.good.append(work.message(row))
        except BadRow as why:
            found.bad.append((row, str(why)))
    found.months = {at.date().replace(day=1) for at, _, _ in work.times.values()}
    found.users, found.servers = list(work.things["user"].values()), list(work.things["server"].values())
    return found


class _Work:
    """Values that rows share: times and ids that occur again and again, converted once."""

    def __init__(self, ids: Ids, now: datetime, found: Messages) -> None:
        self.ids = ids
        self.now = now
        self.notes = found.notes
        self.rooms = found.rooms
        self.times: dict[object, tuple[datetime, int, int]] = {}
        self.things: dict[str, dict[object, Any]] = {"user": {}, "server": {}, "channel": {}}

    def message(self, row: Row) -> Message:
        """A message. Raises BadRow."""
        number, source, kind, user, server, channel, content, metadata, created, updated, deleted, reason, edited = row
        if kind not in _TYPES:
            raise BadRow(f"type is none of {', '.join(sorted(_TYPES))}")
        if content.__class__ is not str:
            raise BadRow("content " + ("is no UTF-8" if isinstance(content, Undecodable) else "is no text"))
        if not 1 <= len(content) <= 4000:
            raise BadRow("content is longer than 4000 characters" if content else "content is empty")
        if "\0" in content:
            raise BadRow("content has a NUL")
        told: list[str] = []
        content = said(content, told)
        self.notes.extend((row, note) for note in told)
        time = self.times.get(created)
        if time is None:
            at = sent_at(created, self.now)
            time = self.times[created] = at, *time_bits(at)
        at, millisecond, high = time
        updated_at = at if updated is None or updated == created else _time("updated_at", updated)
        if not (deleted is None or deleted == 0 or deleted == 1):
            raise BadRow("is_deleted is neither 0 nor 1")
        user_id, server_id = self._thing("user", user), self._thing("server", server)
        channel_id = None if channel is None else self._thing("channel", channel)
        self.rooms.add((channel_id, server_id))
        message_id: Any = id_at(millisecond, high, number, _id("id", source), self.ids.salt)
        record = (
            message_id, kind, user_id, server_id, channel_id, content, None if metadata is None else _json(metadata),
            at, updated_at, deleted == 1, None if reason is None else self._reason(row, reason),
            None if edited is None else _time("edited_at", edited),
        )  # fmt: skip
        return Message(message_id, record, user_id, server_id, channel_id, row)

    def _thing(self, kind: str, source: object) -> Any:
        known = self.things[kind]
        found = known.get(source)
        if found is None:
            found = known[source] = self.ids.of(kind, _id(f"{kind}_id", source))
        return found

    def _reason(self, row: Row, reason: object) -> str | None:
        text = Raw(row[0], {"deletion_reason": reason}).text_or_none("deletion_reason", 100_000)
        if text is not None and len(text) > 300:
            self.notes.append((row, "deletion_reason was cut to 300 characters"))
            return text[:300]
        return text


def _id(column: str, value: object) -> str:
    if value.__class__ is not str:
        if isinstance(value, int):
            return str(value)
        raise BadRow(f"{column} is missing" if value is None else f"{column} is no text")
    text = str(value)
    if not 1 <= len(text) <= 200 or "\0" in text:
        raise BadRow(f"{column} is no id")
    return text


def _time(column: str, value: object) -> datetime:
    try:
        return moment(value)
    except BadRow as why:
        raise BadRow(f"{column}: {why}") from None


def _json(value: object) -> str:
    """Metadata as JSON; SQLite makes numbers of what looks like one."""
    if isinstance(value, int | float):
        return repr(value)
    if not isinstance(value, str):
        raise BadRow("metadata is no text")
    try:
        _decode(value)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise BadRow("metadata is no JSON") from None
    return value


clean_cached = lru_cache(10_000)(reactions.clean_reaction)


def clean_reaction(row: Row, ids: Ids, now: datetime) -> tuple[MessageId, UserId, str, datetime]:
    """The message's id, the user's, the reaction and the message's time.

    Rows have their number, the columns of schemas.sqlite.COLUMNS, then created_at and the row number of their message,
    which make its id. Raises BadRow.
    """
    number, message, user, reaction, created, message_row = row
    raw = Raw(number, {"reaction": reaction})
    if message_row is None:
        raise BadRow(f"there is no message {message!a}"[:200])
    at = sent_at(created, now)
    given = clean_cached(raw.text("reaction", 64))
    if given is None:
        raise BadRow("reaction is none")
    message_id: Any = timed_id(at, message_row, _id("message_id", message), ids.salt)
    user_id: Any = ids.of("user", _id("user_id", user))
    return message_id, user_id, given, at.astimezone(UTC)
