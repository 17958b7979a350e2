"""The bitmaps: which terms have them, and that they follow what changes."""

from collections.abc import Iterable

from guildhall.db.pool import Database, Transaction
from guildhall.packs.poe2.discovery.queries import bitmaps as queries
from guildhall.packs.poe2.discovery.queries import upkeep
from guildhall.packs.poe2.discovery.rules.bitmaps import (
    EVERY,
    SIZE,
    SPAN,
    bands,
    bits_of,
    decoded,
    encoded,
    rank_term,
    rank_terms,
    reached,
)
from guildhall.packs.poe2.discovery.rules.blocks import Rank, lowest_likes
from guildhall.packs.poe2.discovery.schemas import Described

_CHANGES = 1_000
"""Changes of builds that one transaction takes over."""
_MANY = 500
"""Changed builds with which a chunk is rather made anew."""
_COMMON, _NO_LONGER_COMMON = 0.001, 0.0005
"""The share of builds from which a term gets bitmaps, and below which it loses them."""
_RANKS: tuple[Rank, ...] = ("likes", "rating", "trending")


async def follow(db: Database) -> int:
    """Bring bitmaps up to all changes of builds; return how many builds had changed."""
    total = 0
    while True:
        changed = await db.transact(_follow, timeout=120)
        total += changed
        if not changed:
            return total


async def _follow(tx: Transaction) -> int:
    state = await queries.lock_state.one(tx)
    changes = await queries.take_changes.many(tx, _CHANGES)
    if not changes:
        return 0
    contents: dict[int, set[int]] = {}
    ranks: dict[int, set[int]] = {}
    for change in changes:
        (contents if change.content else ranks).setdefault(change.number >> SPAN, set()).add(change.number)
    there = set(await queries.chunks_there.many(tx, sorted({*contents, *ranks})))
    dictionary = await queries.kept_terms.many(tx)
    for chunk in sorted({*contents, *ranks}):
        changed = contents.get(chunk, set()) | ranks.get(chunk, set())
        if chunk not in there:
            await _make_chunk(tx, chunk, dictionary, state.version + 1, state.generation)
        elif len(changed) > _MANY:
            await _write_chunk(tx, chunk, dictionary, state.version + 1)
        else:
            await _change_chunk(tx, chunk, dictionary, state.version + 1, changed, ranks_alone=chunk not in contents)
    await queries.move_state.run(tx, state.version + 1, state.generation, state.ready, 0)
    return len(changes)


async def complete(db: Database) -> int:
    """Make the chunks that lack bitmaps, each in its own transaction; return how many. Continues where it stopped."""
    made = 0
    while await db.transact(complete_one, timeout=300):
        made += 1
    return made


async def complete_one(tx: Transaction) -> bool:
    """Make a chunk that lacks bitmaps; return whether there was one. After the last one searches use the new terms."""
    state = await queries.lock_state.one(tx)
    chunk = await queries.chunk_behind.one_or_none(tx, state.generation)
    if chunk is not None:
        dictionary = await queries.kept_terms.many(tx)
        await _make_chunk(tx, chunk, dictionary, state.version + 1, state.generation)
        await queries.move_state.run(tx, state.version + 1, state.generation, state.ready, 0)
        return True
    if state.ready < state.generation:
        await queries.move_state.run(tx, state.version + 1, state.generation, state.generation, 1)
    return False


async def choose_terms(tx: Transaction) -> None:
    """Decide which terms have bitmaps: those that a census found common, and scores that divide ranks."""
    state = await queries.lock_state.one(tx)
    kept = set(await queries.kept_terms.many(tx))
    shares = {one.term: one.share for one in await queries.common_terms.many(tx, _NO_LONGER_COMMON)}
    wanted = {EVERY}
    wanted |= {term for term, share in shares.items() if share >= _COMMON or term in kept}
    wanted -= {term for term in shares if term.startswith(("=n", "=l", "=r", "=t")) and term[2:4] in ("1:", "2:")}
    counted: dict[str, dict[int, int]] = {}
    for row in await upkeep.blocks.many(tx):
        score = lowest_likes(row.block) if row.sort == "likes" else row.block
        counted.setdefault(row.sort, {})[score] = row.builds
    for rank in _RANKS:
        wanted |= {rank_term(rank, score) for score in bands(counted.get(rank, {}))}
    new, old = sorted(wanted - kept), sorted(kept - wanted)
    if not new and not old:
        return
    await queries.add_terms.run(tx, new, state.generation + 1)
    await queries.drop_terms.run(tx, old)
    await queries.drop_bits.run(tx, old)
    await queries.move_state.run(tx, state.version + 1, state.generation + 1, state.ready, 1)


async def _make_chunk(tx: Transaction, chunk: int, dictionary: list[str], version: int, generation: int) -> None:
    await _write_chunk(tx, chunk, dictionary, version)
    await queries.note_chunk.run(tx, chunk, generation)


async def _write_chunk(tx: Transaction, chunk: int, dictionary: list[str], version: int) -> None:
    """Make all bitmaps of a chunk from its builds."""
    offsets: dict[str, list[int]] = {term: [] for term in dictionary}
    scores = rank_terms(dictionary)
    first = chunk << SPAN
    for build in await queries.builds_between.many(tx, first, first + SIZE, ranks_alone=False):
        offset = build.number - first
        for term in (*build.words, *_own_terms(build, scores)):
            if (found := offsets.get(term)) is not None:
                found.append(offset)
    there = {row.term: row.bits for row in await queries.bits_of_chunk.many(tx, chunk, ranks_alone=False)}
    made = {term: encoded(bits_of(found)) for term, found in offsets.items() if found or term in there}
    await _write(tx, chunk, version, {term: bits for term, bits in made.items() if there.get(term) != bits})


async def _change_chunk(
    tx: Transaction, chunk: int, dictionary: list[str], version: int, numbers: set[int], *, ranks_alone: bool
) -> None:
    """Change the bits of some builds of a chunk."""
    there = {
        row.term: decoded(row.bits) for row in await queries.bits_of_chunk.many(tx, chunk, ranks_alone=ranks_alone)
    }
    terms = [term for term in dictionary if term.startswith(">")] if ranks_alone else dictionary
    bits = {term: there.get(term, 0) for term in terms}
    scores = rank_terms(dictionary)
    first = chunk << SPAN
    builds = {one.number: one for one in await queries.builds_of.many(tx, list(numbers), ranks_alone=ranks_alone)}
    for number in numbers:
        bit = 1 << (number - first)
        build = builds.get(number)
        has = set() if build is None else {*build.words, *_own_terms(build, scores)}
        for term, old in bits.items():
            if (term in has) != bool(old & bit):
                bits[term] = old ^ bit
    changed = {term: encoded(new) for term, new in bits.items() if new != there.get(term, 0)}
    await _write(tx, chunk, version, changed)


def _own_terms(build: Described, scores: dict[Rank, list[int]]) -> Iterable[str]:
    """Yield the terms of a build beside its lexemes."""
    yield EVERY
    for rank, score in (("likes", build.likes), ("rating", build.rating), ("trending", build.trending)):
        for one in reached(scores[rank], score):  # type: ignore[index]
            yield rank_term(rank, one)  # type: ignore[arg-type]


async def _write(tx: Transaction, chunk: int, version: int, bits: dict[str, bytes]) -> None:
    if bits:
        await queries.write_bits.run(tx, chunk, version, list(bits), list(bits.values()))
