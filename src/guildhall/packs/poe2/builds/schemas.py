"""Structs of builds: rows and answers."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from guildhall.ids import UserId
from guildhall.packs.poe2.ids import BuildId, ShortId

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
