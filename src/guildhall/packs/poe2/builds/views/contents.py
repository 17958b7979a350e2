"""Contents as people send them, read and compared."""

import asyncio
from collections.abc import Mapping

from guildhall.packs.poe2.builds.errors import NothingToRead
from guildhall.packs.poe2.builds.rules.comparing import changes_between
from guildhall.packs.poe2.builds.rules.content import FROM_CODE, Content, content_of
from guildhall.packs.poe2.builds.schemas.requests import ContentRequest
from guildhall.packs.poe2.codes.rules.build import Build
from guildhall.packs.poe2.codes.rules.comparison import Change
from guildhall.packs.poe2.codes.views import canonical, packed_build
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.packs.poe2.trees.graphs import Graphs
from guildhall.text import clean_line

_LARGE = 300
"""Items, groups and trees of two builds from which on they are compared beside the event loop."""


async def read_content(wanted: ContentRequest, settings: Poe2Settings) -> Content:
    """Read what somebody sent. Raises NothingToRead, NameTooLong, what `codes` raise of a code, BadText."""
    calculator = None if wanted.calculator is None else clean_line(wanted.calculator, 1, 60)
    if wanted.code is not None and wanted.build is None:
        build, packed = await packed_build(wanted.code, settings)
        return content_of(build, packed, calculator or FROM_CODE)
    if wanted.build is not None and wanted.code is None:
        build, packed = await canonical(wanted.build, settings)
        return content_of(build, packed, calculator)
    raise NothingToRead


async def compare_contents(before: Build, after: Build, graphs: Graphs, *, same_calculator: bool) -> list[Change]:
    """Return the changes between two contents, with the names of nodes where their tree is known."""
    tree = after.tree or before.tree
    graph = None if tree is None else await graphs.of(tree.version)
    names: Mapping[int, str] | None = None if graph is None else graph.names
    if _size(before) + _size(after) < _LARGE:
        return changes_between(before, after, names, same_calculator=same_calculator)
    return await asyncio.to_thread(changes_between, before, after, names, same_calculator=same_calculator)


def _size(build: Build) -> int:
    return len(build.items) + len(build.trees) + sum(len(one.groups) for one in build.skill_sets)
