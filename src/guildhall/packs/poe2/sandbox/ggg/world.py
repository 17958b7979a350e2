"""The people of a stand-in and their characters, which level while the world's clock runs."""

import random
from uuid import UUID

from msgspec import Struct

from guildhall.packs.poe2.sandbox.ggg.growth import ASCENDS_AT, hours_played, level_of, progress
from guildhall.packs.poe2.sandbox.ggg.items import Shape
from guildhall.packs.poe2.sandbox.ggg.options import DAY, GggOptions
from guildhall.packs.poe2.sandbox.names import CLASSES
from guildhall.sandbox.clock import WorldClock

LEAGUE = "Runes of Aldur"
LEAGUES = ("Standard", "Hardcore", LEAGUE, f"HC {LEAGUE}")
PRIVATE = "Guild Race (PL48213)"
_NAMES = ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
_CALLED = ("Grimveil", "Ashenmoor", "Thornwake", "Duskmarrow", "Emberhollow", "Frostlament", "Gravetide", "Hexbriar")


class Character(Struct):
    """A character. `number` is its place among all, which decides everything that is made up about it."""

    number: int
    id: str
    name: str
    class_name: str
    ascendancy: str
    league: str
    born: float
    hours_a_day: float
    realm: str = "poe2"
    deleted: bool = False
    expired: bool = False
    further: float = 0.0
    """Hours of play beyond those that the clock gave."""
    touched: int = 0
    """Counts what was changed by hand: equipment of another number is other equipment."""

    def progress(self, now: float) -> float:
        """Levels beyond the first."""
        return progress(hours_played(self.born, now, self.hours_a_day) + self.further)

    def level(self, now: float) -> int:
        """The level."""
        return level_of(self.progress(now))

    def ascended(self, now: float) -> str | None:
        """The ascendancy, when the level has one."""
        return self.ascendancy if self.level(now) >= ASCENDS_AT else None

    def called(self, now: float) -> str:
        """The class as the API writes it: every third writes its ascendancy by the internal id."""
        ascended = self.ascended(now)
        if ascended is None:
            return self.class_name
        if self.number % 3 == 2 and ascended not in ("Pathfinder",):
            return f"{self.class_name}{CLASSES[self.class_name].index(ascended) + 1}"
        return ascended


class Account(Struct):
    """A person at the game. Tokens of an older generation are revoked."""

    sub: str
    name: str
    characters: list[Character]
    generation: int = 0


class World:
    """All people. `shape` is that of modifiers in answers; `approve` consents to every sign-in as that person."""

    def __init__(self, options: GggOptions, clock: WorldClock) -> None:
        self.options = options
        self.clock = clock
        self.shape: Shape = "mixed"
        self.approve: str | None = None
        self.accounts: dict[str, Account] = {}
        now = clock.now()
        # A world of the real time begins anew every four weeks only, so that a restart takes nothing off anybody.
        self._begin = now if options.epoch is not None else now - now % (4 * 7 * DAY)
        dice = random.Random(options.seed)  # noqa: S311 (the same for everybody, no secret)
        for number in range(options.accounts):
            account = self._account(dice, number)
            self.accounts[account.sub] = account

    def named(self, text: str) -> Account | None:
        """The person of a name, with its discriminator or without."""
        return next((one for one in self.accounts.values() if text in (one.name, one.name.partition("#")[0])), None)

    def character(self, text: str) -> tuple[Account, Character]:
        """A character by its id or its name. Raises LookupError."""
        for account in self.accounts.values():
            for one in account.characters:
                if text in (one.id, one.name):
                    return account, one
        raise LookupError(f"no character {text}")

    def _account(self, dice: random.Random, number: int) -> Account:
        word = _NAMES[number] if number < len(_NAMES) else f"Number{number + 1}"
        sub = str(UUID(int=0xF0000000000040008000000000000001 + number))
        return Account(sub, f"Exile_{word}#{1001 + number}", [self._character(dice, number, at) for at in range(5)])

    def _character(self, dice: random.Random, number: int, at: int) -> Character:
        classes = list(CLASSES)
        class_name = classes[(number * 3 + at) % len(classes)]
        league = (LEAGUE, LEAGUE, "Standard", PRIVATE, f"HC {LEAGUE}")[at]
        weeks = self.options.weeks * (1.0, 0.5, 0.9, 0.25, 0.1)[at]
        called = _CALLED[(number + at) % len(_CALLED)]
        return Character(
            number=number * 5 + at,
            id=f"{dice.getrandbits(256):064x}",
            name=called if number == 0 else f"{called}_{number + 1}",
            class_name=class_name,
            ascendancy=dice.choice(CLASSES[class_name]),
            league=league,
            born=self._begin - weeks * 7 * DAY,
            hours_a_day=(2.0, 1.5, 0.4, 1.0, 2.5)[at],
        )
