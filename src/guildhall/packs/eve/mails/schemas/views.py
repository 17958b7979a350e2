"""Mails as their owner reads them."""

from datetime import datetime
from typing import Any

from msgspec import Struct


class MailRow(Struct, frozen=True):
    """A mail's header. `recipients` are ESI's: recipient_id and recipient_type."""

    mail_id: int
    from_id: int | None
    from_name: str | None
    subject: str
    sent_at: datetime
    is_read: bool
    labels: list[int]
    recipients: Any


class Mails(Struct, frozen=True):
    """A page of mails, newest first. `unread` counts all of the character's."""

    items: list[MailRow]
    unread: int
    as_of: datetime | None
    age: int | None
    next: str | None = None


class MailBodyRow(Struct, frozen=True):
    """A mail with its body as the game sent it."""

    mail_id: int
    from_id: int | None
    from_name: str | None
    subject: str
    sent_at: datetime
    is_read: bool
    labels: list[int]
    recipients: Any
    body: str | None


class Mail(Struct, frozen=True):
    """A mail. `html` has br, a, b, i, u, strong and em alone, whatever the sender wrote; `text` has the words.

    Both are null until the body has been fetched.
    """

    mail_id: int
    from_id: int | None
    from_name: str | None
    subject: str
    sent_at: datetime
    is_read: bool
    labels: list[int]
    recipients: Any
    html: str | None
    text: str | None
    as_of: datetime | None
    age: int | None


class MailLabel(Struct, frozen=True):
    """A label of the mailbox."""

    label_id: int
    name: str
    color: str | None
    unread_count: int


class MailingList(Struct, frozen=True):
    """A mailing list that the character is on."""

    mailing_list_id: int
    name: str


class MailLabels(Struct, frozen=True):
    """The labels and mailing lists of a mailbox."""

    items: list[MailLabel]
    mailing_lists: list[MailingList]
    unread: int
    as_of: datetime | None
    age: int | None
