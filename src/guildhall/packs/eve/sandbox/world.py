"""The sandbox's New Eden; a pilot's belongings are made at their first use."""

from functools import cached_property

from guildhall.packs.eve.sandbox.clock import WorldClock
from guildhall.packs.eve.sandbox.colonies import Colony, make_colonies
from guildhall.packs.eve.sandbox.jobs import Job, make_jobs
from guildhall.packs.eve.sandbox.mails import Mailbox, make_mailbox
from guildhall.packs.eve.sandbox.notifications import Notification, make_notifications, recorded_notifications
from guildhall.packs.eve.sandbox.options import SandboxOptions
from guildhall.packs.eve.sandbox.orders import Order, make_orders
from guildhall.packs.eve.sandbox.pilots import Pilot, make_pilots
from guildhall.packs.eve.sandbox.places import Place, make_place
from guildhall.packs.eve.sandbox.skills import Skills, make_skills
from guildhall.packs.eve.sandbox.wallets import Wallet, make_wallet
from guildhall.sandbox.clock import HOUR
from guildhall.sandbox.dice import Dice


class Belongings:
    """All that one pilot has, each part made when first asked for."""

    def __init__(self, world: "World", pilot: Pilot) -> None:
        self._world = world
        self._pilot = pilot
        self._dice = world.dice
        self._epoch = world.clock.epoch

    @cached_property
    def skills(self) -> Skills:
        """Skills and training."""
        return make_skills(self._dice, self._pilot.index, self._epoch)

    @cached_property
    def mailbox(self) -> Mailbox:
        """Mail."""
        return make_mailbox(self._dice, self._pilot, self._epoch)

    @cached_property
    def orders(self) -> list[Order]:
        """Market orders, open and closed."""
        return make_orders(self._dice, self._pilot.index, self._epoch)

    @cached_property
    def jobs(self) -> list[Job]:
        """Industry jobs, running and done."""
        return make_jobs(self._dice, self._pilot.index, self._epoch)

    @cached_property
    def colonies(self) -> list[Colony]:
        """Planetary colonies."""
        return make_colonies(self._dice, self._pilot.index, self._epoch)

    @cached_property
    def wallet(self) -> Wallet:
        """The wallet."""
        return make_wallet(self._dice, self._pilot, self._epoch)

    @cached_property
    def place(self) -> Place:
        """The pilot's place."""
        return make_place(self._dice, self._pilot.index, min(self.skills.last_login, self._epoch - HOUR))

    @cached_property
    def notifications(self) -> list[Notification]:
        """Notifications; the first pilot has the recorded ones too."""
        options = self._world.options
        told = make_notifications(self._dice, self._pilot, self._epoch, options.unknown_types)
        if self._pilot.index == 0:
            told.extend(recorded_notifications(options.recordings))
        return told


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
            found = self._belongings[pilot.id] = Belongings(self, pilot)
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
