"""Structs of requests and answers about codes."""

from typing import Annotated

from msgspec import Meta, Struct

from guildhall.packs.poe2.codes.rules.build import Build
from guildhall.packs.poe2.codes.rules.comparison import Change
from guildhall.packs.poe2.trees.rules.graph import TreeCheck

Code = Annotated[
    str,
    Meta(
        description="A Path of Building code, however it was pasted", examples=["eNqrVkosLcnIL8pMzk1NUbJSCijKT0pV..."]
    ),
]


class CodeRequest(Struct, frozen=True):
    """A code to read."""

    code: Code


class ReadCode(Struct, frozen=True):
    """The build of a code. `digest` is the same for every code of the same build.

    `checks` hold its trees against those of their versions; they tell, and refuse nothing.
    """

    digest: str
    build: Build
    checks: list[TreeCheck]


class WrittenCode(Struct, frozen=True):
    """A code that Path of Building reads."""

    code: str


class BuildComparisonRequest(Struct, frozen=True):
    """Two codes to compare."""

    before: Code
    after: Code


class BuildComparison(Struct, frozen=True):
    """The changes from one build to another, in the order in which people look at a build.

    `stats_compared` is false where the active trees are of different versions: then changes have no statistics.
    """

    same: bool
    stats_compared: bool
    changes: list[Change]
