"""The routes of one character's mail."""

from typing import TypeVar

import msgspec
from msgspec import Struct

from guildhall.packs.eve.sandbox import mails, scopes
from guildhall.packs.eve.sandbox.answers import Page, Refused
from guildhall.packs.eve.sandbox.mails import Label, Mail
from guildhall.packs.eve.sandbox.routes import CHAR_SOCIAL, Ask, Route

T = TypeVar("T")
_ONE = "/characters/{character_id}"


class _MailChange(Struct):
    read: bool | None = None
    labels: list[int] | None = None


class _Recipient(Struct):
    recipient_id: int
    recipient_type: str


class _NewMail(Struct):
    body: str
    recipients: list[_Recipient]
    subject: str
    approved_cost: int = 0


class _NewLabel(Struct):
    name: str
    color: str = "#ffffff"


def _mail_list(ask: Ask) -> Page:
    labels = frozenset(_numbers(ask.request.query.getall("labels", [])))
    return Page(mails.list_answer(ask.things.mailbox, ask.now, ask.query_number("last_mail_id"), labels))


def _numbers(texts: list[str]) -> list[int]:
    parts = [part for text in texts for part in text.split(",") if part]
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise Refused(400, "Invalid value for parameter labels")
    return [int(part) for part in parts]


def _mail(ask: Ask) -> Mail:
    mail = ask.things.mailbox.find(ask.number("mail_id"), ask.now)
    if mail is None:
        raise Refused(404, "Mail not found")
    return mail


def _change_mail(ask: Ask) -> Page:
    mail, change = _mail(ask), _decoded(ask, _MailChange)
    if change.read is not None:
        mail.read = change.read
    if change.labels is not None:
        if unknown := set(change.labels) - set(ask.things.mailbox.labels):
            raise Refused(400, f"Invalid label {min(unknown)}")
        mail.labels = change.labels
    return Page(None, status=204)


def _delete_mail(ask: Ask) -> Page:
    del ask.things.mailbox.mails[_mail(ask).id]
    return Page(None, status=204)


def _send_mail(ask: Ask) -> Page:
    new = _decoded(ask, _NewMail)
    if not 1 <= len(new.recipients) <= 50 or len(new.subject) > 1000 or len(new.body) > 10_000:
        raise Refused(400, "Invalid mail")
    recipients = [(one.recipient_id, one.recipient_type) for one in new.recipients]
    sent = Mail(0, ask.who.id, new.subject, ask.now, [mails.SENT], True, recipients, new.body)
    made = ask.things.mailbox.add(sent)
    for one, _ in recipients:
        pilot = ask.world.pilots.get(one)
        if pilot is not None and pilot is not ask.who:
            ask.world.of(pilot).mailbox.mails[made.id] = _received(made)
    return Page(made.id, status=201)


def _received(mail: Mail) -> Mail:
    return Mail(mail.id, mail.sender, mail.subject, mail.at, [mails.INBOX], False, list(mail.recipients), mail.body)


def _new_label(ask: Ask) -> Page:
    new, labels = _decoded(ask, _NewLabel), ask.things.mailbox.labels
    if not 1 <= len(new.name) <= 40:
        raise Refused(400, "Invalid label name")
    number = max(16, *labels) * 2
    labels[number] = Label(number, new.name, new.color)
    return Page(number, status=201)


def _delete_label(ask: Ask) -> Page:
    labels, number = ask.things.mailbox.labels, ask.number("label_id")
    if number not in labels:
        raise Refused(404, "Label not found")
    if number <= mails.ALLIANCE:
        raise Refused(422, "Default labels cannot be deleted")
    del labels[number]
    for mail in ask.things.mailbox.mails.values():
        mail.labels = [label for label in mail.labels if label != number]
    return Page(None, status=204)


def _decoded(ask: Ask, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(ask.body, type=kind)
    except msgspec.DecodeError as error:
        raise Refused(400, f"Invalid request body: {error}") from None


MAIL_ROUTES = (
    Route("GET", f"{_ONE}/mail", _mail_list, scopes.MAIL, 30, CHAR_SOCIAL),
    Route("POST", f"{_ONE}/mail", _send_mail, scopes.SEND_MAIL, None, CHAR_SOCIAL),
    Route(
        "GET",
        f"{_ONE}/mail/labels",
        lambda ask: Page(mails.labels_answer(ask.things.mailbox, ask.now)),
        scopes.MAIL,
        30,
        CHAR_SOCIAL,
    ),
    Route("POST", f"{_ONE}/mail/labels", _new_label, scopes.ORGANIZE_MAIL, None, CHAR_SOCIAL),
    Route("DELETE", f"{_ONE}/mail/labels/{{label_id}}", _delete_label, scopes.ORGANIZE_MAIL, None, CHAR_SOCIAL),
    Route(
        "GET",
        f"{_ONE}/mail/lists",
        lambda ask: Page(mails.lists_answer(ask.things.mailbox)),
        scopes.MAIL,
        120,
        CHAR_SOCIAL,
    ),
    Route(
        "GET",
        f"{_ONE}/mail/{{mail_id}}",
        lambda ask: Page(mails.body_answer(_mail(ask))),
        scopes.MAIL,
        30,
        CHAR_SOCIAL,
    ),
    Route("PUT", f"{_ONE}/mail/{{mail_id}}", _change_mail, scopes.ORGANIZE_MAIL, None, CHAR_SOCIAL),
    Route("DELETE", f"{_ONE}/mail/{{mail_id}}", _delete_mail, scopes.ORGANIZE_MAIL, None, CHAR_SOCIAL),
)
