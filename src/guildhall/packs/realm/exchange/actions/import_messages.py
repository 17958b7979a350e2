"""The messages of a file and their reactions: read and checked in a thread while the part before is copied in."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import date
from operator import attrgetter
from uuid import UUID

import asyncpg

from guildhall.db.partitions import make_months
from guildhall.db.pool import Transaction
from guildhall.packs.realm.exchange.actions.import_file import EXTRA, Row
from guildhall.packs.realm.exchange.actions.import_parts import (
    REFUSALS,
    Outcome,
    Part,
    begin_part,
    end_part,
    missing,
    named,
    open_part,
    progress_of,
    why_refused,
)
from guildhall.packs.realm.exchange.queries import import_messages as queries
from guildhall.packs.realm.exchange.queries import imports as import_queries
from guildhall.packs.realm.exchange.rules.import_messages import Message, Messages, clean_messages, clean_reaction
from guildhall.packs.realm.exchange.rules.sqlite_values import BadRow
from guildhall.packs.realm.exchange.schemas.sqlite import COLUMNS

_PART = 50_000
_WORDS_PART = 10_000
_TABLES = ("realm.messages", "realm.message_words", "realm.message_reactions")


async def import_messages(part: Part) -> None:
    """Take in what is left of the messages. Raises UnreadableFile, ImportRunning."""
    after, finished = await progress_of(part, "messages")
    if finished:
        return
    months: set[date] = set()
    ahead = asyncio.create_task(asyncio.to_thread(_read, part, after))
    try:
        while not finished:
            rows, found = await ahead
            finished = len(rows) < _PART
            last = rows[-1][0] if rows else after
            if not finished:
                ahead = asyncio.create_task(asyncio.to_thread(_read, part, last))
            await _make_months(part, found.months - months)
            months |= found.months
            step = _Step(part, found, after, last, finished)
            await part.transact(step.run)
            part.progress("messages", len(rows), None)
            after = last
    finally:
        await asyncio.gather(ahead, return_exceptions=True)  # the file stays open until its thread is done with it


def _read(part: Part, after: int) -> tuple[list[Row], Messages]:
    rows = part.file.read("messages", after, _PART)
    found = clean_messages(rows, part.ids, part.now)
    found.good.sort(key=lambda one: one.id.bytes)
    return rows, found


async def _make_months(part: Part, months: set[date]) -> None:
    """Make partitions before anything goes into them; a trial does with the default one."""
    if not months or part.trial:
        return

    async def make(tx: Transaction) -> None:
        for table in _TABLES:
            await make_months(tx, table, months)

    await part.transact(make)


class _Step:
    """Some messages; `run` may be called again when it lost a race."""

    def __init__(self, part: Part, found: Messages, after: int, last: int, finished: bool) -> None:
        self._part = part
        self._found = found
        self._after = after
        self._last = last
        self._finished = finished

    async def run(self, tx: Transaction) -> None:
        """Add what is good with its counts, set the rest aside, mark both as done."""
        outcome = Outcome()
        columns = COLUMNS["messages"]
        outcome.bad = [(row[0], named(columns, row), why) for row, why in self._found.bad]
        await begin_part(tx, self._part, "messages", self._after)
        # Who counts messages waits, so that each is counted by one: what is before this id here.
        bound = await import_queries.follower_bound.one(tx, "counts")
        good = await self._referring(tx, self._found.good, outcome)
        added = await self._copy(tx, good, outcome)
        outcome.added = len(added)
        refused = {number for number, _, _ in outcome.bad}
        outcome.notes = [
            (row[0], named(columns, row), note) for row, note in self._found.notes if row[0] not in refused
        ]
        if added:
            await _count(tx, added if added[-1].id < bound else [one for one in added if one.id < bound])
            await import_queries.widen_messages.run(tx, self._part.import_id, added[0].id, added[-1].id)
        await end_part(tx, self._part, "messages", self._last, outcome, self._finished)

    async def _referring(self, tx: Transaction, rows: list[Message], outcome: Outcome) -> list[Message]:
        """Return the rows whose sender, server and channel exist here, with the channel on the server."""
        rooms = self._found.rooms
        channels = list({channel for channel, _ in rooms if channel is not None})
        homes = dict(await import_queries.present_channels.many(tx, channels)) if channels else {}
        absent = await missing(tx, {"server": set(self._found.servers), "user": set(self._found.users)})
        lost_users, lost_servers = absent.get("user", set()), absent.get("server", set())
        strayed = any(channel is not None and homes.get(channel) != server for channel, server in rooms)
        if not (lost_users or lost_servers or strayed):
            return rows
        kept = []
        for one in rows:
            home = one.server_id if one.channel_id is None else homes.get(one.channel_id)
            if one.user_id in lost_users:
                self._set_aside(one, f"there is no user {one.row[3]!a}", outcome)
            elif one.server_id in lost_servers:
                self._set_aside(one, f"there is no server {one.row[4]!a}", outcome)
            elif home is None:
                self._set_aside(one, f"there is no channel {one.row[5]!a}", outcome)
            elif home != one.server_id:
                self._set_aside(one, "the channel is another server's", outcome)
            else:
                kept.append(one)
        return kept

    async def _copy(self, tx: Transaction, rows: Sequence[Message], outcome: Outcome) -> list[Message]:
        """Copy the rows that are not here yet; rows that the database refuses are found by halves.

        Existing rows are found out by the copy itself: asking first would cost every file, and few need it.
        """
        if not rows:
            return []
        await tx.connection.execute("savepoint some_rows")
        try:
            await tx.connection.copy_records_to_table(
                "messages", schema_name="realm", columns=queries.MESSAGE_COLUMNS, records=[one.record for one in rows]
            )
        except asyncpg.UniqueViolationError:
            await tx.connection.execute("rollback to savepoint some_rows")
            fresh = await self._not_known(tx, rows)
            outcome.known += len(rows) - len(fresh)
            return await self._copy(tx, fresh, outcome)
        except REFUSALS as error:
            await tx.connection.execute("rollback to savepoint some_rows")
            if len(rows) == 1:
                self._set_aside(rows[0], why_refused(error), outcome)
                return []
            half = len(rows) // 2
            return await self._copy(tx, rows[:half], outcome) + await self._copy(tx, rows[half:], outcome)
        await tx.connection.execute("release savepoint some_rows")
        return list(rows)

    async def _not_known(self, tx: Transaction, rows: Sequence[Message]) -> list[Message]:
        """Return the rows that are not here yet, each once: a file that has grown contains the others again."""
        known = set(await queries.known_messages.many(tx, [one.id for one in rows]))
        fresh = []
        for one in rows:
            if one.id not in known:
                known.add(one.id)
                fresh.append(one)
        return fresh

    @staticmethod
    def _set_aside(one: Message, why: str, outcome: Outcome) -> None:
        outcome.bad.append((one.row[0], named(COLUMNS["messages"], one.row), why))


async def _count(tx: Transaction, rows: Sequence[Message]) -> None:
    """Add to what people and channels have ever sent."""
    users = Counter(map(attrgetter("user_id"), rows))
    channels = Counter(map(attrgetter("channel_id"), rows))
    channels.pop(None, None)
    if users:
        await queries.count_for_users.run(tx, list(users), list(users.values()))
    if channels:
        await queries.count_for_channels.run(tx, list(channels), list(channels.values()))


async def import_reactions(part: Part) -> None:
    """Take in what is left of the reactions to messages. Raises UnreadableFile, ImportRunning."""
    after, finished = await progress_of(part, "message_reactions")
    while not finished:
        rows = await asyncio.to_thread(part.file.read, "message_reactions", after, _PART)
        finished = len(rows) < _PART
        last = rows[-1][0] if rows else after

        async def step(
            tx: Transaction, rows: list[Row] = rows, after: int = after, last: int = last, finished: bool = finished
        ) -> None:
            await _add_reactions(tx, part, rows, after, last, finished)

        await part.transact(step)
        part.progress("message_reactions", len(rows), None)
        after = last


async def _add_reactions(tx: Transaction, part: Part, rows: list[Row], after: int, last: int, finished: bool) -> None:
    columns = (*COLUMNS["message_reactions"], *EXTRA["message_reactions"])
    outcome = Outcome()
    await begin_part(tx, part, "message_reactions", after)
    clean = []
    for row in rows:
        try:
            clean.append((row, clean_reaction(row, part.ids, part.now)))
        except BadRow as why:
            outcome.bad.append((row[0], named(columns, row), str(why)))
    lost = (await missing(tx, {"user": {one[1] for _, one in clean}})).get("user", set())
    messages = list({one[0] for _, one in clean})
    there = set(await queries.messages_to_react_to.many(tx, messages))
    known = set(await queries.known_reactions.many(tx, messages))
    fresh = []
    for row, one in clean:
        if one[0] not in there:
            outcome.bad.append((row[0], named(columns, row), f"there is no message {row[1]!a}"))
        elif one[1] in lost:
            outcome.bad.append((row[0], named(columns, row), f"there is no user {row[2]!a}"))
        elif one[:3] in known:
            outcome.known += 1
        else:
            known.add(one[:3])
            fresh.append((row, one))
    outcome.added = await _copy_reactions(tx, fresh, outcome, columns)
    await end_part(tx, part, "message_reactions", last, outcome, finished)


async def _copy_reactions(
    tx: Transaction, rows: Sequence[tuple[Row, tuple[object, ...]]], outcome: Outcome, columns: Sequence[str]
) -> int:
    if not rows:
        return 0
    await tx.connection.execute("savepoint some_rows")
    try:
        await tx.connection.copy_records_to_table(
            "message_reactions", schema_name="realm", columns=queries.REACTION_COLUMNS, records=[one for _, one in rows]
        )
    except REFUSALS as error:
        await tx.connection.execute("rollback to savepoint some_rows")
        if len(rows) == 1:
            outcome.bad.append((rows[0][0][0], named(columns, rows[0][0]), why_refused(error)))
            return 0
        half = len(rows) // 2
        return await _copy_reactions(tx, rows[:half], outcome, columns) + await _copy_reactions(
            tx, rows[half:], outcome, columns
        )
    await tx.connection.execute("release savepoint some_rows")
    return len(rows)


async def make_words(part: Part) -> int:
    """Make what search finds the imported messages by; for how many rows a word was made in this run."""

    async def span(tx: Transaction) -> tuple[UUID, UUID] | None:
        found = await import_queries.import_span.one(tx, part.import_id)
        if found.first_message is None or found.last_message is None:
            return None
        return found.words_done or UUID(int=found.first_message.int - 1), found.last_message

    bounds: tuple[UUID, UUID] | None = await part.transact(span)
    if bounds is None:
        return 0
    at, end = bounds

    async def left(tx: Transaction) -> int:
        return await queries.messages_left.one(tx, at, end)

    part.progress("words", 0, await part.transact(left))
    made = 0

    async def step(tx: Transaction) -> tuple[UUID, int, int] | None:
        await open_part(tx)
        await import_queries.follower_bound.one(tx, "words")  # who makes words of new messages waits
        last = await queries.end_of_part.one_or_none(tx, at, end, _WORDS_PART)
        if last is None:
            return None
        seen = await queries.messages_left.one(tx, at, last)
        count = await queries.make_words.run(tx, at, last)
        await queries.mark_words.run(tx, part.import_id, last)
        return last, count, seen

    while (done := await part.transact(step)) is not None:
        at = done[0]
        made += done[1]
        part.progress("words", done[2], None)
    return made
