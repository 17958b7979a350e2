"""The sandbox's pilots and their accounts."""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha1

from guildhall.packs.eve.sandbox import kinds
from guildhall.packs.eve.sandbox.catalogue import CORPORATIONS, PLAYER_CORPORATIONS
from guildhall.packs.eve.sandbox.names import FAMILY, GIVEN
from guildhall.packs.eve.sandbox.options import SandboxOptions
from guildhall.sandbox.dice import Dice

_FIRST_ID = 2_112_000_000
_STEP = 211
_KNOWN = ("Mirelle Aduyer", "Tovan Halkor", "Ysolde Karn")


@dataclass
class Pilot:
    """A pilot; `index` is the place in the list, `account` the person behind it, `owners` how often it was sold.

    `generation` rises with every revocation: tokens of former generations no longer work. `dead_access` is the
    number of access tokens' generation that ESI no longer takes.
    """

    index: int
    id: int
    name: str
    corporation_id: int
    account: int
    owners: int = 0
    generation: int = 0
    access_generation: int = 0
    deleted: bool = False

    @property
    def owner(self) -> str:
        """The owner hash: 28 characters, another one for every account that ever had the character."""
        digest = sha1(f"{self.id}:{self.account}:{self.owners}".encode(), usedforsecurity=False).digest()
        return b64encode(digest).decode()

    @property
    def corporation(self) -> str:
        """The name of the corporation."""
        return CORPORATIONS[self.corporation_id]


def make_pilot(options: SandboxOptions, index: int) -> Pilot:
    """One pilot of a sandbox; the first two belong to one account, the third to another."""
    draw = Dice(options.seed).roll(kinds.PILOT, index)
    account = index // 2
    return Pilot(
        index,
        _FIRST_ID + index * _STEP + draw[0] % _STEP,
        _name(index),
        PLAYER_CORPORATIONS[account % len(PLAYER_CORPORATIONS)],
        account,
    )


def make_pilots(options: SandboxOptions) -> list[Pilot]:
    """All pilots of a sandbox, in their order."""
    return [make_pilot(options, index) for index in range(options.pilots)]


def pilot_ids(options: SandboxOptions) -> list[int]:
    """The character ids of a sandbox; the first two belong to one person, the third to another."""
    return [pilot.id for pilot in make_pilots(options)]


def _name(index: int) -> str:
    if index < len(_KNOWN):
        return _KNOWN[index]
    number = index - len(_KNOWN)
    again, place = divmod(number, len(GIVEN) * len(FAMILY))
    # Neighbours share neither name, and no pair comes twice in a round.
    name = f"{GIVEN[place % len(GIVEN)]} {FAMILY[(place // len(GIVEN) + place) % len(FAMILY)]}"
    return f"{name} {again + 1}" if again else name
