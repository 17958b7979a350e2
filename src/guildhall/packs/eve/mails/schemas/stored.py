"""Mail, as ESI gives it and as it is stored."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from guildhall.instants import Instant
from guildhall.packs.eve.upstream.schemas import Id, Int


class Recipient(Struct, frozen=True):
    """The recipient of a mail: alliance, character, corporation or mailing_list."""

    recipient_id: Id
    recipient_type: str


class GivenMail(Struct, frozen=True, rename={"sender": "from"}):
    """A line of /mail; ESI promises none of its fields."""

    mail_id: Id | None = None
    sender: Id | None = None
    subject: str | None = None
    timestamp: Instant | None = None
    is_read: bool | None = None
    labels: list[Id] | None = None
    recipients: list[Recipient] | None = None


class GivenBody(Struct, frozen=True):
    """The part of /mail/{mail_id} that the list does not have."""

    body: str | None = None


class Mail(Struct, frozen=True):
    """A mail's header. `recipients` are objects of recipient_id and recipient_type."""

    mail_id: int
    from_id: int | None
    subject: str
    sent_at: datetime
    is_read: bool
    labels: list[int]
    recipients: Any


class Mailbox(Struct, frozen=True):
    """The state of a mailbox: unread mails as the game counts them, and the position of a walk through its list.

    `differs` is true if our own count is another one. The list is still to be read below `walk_below` down to
    `walk_to`; of the mails found there only those above `news_above` are new.
    """

    unread: int
    as_of: datetime
    differs: bool
    walk_below: int | None
    walk_to: int | None
    news_above: int | None


class MailLabel(Struct, frozen=True):
    """A label of a mailbox; 1 is the inbox, 2 what was sent."""

    label_id: int
    name: str
    color: str | None
    unread_count: int


class GivenLabel(Struct, frozen=True):
    """A label as ESI gives it."""

    label_id: Id | None = None
    name: str | None = None
    color: str | None = None
    unread_count: Int | None = None


class GivenLabels(Struct, frozen=True):
    """/mail/labels."""

    labels: list[GivenLabel]
    total_unread_count: Int | None = None


class MailingList(Struct, frozen=True):
    """A mailing list that a character reads."""

    mailing_list_id: Id
    name: str
