"""Names and types of the game: what is known, and what ESI is asked for."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from guildhall.core.upstream.errors import UpstreamNotFound
from guildhall.core.upstream.rows import Rows
from guildhall.db.pool import Database, Transaction
from guildhall.packs.eve.universe.queries import names as queries
from guildhall.packs.eve.universe.schemas import GivenName, GivenType, TypeInfo
from guildhall.packs.eve.upstream import routes
from guildhall.packs.eve.upstream.client import Answer, Esi

MAX_CALLS = 12
"""Calls of one look-up: ESI refuses a whole list for one unknown id, which is searched for by halves."""
_names = Rows(list[GivenName])
_type = Rows(GivenType)
NAMELESS_FOR = timedelta(days=7)
"""The time for which an id is believed to have no name."""


async def fetch_names(db: Database, esi: Esi, ids: Sequence[int]) -> tuple[list[GivenName], set[int]]:
    """Ask ESI for names and store them; return the known ones, and the ids without a name.

    Ids that were not found within a few calls are in neither. Raises Unavailable.
    """
    found: list[GivenName] = []
    unknown: set[int] = set()
    waiting = [list(ids)] if ids else []
    for _ in range(MAX_CALLS):
        if not waiting:
            break
        part = waiting.pop()
        try:
            answer = await esi.post(routes.NAMES, msgspec.json.encode(part), interactive=True)
            given: list[GivenName] = esi.decode(routes.NAMES, answer, _names)
            found += given
        except UpstreamNotFound:
            if len(part) == 1:
                unknown.update(part)
            else:
                middle = len(part) // 2
                waiting += [part[:middle], part[middle:]]
    if found or unknown:
        async with db.write() as tx:
            await queries.keep_names.run(
                tx,
                [name.id for name in found],
                [name.category for name in found],
                [name.name for name in found],
                tx.now,
            )
            if unknown:
                await queries.note_nameless.run(tx, sorted(unknown), tx.now)
    return found, unknown


async def fetch_type(db: Database, esi: Esi, type_id: int) -> tuple[TypeInfo, Answer]:
    """Ask ESI for a type and keep it. Raises UpstreamNotFound, Unavailable."""
    answer = await esi.get(routes.TYPE, f"/universe/types/{type_id}", interactive=True)
    given = esi.decode(routes.TYPE, answer, _type)
    as_of: datetime = answer.as_of
    async with db.write() as tx:
        await queries.keep_type.run(
            tx, given.type_id, given.name, given.group_id, given.description, given.published, given.volume,
            given.icon_id, given.market_group_id, as_of,
        )  # fmt: skip
        await queries.keep_names.run(tx, [given.type_id], ["inventory_type"], [given.name], tx.now)
    return TypeInfo(
        given.type_id, given.name, given.group_id, given.description, given.published, given.volume, given.icon_id,
        given.market_group_id, as_of,
    ), answer  # fmt: skip


async def names_of(tx: Transaction, ids: Sequence[int]) -> dict[int, str]:
    """The known names of ids."""
    return {row.id: row.name for row in await queries.labels.many(tx, sorted(set(ids)))}
