"""Events and jobs of identity."""

from typing import ClassVar, Literal
from uuid import UUID

from guildhall.core.jobs.messages import Message

MailKind = Literal[
    "account_exists",
    "address_in_use",
    "email_changing",
    "password_changed",
    "password_reset",
    "second_factor_off",
    "payment_failed",
]


class AccountDeleted(Message, frozen=True):
    """An account was deleted with all its rows; handlers delete the person's data elsewhere."""

    name: ClassVar[str] = "identity.account_deleted"

    user_id: UUID


class AccountSuspended(Message, frozen=True):
    """An account was suspended; handlers pass on the person's duties."""

    name: ClassVar[str] = "identity.account_suspended"

    user_id: UUID


class IdentityUnlinked(Message, frozen=True):
    """A person at a provider is no longer this user: unlinked by the user, or now in other hands.

    Handlers revoke the provider's tokens of the user. The person may be linked again by then, to this user or another:
    check this before.
    """

    name: ClassVar[str] = "identity.identity_unlinked"

    user_id: UUID
    provider: str
    subject: str
    reason: Literal["unlinked", "owner_changed"] = "unlinked"


class CleanUpSessions(Message, frozen=True):
    """Forget sessions that have expired, spent refresh tokens, sign-ins nobody ended, and revoked API tokens."""

    name: ClassVar[str] = "identity.clean_up_sessions"
    unique: ClassVar[bool] = True


class SendTokenMail(Message, frozen=True):
    """Send the mail whose single-use link was made under this id.

    The link's token is calculated from the id and a key of the server's, so that the queue holds no secret; the row of
    core.email_tokens has the recipient and the purpose, and without it there is nothing to send any more.
    """

    name: ClassVar[str] = "identity.send_token_mail"
    attempts: ClassVar[int] = 8
    timeout: ClassVar[float] = 60.0

    mail_id: UUID


class SendAccountMail(Message, frozen=True):
    """Tell a user, at the address that the account has, what happened to the account."""

    name: ClassVar[str] = "identity.send_account_mail"
    attempts: ClassVar[int] = 8
    timeout: ClassVar[float] = 60.0

    mail_id: UUID
    user_id: UUID
    kind: MailKind


class TidyAccounts(Message, frozen=True):
    """Forget links, challenges and tries that are over, and sign-ups that nobody confirmed."""

    name: ClassVar[str] = "identity.tidy_accounts"
    unique: ClassVar[bool] = True


class ExpireSubscriptions(Message, frozen=True):
    """End the subscriptions whose time is over and of which Stripe has said nothing."""

    name: ClassVar[str] = "identity.expire_subscriptions"
    unique: ClassVar[bool] = True
