"""The progress of a raid: its pulls, its boss's health, its end."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

Status = Literal["preparing", "in_progress", "wipe", "victory"]
Outcome = Literal["wipe", "victory"]
PullStatus = Literal["in_progress", "wipe", "victory"]
Refusal = Literal["not_running", "running", "over", "health_rises"]
"""The reasons to refuse a step: no pull runs, one runs already, the raid is won, the boss would get healthier."""

_PAST = timedelta(days=366)
_AHEAD = timedelta(minutes=1)


class Pull(Struct, frozen=True):
    """An attempt. `best_health` is the lowest percentage that the boss came to."""

    number: int
    status: PullStatus
    started_at: datetime
    ended_at: datetime | None
    best_health: int

    @property
    def seconds(self) -> int | None:
        """Whole seconds from its start to its end."""
        return None if self.ended_at is None else whole_seconds(self.started_at, self.ended_at)


class Progress(Struct, frozen=True):
    """The progress of a raid. `pulls` is how many it has had; `pull` is the one that runs."""

    status: Status = "preparing"
    health: int = 100
    phase: str | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    kill_seconds: int | None = None
    pulls: int = 0
    pull: Pull | None = None

    @property
    def seconds(self) -> int | None:
        """Whole seconds from the first pull's start to the last one's end, when it has ended."""
        if self.start_time is None or self.end_time is None:
            return None
        return whole_seconds(self.start_time, self.end_time)

    @property
    def victory(self) -> bool | None:
        """True if the raid was won, False if it was lost, None while it is open."""
        return {"victory": True, "wipe": False}.get(self.status)


class Step(Struct, frozen=True):
    """The result of a step of a raid. `pull` is the pull that it changed, in its new state."""

    progress: Progress
    pull: Pull


def whole_seconds(start: datetime, end: datetime) -> int:
    """Seconds between two instants, rounded down, never negative."""
    return max(0, int((end - start).total_seconds()))


def begin_pull(raid: Progress, at: datetime) -> Step | Refusal:
    """A new pull: the boss is whole again. Possible before the first one and after a wipe."""
    if raid.status == "victory":
        return "over"
    if raid.status == "in_progress":
        return "running"
    pull = Pull(raid.pulls + 1, "in_progress", at, None, 100)
    return Step(
        replace(
            raid, status="in_progress", health=100, phase=None, start_time=raid.start_time or at, end_time=None,
            pulls=pull.number, pull=pull,
        ),
        pull,
    )  # fmt: skip


def hurt_boss(raid: Progress, health: int, phase: str | None = None) -> Step | Refusal:
    """The boss's health, in percent, falls or stays while a pull runs. Only a new pull makes it whole.

    A phase of None leaves the phase as it is.
    """
    pull = raid.pull
    if pull is None:
        return "over" if raid.status == "victory" else "not_running"
    if health > raid.health:
        return "health_rises"
    hurt = replace(pull, best_health=min(pull.best_health, health))
    return Step(replace(raid, health=health, phase=phase or raid.phase, pull=hurt), hurt)


def end_pull(raid: Progress, outcome: Outcome, at: datetime) -> Step | Refusal:
    """The pull is lost or won, and so is the raid: a lost one may begin again, a won one is over."""
    pull = raid.pull
    if pull is None:
        return "over" if raid.status == "victory" else "not_running"
    health = 0 if outcome == "victory" else raid.health
    ended = replace(pull, status=outcome, ended_at=max(at, pull.started_at), best_health=min(pull.best_health, health))
    return Step(
        replace(
            raid, status=outcome, health=health, end_time=ended.ended_at, pull=None,
            kill_seconds=ended.seconds if outcome == "victory" else None,
        ),
        ended,
    )  # fmt: skip


class Tick(Struct, frozen=True):
    """The state of a raid at an instant as the game reports it; None for what did not change."""

    at: datetime
    status: PullStatus | None = None
    health: int | None = None
    phase: str | None = None


def take_tick(raid: Progress, tick: Tick) -> tuple[Progress, list[Pull]] | Refusal:
    """The raid after a tick, and the pulls that it touched, in their last states. All of the tick counts, or nothing.

    `in_progress` begins a pull unless one runs. The health is taken before an end is.
    """
    touched: dict[int, Pull] = {}
    if tick.status == "in_progress" and raid.status in ("preparing", "wipe"):
        step = begin_pull(raid, tick.at)
        if not isinstance(step, Step):
            return step
        raid, touched[step.pull.number] = step.progress, step.pull
    if raid.pull is None:
        return "over" if raid.status == "victory" else "not_running"
    if tick.health is not None or tick.phase is not None:
        step = hurt_boss(raid, raid.health if tick.health is None else tick.health, tick.phase)
        if not isinstance(step, Step):
            return step
        raid, touched[step.pull.number] = step.progress, step.pull
    if tick.status == "wipe" or tick.status == "victory":
        step = end_pull(raid, tick.status, tick.at)
        if not isinstance(step, Step):
            return step
        raid, touched[step.pull.number] = step.progress, step.pull
    return raid, [touched[number] for number in sorted(touched)]


def may_have_happened(at: datetime, now: datetime) -> bool:
    """Return whether `at` can be in the past: within the last year, or a minute ahead by a clock that is not ours."""
    return now - _PAST <= at <= now + _AHEAD


def may_be_planned(at: datetime, now: datetime) -> bool:
    """Return whether a raid can be planned for `at`: within a year before and ten years after."""
    return now - _PAST <= at <= now + 10 * _PAST


def first_id_at(at: datetime) -> UUID:
    """The smallest id that can have been made at an instant: a raid's id is a UUIDv7."""
    return UUID(int=max(0, int(at.timestamp() * 1000)) << 80)
