"""Codes read, written and compared, within the limits of the settings."""

import asyncio

from guildhall.packs.poe2.codes.rules.build import Build, Tree, digest
from guildhall.packs.poe2.codes.rules.comparison import compare
from guildhall.packs.poe2.codes.rules.reading import read_build
from guildhall.packs.poe2.codes.rules.spelling import read_code, write_code
from guildhall.packs.poe2.codes.rules.writing import write_build
from guildhall.packs.poe2.codes.schemas import BuildComparison, ReadCode
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.packs.poe2.trees.graphs import Graphs
from guildhall.packs.poe2.trees.rules.graph import Taken, TreeCheck

MOST_CHECKED = 32
"""Trees of a build that are held against those of their versions."""
_LONG = 20_000
"""Characters from which on a code is read beside the event loop: below, that costs more than it spares others."""


async def build_of(code: str, settings: Poe2Settings) -> Build:
    """Read a code. Raises what `read_code` and `read_build` raise."""
    if len(code) < _LONG:
        return _read(code, settings)
    return await asyncio.to_thread(_read, code, settings)


async def read(code: str, settings: Poe2Settings, graphs: Graphs) -> ReadCode:
    """Read a code, with the digest of its build and what is to say of its trees. Raises as `build_of`."""
    build = await build_of(code, settings)
    return ReadCode(
        digest(build).hex(), build, [await _check(build, tree, graphs) for tree in build.trees[:MOST_CHECKED]]
    )


async def _check(build: Build, tree: Tree, graphs: Graphs) -> TreeCheck:
    graph = await graphs.of(tree.version)
    if graph is None:
        return TreeCheck(version=tree.version, title=tree.title, known=False)
    taken = Taken(tree.nodes, tree.weapon_sets, build.class_name, build.ascendancy, build.level)
    return graph.check(taken, tree.title)


async def written(build: Build) -> str:
    """The code of a build. Raises UnwritableText."""
    return await asyncio.to_thread(lambda: write_code(write_build(build)))


async def compared(before: str, after: str, settings: Poe2Settings, graphs: Graphs) -> BuildComparison:
    """Compare two codes, with the names of nodes where their tree is known. Raises as `build_of`."""
    old, new = await build_of(before, settings), await build_of(after, settings)
    graph = await graphs.of(new.trees[0].version) if new.trees else None
    changes = compare(old, new, graph.names if graph is not None else None)
    return BuildComparison(old == new, changes)


def _read(code: str, settings: Poe2Settings) -> Build:
    return read_build(read_code(code, settings.code_kb * 1000, settings.build_kb * 1000))
