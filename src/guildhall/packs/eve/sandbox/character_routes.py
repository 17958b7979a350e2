"""The routes of one character, those of its mail apart."""

from guildhall.packs.eve.sandbox import colonies, jobs, notifications, orders, places, scopes, skills, wallets
from guildhall.packs.eve.sandbox.answers import Page, Refused
from guildhall.packs.eve.sandbox.clock import iso
from guildhall.packs.eve.sandbox.mail_routes import MAIL_ROUTES
from guildhall.packs.eve.sandbox.pilots import Pilot
from guildhall.packs.eve.sandbox.routes import (
    CHAR_DETAIL,
    CHAR_INDUSTRY,
    CHAR_LOCATION,
    CHAR_NOTIFICATION,
    CHAR_WALLET,
    Ask,
    Route,
)
from guildhall.sandbox.clock import DAY

_ONE = "/characters/{character_id}"
_HISTORY_ROWS = 1000
_JOURNAL_ROWS = 2500
_TRUE = frozenset({"true", "1", "True"})


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


CHARACTER_ROUTES = (
    *MAIL_ROUTES,
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
