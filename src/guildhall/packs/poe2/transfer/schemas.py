"""Structs of imports and exports."""

from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from guildhall.instants import Instant, Timed
from guildhall.packs.poe2.builds.schemas.builds import Complexity, Visibility
from guildhall.packs.poe2.builds.schemas.requests import (
    Calculator,
    Character,
    Description,
    Language,
    League,
    Patch,
    Tags,
    Title,
)
from guildhall.packs.poe2.codes.rules.build import Build
from guildhall.packs.poe2.codes.schemas import Code
from guildhall.text import LINE, TEXT

Outcome = Literal["added", "known", "kept", "refused", "left"]
_Changes = Annotated[str, Meta(max_length=4_000, pattern=TEXT)]
"""The words about a version: longer than people may say them, where a comparison says them."""


class TemplateVersion(Struct, frozen=True):
    """A version of a build in a file: a code, or a build in fields.

    The calculator of a code without `calculator` is Path of Building; null says that nobody knows it.
    """

    code: Code | None = None
    build: Build | None = None
    calculator: Calculator | UnsetType | None = UNSET
    changes: _Changes | None = None


class Template(Struct, frozen=True):
    """A build in a file, as a browser or an export has it; its versions, oldest first, or its one content.

    Whatever `visibility` says it becomes a draft.
    """

    code: Code | None = None
    build: Build | None = None
    calculator: Calculator | UnsetType | None = UNSET
    versions: Annotated[list[TemplateVersion], Meta(max_length=100_000)] = []
    title: Title | None = None
    description: Description | None = None
    character_name: Character | None = None
    league: League | None = None
    patch_version: Patch | None = None
    complexity: Complexity | None = None
    tags: Tags = []
    language: Language | None = None
    visibility: Visibility = "draft"


_Name = Annotated[str, Meta(min_length=1, max_length=255, pattern=LINE)]
_Short = Annotated[str, Meta(min_length=1, max_length=50, pattern=LINE)]
_Figure = Annotated[float, Meta(gt=0, lt=1e300)]


class SnapshotRecord(Timed, frozen=True, rename={"class_name": "class"}):
    """A character at some time, as a browser remembers it."""

    character_name: _Name
    class_name: _Short
    level: Annotated[int, Meta(ge=1, le=100)]
    snapshot_at: Instant
    ascendancy: _Short | None = None
    league: League | None = None
    experience: Annotated[int, Meta(ge=0, le=2**53)] | None = None
    stats: dict[str, Any] | None = None
    calculated_dps: _Figure | None = None
    calculated_ehp: _Figure | None = None


class RecordReport(Struct, frozen=True):
    """The outcome of a record: `added`, `known` from before, `kept` as it is, or `refused` with a code and the reason.

    `left` was not come to: the same file sent again goes on there. `id` is that of the build, snapshot or session that
    it became.
    """

    place: str
    kind: str
    outcome: Outcome
    id: UUID | None = None
    code: str | None = None
    detail: str | None = None


class ImportReport(Struct, frozen=True):
    """The outcome of an import, record by record, with the number of each outcome."""

    added: int
    known: int
    kept: int
    refused: int
    left: int
    records: list[RecordReport]


class KnownRecord(Struct, frozen=True):
    """A record that was imported before, and the item that it became."""

    record_hash: bytes
    item_id: UUID | None


class ExportedRow(Struct, frozen=True):
    """A row of an export: what is known of it, its place in the order, and the leftovers of its records."""

    made: Any
    place: str
    extras: Any
