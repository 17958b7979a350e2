"""Structs of passive trees: rows and answers."""

from datetime import datetime

from msgspec import Struct

from guildhall.packs.poe2.trees.rules.graph import Kind


class TreeRow(Struct, frozen=True):
    """A tree's row; the columns of poe2.trees in order."""

    version: str
    source: str
    starts: dict[str, int]
    imported_at: datetime


class TreeCard(Struct, frozen=True):
    """A version of the passive tree that is imported. `source` is where its file came from."""

    version: str
    source: str
    imported_at: datetime
    nodes: int
    edges: int


class NodeLine(Struct, frozen=True):
    """A passive node with the nodes beside it."""

    node: int
    name: str
    kind: Kind
    ascendancy: str | None
    stats: list[str]
    beside: list[int]


class ImportedTree(Struct, frozen=True):
    """The result of an import."""

    version: str
    nodes: int
    edges: int
    replaced: bool
