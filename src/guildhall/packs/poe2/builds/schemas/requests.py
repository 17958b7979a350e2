"""Structs of what people send about builds."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from guildhall.packs.poe2.builds.schemas.builds import Complexity, Visibility
from guildhall.packs.poe2.codes.rules.build import Build
from guildhall.packs.poe2.codes.schemas import Code
from guildhall.text import LANGUAGE, LINE, TEXT

Title = Annotated[str, Meta(min_length=1, max_length=255, pattern=LINE, examples=["Lightning Arrow league starter"])]
Description = Annotated[str, Meta(max_length=20_000, pattern=TEXT, examples=["Clears fast, fears chaos damage."])]
Character = Annotated[str, Meta(min_length=1, max_length=255, pattern=LINE, examples=["Mirelle_Bow"])]
League = Annotated[str, Meta(min_length=1, max_length=100, pattern=LINE, examples=["Runes of Aldur"])]
Patch = Annotated[str, Meta(max_length=20, pattern=r"^[0-9]{1,3}(\.[0-9]{1,3}){1,3}[a-z]?$(?!\n)", examples=["0.5"])]
Tags = Annotated[
    list[Annotated[str, Meta(max_length=100, pattern=TEXT, examples=["league-starter"])]], Meta(max_length=50)
]
Language = Annotated[str, Meta(min_length=2, max_length=35, pattern=LANGUAGE, examples=["en"])]
Calculator = Annotated[str, Meta(min_length=1, max_length=60, pattern=LINE, examples=["PathOfBuilding2 0.12.1"])]
Note = Annotated[str, Meta(max_length=1000, pattern=TEXT, examples=["The swap to the second bow"])]


class ContentRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """The content of a version: a Path of Building code, or a build in fields.

    `calculator` is the program that computed the statistics, with its version: statistics are compared only where it
    and the version of the tree are the same. `changes` are words about the version; without them a comparison with the
    version before it says what changed.
    """

    code: Code | None = None
    build: Build | None = None
    calculator: Calculator | None = None
    changes: Note | None = None


class BuildRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A build to add. Without a title it is called after its main skill; without a patch it is of its tree's."""

    content: ContentRequest
    title: Title | None = None
    description: Description | None = None
    character_name: Character | None = None
    league: League | None = None
    patch_version: Patch | None = None
    complexity: Complexity | None = None
    tags: Tags = []
    language: Language | None = None
    visibility: Visibility = "draft"


class BuildChange(Struct, frozen=True, forbid_unknown_fields=True):
    """An edit of a build at a revision; what is left out stays."""

    revision: Annotated[int, Meta(ge=1, le=2**31 - 1, description="The revision that is edited", examples=[3])]
    content: ContentRequest | UnsetType = UNSET
    title: Title | UnsetType = UNSET
    description: Description | UnsetType | None = UNSET
    character_name: Character | UnsetType | None = UNSET
    league: League | UnsetType | None = UNSET
    patch_version: Patch | UnsetType = UNSET
    complexity: Complexity | UnsetType | None = UNSET
    tags: Tags | UnsetType = UNSET
    language: Language | UnsetType | None = UNSET
    visibility: Visibility | UnsetType = UNSET
