"""The populations of servers, always counted from the sessions."""

from collections.abc import Sequence

from guildhall.db.pool import Transaction
from guildhall.packs.realm.follow.queries.population import lock_servers, misjudged_populations, recount_populations
from guildhall.packs.realm.ids import ServerId


async def refresh_population(tx: Transaction, server_ids: Sequence[ServerId] | None = None) -> int:
    """Set `current_population` of servers, or of all, to the number of their sessions; return how many were different.

    Only wrong ones are written, in the order of their ids. Their rows are locked, so that no log-in makes the count
    pass the capacity.
    """
    wrong = await misjudged_populations.many(tx, None if server_ids is None else list(server_ids))
    if not wrong:
        return 0
    await lock_servers.many(tx, wrong)
    return await recount_populations.run(tx, wrong)
