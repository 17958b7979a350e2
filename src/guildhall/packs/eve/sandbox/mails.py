"""A pilot's mail: inbox and sent mail, labels, mailing lists."""

from dataclasses import dataclass, field
from typing import Any

from guildhall.packs.eve.sandbox import kinds
from guildhall.packs.eve.sandbox.catalogue import AGENTS
from guildhall.packs.eve.sandbox.clock import iso
from guildhall.packs.eve.sandbox.options import MAX_PILOTS
from guildhall.packs.eve.sandbox.pilots import Pilot
from guildhall.sandbox.clock import DAY, HOUR, MINUTE
from guildhall.sandbox.dice import Dice

PAGE = 50
INBOX, SENT, CORPORATION, ALLIANCE = 1, 2, 4, 8
_FIRST_SECOND = 1_577_836_800
_LATER_HOURS = 72
_SUBJECTS = (
    "Fuel for the week",
    "Re: the blueprint copies",
    "Moon timer tomorrow",
    "Contract for you in Jita",
    "Fleet on Saturday",
    "Colony taxes",
    "Your order in Amamake",
    "Welcome aboard",
)
_BODIES = (
    '<font size="12" color="#bfffffff">Can you bring </font><font size="12" color="#ffd98d00">'
    '<a href="showinfo:4051">Nitrogen Fuel Block</a></font><font size="12" color="#bfffffff"> on Friday?'
    "<br><br>Thanks</font>",
    '<font size="13" color="#ff7fffff">Meet at <a href="showinfo:5//30002537">Amamake</a>, 19:00.<br>'
    'Ask <a href="showinfo:1383//3012345">Vilen Kassur</a> for the invite.</font>',
    "Plain words &amp; nothing else: 3 &lt; 4.<br>",
    '<font size="12" color="#bfffffff">Killmail: <a href="killReport:93722531:f2a1">look</a></font><br>'
    '<loc><a href="fitting:587:484;1::">Rifter</a></loc>',
    "",
)


@dataclass
class Mail:
    """One mail as its reader has it; `bare` ones lack what the specification leaves out at will."""

    id: int
    sender: int
    subject: str
    at: float
    labels: list[int]
    read: bool
    recipients: list[tuple[int, str]]
    body: str
    bare: bool = False


@dataclass
class Label:
    """A label; 1 to 8 are the game's own."""

    id: int
    name: str
    color: str


@dataclass
class Mailbox:
    """All mail of a pilot, those of the future too."""

    index: int
    mails: dict[int, Mail]
    labels: dict[int, Label]
    lists: dict[int, str] = field(default_factory=dict)

    def arrived(self, now: float) -> list[Mail]:
        """Return the mails that have arrived, newest first."""
        return sorted((mail for mail in self.mails.values() if mail.at <= now), key=lambda mail: -mail.id)

    def find(self, mail_id: int, now: float) -> Mail | None:
        """A mail that is there now."""
        mail = self.mails.get(mail_id)
        return mail if mail is not None and mail.at <= now else None

    def add(self, mail: Mail) -> Mail:
        """Keep a mail under an id of its time."""
        mail.id = (int(mail.at) - _FIRST_SECOND) * MAX_PILOTS + self.index
        while mail.id in self.mails:
            mail.id += MAX_PILOTS
        self.mails[mail.id] = mail
        return mail


def make_mailbox(dice: Dice, pilot: Pilot, epoch: int) -> Mailbox:
    """The first pilot has 130 mails, others fewer; one comes about every hour of three days after the epoch."""
    box = Mailbox(
        pilot.index,
        {},
        {
            label.id: label
            for label in (
                Label(INBOX, "Inbox", "#ffffff"),
                Label(SENT, "Sent", "#ffffff"),
                Label(CORPORATION, "[Corp]", "#ffffff"),
                Label(ALLIANCE, "[Alliance]", "#ffffff"),
                Label(16, "Trade", "#0099ff"),
            )
        },
        {145_156_367 + pilot.index % 5: "Amamake Traders"},
    )
    count = 130 if pilot.index == 0 else 12 + dice.roll(kinds.MAIL, pilot.index)[0] % 50
    for place in range(-_LATER_HOURS, count):
        draw = dice.roll(kinds.MAIL, pilot.index, place + _LATER_HOURS + 1)
        if place < 0:
            at = epoch - (place + 1) * HOUR + 5 * MINUTE + draw[0] % (45 * MINUTE)
        else:
            at = epoch - 10 * MINUTE - place * DAY // 3 - draw[0] % (7 * HOUR)
        box.add(_mail(draw, pilot, at, old=place > 8))
    return box


def _mail(draw: tuple[int, ...], pilot: Pilot, at: int, old: bool) -> Mail:
    sent = draw[1] % 6 == 0
    other = tuple(AGENTS)[draw[2] % len(AGENTS)]
    if draw[3] % 4 == 0:
        to, label = (pilot.corporation_id, "corporation"), CORPORATION
    else:
        to, label = (pilot.id, "character"), INBOX
    if sent:
        to, label = (other, "character"), SENT
    return Mail(
        id=0,
        sender=pilot.id if sent else other,
        subject=_SUBJECTS[draw[4] % len(_SUBJECTS)],
        at=float(at),
        labels=[label, 16] if draw[5] % 9 == 0 else [label],
        read=sent or old,
        recipients=[to],
        body=_BODIES[draw[6] % len(_BODIES)],
        bare=draw[7] % 13 == 0,
    )


def list_answer(box: Mailbox, now: float, last_mail_id: int | None, labels: frozenset[int]) -> list[dict[str, Any]]:
    """GET /mail: 50 headers, those older than `last_mail_id` where it is given."""
    rows = []
    for mail in box.arrived(now):
        if last_mail_id is not None and mail.id >= last_mail_id:
            continue
        if labels and not labels.intersection(mail.labels):
            continue
        rows.append(_header(mail))
        if len(rows) == PAGE:
            break
    return rows


def _header(mail: Mail) -> dict[str, Any]:
    row: dict[str, Any] = {
        "from": mail.sender,
        "mail_id": mail.id,
        "subject": mail.subject,
        "timestamp": iso(mail.at),
    }
    if mail.read:
        row["is_read"] = True
    if not mail.bare:
        row["labels"] = mail.labels
        row["recipients"] = _recipients(mail)
    return row


def body_answer(mail: Mail) -> dict[str, Any]:
    """GET /mail/{mail_id}."""
    row: dict[str, Any] = {
        "body": mail.body,
        "from": mail.sender,
        "labels": mail.labels,
        "subject": mail.subject,
        "timestamp": iso(mail.at),
    }
    if mail.read:
        row["read"] = True
    if not mail.bare:
        row["recipients"] = _recipients(mail)
    return row


def labels_answer(box: Mailbox, now: float) -> dict[str, Any]:
    """GET /mail/labels; labels without unread mail have no count."""
    unread: dict[int, int] = {}
    total = 0
    for mail in box.arrived(now):
        if not mail.read:
            total += 1
            for label in mail.labels:
                unread[label] = unread.get(label, 0) + 1
    rows = []
    for own in box.labels.values():
        row: dict[str, Any] = {"color": own.color, "label_id": own.id, "name": own.name}
        if own.id in unread:
            row["unread_count"] = unread[own.id]
        rows.append(row)
    return {"labels": rows, "total_unread_count": total}


def lists_answer(box: Mailbox) -> list[dict[str, Any]]:
    """GET /mail/lists."""
    return [{"mailing_list_id": list_id, "name": name} for list_id, name in box.lists.items()]


def _recipients(mail: Mail) -> list[dict[str, Any]]:
    return [{"recipient_id": one, "recipient_type": kind} for one, kind in mail.recipients]
