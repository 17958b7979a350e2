"""Writes about passive trees."""

import msgspec

from guildhall.db.pool import Transaction
from guildhall.packs.poe2.trees import queries
from guildhall.packs.poe2.trees.rules.files import GivenTree
from guildhall.packs.poe2.trees.schemas import ImportedTree


async def import_tree(tx: Transaction, version: str, source: str, tree: GivenTree) -> ImportedTree:
    """Store a version of the tree; one that is there already is replaced whole."""
    replaced = await queries.drop_tree.one_or_none(tx, version) is not None
    await queries.add_tree.run(tx, version, source, tree.starts, tx.now)
    await queries.add_nodes.run(
        tx,
        version,
        [one.node for one in tree.nodes],
        [one.name for one in tree.nodes],
        [one.kind for one in tree.nodes],
        [one.ascendancy for one in tree.nodes],
        [msgspec.json.encode(one.stats).decode() for one in tree.nodes],
    )
    await queries.add_edges.run(tx, version, [low for low, _ in tree.edges], [high for _, high in tree.edges])
    return ImportedTree(version, len(tree.nodes), len(tree.edges), replaced)
