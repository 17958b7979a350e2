"""The demo of the poe2 pack: a made-up passive tree."""

from collections.abc import Sequence

from guildhall.db.pool import Transaction
from guildhall.pack import Demo
from guildhall.packs.poe2.sandbox import make_tree
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.packs.poe2.trees import queries
from guildhall.packs.poe2.trees.actions import import_tree
from guildhall.packs.poe2.trees.rules.files import read_tree

_VERSION, _SEED = "0_5", 20


async def _prepare_demo(tx: Transaction, _: Poe2Settings) -> None:
    if await queries.tree.one_or_none(tx, _VERSION) is None:  # an imported one stays
        await import_tree(tx, _VERSION, "made up for the demo", read_tree(make_tree(_SEED)))


def _demo_lines(_: Poe2Settings) -> Sequence[str]:
    return ("/api/v1/poe2/trees", f"/api/v1/poe2/trees/{_VERSION}/nodes?limit=5")


DEMO = Demo(_prepare_demo, _demo_lines)
