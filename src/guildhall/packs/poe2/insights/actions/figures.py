"""Figures made of what is counted, a scope at a time; the whole run of the job, and the recount."""

from collections.abc import Callable
from time import monotonic

from msgspec import Struct

from guildhall.core.cache.actions import invalidate
from guildhall.core.upstream.templates import key_part
from guildhall.db.pool import Database, Transaction
from guildhall.packs.poe2.insights.actions.counting import count_changes, count_from_starts, drop_old
from guildhall.packs.poe2.insights.kinds import DASHBOARD, META, META_LEAGUES
from guildhall.packs.poe2.insights.queries import changes as change_queries
from guildhall.packs.poe2.insights.queries import counts as queries
from guildhall.packs.poe2.insights.schemas.stored import Scope
from guildhall.packs.poe2.settings import Poe2Settings

_ADDED = 10_000
"""Changes of numbers that one transaction adds up."""
_SCOPES = 20
"""Scopes that are looked up at once; each is made in a transaction of its own."""
_PEOPLE = 50
"""People whom one transaction of a recount has looked at again."""
_TURN = 120.0
"""Seconds after which a run lets other jobs pass."""

Progress = Callable[[int], None]
"""Hears how many people are looked at again so far."""


class Counted(Struct, frozen=True):
    """A run: the changes that were looked at, the scopes that were made anew, and whether more is left."""

    changes: int
    scopes: int
    more: bool


class Recounted(Struct, frozen=True):
    """A recount: the people that it looked at, and the numbers that were wrong without their knowing."""

    people: int
    corrected: int


async def count_meta(db: Database, settings: Poe2Settings, seconds: float = _TURN) -> Counted:
    """Count all changes and make their figures, or as many as the time allows. What is done stays done."""
    deadline = monotonic() + seconds
    changes = scopes = 0
    more = True
    while more and monotonic() < deadline:
        counted = await db.transact(lambda tx: count_changes(tx, settings))
        changes += counted
        more = counted > 0
    while await db.transact(_add_up) == _ADDED:
        if monotonic() > deadline:
            return Counted(changes, scopes, more=True)
    while monotonic() < deadline:
        async with db.read() as tx:
            waiting = await queries.scopes_to_make.many(tx, settings.meta_people_least, _SCOPES)
        if not waiting:
            return Counted(changes, scopes, more)
        for scope in waiting:
            await db.transact(lambda tx, scope=scope: make_scope(tx, scope, settings))  # type: ignore[misc]
            scopes += 1
    return Counted(changes, scopes, more=True)


async def _add_up(tx: Transaction) -> int:
    await change_queries.hold.one(tx)
    return await queries.add_up.one(tx, _ADDED)


async def make_scope(tx: Transaction, scope: Scope, settings: Poe2Settings) -> None:
    """Make the figures of a source, league and week anew, and have caches forget the former ones."""
    await change_queries.hold.one(tx)
    of = scope.source, scope.league, scope.week
    least = settings.meta_people_least
    exact = scope.source == "builds"  # anybody can count those
    await queries.drop_figures.run(tx, *of, least)
    await queries.make_figures.run(tx, *of, least, exact)
    await queries.drop_claims.run(tx, *of)
    await queries.make_claims.run(tx, *of, least, exact)
    await queries.sum_up_scope.run(tx, *of, least, exact, tx.now)
    await queries.drop_empty_scope.run(tx, *of)
    prefixes = [f"{META.key(key_part(scope.league))}:", f"{META_LEAGUES.name}:", f"{DASHBOARD.name}:"]
    await invalidate(tx, prefixes=prefixes, stored=False)


async def keep_meta(db: Database, settings: Poe2Settings) -> int:
    """Drop what is too old, and count leagues anew whose start is known otherwise; return how many those are."""
    await db.transact(lambda tx: drop_old(tx, settings))
    return await db.transact(lambda tx: count_from_starts(tx, settings))


async def recount_meta(db: Database, settings: Poe2Settings, progress: Progress) -> Recounted:
    """Count everything of everybody anew. A recount that was stopped goes on where it was."""
    async with db.write() as tx:
        await queries.begin_recount.run(tx)
    done = 0
    while True:
        noted = await db.transact(_note_some)
        if not noted:
            break
        done += noted
        progress(done)
        while (await count_meta(db, settings)).more:
            pass
    corrected = await _correct(db)
    while (await count_meta(db, settings)).more:
        pass
    return Recounted(done, corrected)


async def _note_some(tx: Transaction) -> int:
    mark = await queries.recount_mark.one_or_none(tx)
    if mark is None:  # another process has finished it
        return 0
    people = await queries.people_after.many(tx, mark, _PEOPLE)
    if not people:
        await queries.end_recount.run(tx)
        return 0
    await change_queries.note_people.run(tx, people, people)
    await queries.move_recount.run(tx, people[-1])
    return len(people)


async def _correct(db: Database) -> int:
    """Compare the numbers of people with what counts, scope by scope; return how many were wrong."""
    corrected, after = 0, ("", "", 0)

    async def step(tx: Transaction) -> tuple[int, Scope | None]:
        await change_queries.hold.one(tx)
        while await queries.add_up.one(tx, _ADDED) == _ADDED:
            pass
        found = await queries.scopes_after.many(tx, *after, 1)
        if not found:
            return 0, None
        scope = found[0]
        return await queries.correct_counts.one(tx, scope.source, scope.league, scope.week), scope

    while True:
        wrong, scope = await db.transact(step)
        if scope is None:
            return corrected
        corrected += wrong
        after = scope.source, scope.league, scope.week
