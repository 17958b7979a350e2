"""The skill queue by the clock: what is finished, what trains, when it ends, and the skills that come of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeVar

from msgspec import Struct

QueueState = Literal["training", "paused", "empty", "unknown"]
ROMAN = ("0", "I", "II", "III", "IV", "V")


class SkillRow(Struct, frozen=True):
    """A skill as ESI says it."""

    skill_id: int
    name: str | None
    trained_skill_level: int
    active_skill_level: int
    skillpoints_in_skill: int


class QueueRow(Struct, frozen=True):
    """An entry of the skill queue as ESI says it."""

    queue_position: int
    skill_id: int
    name: str | None
    finished_level: int
    start_date: datetime | None
    finish_date: datetime | None
    training_start_sp: int | None
    level_start_sp: int | None
    level_end_sp: int | None


class Skill(Struct, frozen=True):
    """A skill. `finished_in_queue` is true where the level comes from the queue: the game itself tells of it only
    after the next login, and `active_skill_level` stays what it says until then.
    """

    skill_id: int
    name: str | None
    trained_skill_level: int
    active_skill_level: int
    skillpoints_in_skill: int
    finished_in_queue: bool


class QueueEntry(Struct, frozen=True):
    """An entry of the queue, at the moment of the answer. Seconds and percent are null while the queue is paused."""

    queue_position: int
    skill_id: int
    name: str | None
    finished_level: int
    state: Literal["finished", "training", "waiting", "paused"]
    start_date: datetime | None
    finish_date: datetime | None
    remaining_seconds: int | None
    percent: float | None
    training_start_sp: int | None
    level_start_sp: int | None
    level_end_sp: int | None


class SkillQueue(Struct, frozen=True):
    """The queue at the moment `now`. `ending` is true when it ends within the configured hours."""

    now: datetime
    state: QueueState
    items: list[QueueEntry]
    entries_left: int
    sp_left: int | None
    ends_at: datetime | None
    remaining_seconds: int | None
    paused: bool
    empty: bool
    ending: bool
    as_of: datetime | None
    age: int | None


class Entry(Protocol):
    """The fields of a queue entry that the rules need."""

    @property
    def queue_position(self) -> int:
        """Place in the queue; need not begin at 0."""

    @property
    def skill_id(self) -> int:
        """The skill's type."""

    @property
    def finished_level(self) -> int:
        """The level that it leads to."""

    @property
    def finish_date(self) -> datetime | None:
        """The time at which it is done; None while the queue is paused."""


E = TypeVar("E", bound=Entry)


def left(entries: Sequence[E], now: datetime) -> list[E]:
    """Return the entries that are not finished. Finished entries stay listed until the pilot's next login."""
    return [entry for entry in entries if entry.finish_date is None or entry.finish_date > now]


def queue_state(entries: Sequence[Entry], now: datetime) -> QueueState:
    """A queue with entries but no dates is paused; one with nothing left to train is empty."""
    rest = left(entries, now)
    if not rest:
        return "empty"
    return "paused" if any(entry.finish_date is None for entry in rest) else "training"


def ends_at(entries: Sequence[Entry]) -> datetime | None:
    """Return when the last entry is done; None for an empty or a paused queue."""
    dates = [entry.finish_date for entry in entries]
    if not dates or any(date is None for date in dates):
        return None
    return max(date for date in dates if date is not None)


def percent(row: QueueRow, now: datetime) -> float | None:
    """Return the trained share of the level, 0 to 100: by skill points if ESI has them, else by time."""
    if row.start_date is None or row.finish_date is None:
        return None
    if now >= row.finish_date:
        return 100.0
    span = (row.finish_date - row.start_date).total_seconds()
    done = min(max((now - row.start_date).total_seconds() / span, 0.0), 1.0) if span > 0 else 0.0
    start, low, high = row.training_start_sp, row.level_start_sp, row.level_end_sp
    if start is not None and low is not None and high is not None and low <= start <= high and low < high:
        done = (start - low + (high - start) * done) / (high - low)
    return round(done * 100, 2)


def sp_left(row: QueueRow, now: datetime) -> int | None:
    """Skill points that the entry still needs; None where ESI tells none."""
    if row.training_start_sp is None or row.level_end_sp is None:
        return None
    needed = max(row.level_end_sp - row.training_start_sp, 0)
    if row.start_date is None or row.finish_date is None:
        return needed
    span = (row.finish_date - row.start_date).total_seconds()
    done = 1.0 if now >= row.finish_date else (now - row.start_date).total_seconds() / span if span > 0 else 0.0
    return round(needed * (1.0 - min(max(done, 0.0), 1.0)))


def _state(row: QueueRow, now: datetime) -> Literal["finished", "training", "waiting", "paused"]:
    if row.finish_date is None:
        return "paused"
    if row.finish_date <= now:
        return "finished"
    return "waiting" if row.start_date is not None and row.start_date > now else "training"


def queue_at(rows: Sequence[QueueRow], now: datetime, ending_within: timedelta, as_of: datetime | None) -> SkillQueue:
    """The queue as it stands at `now`; `rows` in their order. `as_of` None is a queue that nobody has read yet."""
    state: QueueState = queue_state(rows, now) if as_of is not None else "unknown"
    end = ends_at(rows) if state == "training" else None
    rest = left(rows, now)
    points = [sp_left(row, now) for row in rest]
    items = [
        QueueEntry(
            row.queue_position, row.skill_id, row.name, row.finished_level, _state(row, now), row.start_date,
            row.finish_date,
            None if row.finish_date is None else max(0, round((row.finish_date - now).total_seconds())),
            percent(row, now), row.training_start_sp, row.level_start_sp, row.level_end_sp,
        )
        for row in rows
    ]  # fmt: skip
    return SkillQueue(
        now, state, items, len(rest),
        None if None in points else sum(point for point in points if point is not None), end,
        None if end is None else max(0, round((end - now).total_seconds())),
        state == "paused", state == "empty", end is not None and end - now <= ending_within, as_of,
        None if as_of is None else max(0, int((now - as_of).total_seconds())),
    )  # fmt: skip


def merged(skills: Sequence[SkillRow], queue: Sequence[QueueRow], now: datetime) -> list[Skill]:
    """The skills with what the queue has finished laid over them: /skills is stale until the next login.

    The trained level becomes the highest finished one. The active level is left alone: an alpha clone may train
    what it cannot use.
    """
    done: dict[int, QueueRow] = {}
    for row in queue:
        if row.finish_date is not None and row.finish_date <= now:
            known = done.get(row.skill_id)
            if known is None or row.finished_level > known.finished_level:
                done[row.skill_id] = row
    items: list[Skill] = []
    for skill in skills:
        row_ = done.pop(skill.skill_id, None)
        higher = row_ is not None and row_.finished_level > skill.trained_skill_level
        items.append(
            Skill(
                skill.skill_id, skill.name,
                row_.finished_level if row_ is not None and higher else skill.trained_skill_level,
                skill.active_skill_level,
                max(skill.skillpoints_in_skill, row_.level_end_sp or 0) if row_ is not None and higher
                else skill.skillpoints_in_skill,
                higher,
            )
        )  # fmt: skip
    items += [
        Skill(row.skill_id, row.name, row.finished_level, 0, row.level_end_sp or 0, True) for row in done.values()
    ]
    return sorted(items, key=lambda item: item.skill_id)


def level(number: int) -> str:
    """A skill's level as the game writes it."""
    return ROMAN[number] if 0 <= number < len(ROMAN) else str(number)
