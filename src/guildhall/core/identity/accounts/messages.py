"""Events of accounts."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message
from guildhall.ids import UserId


class AccountDeleted(Message, frozen=True):
    """An account was deleted with all its rows; handlers delete the person's data elsewhere."""

    name: ClassVar[str] = "identity.account_deleted"

    user_id: UserId


class AccountSuspended(Message, frozen=True):
    """An account was suspended; handlers pass on the person's duties."""

    name: ClassVar[str] = "identity.account_suspended"

    user_id: UserId


class AccountRenamed(Message, frozen=True):
    """A person is called something else; handlers change copies of the name."""

    name: ClassVar[str] = "identity.account_renamed"

    user_id: UserId
