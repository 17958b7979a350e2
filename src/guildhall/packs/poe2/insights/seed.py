"""Players of a development database: characters with weeks behind them, enough of them for figures."""

from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from random import Random
from uuid import NAMESPACE_URL, uuid5

from msgspec import Struct

from guildhall.core.jobs.actions import send
from guildhall.db.partitions import following, make_months, month_of
from guildhall.db.pool import Transaction
from guildhall.ids import UserId, uuid7
from guildhall.packs.poe2.builds.queries.demo import add_people
from guildhall.packs.poe2.characters.queries.snapshots import add_snapshot
from guildhall.packs.poe2.characters.rules.sheet import Stats
from guildhall.packs.poe2.ids import CharacterId, SnapshotId
from guildhall.packs.poe2.insights.messages import CountMeta
from guildhall.packs.poe2.insights.queries import demo as queries
from guildhall.packs.poe2.sandbox.ggg.world import LEAGUE
from guildhall.packs.poe2.sandbox.names import CLASSES

_PLAYERS, _WEEKS, _SEED = 60, 5, 20
_CALCULATOR = "PathOfBuilding2 0.12.1, tree 0_5"
_ITEMS = (("Widowhail", "Crude Bow"), ("Goldrim", "Felt Cap"), ("Headhunter", "Heavy Belt"), ("", "Ruby Ring"))


class _Played(Struct, frozen=True):
    """A class as people of the demo play it: how many of hundred, its ascendancies, its skills."""

    share: int
    class_name: str
    skills: tuple[str, ...]


_PLAYED = (
    _Played(40, "Ranger", ("Lightning Arrow", "Ice Shot")),
    _Played(25, "Sorceress", ("Spark", "Ice Nova")),
    _Played(20, "Monk", ("Tempest Bell", "Ice Strike")),
    _Played(15, "Warrior", ("Earthquake", "Boneshatter")),
)


async def seed_meta(tx: Transaction) -> int:
    """Add the players in a worker's transaction, once; how many."""
    people = {UserId(uuid5(NAMESPACE_URL, f"https://demo.invalid/poe2/player/{n}")): n for n in range(1, _PLAYERS + 1)}
    names = [f"Wanderer {number}" for number in people.values()]
    added = await add_people.many(tx, list(people), names, tx.now)
    if len(added) < len(people):
        return 0
    await queries.add_ended_accounts.run(tx, list(people), names, tx.now)
    await queries.let_share.run(tx, list(people))
    first = month_of((tx.now - timedelta(weeks=_WEEKS)).date())
    await make_months(tx, "poe2.character_snapshots", [following(first, step) for step in range(3)])
    chance = Random(_SEED)  # noqa: S311 (made-up people)
    for user, name in zip(people, names, strict=True):
        await _add_player(tx, chance, user, name)
    await send(tx, CountMeta())
    return len(people)


async def _add_player(tx: Transaction, chance: Random, user: UserId, name: str) -> None:
    """Add a character that gains levels every week, with figures that grow."""
    (played,) = chance.choices(_PLAYED, [one.share for one in _PLAYED])
    ascendancy, skill = chance.choice(CLASSES[played.class_name]), chance.choice(played.skills)
    worn = chance.sample(_ITEMS, 2)
    stats = Stats(
        100, {}, 2, 0, sorted(played.skills), sorted(item for item, _ in worn if item), sorted(base for _, base in worn)
    )
    begun = chance.randrange(_WEEKS)
    level, id = chance.randrange(20, 60), CharacterId(uuid7())
    await queries.add_unwatched.run(tx, id, user, name, played.class_name, ascendancy, 99, LEAGUE, tx.now)
    for week in range(begun, _WEEKS):
        level = min(98, level + chance.randrange(5, 20))
        power = level**3 * chance.uniform(0.5, 2.0)
        at = tx.now - timedelta(weeks=_WEEKS - 1 - week, hours=chance.randrange(1, 90))
        await add_snapshot.run(
            tx, SnapshotId(uuid7()), user, id, name, played.class_name, ascendancy, level, LEAGUE, False,
            level**4, _hash(name, week), _hash(name, 0), _hash(name, week), stats, Decimal(round(power)),
            Decimal(round(power / 10)), None, at, skill, _CALCULATOR,
        )  # fmt: skip


def _hash(name: str, number: int) -> str:
    return sha256(f"{name} {number}".encode()).hexdigest()
