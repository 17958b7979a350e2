"""The loot of a boss, drawn from a seed. The same seed and participants always give the same loot."""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Literal

from msgspec import Struct

from guildhall.ids import UserId

Difficulty = Literal["normal", "hard", "mythic"]
Quality = Literal["common", "uncommon", "rare", "epic", "legendary"]

_ITEMS: dict[Difficulty, int] = {"normal": 2, "hard": 3, "mythic": 4}
"""Items that everybody's boss leaves; one more for each ten people."""
_QUALITIES: dict[Difficulty, tuple[tuple[int, Quality], ...]] = {
    "normal": ((300, "common"), (700, "uncommon"), (950, "rare"), (999, "epic"), (1000, "legendary")),
    "hard": ((400, "uncommon"), (800, "rare"), (990, "epic"), (1000, "legendary")),
    "mythic": ((500, "rare"), (960, "epic"), (1000, "legendary")),
}
"""The qualities of a difficulty, each with the number below which draws modulo 1000 give it."""
_KINDS = (
    "Helm", "Mantle", "Breastplate", "Gauntlets", "Girdle", "Greaves", "Boots", "Cloak", "Ring", "Amulet", "Blade",
    "Bow", "Staff", "Shield", "Trinket",
)  # fmt: skip
_LONGEST = 100


class Loot(Struct, frozen=True):
    """An item and its winner; None in a raid without participants. Numbers begin with 1."""

    number: int
    item: str
    quality: Quality
    winner: UserId | None


def _draws(seed: int) -> Iterator[int]:
    """Numbers of 64 bits without an end: BLAKE2b of the seed and a counter, both as eight bytes, big-endian."""
    counter = 0
    while True:
        digest = blake2b(seed.to_bytes(8, "big") + counter.to_bytes(8, "big"), digest_size=8).digest()
        yield int.from_bytes(digest, "big")
        counter += 1


def draw_loot(seed: int, boss: str, difficulty: Difficulty, people: Sequence[UserId]) -> list[Loot]:
    """Draw the loot of a boss for the participants of its raid.

    Each item takes three draws of the seed: its quality (modulo 1000), its kind (modulo 15), its winner (modulo the
    participants who have not won yet, in the order of their ids; when all have won, all may win again).
    """
    draws = _draws(seed)
    everybody = sorted(set(people))
    left = list(everybody)
    loot = []
    for number in range(1, _ITEMS[difficulty] + len(everybody) // 10 + 1):
        quality_draw, kind_draw, winner_draw = next(draws) % 1000, next(draws) % len(_KINDS), next(draws)
        quality = next(name for below, name in _QUALITIES[difficulty] if quality_draw < below)
        winner = left.pop(winner_draw % len(left)) if left else None
        if not left:
            left = list(everybody)
        kind = _KINDS[kind_draw]
        owner = boss[: _LONGEST - len(kind) - 4].rstrip()
        loot.append(Loot(number, f"{kind} of {owner}", quality, winner))
    return loot
