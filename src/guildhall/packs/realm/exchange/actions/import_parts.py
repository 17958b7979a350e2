"""A part of an import: some rows of a table, what was set aside of them, and the mark of how far it is."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import msgspec

from guildhall.db.pool import Transaction
from guildhall.packs.realm.exchange.actions.import_file import SourceFile
from guildhall.packs.realm.exchange.errors import ImportRunning
from guildhall.packs.realm.exchange.queries import imports as queries
from guildhall.packs.realm.exchange.rules.sqlite_values import Ids
from guildhall.packs.realm.ids import ChannelId, ImportId

Progress = Callable[[str, int, int | None], None]
"""Called with a table, the number of further rows, and their total if it is known."""
Result = TypeVar("Result")

REFUSALS = (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError, asyncpg.ProgramLimitExceededError)
"""The errors by which the database refuses a row."""
_HIDDEN = ("email", "password_hash", "ip_address")
_SHOWN = 500
"""Characters of a value that a rejected row is shown with."""
_WORDS = {
    "users_by_name": "the name is somebody else's on that server",
    "servers_by_name": "the name is another server's here; if it is the same one, map it",
    "guilds_by_name": "the name is another guild's",
    "guild_members_by_user": "is in another guild already",
}


class Part:
    """The objects that the steps of an import work with. With `trial` everything is rolled back in the end."""

    def __init__(
        self,
        file: SourceFile,
        import_id: ImportId,
        ids: Ids,
        now: datetime,
        progress: Progress,
        transact: Callable[..., Awaitable[Any]],
        trial: bool,
    ) -> None:
        self.file = file
        self.import_id = import_id
        self.ids = ids
        self.now = now
        self.progress = progress
        self.transact = transact
        self.trial = trial


class Outcome(msgspec.Struct):
    """The outcome of some rows."""

    added: int = 0
    known: int = 0
    bad: list[tuple[int, Mapping[str, object], str]] = []
    """Row number, columns, why it was set aside."""
    notes: list[tuple[int, Mapping[str, object], str]] = []
    """The same of rows that were kept."""


async def open_part(tx: Transaction) -> None:
    """Keep other imports out until the transaction ends. Raises ImportRunning."""
    if not await queries.only_import.one(tx):
        raise ImportRunning


async def begin_part(tx: Transaction, part: Part, table: str, after: int) -> None:
    """Make sure that the rows up to `after` are done and the next are not. Raises ImportRunning."""
    await open_part(tx)
    last, finished = await queries.last_row.one(tx, part.import_id, table)
    if last != after or finished:
        raise ImportRunning(detail="Another process imports the same file.")


async def end_part(tx: Transaction, part: Part, table: str, last: int, outcome: Outcome, finished: bool) -> None:
    """Mark the rows up to `last` as done, and keep what was set aside."""
    said = [*((*row, False) for row in outcome.bad), *((*row, True) for row in outcome.notes)]
    if said:
        await queries.add_rejects.run(
            tx,
            part.import_id,
            table,
            [row[0] for row in said],
            [row[3] for row in said],
            [row[2][:500] for row in said],
            [_contents(row[1]) for row in said],
            tx.now,
        )
    await queries.mark_rows.run(
        tx, part.import_id, table, last, outcome.added, outcome.known, len(outcome.bad), finished
    )


async def progress_of(part: Part, table: str) -> tuple[int, bool]:
    """The number of the last row that is done, and whether all are."""

    async def look(tx: Transaction) -> tuple[int, bool]:
        return await queries.last_row.one(tx, part.import_id, table)

    found: tuple[int, bool] = await part.transact(look)
    return found


async def missing(tx: Transaction, needs: Mapping[str, set[UUID]]) -> dict[str, set[UUID]]:
    """Return the referenced ids that do not exist here, by kind. The others stay until the commit."""
    found: dict[str, set[UUID]] = {}
    for kind in ("server", "channel", "guild", "party", "raid", "user"):
        wanted = needs.get(kind)
        if not wanted:
            continue
        asked = list(wanted)
        if kind == "channel":
            there: set[UUID] = {
                row[0] for row in await queries.present_channels.many(tx, [ChannelId(one) for one in asked])
            }
        else:
            there = set(await queries.present[kind].many(tx, asked))
        found[kind] = wanted - there
    return found


def why_refused(error: asyncpg.PostgresError) -> str:
    """The database's refusal in words."""
    constraint = getattr(error, "constraint_name", None)
    if constraint in _WORDS:
        return _WORDS[str(constraint)]
    return f"the database refuses it: {' '.join(str(error.args[0]).split())}"


def _contents(values: Mapping[str, object]) -> str:
    """Return a row as JSON that shows its fault and nothing secret."""
    return msgspec.json.encode({name: _shown(value) for name, value in values.items() if name not in _HIDDEN}).decode()


def _shown(value: object) -> object:
    if isinstance(value, bytes):
        return value[:_SHOWN].decode("utf-8", "backslashreplace")
    return value[:_SHOWN] if isinstance(value, str) else value


def named(columns: Sequence[str], row: Sequence[object]) -> dict[str, object]:
    """A row's values by column; the row begins with its number."""
    return dict(zip(columns, row[1:], strict=False))
