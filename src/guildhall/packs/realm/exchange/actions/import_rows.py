"""The tables of a file that fit in memory a part at a time: everything but messages and their reactions."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from guildhall.core.identity.principals.tokens import KeyedHash
from guildhall.db.pool import Transaction
from guildhall.db.statements import Query
from guildhall.ids import UserId
from guildhall.packs.realm.exchange.actions.import_file import EXTRA, Row
from guildhall.packs.realm.exchange.actions.import_parts import (
    REFUSALS,
    Outcome,
    Part,
    begin_part,
    end_part,
    missing,
    named,
    progress_of,
    why_refused,
)
from guildhall.packs.realm.exchange.queries import imports as queries
from guildhall.packs.realm.exchange.queries.import_rows import ADD
from guildhall.packs.realm.exchange.rules.import_rows import CLEAN, USABLE, Clean
from guildhall.packs.realm.exchange.rules.raw_row import Raw
from guildhall.packs.realm.exchange.rules.sqlite_values import BadRow
from guildhall.packs.realm.exchange.schemas.sqlite import COLUMNS

_PART = 5000
_MOST_MEMBERS = {"guild_members": 1000, "party_members": 40}


async def import_rows(part: Part, table: str, keyed: KeyedHash) -> None:
    """Take in what is left of a table. Raises UnreadableFile, ImportRunning."""
    after, finished = await progress_of(part, table)
    while not finished:
        rows = await asyncio.to_thread(part.file.read, table, after, _PART)
        finished = len(rows) < _PART
        step = _Step(part, table, keyed, rows, after, finished)
        await part.transact(step.run)
        part.progress(table, len(rows), None)
        after = rows[-1][0] if rows else after


class _Step:
    """Some rows of a table; `run` may be called again when it lost a race."""

    def __init__(
        self, part: Part, table: str, keyed: KeyedHash, rows: Sequence[Row], after: int, finished: bool
    ) -> None:
        self._part = part
        self._table = table
        self._keyed = keyed
        self._rows = rows
        self._after = after
        self._finished = finished

    async def run(self, tx: Transaction) -> None:
        """Add what is good, set the rest aside, mark both as done."""
        outcome = Outcome()
        await begin_part(tx, self._part, self._table, self._after)
        clean = await self._with_what_they_need(tx, self._clean(outcome), outcome)
        clean = await self._fitting(tx, clean, outcome)
        added = await self._add(tx, clean, outcome)
        outcome.added = len(added)
        outcome.known = len(self._rows) - len(added) - len(outcome.bad)
        refused = {number for number, _, _ in outcome.bad}
        for one in clean:
            if one.row.number not in refused:
                outcome.notes.extend((one.row.number, one.row.values, note) for note in one.notes)
        if self._table in queries.settle and added:
            await queries.settle[self._table].run(tx, list(set(added)))
        last = self._rows[-1][0] if self._rows else self._after
        await end_part(tx, self._part, self._table, last, outcome, self._finished)

    def _clean(self, outcome: Outcome) -> list[Clean]:
        columns = (*COLUMNS[self._table], *EXTRA.get(self._table, ()))
        clean = CLEAN[self._table]
        found = []
        for row in self._rows:
            raw = Raw(row[0], named(columns, row))
            try:
                found.append(clean(raw, self._part.ids, self._part.now))
            except BadRow as why:
                outcome.bad.append((raw.number, raw.values, str(why)))
        return found

    async def _with_what_they_need(self, tx: Transaction, rows: list[Clean], outcome: Outcome) -> list[Clean]:
        """Return the rows whose references exist."""
        needs: dict[str, set[UUID]] = defaultdict(set)
        for one in rows:
            for kind, wanted, _ in one.needs:
                needs[kind].add(wanted)
        absent = await missing(tx, needs)
        kept = []
        for one in rows:
            lost = [(kind, source) for kind, wanted, source in one.needs if wanted in absent[kind]]
            if lost:
                self._set_aside(one, "; ".join(f"there is no {kind} {source!a}" for kind, source in lost), outcome)
            else:
                kept.append(one)
        return kept

    async def _fitting(self, tx: Transaction, rows: list[Clean], outcome: Outcome) -> list[Clean]:
        """The rows as they fit to what is here: addresses and names that are others', groups that are full."""
        if self._table == "users":
            await self._without_others_addresses(tx, rows)
            await self._with_usable_names(tx, rows)
        elif self._table == "channels":
            await self._with_names_of_their_own(tx, rows)
        elif self._table == "sessions":
            for one in rows:
                address = one.values[3]
                hashed = self._keyed.of("realm address", str(address)) if address is not None else None
                one.values = (*one.values[:3], hashed, *one.values[4:])
        elif self._table in _MOST_MEMBERS:
            return await self._with_room(tx, rows, outcome)
        return rows

    async def _without_others_addresses(self, tx: Transaction, rows: list[Clean]) -> None:
        owners = dict(await queries.taken_emails.many(tx, [str(one.values[2]) for one in rows if one.values[2]]))
        for one in rows:
            user_id, email = one.values[0], one.values[2]
            if (
                isinstance(email, str)
                and isinstance(user_id, UUID)
                and owners.setdefault(email, UserId(user_id)) != user_id
            ):
                one.values = (*one.values[:2], None, None, *one.values[4:])
                note = "the address of e-mail is another account's; it was left out, and the password with it"
                one.notes = [*one.notes, note]

    async def _with_names_of_their_own(self, tx: Transaction, rows: list[Clean]) -> None:
        """Number the channels whose name is another's."""
        names = [(one.values[2], one.values[1]) for one in rows]
        for one in await self._with_taken_names(tx, queries.taken_channel_names, rows, names):
            channel_id, name = one.values[0], str(one.values[1])
            one.values = (channel_id, f"{name[:70]} #{str(channel_id)[-8:]}", *one.values[2:])
            one.notes = [*one.notes, "the name is another channel's on that server; it has a number now"]

    async def _with_usable_names(self, tx: Transaction, rows: list[Clean]) -> None:
        """Number the characters whose name was changed to one that is somebody else's.

        A name that was somebody else's from the beginning is left to the unique index, which refuses the row.
        """
        names = [(one.values[8], one.values[1]) for one in rows]
        for one in await self._with_taken_names(tx, queries.taken_usernames, rows, names):
            if USABLE in one.notes:
                name = f"{str(one.values[1])[:23]}-{str(one.values[0])[-8:]}"
                one.values = (one.values[0], name, *one.values[2:])

    @staticmethod
    async def _with_taken_names(
        tx: Transaction,
        taken_names: Query[..., tuple[Any, str, str, Any]],
        rows: list[Clean],
        names: list[tuple[object, object]],
    ) -> list[Clean]:
        """The rows whose name, however it is written, is another one's, here or further up in the file."""
        keys: dict[tuple[object, object], str] = {}
        taken: dict[tuple[object, str], object] = {}
        for server, name, key, holder in (
            await taken_names.many(tx, *map(list, zip(*names, strict=True))) if rows else ()
        ):
            keys[server, name] = key
            if holder is not None:
                taken[server, key] = holder
        return [
            one
            for one, (server, name) in zip(rows, names, strict=True)
            if taken.setdefault((server, keys[server, name]), one.values[0]) != one.values[0]
        ]

    async def _with_room(self, tx: Transaction, rows: list[Clean], outcome: Outcome) -> list[Clean]:
        groups = {cast(UUID, one.values[0]) for one in rows}
        members: dict[object, int] = dict(await queries.member_counts[self._table].many(tx, list(groups)))
        kept = []
        for one in rows:
            count = members.get(one.values[0], 0)
            if count >= _MOST_MEMBERS[self._table]:
                self._set_aside(one, "there is no room for another member", outcome)
            else:
                members[one.values[0]] = count + 1
                kept.append(one)
        return kept

    async def _add(self, tx: Transaction, rows: Sequence[Clean], outcome: Outcome) -> list[UUID]:
        """Add rows; those that the database refuses are found by halves."""
        if not rows:
            return []
        columns = [list(column) for column in zip(*(one.values for one in rows), strict=True)]
        more = [self._part.now] if self._table == "guilds" else []
        await tx.connection.execute("savepoint some_rows")
        try:
            added = await ADD[self._table].many(tx, *columns, *more)
        except REFUSALS as error:
            await tx.connection.execute("rollback to savepoint some_rows")
            if len(rows) == 1:
                self._set_aside(rows[0], why_refused(error), outcome)
                return []
            half = len(rows) // 2
            return await self._add(tx, rows[:half], outcome) + await self._add(tx, rows[half:], outcome)
        await tx.connection.execute("release savepoint some_rows")
        return added

    @staticmethod
    def _set_aside(one: Clean, why: str, outcome: Outcome) -> None:
        outcome.bad.append((one.row.number, one.row.values, why))
