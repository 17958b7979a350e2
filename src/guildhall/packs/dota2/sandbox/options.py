"""Options of a sandbox."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

MAX_PLAYERS = 10_000


@dataclass(frozen=True)
class SandboxOptions:
    """Settings of one sandbox; equal seed, players and epoch give byte-identical answers.

    `epoch` is an aware UTC time: history lies before it, live matches after it, and the world's clock starts
    there. Without it the epoch is the start of the current UTC hour and the world's clock is the real one.
    `minute_limit` and `day_limit` are calls; None switches a limit and its header off. `recordings` is a
    folder of real recorded answers, served where it exists.
    """

    seed: int = 20
    players: int = 50
    epoch: datetime | None = None
    minute_limit: int | None = 60
    day_limit: int | None = 3000
    recordings: Path | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.players <= MAX_PLAYERS:
            raise ValueError(f"players must be between 0 and {MAX_PLAYERS}, not {self.players}")
        if self.epoch is not None and self.epoch.utcoffset() is None:
            raise ValueError("epoch must be an aware datetime")
