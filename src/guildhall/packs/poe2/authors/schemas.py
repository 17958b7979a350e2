"""Structs of authors."""

from datetime import datetime

from msgspec import Struct

from guildhall.core.social.profiles.schemas import ProfileCard
from guildhall.packs.poe2.ids import BuildId, ShortId


class Totals(Struct, frozen=True):
    """An author's public builds in figures. `average` is of all reviews of them; null without any."""

    builds: int
    featured: int
    views: int
    likes: int
    reviews: int
    average: float | None
    collections: int
    last_published_at: datetime | None


class Author(Struct, frozen=True):
    """An author's page: who they are, and their public builds in figures."""

    profile: ProfileCard
    totals: Totals


class AuthorBuild(Struct, frozen=True, rename={"class_name": "class"}):
    """A public build in an author's list; `dps` and `ehp` are claims of `calculator`."""

    id: BuildId
    short_id: ShortId
    title: str
    class_name: str
    ascendancy: str | None
    level: int
    main_skill: str | None
    calculator: str | None
    dps: float | None
    ehp: float | None
    league: str | None
    patch_version: str
    tags: list[str]
    is_featured: bool
    views: int
    likes: int
    latest_version: int
    published_at: datetime
    updated_at: datetime
