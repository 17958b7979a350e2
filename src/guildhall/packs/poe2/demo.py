"""The demo of the poe2 pack: a made-up passive tree, and builds of made-up people."""

from collections.abc import Sequence

from guildhall.db.pool import Database, Transaction
from guildhall.pack import Demo
from guildhall.packs.poe2.builds.queries.builds import builds_of
from guildhall.packs.poe2.builds.seed import AUTHORS, seed_builds
from guildhall.packs.poe2.sandbox import make_tree
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.packs.poe2.trees import queries
from guildhall.packs.poe2.trees.actions import import_tree
from guildhall.packs.poe2.trees.rules.files import read_tree

_VERSION, _SEED = "0_5", 20


async def _prepare_demo(tx: Transaction, _: Poe2Settings) -> None:
    if await queries.tree.one_or_none(tx, _VERSION) is None:  # an imported one stays
        await import_tree(tx, _VERSION, "made up for the demo", read_tree(make_tree(_SEED)))
    await seed_builds(tx)


def _demo_lines(_: Poe2Settings) -> Sequence[str]:
    return ("/api/v1/poe2/trees", f"/api/v1/poe2/trees/{_VERSION}/nodes?limit=5")


async def _hints(db: Database) -> Sequence[str]:
    """Return what there is to see of a build."""
    async with db.read() as tx:
        builds = await builds_of.many(tx, AUTHORS["Sable"], "public", None, 10)
    if len(builds) < 2:  # somebody has deleted them
        return ()
    other, first = builds[:2]
    return (
        f"{{address}}/b/{first.short_id}",
        f"{{address}}/b/{first.short_id}/card.png",
        f"{{address}}/api/v1/poe2/b/{first.short_id}",
        f"{{address}}/api/v1/poe2/builds/compare?left={first.short_id}@1&right={first.short_id}",
        f"{{address}}/api/v1/poe2/builds/compare?left={first.short_id}&right={other.short_id}",
    )


DEMO = Demo(_prepare_demo, _demo_lines, hints=_hints)
