"""Declarations of achievements: `Achievement("poe2.first_build", title="First build", rule=public_builds, …)`."""

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct

from guildhall.core.achievements.schemas import Measured, Tier
from guildhall.core.jobs.bindings import Schedule
from guildhall.core.jobs.messages import Message
from guildhall.db.statements import Query
from guildhall.errors import Miswired
from guildhall.ids import UserId

_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}\.[a-z][a-z0-9_]{0,39}")
_OWN = ("user_id", "user_ids")
_LONGEST_TITLE, _LONGEST_DESCRIPTION, _LONGEST_ICON, _MOST_POINTS = 100, 500, 60, 10_000


class After(Struct, frozen=True):
    """A message after which people are looked at: `After(ReviewWritten, author_of_review)`.

    `people` is a statement that returns ids of people; its parameters are fields of the message. Without it they are
    the message's own `user_id` or `user_ids`.
    """

    message: type[Message]
    people: "Query[..., UserId] | None" = None

    def __post_init__(self) -> None:
        """Raises ValueError for a message that does not say whom it is about."""
        fields = self.message.__struct_fields__
        if self.people is None:
            if not set(_OWN) & set(fields):
                raise ValueError(f"After({self.message.__name__}): it has no user_id, so it needs a statement")
        elif missing := [name for name in self.people.names if name not in fields]:
            raise ValueError(f"After({self.message.__name__}): its statement asks for {missing[0]}, which it has not")


class Achievement(Struct, frozen=True, kw_only=True):
    """An achievement: its texts, its goal, and the rule by which it is found.

    The name begins with the pack's. `rule` is a statement whose one parameter is `users`, a list of ids of people, and
    that returns a row of `Measured` for each of them of whom there is anything to count.
    """

    name: str
    title: str
    description: str
    rule: "Query[[list[UserId]], Measured]"
    goal: int = 1
    """The value of the rule at which it is reached."""
    after: tuple[After, ...] = ()
    """Messages after which the people concerned are looked at, a moment after the sender's transaction commits."""
    every: Schedule | None = None
    """Times at which all people are looked at, for what no message tells of."""
    version: int = 1
    """A higher one has all people looked at again by the new rule."""
    keeps: bool = True
    """Grants of an earlier version stay; without this, those who do not meet the new rule lose theirs."""
    icon: str = ""
    """The name of a picture, for clients."""
    tier: Tier = "bronze"
    points: int = 10
    hidden: bool = False
    """Shown without what would tell what it is, to people who do not have it."""

    def __post_init__(self) -> None:
        """Raises ValueError for a declaration that cannot work."""
        if _NAME.fullmatch(self.name) is None:
            raise ValueError(f"Achievement({self.name!r}): a name is 'pack.achievement', of small letters, digits, _")
        for what, good in (
            ("its rule is a statement of one parameter, users", tuple(self.rule.names) == ("users",)),
            ("its rule returns Measured", self.rule.row is Measured),
            ("it has a title of at most 100 characters", 1 <= len(self.title) <= _LONGEST_TITLE),
            ("it has a description of at most 500", 1 <= len(self.description) <= _LONGEST_DESCRIPTION),
            ("its icon is a name of at most 60", len(self.icon) <= _LONGEST_ICON),
            ("its points are 0 to 10,000", 0 <= self.points <= _MOST_POINTS),
            ("its goal is at least 1", self.goal >= 1),
            ("its version is at least 1", self.version >= 1),
            ("something has people looked at: after or every", bool(self.after) or self.every is not None),
            ("its schedule has no condition", self.every is None or self.every.due is None),
        ):
            if not good:
                raise ValueError(f"Achievement({self.name!r}): {what}")

    @property
    def digest(self) -> str:
        """Return a hash of what the catalogue keeps of it."""
        kept = (
            self.title, self.description, self.icon, self.tier, self.points, self.goal, self.hidden, self.keeps,
            self.version, None if self.every is None else self.every.expression,
        )  # fmt: skip
        return sha256(msgspec.json.encode(kept)).hexdigest()[:32]


class Achievements:
    """The achievements that the active packs declare."""

    def __init__(self, declared: Iterable[Achievement]) -> None:
        """Raises Miswired for one that is declared twice, or names a message twice."""
        self.all: tuple[Achievement, ...] = tuple(sorted(declared, key=lambda one: one.name))
        self.by_name: Mapping[str, Achievement] = {one.name: one for one in self.all}
        if len(self.by_name) < len(self.all):
            raise Miswired(f"Of the achievements {', '.join(self.names)} one is declared twice.")
        after: dict[type[Message], list[tuple[Achievement, After]]] = {}
        for one in self.all:
            seen = set[type[Message]]()
            for look in one.after:
                if look.message in seen:
                    raise Miswired(f"The achievement {one.name} names {look.message.__name__} twice in after.")
                seen.add(look.message)
                after.setdefault(look.message, []).append((one, look))
        self.after: Mapping[type[Message], list[tuple[Achievement, After]]] = after

    @property
    def names(self) -> list[str]:
        """Return their names in order."""
        return [one.name for one in self.all]

    def named(self, name: str) -> Achievement | None:
        """Return an achievement that is declared, or None."""
        return self.by_name.get(name)


def people_of(message: Message) -> list[UserId]:
    """Return the people whom a message names itself."""
    found: Any = getattr(message, "user_ids", None)
    if found is None:
        found = [getattr(message, "user_id", None)]
    return [one for one in found if one is not None]
