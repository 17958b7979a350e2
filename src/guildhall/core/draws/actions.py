"""Drawing: a seed is recorded in the transaction of what follows from it."""

from typing import Any

from guildhall.core.draws import queries
from guildhall.core.draws.ids import DrawId
from guildhall.core.draws.luck import ALGORITHM, Luck
from guildhall.core.draws.seeds import Seeds
from guildhall.db.pool import Transaction
from guildhall.ids import UserId, uuid7


async def draw(
    tx: Transaction, seeds: Seeds, purpose: str, user_id: UserId | None, facts: dict[str, Any] | None = None
) -> tuple[DrawId, Luck]:
    """Record a new seed, and return the draw with its luck. What follows from it is stored with the draw's id.

    `purpose` says what is drawn (`wine.birth`), `facts` what else the outcome follows from, such as the odds: together
    with the seed they are enough to compute it again.
    """
    id, seed = DrawId(uuid7()), seeds.new()
    await queries.add_draw.run(tx, id, user_id, purpose, ALGORITHM, seed, facts, tx.now)
    return id, Luck(seed)


async def drawn(tx: Transaction, id: DrawId) -> Luck | None:
    """Return the luck of an earlier draw, to compute its outcome again; None if the viewer may see no such draw."""
    found = await queries.draw.one_or_none(tx, id)
    return None if found is None else Luck(bytes.fromhex(found.seed), found.algorithm)
