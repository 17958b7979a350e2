"""The content of a build in the columns that hold it, and back."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from guildhall.packs.poe2.builds.errors import NameTooLong
from guildhall.packs.poe2.builds.rules.facts import Facts, facts_of
from guildhall.packs.poe2.codes.rules.build import Build, digest

PARTS: Mapping[str, tuple[str, ...]] = {
    "passive_tree": ("trees", "active_tree"),
    "equipment": ("items", "item_sets", "active_item_set"),
    "skills": ("skill_sets", "active_skill_set", "main_group"),
    "rest": ("configs", "active_config", "notes", "kept", "sections"),
}
"""The fields of a build by the column that holds them; `stats` is a column of its own, and so are class and level."""

FROM_CODE = "PathOfBuilding2"
"""The calculator of a code, as far as the code says it: no version stands in it."""

_encode = msgspec.json.Encoder().encode


class Content(Struct, frozen=True):
    """The content of a version: its build in the canonical form, the bytes of its code, its hash and its facts.

    `calculator` is who computed the stats; null where nobody said it.
    """

    build: Build
    code: bytes
    hash: bytes
    facts: Facts
    calculator: str | None

    @property
    def size(self) -> int:
        """Return the bytes that a version of it has, as it is stored before the database compresses it."""
        return len(self.code) + sum(map(len, self.columns()))

    def columns(self) -> tuple[bytes, bytes, bytes, bytes, bytes]:
        """Return the JSON of passive_tree, equipment, skills, stats and rest; `inf` is a text in the claims."""
        build = self.build
        tree, equipment, skills, rest = (
            _encode({field: getattr(build, field) for field in fields}) for fields in PARTS.values()
        )
        return tree, equipment, skills, _encode(build.stats), rest


def content_of(build: Build, code: bytes, calculator: str | None) -> Content:
    """Return the content that a build makes. Raises NameTooLong for a class or an ascendancy that is no name."""
    for what, name in (("class", build.class_name), ("ascendancy", build.ascendancy or "")):
        if len(name) > _LONGEST:
            raise NameTooLong(what=what, most=_LONGEST)
    return Content(build, code, digest(build), facts_of(build), calculator)


_LONGEST = 50


class StoredContent(Struct, frozen=True):
    """The columns of a version that hold its content."""

    class_name: str
    ascendancy: str | None
    level: int
    passive_tree: Any
    equipment: Any
    skills: Any
    stats: Any
    rest: Any

    def build(self) -> Build:
        """Return the build in its canonical form."""
        fields = {
            **self.passive_tree, **self.equipment, **self.skills, **self.rest, "stats": self.stats,
            "class_name": self.class_name, "ascendancy": self.ascendancy, "level": self.level,
        }  # fmt: skip
        return msgspec.convert(fields, Build)
