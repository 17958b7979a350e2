"""Codes read, written and compared, within the limits of the settings."""

import asyncio

from guildhall.packs.poe2.codes.errors import BuildTooLarge, CodeTooLong
from guildhall.packs.poe2.codes.rules.build import Build, Tree, digest
from guildhall.packs.poe2.codes.rules.comparison import compare
from guildhall.packs.poe2.codes.rules.reading import read_build
from guildhall.packs.poe2.codes.rules.spelling import pack, packed_of, write_code, xml_of
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
    """Read a code. Raises what `packed_of`, `xml_of` and `read_build` raise."""
    return (await packed_build(code, settings))[0]


async def packed_build(code: str, settings: Poe2Settings) -> tuple[Build, bytes]:
    """Read a code; return its build, and the bytes that it spells. Raises as `build_of`."""
    if len(code) < _LONG:
        return _read(code, settings)
    return await asyncio.to_thread(_read, code, settings)


async def canonical(build: Build, settings: Poe2Settings) -> tuple[Build, bytes]:
    """Return a build that somebody made up in its canonical form, with the bytes of its code.

    Raises UnwritableText, BadBuild; BuildTooLarge and CodeTooLong for one that would not be read again.
    """

    def write() -> tuple[Build, bytes]:
        xml = write_build(build)
        if len(xml.encode()) > settings.build_kb * 1000:
            raise BuildTooLarge(limit=settings.build_kb * 1000)
        packed = pack(xml)
        if len(packed) > settings.code_kb * 750:  # four characters for three bytes
            raise CodeTooLong(limit=settings.code_kb * 1000)
        return read_build(xml), packed

    return await asyncio.to_thread(write)


async def read(code: str, settings: Poe2Settings, graphs: Graphs) -> ReadCode:
    """Read a code, with the digest of its build and what is to say of its trees. Raises as `build_of`."""
    build = await build_of(code, settings)
    return ReadCode(digest(build).hex(), build, await checks_of(build, graphs))


async def checks_of(build: Build, graphs: Graphs) -> list[TreeCheck]:
    """Hold the trees of a build against those of their versions. Raises DatabaseUnavailable."""
    return [await _check(build, tree, graphs) for tree in build.trees[:MOST_CHECKED]]


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
    """Compare two codes, with the names of nodes where their tree is known. Raises as `build_of`.

    Statistics are claims about a version of the tree, and are compared only within it.
    """
    old, new = await build_of(before, settings), await build_of(after, settings)
    before_tree, tree = old.tree, new.tree
    graph = None if tree is None else await graphs.of(tree.version)
    changes = compare(old, new, graph.names if graph is not None else None)
    claims = before_tree is not None and tree is not None and before_tree.version == tree.version
    return BuildComparison(old == new, claims, [one for one in changes if claims or one.kind != "stat"])


def _read(code: str, settings: Poe2Settings) -> tuple[Build, bytes]:
    packed = packed_of(code, settings.code_kb * 1000)
    return read_build(xml_of(packed, settings.build_kb * 1000)), packed
