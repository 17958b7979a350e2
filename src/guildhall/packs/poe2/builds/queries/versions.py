"""Versions of builds. They are as visible as their builds, and are added, never changed."""

from datetime import datetime
from typing import Any

from guildhall.db.statements import command, rows
from guildhall.packs.poe2.builds.rules.content import StoredContent
from guildhall.packs.poe2.builds.schemas.builds import VersionLine
from guildhall.packs.poe2.ids import BuildId, BuildVersionId

_LINE = """v.id, v.version_number, v.changes, v.class as class_name, v.ascendancy, v.level, v.main_skill,
    v.tree_version, v.calculator, encode(v.content_hash, 'hex') as content_hash, v.created_at"""


@rows(
    VersionLine,
    f"""
    select {_LINE} from poe2.build_versions v
    where v.build_template_id = :build and (:before::int is null or v.version_number < :before)
    order by v.version_number desc
    limit :limit
    """,
    hot=True,
    proven=("content_hash",),
)
def versions_of(build: BuildId, before: int | None, limit: int) -> None:
    """The versions of a build, the latest first."""


@rows(
    VersionLine,
    f"select {_LINE} from poe2.build_versions v where v.build_template_id = :build and v.version_number = :number",
    hot=True,
    proven=("content_hash",),
)
def version(build: BuildId, number: int) -> None: ...


@rows(
    StoredContent,
    """
    select class as class_name, ascendancy, level, passive_tree, equipment, skills, stats, rest
    from poe2.build_versions where build_template_id = :build and version_number = :number
    """,
    hot=True,
)
def content(build: BuildId, number: int) -> None: ...


@rows(
    bytes,
    "select code from poe2.build_versions where build_template_id = :build and version_number = :number",
    hot=True,
)
def packed_code(build: BuildId, number: int) -> None: ...


@command(
    """
    insert into poe2.build_versions (
        id, build_template_id, version_number, changes, class, ascendancy, level, passive_tree, equipment, skills,
        stats, rest, content_hash, main_skill, tree_version, calculator, code, created_at
    ) values (
        :id, :build, :number, :changes, :class_name, :ascendancy, :level, :passive_tree, :equipment, :skills, :stats,
        :rest, :content_hash, :main_skill, :tree_version, :calculator, :code, :now
    )
    """
)
def add_version(
    id: BuildVersionId,
    build: BuildId,
    number: int,
    changes: str | None,
    class_name: str,
    ascendancy: str | None,
    level: int,
    passive_tree: Any,
    equipment: Any,
    skills: Any,
    stats: Any,
    rest: Any,
    content_hash: bytes,
    main_skill: str | None,
    tree_version: str | None,
    calculator: str | None,
    code: bytes,
    now: datetime,
) -> None: ...
