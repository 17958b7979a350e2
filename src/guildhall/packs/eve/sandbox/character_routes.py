"""The routes of one character."""

from typing import TypeVar

import msgspec
from msgspec import Struct

from guildhall.packs.eve.sandbox import colonies, jobs, mails, notifications, orders, places, scopes, skills, wallets
from guildhall.packs.eve.sandbox.answers import Page, Refused
from guildhall.packs.eve.sandbox.clock import DAY, iso
from guildhall.packs.eve.sandbox.mails import Label, Mail
from guildhall.packs.eve.sandbox.pilots import Pilot
from guildhall.packs.eve.sandbox.routes import (
    CHAR_DETAIL,
    CHAR_INDUSTRY,
    CHAR_LOCATION,
    CHAR_NOTIFICATION,
    CHAR_SOCIAL,
    CHAR_WALLET,
    Ask,
    Route,
)

T = TypeVar("T")
_ONE = "/characters/{character_id}"
_HISTORY_ROWS = 1000
_JOURNAL_ROWS = 2500
_TRUE = frozenset({"true", "1", "True"})


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


def _found(ask: Ask) -> Pilot:
    pilot = ask.world.pilots.get(ask.number("character_id"))
    if pilot is None:
        raise Refused(404, "Character not found")
    if pilot.deleted:
        raise Refused(404, "Character has been deleted!")
    return pilot


def _character(ask: Ask) -> Page:
    pilot = _found(ask)
    return Page(
        {
            "achievement_score": 120 + pilot.index,
            "birthday": iso(1_400_000_000 + pilot.index * DAY),
            "bloodline_id": 4,
            "corporation_id": pilot.corporation_id,
            "description": "",
            "gender": "female" if pilot.index % 2 == 0 else "male",
            "name": pilot.name,
            "race_id": 2,
            "security_status": round(0.5 + pilot.index % 40 / 10, 2),
        }
    )


def _affiliation(ask: Ask) -> Page:
    rows = []
    for one in ask.numbers():
        pilot = ask.world.pilots.get(one)
        if pilot is None:
            raise Refused(400, "Invalid character ID")
        rows.append({"character_id": one, "corporation_id": pilot.corporation_id})
    return Page(rows)


def _portrait(ask: Ask) -> Page:
    pilot = _found(ask)
    address = f"https://images.evetech.net/characters/{pilot.id}/portrait?tenant=tranquility&size="
    return Page({f"px{size}x{size}": f"{address}{size}" for size in (64, 128, 256, 512)})


def _skills(ask: Ask) -> Page:
    own = ask.things.skills
    return Page(skills.skills_answer(own), changed=own.changed)


def _queue(ask: Ask) -> Page:
    own = ask.things.skills
    return Page(skills.queue_answer(own), changed=own.changed)


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


def _layout(ask: Ask) -> Page:
    planet = ask.number("planet_id")
    for colony in ask.things.colonies:
        if colony.planet.id == planet:
            return Page(colonies.layout_answer(colony))
    raise Refused(404, "Colony not found")


def _jobs(ask: Ask) -> Page:
    completed = ask.request.query.get("include_completed") in _TRUE
    return Page(jobs.jobs_answer(ask.things.jobs, ask.who, ask.now, completed))


def _wallet(ask: Ask) -> Page:
    return Page(wallets.balance_answer(ask.things.wallet, ask.things.orders, ask.who, ask.now))


def _journal(ask: Ask) -> Page:
    return Page(wallets.journal_answer(ask.things.wallet, ask.things.orders, ask.who, ask.now))


def _transactions(ask: Ask) -> Page:
    own = ask.things.orders
    return Page(wallets.transactions_answer(own, ask.who.index, ask.now, ask.query_number("from_id")))


def _decoded(ask: Ask, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(ask.body, type=kind)
    except msgspec.DecodeError as error:
        raise Refused(400, f"Invalid request body: {error}") from None


CHARACTER_ROUTES = (
    Route("GET", _ONE, _character, None, 86_400, since="2026-06-09"),
    Route("POST", "/characters/affiliation", _affiliation),
    Route("GET", f"{_ONE}/portrait", _portrait, None, "daily", CHAR_DETAIL),
    Route(
        "GET",
        f"{_ONE}/skills",
        _skills,
        scopes.SKILLS,
        60,
        CHAR_DETAIL,
        event=True,
    ),
    Route(
        "GET",
        f"{_ONE}/skillqueue",
        _queue,
        scopes.SKILLQUEUE,
        60,
        CHAR_DETAIL,
        event=True,
    ),
    Route(
        "GET",
        f"{_ONE}/attributes",
        lambda ask: Page(skills.attributes_answer(ask.things.skills, ask.world.clock.epoch)),
        scopes.SKILLS,
        120,
        CHAR_DETAIL,
    ),
    Route("GET", f"{_ONE}/implants", lambda ask: Page(ask.things.skills.implants), scopes.IMPLANTS, 120, CHAR_DETAIL),
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
    Route(
        "GET", f"{_ONE}/orders", lambda ask: Page(orders.open_answer(ask.things.orders, ask.now)), scopes.ORDERS, 1200
    ),
    Route(
        "GET",
        f"{_ONE}/orders/history",
        lambda ask: Page(orders.history_answer(ask.things.orders, ask.now)),
        scopes.ORDERS,
        3600,
        rows=_HISTORY_ROWS,
    ),
    Route("GET", f"{_ONE}/industry/jobs", _jobs, scopes.JOBS, 300, CHAR_INDUSTRY),
    Route(
        "GET",
        f"{_ONE}/planets",
        lambda ask: Page(colonies.planets_answer(ask.things.colonies, ask.who.id)),
        scopes.PLANETS,
        600,
        CHAR_INDUSTRY,
    ),
    Route("GET", f"{_ONE}/planets/{{planet_id}}", _layout, scopes.PLANETS, 600, CHAR_INDUSTRY),
    Route("GET", f"{_ONE}/wallet", _wallet, scopes.WALLET, 120, CHAR_WALLET),
    Route("GET", f"{_ONE}/wallet/journal", _journal, scopes.WALLET, 3600, CHAR_WALLET, rows=_JOURNAL_ROWS),
    Route("GET", f"{_ONE}/wallet/transactions", _transactions, scopes.WALLET, 3600, CHAR_WALLET),
    Route(
        "GET",
        f"{_ONE}/location",
        lambda ask: Page(places.location_answer(ask.things.place)),
        scopes.LOCATION,
        5,
        CHAR_LOCATION,
    ),
    Route(
        "GET",
        f"{_ONE}/online",
        lambda ask: Page(places.online_answer(ask.things.place)),
        scopes.ONLINE,
        60,
        CHAR_LOCATION,
    ),
    Route("GET", f"{_ONE}/ship", lambda ask: Page(places.ship_answer(ask.things.place)), scopes.SHIP, 5, CHAR_LOCATION),
    Route(
        "GET",
        f"{_ONE}/notifications",
        lambda ask: Page(notifications.notifications_answer(ask.things.notifications, ask.now)),
        scopes.NOTIFICATIONS,
        600,
        CHAR_NOTIFICATION,
    ),
)
