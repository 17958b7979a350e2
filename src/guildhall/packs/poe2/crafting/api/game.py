"""The game's data of a patch: bases, modifiers, rules."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import QueryParameter

from guildhall.db.pages import Cursor, Page
from guildhall.packs.poe2.crafting.api.parameters import CursorText, OfClass, PathPatch
from guildhall.packs.poe2.crafting.errors import BaseNotFound, PatchNotFound
from guildhall.packs.poe2.crafting.games import Games
from guildhall.packs.poe2.crafting.queries import game as queries
from guildhall.packs.poe2.crafting.schemas.game import BaseLine, ModLine, PatchCard, PatchRules
from guildhall.packs.poe2.crafting.views.game import mods_on, rules_of
from guildhall.text import WITHOUT_NUL
from guildhall.web.route import PUBLIC, Asked, Pages, Read, Routes

routes = Routes("/api/v1/poe2/crafting/patches")

_PATCHES = Cursor("poe2.crafting_patches", 1, tuple[CursorText])
_BASES = Cursor("poe2.bases", 1, tuple[CursorText])
_MODS = Cursor("poe2.mods", 1, tuple[CursorText])

OnBase = Annotated[
    str,
    QueryParameter(
        name="base", description="The base type, by its name or id", min_length=1, max_length=120, pattern=WITHOUT_NUL,
        examples=[Example(value="Gold Ring")],
    ),
]  # fmt: skip


@routes.get("/", scope=PUBLIC, pages=Pages(_PATCHES))
async def list_patches(tx: Read, asked: Asked[tuple[CursorText]]) -> Page[PatchCard]:
    """Patches whose data is imported, newest first.

    With the source of modifiers and of weights: the game does not tell its weights, so all odds are estimated.
    """
    rows = await queries.patches.many(tx, None if asked.after is None else asked.after[0], asked.rows)
    return _PATCHES.page(rows, asked.limit, lambda row: (row.patch,))


@routes.get("/{patch:str}/rules", scope=PUBLIC, raises=(PatchNotFound,))
async def get_rules(patch: PathPatch, tx: Read, games: Games) -> PatchRules:
    """Rules of a patch.

    Currencies with the least level of the modifiers that they add, omens, and how many modifiers an item may have.
    """
    return await rules_of(tx, games, patch)


@routes.get("/{patch:str}/bases", scope=PUBLIC, pages=Pages(_BASES, 100, largest=500), raises=(PatchNotFound,))
async def list_bases(
    patch: PathPatch, tx: Read, asked: Asked[tuple[CursorText]], class_: OfClass = None
) -> Page[BaseLine]:
    """Base types of a patch, in the order of their ids."""
    rows = await queries.base_page.many(tx, patch, class_, "" if asked.after is None else asked.after[0], asked.rows)
    if not rows and await queries.patch_row.one_or_none(tx, patch) is None:
        raise PatchNotFound(patch=patch)
    return _BASES.page(rows, asked.limit, lambda row: (row.id,))


@routes.get(
    "/{patch:str}/mods",
    scope=PUBLIC,
    pages=Pages(_MODS, 100, largest=500),
    raises=(PatchNotFound, BaseNotFound),
)
async def list_mods(
    patch: PathPatch, base: OnBase, tx: Read, games: Games, asked: Asked[tuple[CursorText]]
) -> Page[ModLine]:
    """Modifiers that a base type may have, in the order of their ids.

    A tier each, with its weight on this base; null is a weight that nobody knows, and counts as the patch's usual one.
    """
    after = "" if asked.after is None else asked.after[0]
    rows = await mods_on(tx, games, patch, base, after, asked.rows)
    return _MODS.page(rows, asked.limit, lambda row: (row.id,))
