"""Events that the control plane can cause for a pilot."""

from collections.abc import Callable
from typing import Any, Literal

import msgspec
from msgspec import Struct

from guildhall.packs.eve.sandbox import mails
from guildhall.packs.eve.sandbox.catalogue import SKILL_BY_ID, TRADED
from guildhall.packs.eve.sandbox.jobs import Job
from guildhall.packs.eve.sandbox.mails import Mail
from guildhall.packs.eve.sandbox.notifications import Notification
from guildhall.packs.eve.sandbox.options import MAX_PILOTS
from guildhall.packs.eve.sandbox.orders import Order
from guildhall.packs.eve.sandbox.pilots import Pilot
from guildhall.packs.eve.sandbox.world import World


class Login(Struct, forbid_unknown_fields=True):
    """The pilot logs in and, unless `online`, out again: finished skills are learnt."""

    online: bool = False


class QueueChange(Struct, forbid_unknown_fields=True):
    """Training is paused, resumed or emptied; `skill_id` with `level` is put at the end, for `seconds` if given."""

    action: Literal["pause", "resume", "clear", "add"]
    skill_id: int = 3300
    level: int = 5
    seconds: float | None = None


class NewMail(Struct, forbid_unknown_fields=True):
    """Mail that comes in now."""

    subject: str = "A new mail"
    body: str = '<font size="12" color="#bfffffff">Hello there.</font>'
    sender: int = 3012345
    labels: tuple[int, ...] = (mails.INBOX,)
    read: bool = False


class NewNotification(Struct, forbid_unknown_fields=True):
    """A notification that comes in now; `type` may be any text."""

    type: str
    text: str | None = None
    sender: int = 1000125
    sender_type: str = "corporation"


class NewOrder(Struct, forbid_unknown_fields=True):
    """An order issued now that fills in so many seconds, or never."""

    type_id: int = 34
    price: float = 5.0
    volume: int = 1000
    days: int = 90
    buying: bool = False
    location_id: int = 60003760
    fills_in: float | None = None


class OrderChange(Struct, forbid_unknown_fields=True):
    """An open order is filled, cancelled or expired now; a part of it (0..1) traded before."""

    action: Literal["fill", "cancel", "expire"]
    part: float = 0.0


class NewJob(Struct, forbid_unknown_fields=True):
    """A job started now that ends in so many seconds."""

    seconds: float
    blueprint_type_id: int = 691
    product_type_id: int = 587
    activity_id: int = 1
    runs: int = 1


class JobChange(Struct, forbid_unknown_fields=True):
    """A job is delivered, cancelled, paused or resumed now."""

    action: Literal["deliver", "cancel", "pause", "resume"]


class Restart(Struct, forbid_unknown_fields=True):
    """A colony's extractors start anew for so many seconds."""

    seconds: float = 3 * 86_400


def login(world: World, pilot: Pilot, change: Login) -> dict[str, Any]:
    """Log in."""
    world.login(pilot, change.online)
    return {"online": change.online}


def change_queue(world: World, pilot: Pilot, change: QueueChange) -> dict[str, Any]:
    """Change the training queue; LookupError for an unknown skill."""
    skills, now = world.of(pilot).skills, world.clock.now()
    if change.action == "pause":
        skills.pause(now)
    elif change.action == "resume":
        skills.resume(now)
    elif change.action == "clear":
        skills.login(now)
        skills.queue = []
    else:
        skill = SKILL_BY_ID.get(change.skill_id)
        if skill is None:
            raise LookupError(f"no skill {change.skill_id}")
        if not 1 <= change.level <= 5:
            raise ValueError("level must be between 1 and 5")
        skills.enqueue(skill, change.level, now, change.seconds)
    return {"entries": len(skills.queue)}


def add_mail(world: World, pilot: Pilot, new: NewMail) -> dict[str, Any]:
    """Deliver a mail."""
    mail = Mail(
        0, new.sender, new.subject, world.clock.now(), list(new.labels), new.read, [(pilot.id, "character")], new.body
    )
    return {"mail_id": world.of(pilot).mailbox.add(mail).id}


def add_notification(world: World, pilot: Pilot, new: NewNotification) -> dict[str, Any]:
    """Deliver a notification."""
    kept = world.of(pilot).notifications
    number = max(one.id for one in kept) + MAX_PILOTS
    kept.append(Notification(number, new.type, new.sender, new.sender_type, world.clock.now(), new.text))
    return {"notification_id": number}


def add_order(world: World, pilot: Pilot, new: NewOrder) -> dict[str, Any]:
    """Issue an order; LookupError for a type that is not traded."""
    thing = next((thing for thing in TRADED if thing.id == new.type_id), None)
    if thing is None:
        raise LookupError(f"no traded type {new.type_id}")
    if new.volume < 1 or new.price <= 0:
        raise ValueError("volume and price must be positive")
    kept, now = world.of(pilot).orders, world.clock.now()
    number = max((order.id for order in kept), default=6_700_000_000 + pilot.index * 1000) + 1
    filled_at = None if new.fills_in is None else now + new.fills_in
    kept.append(
        Order(number, thing, new.location_id, new.price, new.volume, new.days, new.buying, now, filled_at, steps=2)
    )
    return {"order_id": number}


def change_order(world: World, pilot: Pilot, number: int, change: OrderChange) -> dict[str, Any]:
    """End an open order; LookupError for one that is not open."""
    now = world.clock.now()
    for order in world.of(pilot).orders:
        if order.id == number and order.ends > now:
            break
    else:
        raise LookupError(f"no open order {number}")
    if change.action == "fill":
        order.filled_at, order.steps = now, 1
        return {"state": "expired", "volume_remain": 0}
    traded = order.total - order.remaining(now)
    order.filled_at, order.stuck = None, max(traded, int(order.total * change.part))
    if change.action == "cancel":
        order.cancelled_at = now
    else:
        order.issued = now - order.days * 86_400
    return {"state": "cancelled" if change.action == "cancel" else "expired", "volume_remain": order.remaining(now)}


def add_job(world: World, pilot: Pilot, new: NewJob) -> dict[str, Any]:
    """Start a job."""
    kept, now = world.of(pilot).jobs, world.clock.now()
    number = max((job.id for job in kept), default=560_000_000 + pilot.index * 100) + 1
    end = now + new.seconds
    kept.append(Job(number, new.blueprint_type_id, new.product_type_id, new.activity_id, new.runs, now, end, 1500.0))
    return {"job_id": number}


def change_job(world: World, pilot: Pilot, number: int, change: JobChange) -> dict[str, Any]:
    """Change a job; LookupError for an unknown one."""
    now = world.clock.now()
    job = next((job for job in world.of(pilot).jobs if job.id == number), None)
    if job is None:
        raise LookupError(f"no job {number}")
    match change.action:
        case "deliver":
            job.finish("delivered", now)
        case "cancel":
            job.finish("cancelled", now)
        case "pause":
            job.pause(now)
        case "resume":
            job.resume(now)
    return {"status": job.status}


def restart_colony(world: World, pilot: Pilot, planet: int, change: Restart) -> dict[str, Any]:
    """Restart the extractors of a colony. Raises LookupError if there is none."""
    colony = next((colony for colony in world.of(pilot).colonies if colony.planet.id == planet), None)
    if colony is None:
        raise LookupError(f"no colony on {planet}")
    colony.restart(world.clock.now(), change.seconds)
    return {"extractors": len(colony.extractors)}


Happening = Callable[[World, Pilot, bytes], dict[str, Any]]
Change = Callable[[World, Pilot, int, bytes], dict[str, Any]]

HAPPENINGS: dict[str, Happening] = {
    "login": lambda world, pilot, body: login(world, pilot, msgspec.json.decode(body, type=Login)),
    "queue": lambda world, pilot, body: change_queue(world, pilot, msgspec.json.decode(body, type=QueueChange)),
    "mail": lambda world, pilot, body: add_mail(world, pilot, msgspec.json.decode(body, type=NewMail)),
    "notifications": lambda world, pilot, body: add_notification(
        world, pilot, msgspec.json.decode(body, type=NewNotification)
    ),
    "orders": lambda world, pilot, body: add_order(world, pilot, msgspec.json.decode(body, type=NewOrder)),
    "jobs": lambda world, pilot, body: add_job(world, pilot, msgspec.json.decode(body, type=NewJob)),
}
CHANGES: dict[str, Change] = {
    "orders": lambda world, pilot, number, body: change_order(
        world, pilot, number, msgspec.json.decode(body, type=OrderChange)
    ),
    "jobs": lambda world, pilot, number, body: change_job(
        world, pilot, number, msgspec.json.decode(body, type=JobChange)
    ),
    "planets": lambda world, pilot, number, body: restart_colony(
        world, pilot, number, msgspec.json.decode(body, type=Restart)
    ),
}
