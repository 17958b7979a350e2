"""Jobs that refresh what is due."""

from collections.abc import Sequence
from datetime import datetime

from guildhall.core.fresh.declaration import Declarations
from guildhall.core.fresh.errors import NotDeclared
from guildhall.core.fresh.keeper import Keeper, Round
from guildhall.core.fresh.messages import RefreshDue, RefreshKept
from guildhall.core.fresh.queries import claims
from guildhall.core.jobs.actions import send, send_many
from guildhall.core.jobs.bindings import Due, On, minutely
from guildhall.core.jobs.errors import GiveUp
from guildhall.core.jobs.queries import keys_taken
from guildhall.db.pool import Database, Transaction
from guildhall.pack import WorkerPart


def _due(now: datetime, declared: Declarations) -> tuple[list[str], datetime]:
    return declared.names, now


ANYTHING_DUE = Due(claims.any_due, _due)


async def refresh_due(_: RefreshDue, db: Database, declared: Declarations, keeper: Keeper) -> dict[str, int]:
    """Queue rounds of each declaration that has something due and does not wait for its game API."""
    async with db.read() as tx:
        names = await claims.due_names.many(tx, declared.names, tx.now)
    for name in names:
        await keeper.rank(name)
    async with db.write() as tx:
        rounds = [RefreshKept(name) for name in names if keeper.bound(name).rounds == 1]
        rounds += await _of_several(tx, keeper, [name for name in names if keeper.bound(name).rounds > 1])
        queued = await send_many(tx, rounds)
    return {"queued": sum(job is not None for job in queued)}


async def _of_several(tx: Transaction, keeper: Keeper, names: Sequence[str]) -> list[RefreshKept]:
    """Return the rounds to begin of declarations with several: one for each batch that is due, where there is room."""
    if not names:
        return []
    places = {name: [RefreshKept(name, place=n) for n in range(keeper.bound(name).rounds)] for name in names}
    taken = set(await keys_taken.many(tx, [key for of in places.values() for one in of for key in one.keys]))
    mosts = [len(places[name]) * keeper.batch_of(name) for name in names]
    found: list[RefreshKept] = []
    for waiting in await claims.due_counts.many(tx, list(names), mosts, tx.now):
        free = [one for one in places[waiting.name] if taken.isdisjoint(one.keys)]
        found += free[: -(-waiting.due // keeper.batch_of(waiting.name))]
    return found


async def refresh_kept(message: RefreshKept, keeper: Keeper, db: Database) -> Round:
    """Refresh what is due of one declaration; of several rounds, for a turn, after which another worker may go on."""
    try:
        done = await keeper.round(message.declaration, wanted=message.wanted, left=message.left)
    except NotDeclared as error:  # its pack was turned off meanwhile
        raise GiveUp(str(error)) from error
    if done.unfinished:
        most = keeper.bound(message.declaration).a_round if message.left is None else message.left
        async with db.write() as tx:
            await send(tx, message.handed_on(None if most is None else most - done.claimed))
    return done


WORKER = WorkerPart(
    handlers=(
        On(RefreshDue, refresh_due, schedule=minutely(due=ANYTHING_DUE)),
        On(RefreshKept, refresh_kept),
    )
)
