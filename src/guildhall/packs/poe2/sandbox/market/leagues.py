"""The leagues of the stand-in: each lasts some weeks, then another begins, and two never end."""

from dataclasses import dataclass
from datetime import UTC, datetime

from guildhall.sandbox.clock import DAY

_FIRST = int(datetime(2024, 12, 6, tzinfo=UTC).timestamp())
_EVERY, _LASTS = 63 * DAY, 60 * DAY
"""A new league every nine weeks, after a pause of three days."""
_NAMES = (
    "Call of the Vaults", "Drowned Cities", "Lanterns of Ogham", "Salt and Ash", "The Hollow Crown", "Iron Harvest",
    "Tides of the Marrow", "A Winter of Wolves", "Songs of Vastiri", "The Ninth Bell", "Embers of Keth",
)  # fmt: skip
_SHOWN = 3
"""Ended leagues that are still listed."""


@dataclass(frozen=True, slots=True)
class League:
    """A league: its number for the dice, its times in unix seconds, and how many people play it."""

    number: int
    name: str
    short_name: str
    begins: int
    ends: int | None
    people: float

    def is_current(self, now: float) -> bool:
        """Return whether it is one of those that everybody plays."""
        return self.ends is not None and self.begins <= now < self.ends


def leagues_at(now: float) -> list[League]:
    """Return the leagues that are listed at a time."""
    turn = int((now - _FIRST) // _EVERY)
    found = [
        League(0, "Standard", "standard", _FIRST, None, 0.3),
        League(1, "Hardcore", "hardcore", _FIRST, None, 0.05),
    ]
    for at in range(max(0, turn - _SHOWN), turn + 1):
        name = _NAMES[at % len(_NAMES)]
        again = at // len(_NAMES)
        name = f"{name} {again + 1}" if again else name
        begins = _FIRST + at * _EVERY
        short = name.split(" ")[-1].lower() if not again else f"season{at}"
        found += [
            League(2 * at + 2, name, short, begins, begins + _LASTS, 1.0),
            League(2 * at + 3, f"HC {name}", f"{short}hc", begins, begins + _LASTS, 0.12),
        ]
    return found
