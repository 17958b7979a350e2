"""The demo of the wine pack: the catalogue that comes with it."""

from collections.abc import Sequence

from guildhall.db.pool import Transaction
from guildhall.pack import Demo
from guildhall.packs.wine.catalogue.actions.wines import load_shipped
from guildhall.packs.wine.settings import WineSettings


async def _prepare_demo(tx: Transaction, _: WineSettings) -> None:
    await load_shipped(tx)


def _demo_lines(_: WineSettings) -> Sequence[str]:
    return (
        "/api/v1/wine/types",
        "/api/v1/wine/species?type=tannic",
        "/api/v1/wine/species/quill-vine-paperbark-sauvignon",
        "/api/v1/wine/grapes/shiraz",
    )


DEMO = Demo(_prepare_demo, _demo_lines)
