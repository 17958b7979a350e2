"""Everything that the sandbox's New Eden holds; a pilot's things are made when first asked for."""

from dataclasses import dataclass

from guildhall.packs.eve.sandbox.clock import HOUR, WorldClock
from guildhall.packs.eve.sandbox.colonies import Colony, make_colonies
from guildhall.packs.eve.sandbox.dice import Dice
from guildhall.packs.eve.sandbox.jobs import Job, make_jobs
from guildhall.packs.eve.sandbox.mails import Mailbox, make_mailbox
from guildhall.packs.eve.sandbox.notifications import Notification, make_notifications, recorded_notifications
from guildhall.packs.eve.sandbox.options import SandboxOptions
from guildhall.packs.eve.sandbox.orders import Order, make_orders
from guildhall.packs.eve.sandbox.pilots import Pilot, make_pilots
from guildhall.packs.eve.sandbox.places import Place, make_place
from guildhall.packs.eve.sandbox.skills import Skills, make_skills
from guildhall.packs.eve.sandbox.wallets import Wallet, make_wallet


@dataclass
class Belongings:
    """All that one pilot has."""

    skills: Skills
    mailbox: Mailbox
    orders: list[Order]
    jobs: list[Job]
    colonies: list[Colony]
    wallet: Wallet
    place: Place
    notifications: list[Notification]


class World:
    """The pilots by id and what they have."""

    def __init__(self, options: SandboxOptions, clock: WorldClock) -> None:
        self.options = options
        self.clock = clock
        self.pilots = {pilot.id: pilot for pilot in make_pilots(options)}
        self.dice = Dice(options.seed)
        self.vip = False
        self.route_states: dict[str, str] = {}
        self._belongings: dict[int, Belongings] = {}

    def of(self, pilot: Pilot) -> Belongings:
        """A pilot's things."""
        found = self._belongings.get(pilot.id)
        if found is None:
            found = self._belongings[pilot.id] = self._make(pilot)
        return found

    def login(self, pilot: Pilot, online: bool = False) -> None:
        """The pilot logs in: finished skills are learnt; and out again unless `online`."""
        now, things = self.clock.now(), self.of(pilot)
        things.skills.login(now)
        things.place.online = online
        things.place.last_login = now
        things.place.logins += 1
        if not online:
            things.place.last_logout = now

    def _make(self, pilot: Pilot) -> Belongings:
        epoch, dice = self.clock.epoch, self.dice
        skills = make_skills(dice, pilot.index, epoch)
        told = make_notifications(dice, pilot, epoch, self.options.unknown_types)
        if pilot.index == 0:
            told.extend(recorded_notifications(self.options.recordings))
        return Belongings(
            skills=skills,
            mailbox=make_mailbox(dice, pilot, epoch),
            orders=make_orders(dice, pilot.index, epoch),
            jobs=make_jobs(dice, pilot.index, epoch),
            colonies=make_colonies(dice, pilot.index, epoch),
            wallet=make_wallet(dice, pilot, epoch),
            place=make_place(dice, pilot.index, min(skills.last_login, epoch - HOUR)),
            notifications=told,
        )
