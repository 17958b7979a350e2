"""Structs of builds: rows and answers."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from guildhall.ids import UserId
from guildhall.packs.poe2.codes.rules.build import Build
from guildhall.packs.poe2.codes.rules.comparison import Change
from guildhall.packs.poe2.ids import BuildId, BuildVersionId, ShortId
from guildhall.packs.poe2.trees.rules.graph import TreeCheck

Visibility = Literal["draft", "unlisted", "public"]
Complexity = Literal["beginner", "intermediate", "advanced", "expert"]


class BuildDetails(Struct, frozen=True, rename={"class_name": "class"}):
    """A build without its content, which its versions have.

    `dps` and `ehp` are claims of `calculator` about the latest version; null is unknown. `revision` counts every edit.
    """

    id: BuildId
    short_id: ShortId
    user_id: UserId
    author: str
    title: str
    description: str | None
    character_name: str | None
    class_name: str
    ascendancy: str | None
    level: int
    main_skill: str | None
    tree_version: str | None
    calculator: str | None
    dps: float | None
    ehp: float | None
    gems: list[str]
    uniques: list[str]
    trees: int
    has_notes: bool
    league: str | None
    patch_version: str
    complexity: Complexity | None
    tags: list[str]
    language: str | None
    visibility: Visibility
    is_featured: bool
    withheld_at: datetime | None
    views: int
    likes: int
    content_hash: str
    latest_version: int
    revision: int
    published_at: datetime | None
    created_at: datetime
    updated_at: datetime


class LockedBuild(Struct, frozen=True):
    """The columns of a build that a change depends on."""

    id: BuildId
    short_id: ShortId
    user_id: UserId
    visibility: Visibility
    withheld_at: datetime | None
    content_hash: bytes
    latest_version: int
    revision: int
    published_at: datetime | None
    is_featured: bool


class VersionLine(Struct, frozen=True, rename={"class_name": "class"}):
    """A version of a build without its content. `changes` are its author's words, or those of a comparison."""

    id: BuildVersionId
    version_number: int
    changes: str | None
    class_name: str
    ascendancy: str | None
    level: int
    main_skill: str | None
    tree_version: str | None
    calculator: str | None
    content_hash: str
    created_at: datetime


class VersionDetails(Struct, frozen=True):
    """A version with its content in the canonical form.

    `checks` hold its trees against those of their patches; they tell, and refuse nothing.
    """

    version: VersionLine
    build: Build
    checks: list[TreeCheck]


class EditedBuild(Struct, frozen=True):
    """A build after an edit.

    `new_version` is false where the content is what it was. `changes` are those from the version before.
    """

    build: BuildDetails
    new_version: bool
    changes: list[Change]
    checks: list[TreeCheck]


class ComparedVersion(Struct, frozen=True, rename={"class_name": "class"}):
    """One side of a comparison."""

    build_id: BuildId
    short_id: ShortId
    title: str
    version_number: int
    class_name: str
    ascendancy: str | None
    level: int
    tree_version: str | None
    calculator: str | None


class ComparedBuilds(Struct, frozen=True):
    """Two builds or versions compared, from the left one to the right one.

    `stats_compared` is false where the claims of the two are of different calculators or trees, or nobody said whose
    they are: then changes have none of them.
    """

    left: ComparedVersion
    right: ComparedVersion
    same: bool
    stats_compared: bool
    changes: list[Change]


class Liked(Struct, frozen=True):
    """A person's opinion of a build."""

    liked: bool


class LikedBuild(Struct, frozen=True):
    """A build that a person likes; null where its author no longer shares it."""

    build_id: BuildId
    liked_at: datetime
    short_id: ShortId | None
    title: str | None
    author: str | None
