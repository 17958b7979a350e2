"""Pictures of builds: drawn once, and kept as bytes."""

import asyncio
from collections import OrderedDict
from typing import TYPE_CHECKING

import msgspec

from guildhall.packs.poe2.builds.cards.shown import shown
from guildhall.packs.poe2.builds.errors import CardsBusy
from guildhall.packs.poe2.builds.schemas.builds import BuildDetails
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.references import Reference

if TYPE_CHECKING:
    from guildhall.packs.poe2.builds.cards.drawing import Drawer

_drawer: "Reference[type[Drawer]]" = Reference("guildhall.packs.poe2.builds.cards.drawing:Drawer")
"""A reference: the library of pictures is loaded for the first picture."""
_MOST_WAITING = 32
"""Pictures that may wait to be drawn; more are told to come again."""


class Cards:
    """The pictures that a process has drawn, as many megabytes as a setting says. Only public ones are kept.

    A picture is found by what it shows, so that an old one is never taken for a new one.
    """

    def __init__(self, settings: Poe2Settings) -> None:
        self._font = settings.card_font
        self._most = settings.card_cache_mb * 1_000_000
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._size = 0
        self._made: Drawer | None = None
        self._drawing = asyncio.Lock()
        self._waiting = 0

    async def of(self, build: BuildDetails) -> bytes:
        """Return the picture of a build as PNG. Raises CardsBusy."""
        lines = shown(build)
        key = msgspec.json.encode(lines)
        if (found := self._known(key)) is not None:
            return found
        if self._waiting >= _MOST_WAITING:
            raise CardsBusy
        self._waiting += 1
        try:
            async with self._drawing:
                if (found := self._known(key)) is not None:
                    return found
                if self._made is None:
                    self._made = await asyncio.to_thread(lambda: _drawer.load()(self._font))
                picture = await asyncio.to_thread(self._made.draw, lines)
        finally:
            self._waiting -= 1
        if build.visibility == "public":
            self._keep(key, picture)
        return picture

    def _known(self, key: bytes) -> bytes | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def _keep(self, key: bytes, picture: bytes) -> None:
        self._kept[key] = picture
        self._size += len(key) + len(picture)
        while self._size > self._most and self._kept:
            old, gone = self._kept.popitem(last=False)
            self._size -= len(old) + len(gone)
