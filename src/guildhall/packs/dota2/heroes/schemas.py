"""Heroes and patches."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from guildhall.packs.dota2.answers.schemas import HeroId


class HeroConstant(Struct, frozen=True):
    """A hero."""

    hero_id: HeroId
    name: str
    localized_name: Annotated[str, Meta(examples=["Pudge"])]
    primary_attr: str
    attack_type: str
    roles: Any
    img: str | None
    icon: str | None
    updated_at: datetime


class PatchRow(Struct, frozen=True):
    """A patch and when it began."""

    patch_id: int
    name: str
    starts_at: datetime
