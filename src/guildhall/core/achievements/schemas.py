"""Achievements, as they are stored, measured and shown."""

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from guildhall.core.achievements.ids import RunId
from guildhall.ids import UserId
from guildhall.text import TEXT

Tier = Literal["bronze", "silver", "gold", "platinum"]
RunKind = Literal["backfill", "recheck", "sweep"]
"""Old deeds of a new achievement, a rule that has changed, or a schedule."""
By = Literal["look", "sweep", "backfill", "recheck"]
"""The ways by which an achievement is found: a look after a message, or a walk over all people."""
Outcome = Literal["done", "stopped", "retired", "replaced"]
Name = Annotated[str, Meta(examples=["poe2.first_build"])]
Reason = Annotated[str, Meta(min_length=1, max_length=500, pattern=TEXT, examples=["The likes were bought."])]


class Measured(Struct, frozen=True):
    """A person's value: the columns of an achievement's rule.

    `value` is a whole number of 0 and more; the achievement is reached where it is the goal or more. `evidence` is what
    a grant keeps of it, as JSON of at most 4 kilobytes, or null: ids, never texts that people wrote.
    """

    user_id: UserId
    value: int
    evidence: Any


class Standing(Struct, frozen=True):
    """The state of a person and an achievement. The columns of queries.people.unsettled and queries.people.hold.

    `value` is null for somebody of whom nothing is kept yet, `version` for whom it was not granted.
    """

    user_id: UserId
    value: int | None
    version: int | None


class Known(Struct, frozen=True):
    """An achievement of the catalogue. The columns of queries.catalogue.known."""

    name: str
    version: int
    digest: str


class CatalogueRow(Struct, frozen=True):
    """An achievement with its numbers. The columns of queries.catalogue.page.

    `held` says whether the person who asks has it.
    """

    name: str
    pack: str
    title: str
    description: str
    icon: str
    tier: Tier
    points: int
    goal: int
    hidden: bool
    holders: int
    people: int
    held: bool


class OwnRow(Struct, frozen=True):
    """An achievement with what is kept of the person. The columns of queries.people.own_page."""

    name: str
    pack: str
    title: str
    description: str
    icon: str
    tier: Tier
    points: int
    goal: int
    hidden: bool
    value: int
    granted_at: datetime | None
    version: int | None
    evidence: Any
    revoked_at: datetime | None
    reason: str | None


class HeldRow(Struct, frozen=True):
    """An achievement that a person has. The columns of queries.people.held_page.

    `known` says whether the person who asks has it too.
    """

    name: str
    pack: str
    title: str
    description: str
    icon: str
    tier: Tier
    points: int
    goal: int
    hidden: bool
    granted_at: datetime
    known: bool


class Totals(Struct, frozen=True):
    """The number of achievements that a person has, and their points together."""

    achieved: int
    points: int


class Owner(Struct, frozen=True):
    """The person of a public list. The columns of queries.people.owner."""

    user_id: UserId
    hides_achievements: bool


class Held(Struct, frozen=True):
    """A locked grant. The columns of queries.people.grant_to_change."""

    title: str
    version: int | None
    revoked_at: datetime | None


class RevocationRow(Struct, frozen=True):
    """A grant, and why it was taken, if it was. The columns of queries.people.revocation."""

    title: str
    revoked_at: datetime | None
    reason: str | None


class OldDeeds(Struct, frozen=True):
    """Titles that somebody is to be told of. The columns of queries.people.untold."""

    user_id: UserId
    granted: list[str]
    taken: list[str]


class Run(Struct, frozen=True):
    """A walk that is under way, locked. The columns of queries.runs.run_to_continue."""

    id: RunId
    achievement: str
    kind: RunKind
    after_id: UserId | None
    began_at: datetime


class RunLine(Struct, frozen=True):
    """A walk over all people, with how far it is. The columns of queries.runs.run_lines."""

    id: RunId
    achievement: str
    kind: RunKind
    people: int
    looked: int
    granted: int
    taken: int
    began_at: datetime
    moved_at: datetime
    ended_at: datetime | None
    outcome: Outcome | None


class Listed(Struct, frozen=True):
    """An achievement as operators see it. The columns of queries.catalogue.lines."""

    name: str
    title: str
    tier: Tier
    points: int
    goal: int
    hidden: bool
    version: int
    holders: int
    people: int
    open_run: RunKind | None
    looked: int
    declared_at: datetime


class Revocation(Struct, frozen=True):
    """The reason for which an achievement is taken from somebody, who is told."""

    reason: Reason
