"""Structs of characters: rows and answers."""

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from guildhall.ids import UserId
from guildhall.packs.poe2.characters.rules.items import WornItem
from guildhall.packs.poe2.characters.rules.passives import Passives
from guildhall.packs.poe2.characters.rules.sheet import Line, Stats
from guildhall.packs.poe2.ids import BuildId, CharacterId, CharacterLeagueId, EquipmentChangeId, ShortId, SnapshotId

State = Literal["there", "missing", "deleted", "moved"]
"""`missing`: the game did not know it at the last look, and is asked once more. `moved`: to another realm."""
Class = {"class_name": "class"}


class ListedCharacter(Struct, frozen=True, rename=Class):
    """A character of your account, as the game lists it now. `watched`: snapshots of it are kept."""

    name: str
    class_name: str
    ascendancy: str | None
    level: int
    experience: int
    league: str | None
    private_league: bool
    realm: str
    deleted: bool
    expired: bool
    watched: bool


class LiveList(Struct, frozen=True):
    """The game's list of an account's characters, as the cache holds it."""

    items: list[Line]


class LiveCharacter(Struct, frozen=True, rename=Class):
    """A character as the game shows it now. Nothing of it is stored, beyond the minutes of the cache."""

    name: str
    class_name: str
    ascendancy: str | None
    level: int
    experience: int
    league: str | None
    private_league: bool
    realm: str
    equipment: list[WornItem]
    skills: list[WornItem]
    passives: Passives
    stats: Stats


class CharacterRow(Struct, frozen=True):
    """A watched character as it was seen last."""

    id: CharacterId
    user_id: UserId
    game_id: str
    name: str
    class_name: str
    ascendancy: str | None
    level: int
    experience: int
    league: str | None
    watched: bool
    state: State
    missing_since: datetime | None
    unchanged: int
    equipment: Any
    equipment_hash: str | None
    skills_hash: str | None
    passive_tree_hash: str | None
    snapshot_at: datetime | None


class WatchedCharacter(Struct, frozen=True, rename=Class):
    """A character that is watched, or was.

    `state` is `missing` when the game did not know it at the last look, `deleted` when it did not know it again, and
    `moved` when it is in another realm. `looked_at` is the last look; `due_at` is the next.
    """

    id: CharacterId
    name: str
    former_names: list[str]
    class_name: str
    ascendancy: str | None
    level: int
    experience: int
    league: str | None
    private_league: bool
    watched: bool
    state: State
    looked_at: datetime | None
    snapshot_at: datetime | None
    due_at: datetime | None
    build: ShortId | None


class AttachedBuild(Struct, frozen=True):
    """The build of a character, with the figures that it claims.

    `calculated_by` is the calculator and the tree that the claims stand on; null where nobody said the calculator.
    """

    build_id: BuildId
    dps: float | None
    ehp: float | None
    main_skill: str | None
    calculated_by: str | None


class NewSnapshot(Struct, frozen=True):
    """The figures that a snapshot takes over from a build of the same character."""

    build_id: BuildId | None = None
    dps: float | None = None
    ehp: float | None = None
    main_skill: str | None = None
    calculated_by: str | None = None


class Snapshot(Struct, frozen=True, rename=Class):
    """A character at a time. `calculated_dps` and `calculated_ehp` are claims of the build that was attached then; null
    is unknown. They compare only where `calculated_by` is the same. Two snapshots with one hash had the same equipment,
    gems or passive nodes.
    """

    id: SnapshotId
    character_name: str
    class_name: str
    ascendancy: str | None
    level: int
    league: str | None
    private_league: bool
    experience: int | None
    equipment_hash: str | None
    skills_hash: str | None
    passive_tree_hash: str | None
    stats: Any
    calculated_dps: float | None
    calculated_ehp: float | None
    calculated_by: str | None
    main_skill: str | None
    build_id: BuildId | None
    snapshot_at: datetime


class EquipmentChange(Struct, frozen=True):
    """A slot that held another item at a snapshot than at the one before. Null is an empty slot."""

    id: EquipmentChangeId
    slot: str
    before: Any
    after: Any
    changed_at: datetime


class LeagueBuild(Struct, frozen=True, rename=Class):
    """A character in a league: its highest level there, and the build that is attached to it."""

    id: CharacterLeagueId
    league: str | None
    private_league: bool
    character_id: CharacterId
    character_name: str
    class_name: str
    ascendancy: str | None
    level: int
    experience: int
    first_seen_at: datetime
    last_seen_at: datetime
    build: ShortId | None
    build_title: str | None


class AttachRequest(Struct, frozen=True):
    """The short address of one of your builds."""

    build: Annotated[ShortId, Meta(min_length=1, max_length=40)]


class Attached(Struct, frozen=True):
    """The build of a character. Its figures stand in the next snapshots."""

    build: ShortId
    dps: float | None
    ehp: float | None
