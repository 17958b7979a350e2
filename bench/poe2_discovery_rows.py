"""Builds in quantity for the question of discovery, and the searches that are asked."""

import asyncio
import random
from typing import Any

import asyncpg
from msgspec import Struct

from guildhall.clock import Clock
from guildhall.db.policies import JOBS
from guildhall.db.pool import Database, PoolSettings
from guildhall.packs.poe2.discovery.actions.upkeep import take_census
from guildhall.packs.poe2.discovery.schemas import Sort
from tests.packs.poe2.discovery.population import RATED, make_builds, searched

_AT_ONCE = 10_000
_WORDS = (
    "fast", "cheap", "league", "starter", "mapping", "tanky", "crit", "life", "energy", "shield", "evasion", "armour",
    "block", "minion", "budget", "endgame", "clear", "speed", "damage", "strong", "simple", "guide", "safe",
    "lightning", "cold", "chaos", "poison", "frost", "arrow", "spear", "strike", "nova", "wave", "bolt", "slam",
    "totem", "mine", "shot",
)  # fmt: skip
"""No word of them is a part of another that a build could have: what contains one has it."""
_FACETS = (
    ("class", ("Ranger", "Witch", "Sorceress", "Monk", "Warrior", "Mercenary", "Huntress", "Druid")),
    ("ascendancy", ("Deadeye", "Pathfinder", "Infernalist", "Blood Mage", "Stormweaver", "Titan", "Oracle")),
    ("league", ("Standard", "Hardcore", "Runes of Aldur", "Rise of the Abyssal")),
    ("patch", ("0.5", "0.4", "0.3", "0.2")),
    ("complexity", ("beginner", "intermediate", "advanced", "expert")),
    ("language", ("en", "de", "pt")),
)
_SORTS: tuple[Sort, ...] = ("relevance", "new", "liked", "rated", "trending")
QUESTIONS = 300


class Question(Struct, frozen=True):
    """A text, a value of each of two facets, and a sort."""

    text: str
    facets: dict[str, str]
    sort: Sort


def questions(many: int = QUESTIONS, sorts: tuple[Sort, ...] = _SORTS) -> list[Question]:
    """Return searches of one to three words, common ones more often; every eighth for a word that few builds have."""
    dice = random.Random(108)
    asked = []
    for number in range(many):
        words = {_WORDS[int(len(_WORDS) * dice.random() ** 1.5)] for _ in range(dice.choice((1, 1, 2, 2, 3)))}
        text = f"mark{2_000 + int(18_000 * dice.random() ** 2)}" if number % 8 == 0 else " ".join(sorted(words))
        facets = {name: dice.choice(values) for name, values in dice.sample(_FACETS, 2)}
        asked.append(Question(text, facets, sorts[number % len(sorts)]))
    return asked


async def fill(url: str, builds: int) -> None:
    """Make builds and the search over them on two connections, then the index, the census and the bitmaps."""
    connections = [await asyncpg.connect(url) for _ in range(2)]
    owner = connections[0]
    try:
        definition = await owner.fetchval("select pg_get_indexdef('poe2.build_search_words'::regclass)")
        await owner.execute("drop index poe2.build_search_words")
        for connection in connections:
            await connection.execute("set session_replication_role = replica; set synchronous_commit = off")
        ranges = [(first, min(builds, first + _AT_ONCE - 1)) for first in range(1, builds + 1, _AT_ONCE)]
        await _share(connections, [make_builds(first, last, of=builds) for first, last in ranges])
        await owner.execute(RATED, timeout=3600)
        await owner.execute("vacuum analyze poe2.build_templates, poe2.build_ratings", timeout=3600)
        await _share(connections, [searched(first, last) for first, last in ranges])
        await owner.execute("set maintenance_work_mem = '512MB'")
        await owner.execute(definition, timeout=3600)
        await owner.execute("vacuum analyze poe2.build_search", timeout=3600)
        db = await Database.open(PoolSettings(url, JOBS, largest=1), Clock())
        try:
            await take_census(db)
        finally:
            await db.close()
        await owner.execute("vacuum analyze", timeout=3600)
    finally:
        for connection in connections:
            await connection.close()


async def _share(connections: list[Any], scripts: list[str]) -> None:
    left = scripts[::-1]

    async def work(connection: Any) -> None:
        while left:
            await connection.execute(left.pop(), timeout=3600)

    await asyncio.gather(*map(work, connections))
