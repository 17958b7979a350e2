"""The game data of patches that a process has in memory."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime

import msgspec

from guildhall.clock import Clock
from guildhall.db.pool import Transaction
from guildhall.packs.poe2.crafting.errors import PatchNotFound
from guildhall.packs.poe2.crafting.queries import game as queries
from guildhall.packs.poe2.crafting.rules.game import Base, Game, Mod, Rules, Spawn
from guildhall.packs.poe2.crafting.schemas.game import ModRow

_LIVES = 60.0
"""Seconds after which it is looked what is imported."""
_MOST = 4
"""Patches in memory; beyond, the one that was asked for longest ago goes."""


class Games:
    """Loads the data of patches when it is asked for. One for each process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._imported: dict[str, datetime] = {}
        self._looked_until = 0.0
        self._games: OrderedDict[str, tuple[datetime, Game]] = OrderedDict()
        self._loading = asyncio.Lock()

    async def find(self, tx: Transaction, patch: str | None) -> Game | None:
        """Return the data of a patch, None when it is not imported; without a name of the newest one."""
        if self._clock.timestamp() >= self._looked_until:
            self._imported = dict(await queries.imported_patches.many(tx))
            self._looked_until = self._clock.timestamp() + _LIVES
        if patch is None:
            patch = max(self._imported, key=_order, default=None)
        if patch is None or patch not in self._imported:
            return None
        if self._is_missing(patch):
            async with self._loading:  # one at a time
                if self._is_missing(patch):
                    await self._load(tx, patch)
        if patch not in self._games:
            return None
        self._games.move_to_end(patch)
        return self._games[patch][1]

    async def of(self, tx: Transaction, patch: str | None) -> Game:
        """Return the data of a patch, without a name of the newest one. Raises PatchNotFound."""
        found = await self.find(tx, patch)
        if found is None:
            raise PatchNotFound(patch=patch or "any name")
        return found

    def _is_missing(self, patch: str) -> bool:
        """Return whether the data is not in memory as it was imported last."""
        return self._games.get(patch, (None,))[0] != self._imported.get(patch)

    async def _load(self, tx: Transaction, patch: str) -> None:
        row = await queries.patch_row.one_or_none(tx, patch)
        if row is None:  # removed since it was looked
            del self._imported[patch]
            return
        mods, bases = await queries.mods_of.many(tx, patch), await queries.bases_of.many(tx, patch)
        _, source, rules, weight_source, usual_weight, imported_at = row
        game = Game(
            patch=patch, source=source, weight_source=weight_source, usual_weight=usual_weight,
            rules=msgspec.convert(rules, Rules), mods={one.id: one for one in mods_from(mods)},
            bases={one.id: Base(one.id, one.name, one.item_class, one.tags) for one in bases},
        )  # fmt: skip
        self._imported[patch] = imported_at
        self._games[patch] = imported_at, game
        while len(self._games) > _MOST:
            self._games.popitem(last=False)


def _order(patch: str) -> list[tuple[int, str]]:
    """Return what patches are ordered by: their numbers."""
    return [(int("".join(filter(str.isdigit, part)) or 0), part) for part in patch.split(".")]


def mods_from(rows: Iterable[ModRow]) -> list[Mod]:
    """Return modifiers from their rows."""
    return [
        Mod(
            id=one.id, type=one.type, side=one.side, level=one.level, name=one.name, kind=one.kind,
            families=one.families, stats=one.stats, faction=one.faction,
            spawn=[Spawn(tag, weight) for tag, weight in zip(one.tags, one.weights, strict=True)],
        )
        for one in rows
    ]  # fmt: skip
