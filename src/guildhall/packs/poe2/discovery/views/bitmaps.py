"""The copies of bitmaps that a process keeps of terms that it is asked for."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Sequence

from msgspec import Struct

from guildhall.db.pool import Transaction
from guildhall.packs.poe2.discovery.queries import bitmaps as queries
from guildhall.packs.poe2.discovery.rules.bitmaps import SIZE, Map, decoded, map_of, rank_term, rank_terms
from guildhall.packs.poe2.discovery.rules.blocks import Rank
from guildhall.packs.poe2.discovery.rules.words import quoted
from guildhall.packs.poe2.discovery.schemas import BitsRow
from guildhall.packs.poe2.settings import Poe2Settings

MOST_CHANGES = 2_000
"""Builds that may have changed since; with more, searches go by the index."""
_RARE = 0.004
"""The share of builds up to which those of a term without a bitmap are asked for one by one."""


class Copies(Struct, frozen=True):
    """Copies as of a version or a later one: maps of terms, scores of a rank, and maps of those that reach them."""

    version: int
    maps: dict[str, Map]
    scores: Sequence[int]
    reaching: Sequence[Map]


class Bitmaps:
    """Copies of bitmaps, the least used of which are forgotten.

    A build that has changed since is found by a search itself; a search says of which version its copies may be.
    """

    def __init__(self, settings: Poe2Settings) -> None:
        self._bytes = settings.search_memory_mb * 1_000_000
        self._lock = asyncio.Lock()
        self._version = self._epoch = -1
        self._usable = False
        self._chunks = 0
        self._scores: dict[Rank, list[int]] = {}
        self._ranks: dict[Rank, list[Map]] = {}
        self._maps: OrderedDict[str, Map] = OrderedDict()
        self._rare: set[str] = set()

    @property
    def chunks(self) -> int:
        """Return how many chunks there are."""
        return self._chunks

    @property
    def usable(self) -> bool:
        """Return whether a search can go by bitmaps, as far as this process knows."""
        return self._usable

    def is_of(self, version: int) -> bool:
        """Return whether copies of a version were the latest ones when they were last looked at."""
        return self._version == version

    async def refresh(self, tx: Transaction) -> None:
        """Take over what has changed."""
        async with self._lock:
            state = await queries.state.one(tx, MOST_CHANGES)
            if state.epoch != self._epoch:
                self._maps.clear()
                self._rare.clear()
                self._ranks.clear()
            elif state.version > self._version:
                for term in self._rare:
                    self._maps.pop(term, None)
                self._rare.clear()
                await self._take_over(tx, state.chunks)
            if state.epoch != self._epoch or state.version > self._version:
                self._epoch, self._version, self._chunks = state.epoch, state.version, state.chunks
                self._scores = rank_terms(state.ranks)
            self._usable = state.ready and state.changes <= MOST_CHANGES

    async def _take_over(self, tx: Transaction, chunks: int) -> None:
        """Put new lists in the place of old ones, which searches may still work with."""
        ranks = {rank_term(rank, score): rank for rank in self._ranks for score in self._scores[rank]}
        changes: dict[str, list[BitsRow]] = {}
        for row in await queries.changed_since.many(tx, self._version, [*self._maps, *ranks]):
            changes.setdefault(row.term, []).append(row)
        for term, one in self._maps.items():
            self._maps[term] = _patched(one, chunks, changes.get(term, ()))
        for rank, maps in self._ranks.items():
            scores = self._scores[rank]
            self._ranks[rank] = [
                _patched(one, chunks, changes.get(rank_term(rank, score), ()))
                for score, one in zip(scores, maps, strict=True)
            ]

    async def of(self, tx: Transaction, rank: Rank, terms: Iterable[str]) -> Copies | None:
        """Return copies for a search; None if they cannot be had, or by reading very much."""
        wanted = list(dict.fromkeys(terms))
        while True:
            if rank == "number" or rank in self._ranks:
                missing = [term for term in wanted if term not in self._maps]
                if not missing:
                    return self._copies(rank, wanted)
            async with self._lock:
                if not await self._load(tx, rank, wanted):
                    return None
                if all(term in self._maps for term in wanted):
                    copies = self._copies(rank, wanted)
                    self._forget()
                    return copies

    def _copies(self, rank: Rank, wanted: Sequence[str]) -> Copies:
        for term in wanted:
            self._maps.move_to_end(term)
        maps = {term: self._maps[term] for term in wanted}
        return Copies(self._version, maps, self._scores.get(rank, ()), self._ranks.get(rank, ()))

    async def _load(self, tx: Transaction, rank: Rank, wanted: Sequence[str]) -> bool:
        scores = [] if rank == "number" or rank in self._ranks else self._scores.get(rank, [])
        reaching = [rank_term(rank, score) for score in scores]
        asked = [*(term for term in wanted if term not in self._maps), *reaching]
        loaded: dict[str, Map] = {}
        rare: list[str] = []
        if asked:
            for row in await queries.load.many(tx, asked):
                if row.version < self._version:
                    return False  # a replica that is behind
                if not row.kept:
                    if row.share is not None and row.share > _RARE:
                        return False
                    rare.append(row.term)
                else:
                    one = loaded.setdefault(row.term, [0] * self._chunks)
                    if row.chunk is not None and row.bits is not None and row.chunk < self._chunks:
                        one[row.chunk] = decoded(row.bits)
        if rare:
            numbers: dict[str, list[int]] = {term: [] for term in rare}
            for found in await queries.numbers_of.many(tx, rare, list(map(quoted, rare))):
                if found.version < self._version:
                    return False
                if found.number is not None:
                    numbers[found.term].append(found.number)
            self._rare.update(rare)
            loaded |= {term: map_of(ones, self._chunks) for term, ones in numbers.items()}
        if rank != "number" and rank not in self._ranks:
            if any(term not in loaded or term in rare for term in reaching):
                return False
            self._ranks[rank] = [loaded.pop(term) for term in reaching]
        self._maps |= loaded
        return True

    def _forget(self) -> None:
        most = max(16, self._bytes // (max(self._chunks, 1) * SIZE // 7) - sum(map(len, self._ranks.values())))
        while len(self._maps) > most:
            term, _ = self._maps.popitem(last=False)
            self._rare.discard(term)


def _patched(one: Map, chunks: int, changes: Sequence[BitsRow]) -> Map:
    if not changes and len(one) == chunks:
        return one
    patched = one + [0] * (chunks - len(one))
    for row in changes:
        if row.chunk < chunks:
            patched[row.chunk] = decoded(row.bits)
    return patched
