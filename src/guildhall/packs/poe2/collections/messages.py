"""Facts about collections, sent in the transaction of the change."""

from guildhall.core.jobs.messages import Message
from guildhall.ids import UserId


class CollectionShared(Message, frozen=True):
    """A person has a public collection that they made, filled, or made public."""

    user_id: UserId
