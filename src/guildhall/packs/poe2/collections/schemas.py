"""Structs of collections: rows, answers, requests."""

from datetime import datetime
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from guildhall.ids import UserId
from guildhall.packs.poe2.ids import BuildId, CollectionId, ShortId
from guildhall.text import LINE, TEXT

Name = Annotated[str, Meta(min_length=1, max_length=255, pattern=LINE, examples=["League starters"])]
Words = Annotated[str, Meta(max_length=5000, pattern=TEXT, examples=["Tried and cheap"])]
Notes = Annotated[str, Meta(max_length=2000, pattern=TEXT, examples=["Swap the amulet first"])]


class CollectionRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A collection to make."""

    name: Name
    description: Words | None = None
    is_public: bool = False


class CollectionChange(Struct, frozen=True, forbid_unknown_fields=True):
    """An edit of a collection; what is left out stays."""

    name: Name | UnsetType = UNSET
    description: Words | UnsetType | None = UNSET
    is_public: bool | UnsetType = UNSET


class ItemRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Notes on a build in a collection."""

    notes: Notes | None = None


class OrderRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """The builds of a collection in the order that they are to have, each once."""

    builds: Annotated[list[BuildId], Meta(max_length=5000)]


class Collection(Struct, frozen=True):
    """A collection. `builds` counts those in it that the viewer may see."""

    id: CollectionId
    user_id: UserId
    owner: str
    name: str
    description: str | None
    is_public: bool
    builds: int
    created_at: datetime
    updated_at: datetime


class CollectionItem(Struct, frozen=True, rename={"class_name": "class"}):
    """A build in a collection. Its address and title are null where its author does not share it with you."""

    build_id: BuildId
    position: int
    notes: str | None
    added_at: datetime
    short_id: ShortId | None
    title: str | None
    author: str | None
    class_name: str | None
    ascendancy: str | None
    main_skill: str | None
    likes: int | None
