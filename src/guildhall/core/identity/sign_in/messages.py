"""Events of linked identities."""

from typing import ClassVar, Literal

from guildhall.core.jobs.messages import Message
from guildhall.ids import UserId


class IdentityUnlinked(Message, frozen=True):
    """A person at a provider is no longer this user: unlinked by the user, or now in other hands.

    Handlers revoke the provider's tokens of the user. The person may be linked again by then, to this user or another:
    check this before.
    """

    name: ClassVar[str] = "identity.identity_unlinked"

    user_id: UserId
    provider: str
    subject: str
    reason: Literal["unlinked", "owner_changed"] = "unlinked"
