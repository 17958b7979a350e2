"""A file of the archive: written once, read back, searched; another takes its place when a person is removed.

Everything here blocks and is called in threads. SQLite is loaded by the first file.
"""

import contextlib
import hashlib
import os
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from guildhall.ids import UserId
from guildhall.packs.realm.archive.errors import ArchiveDamaged
from guildhall.packs.realm.archive.schemas import (
    FILE_INDEXES,
    FILE_SCHEMA,
    FILE_WORDS,
    FileFacts,
    MessageLine,
    ReactionLine,
    Wanted,
)
from guildhall.packs.realm.exchange.actions.export import keep
from guildhall.packs.realm.exchange.rules.sqlite_values import moment, sqlite_time
from guildhall.packs.realm.ids import ChannelId, MessageId, ServerId
from guildhall.packs.realm.search.rules import unspaced_parts

if TYPE_CHECKING:
    import sqlite3

_MESSAGES = MessageLine.__struct_fields__
_REACTIONS = ReactionLine.__struct_fields__
_NEWLY = "pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -65536;"


class NewFile:
    """A file under a temporary name. `finish` gives it its own."""

    def __init__(self, target: Path) -> None:
        import sqlite3

        self.target = target
        self._partial = partial_of(target)
        self._partial.unlink(missing_ok=True)
        os.close(os.open(self._partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        self._file = sqlite3.connect(self._partial, isolation_level=None, check_same_thread=False)
        self._file.executescript(_NEWLY)
        self._file.execute("begin")
        for statement in FILE_SCHEMA:
            self._file.execute(statement)
        self.digest = Digest()

    def add(self, messages: Sequence[MessageLine], reactions: Sequence[ReactionLine]) -> None:
        """Rows in the order of their ids."""
        for table, columns, rows in (("messages", _MESSAGES, messages), ("message_reactions", _REACTIONS, reactions)):
            places = ", ".join("?" * len(columns))
            self._file.executemany(
                f"insert into {table} ({', '.join(columns)}) values ({places})",
                [[_out(getattr(row, column)) for column in columns] for row in rows],
            )
        self.digest.add(messages, reactions)

    def finish(self) -> None:
        """Make the indexes, put the file on the disk, and give it its name."""
        _finish(self._file)
        self._file.close()
        keep(self._partial, self.target)

    def discard(self) -> None:
        """Close it and leave nothing behind; what has its name already stays."""
        self._file.close()
        with contextlib.suppress(OSError):
            self._partial.unlink(missing_ok=True)


class Digest:
    """SHA-256 of rows in their order, by which what was read of a table and what is in a file are compared."""

    def __init__(self) -> None:
        self._messages, self._reactions = hashlib.sha256(), hashlib.sha256()
        self.messages = 0
        self.reactions = 0

    def add(self, messages: Sequence[MessageLine], reactions: Sequence[ReactionLine]) -> None:
        """The next rows."""
        for message in messages:
            self._messages.update(repr([_out(getattr(message, column)) for column in _MESSAGES]).encode())
        for reaction in reactions:
            self._reactions.update(repr([_out(getattr(reaction, column)) for column in _REACTIONS]).encode())
        self.messages += len(messages)
        self.reactions += len(reactions)

    def value(self) -> tuple[int, int, bytes, bytes]:
        """Return the counts and the digests of all rows so far."""
        return self.messages, self.reactions, self._messages.digest(), self._reactions.digest()


def partial_of(target: Path) -> Path:
    """The name of a file while it is written."""
    return target.with_name(f".{target.name}.partial")


def checksum(path: Path) -> bytes:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def read_back(path: Path, expected: tuple[int, int, bytes, bytes]) -> FileFacts:
    """Return the facts of a file that is whole and holds what `expected` says. Raises ArchiveDamaged."""
    digest = Digest()
    first = last = None
    with opened(path) as file:
        said = file.execute("pragma integrity_check").fetchone()[0]
        if said != "ok":
            raise ArchiveDamaged(detail=f"{path.name}: {said}.")
        for messages, reactions in pages(file):
            digest.add(messages, reactions)
            first, last = first or messages[0].id, messages[-1].id
    if digest.value() != expected:
        raise ArchiveDamaged(detail=f"{path.name} does not hold what was written into it.")
    return FileFacts(checksum(path), path.stat().st_size, digest.messages, digest.reactions, first, last)


@contextlib.contextmanager
def opened(path: Path) -> "Iterator[sqlite3.Connection]":
    """A file to read from. Raises ArchiveDamaged."""
    import sqlite3

    try:
        file = sqlite3.connect(path.resolve().as_uri() + "?mode=ro&immutable=1", uri=True, isolation_level=None)
        try:
            yield file
        finally:
            file.close()
    except sqlite3.Error as error:
        raise ArchiveDamaged(detail=f"{path.name} cannot be read: {error}.") from error


def pages(file: "sqlite3.Connection", size: int = 5000) -> Iterator[tuple[list[MessageLine], list[ReactionLine]]]:
    """All rows in the order of their ids, some messages with their reactions at a time."""
    after = ""
    while True:
        messages = [
            _message(row)
            for row in file.execute(
                f"select {', '.join(_MESSAGES)} from messages where id > ? order by id limit ?", (after, size)
            )
        ]
        if not messages:
            return
        span = (str(messages[0].id), str(messages[-1].id))
        reactions = [
            _reaction(row)
            for row in file.execute(
                f"""select {", ".join(_REACTIONS)} from message_reactions where message_id between ? and ?
                    order by message_id, user_id, reaction""",
                span,
            )
        ]
        yield messages, reactions
        after = span[1]


def mentions_person(path: Path, user_id: UserId) -> bool:
    """Return whether a file has messages or reactions of a person, or mentions of them."""
    with opened(path) as file:
        who = str(user_id)
        found = file.execute(
            """select exists (select 1 from messages where user_id = ?1)
                   or exists (select 1 from message_reactions where user_id = ?1)
                   or exists (select 1 from messages where mentions like '%' || ?1 || '%')""",
            (who,),
        ).fetchone()[0]
        return bool(found)


def rewrite_without(path: Path, target: Path, user_id: UserId) -> FileFacts:
    """Write a copy of a file without a person, of whom no byte is left in it. Raises ArchiveDamaged."""
    import sqlite3

    working = target.with_name(f".{target.name}.working.partial")
    partial = partial_of(target)
    try:
        for left in (working, partial):
            left.unlink(missing_ok=True)
        os.close(os.open(working, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with opened(path) as source, contextlib.closing(sqlite3.connect(working, isolation_level=None)) as file:
            file.executescript(_NEWLY)
            source.backup(file)
            _take_out(file, str(user_id))
            os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            file.execute("vacuum into ?", (str(partial),))
        digest = Digest()
        with opened(partial) as file:
            for messages, reactions in pages(file):
                digest.add(messages, reactions)
        keep(partial, target)
        return read_back(target, digest.value())
    except sqlite3.Error as error:
        raise ArchiveDamaged(detail=f"{path.name} cannot be rewritten: {error}.") from error
    finally:
        for left in (working, partial):
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)


def _take_out(file: "sqlite3.Connection", who: str) -> None:
    file.execute("begin")
    file.execute("delete from message_reactions where user_id = ?", (who,))
    file.execute(
        "delete from message_reactions where message_id in (select id from messages where user_id = ?)", (who,)
    )
    file.execute("delete from messages where user_id = ?", (who,))
    file.execute(
        """update messages
           set mentions = (select nullif(json_group_array(value), '[]') from json_each(mentions) where value <> ?1)
           where mentions like '%' || ?1 || '%'""",
        (who,),
    )
    if has_words(file):
        file.execute("insert into messages_fts(messages_fts) values ('rebuild')")
    file.execute("commit")


def find(path: Path, wanted: Wanted, limit: int) -> list[MessageLine]:
    """The newest messages of a file that are wanted."""
    conditions, values = ["1"], list[object]()
    for column in ("server_id", "channel_id", "user_id"):
        if (one := getattr(wanted, column)) is not None:
            conditions.append(f"m.{column} = ?")
            values.append(str(one))
    for comparison, at in ((">=", wanted.since), ("<", wanted.until)):
        if at is not None:
            conditions.append(f"m.created_at {comparison} ?")
            values.append(sqlite_time(at))
    if wanted.below is not None:
        conditions.append("m.id < ?")
        values.append(str(wanted.below))
    if not wanted.deleted:
        conditions.append("not m.is_deleted")
    with opened(path) as file:
        words = [unicodedata.normalize("NFC", word) for word in wanted.words]
        # The file's index knows whole words; in scripts without spaces parts of them are looked for in the texts.
        whole = [word for word in words if has_words(file) and not unspaced_parts(word)]
        if whole:
            conditions.append("m.rowid in (select rowid from messages_fts where messages_fts match ?)")
            values.append(" ".join('"' + word.replace('"', '""') + '"' for word in whole))
        for word in words:
            if word not in whole:
                conditions.append("m.content like ? escape '\\'")
                values.append("%" + "".join("\\" + c if c in "%_\\" else c for c in word) + "%")
        sql = f"""select {", ".join("m." + column for column in _MESSAGES)} from messages m
                  where {" and ".join(conditions)} order by m.id desc limit ?"""
        return [_message(row) for row in file.execute(sql, (*values, limit))]


def has_words(file: "sqlite3.Connection") -> bool:
    """Return whether a file has an index of words that this machine's SQLite can read."""
    import sqlite3

    try:
        file.execute("select rowid from messages_fts limit 0")
    except sqlite3.OperationalError:
        return False
    return True


def _finish(file: "sqlite3.Connection") -> None:
    import sqlite3

    for statement in FILE_INDEXES:
        file.execute(statement)
    try:
        file.execute(FILE_WORDS)
    except sqlite3.OperationalError as error:
        if "fts5" not in str(error):
            raise
    else:
        file.execute("insert into messages_fts(messages_fts) values ('rebuild')")
    file.execute("commit")


def _out(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return sqlite_time(value)
    return int(value) if isinstance(value, bool) else value


def _message(row: Sequence[Any]) -> MessageLine:
    (
        message_id, kind, user, server, channel, content, metadata, created, updated, deleted, reason, edited, reply,
        mentions,
    ) = row  # fmt: skip
    return MessageLine(
        MessageId(UUID(message_id)), kind, UserId(UUID(user)), ServerId(UUID(server)),
        None if channel is None else ChannelId(UUID(channel)), content,
        None if metadata is None else str(metadata), moment(created), moment(updated), bool(deleted), reason,
        None if edited is None else moment(edited), None if reply is None else MessageId(UUID(reply)), mentions,
    )  # fmt: skip


def _reaction(row: Sequence[Any]) -> ReactionLine:
    message, user, reaction, created = row
    return ReactionLine(MessageId(UUID(message)), UserId(UUID(user)), reaction, moment(created))
