"""Publishing events of a topic, in the transaction in which they happen."""

import msgspec

from guildhall.core.realtime.queries import add_live_event
from guildhall.db.pool import Transaction
from guildhall.ids import UserId


async def publish(tx: Transaction, topic: str, kind: str, body: object, *, by: UserId | None = None) -> None:
    """Tell everybody who follows `topic` when the transaction commits, in the order of commits.

    `body` becomes the event's JSON `data`. `by` is the user whose words or doing it is: the event goes with the
    account.
    """
    await add_live_event.run(tx, topic, kind, msgspec.to_builtins(body), by, False, None)


async def revoke_access(tx: Transaction, topic: str, subject: UserId | None = None) -> None:
    """Revoke, in this transaction, a permission to read or write `topic`; or report that one may have been revoked.

    Open subscriptions of the topic, or `subject`'s alone, are checked again before they get anything that happens after
    the commit, and permissions to write that were cached before it are not used any more. A topic that ends with '*'
    means all topics with that beginning: `revoke_access(tx, "*", user_id)` is everything of one user. To give a
    permission needs no call.
    """
    await add_live_event.run(tx, topic, "access", {}, None, True, subject)
