"""Blocking people, and the question that every pack asks before one person reaches another."""

import asyncpg

from guildhall.core.social.blocks import queries
from guildhall.core.social.blocks.errors import Blocked, BlockedByYou, PersonNotFound, TooManyBlocks, ToYourself
from guildhall.db.pool import Transaction
from guildhall.ids import UserId


async def block(tx: Transaction, person: UserId, most: int) -> None:
    """Block somebody as the viewer; follows between the two end. Twice is once.

    Raises ToYourself, TooManyBlocks, PersonNotFound.
    """
    if person == tx.viewer.id:
        raise ToYourself
    await queries.lock_blocks.one(tx, tx.viewer.id)
    if await queries.other_blocks.one(tx, tx.viewer.id, person) >= most:
        raise TooManyBlocks(most=most)
    try:
        await queries.add_block.run(tx, tx.viewer.id, person, tx.now)
    except asyncpg.ForeignKeyViolationError as error:
        raise PersonNotFound from error


async def unblock(tx: Transaction, person: UserId) -> None:
    """Block somebody no longer. Twice is once. Raises PersonNotFound."""
    if not await queries.remove_block.run(tx, tx.viewer.id, person) and not await queries.is_account.one(tx, person):
        raise PersonNotFound


async def blocked_between(tx: Transaction, one: UserId, other: UserId) -> bool:
    """Return whether either of two people blocks the other.

    In a request's transaction one of them is its viewer; the database refuses the question about two others.
    """
    return one != other and (await queries.blocks_between.one(tx, one, other)).any


async def require_unblocked(tx: Transaction, person: UserId) -> None:
    """Raise Blocked if a person blocks the viewer, BlockedByYou if the viewer blocks them."""
    found = await queries.blocks_between.one(tx, tx.viewer.id, person)
    if found.by_other:
        raise Blocked
    if found.by_one:
        raise BlockedByYou
