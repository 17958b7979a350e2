"""Passive trees: the versions that are known, and their nodes."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import PathParameter
from msgspec import Meta

from guildhall.db.pages import Cursor, Page
from guildhall.pack import WebPart
from guildhall.packs.poe2.trees import queries
from guildhall.packs.poe2.trees.errors import TreeNotFound
from guildhall.packs.poe2.trees.graphs import Graphs
from guildhall.packs.poe2.trees.schemas import NodeLine, TreeCard
from guildhall.web.route import PUBLIC, Asked, Pages, Read, Routes

routes = Routes("/api/v1/poe2/trees")

_Number = Annotated[int, Meta(ge=0, lt=2**31)]
_Version = Annotated[str, Meta(max_length=20, pattern="^[0-9a-z_]+$")]
_TREES = Cursor("poe2.trees", 1, tuple[_Version])
_NODES = Cursor("poe2.tree_nodes", 1, tuple[_Number])

PathVersion = Annotated[
    str,
    PathParameter(
        description="The version as Path of Building names it", examples=[Example(value="0_5")], max_length=20
    ),
]


@routes.get("/", scope=PUBLIC, pages=Pages(_TREES))
async def list_trees(tx: Read, asked: Asked[tuple[_Version]]) -> Page[TreeCard]:
    """Versions of the passive tree, newest first."""
    rows = await queries.trees.many(tx, None if asked.after is None else asked.after[0], asked.rows)
    return _TREES.page(rows, asked.limit, lambda row: (row.version,))


@routes.get("/{version:str}/nodes", scope=PUBLIC, pages=Pages(_NODES, 500, largest=1000), raises=(TreeNotFound,))
async def list_nodes(version: PathVersion, tx: Read, asked: Asked[tuple[_Number]]) -> Page[NodeLine]:
    """Nodes of a passive tree, with the nodes beside them.

    In the order of their numbers. A number is a node's in this version alone.
    """
    rows = await queries.node_page.many(tx, version, -1 if asked.after is None else asked.after[0], asked.rows)
    if not rows and await queries.tree.one_or_none(tx, version) is None:
        raise TreeNotFound(version=version)
    return _NODES.page(rows, asked.limit, lambda row: (row.node,))


WEB = WebPart(routes=routes, provides=(Graphs,))
