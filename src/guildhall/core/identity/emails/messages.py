"""Jobs that send mail."""

from typing import ClassVar, Literal
from uuid import UUID

from guildhall.core.jobs.messages import Message
from guildhall.ids import UserId

MailKind = Literal[
    "account_exists",
    "address_in_use",
    "email_changing",
    "password_changed",
    "password_reset",
    "second_factor_off",
    "payment_failed",
]


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
    user_id: UserId
    kind: MailKind
