"""Leagues, items and prices for the tests of the market."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from guildhall.clock import Clock
from guildhall.db.pool import Transaction
from guildhall.packs.poe2.ids import MarketItemId
from guildhall.packs.poe2.market.actions.prices import Stored, save_prices
from guildhall.packs.poe2.market.queries import items, leagues
from guildhall.packs.poe2.market.rules.readings import Reading
from guildhall.packs.poe2.sandbox.market import leagues_at
from guildhall.packs.poe2.settings import Poe2Settings

MARKET = "/api/v1/poe2/market"
LEAGUE = "Call of the Vaults"
NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)
CHAOS, DIVINE, EXALTED, RUNE, SWORD = map(MarketItemId, ("1", "2", "3", "40", "900"))
NAMES = {CHAOS: "Chaos Orb", DIVINE: "Divine Orb", EXALTED: "Exalted Orb", RUNE: "Iron Rune"}
API_IDS: dict[MarketItemId, str | None] = {CHAOS: "chaos", DIVINE: "divine", EXALTED: "exalted", RUNE: None}


def settings(**given: Any) -> Poe2Settings:
    """The pack's settings; prices of any month are kept unless told otherwise."""
    return Poe2Settings(**{"_env_file": None, "keep_price_months": None, **given})


async def league(tx: Transaction, name: str = LEAGUE, *, current: bool = True, at: datetime | None = None) -> str:
    """Store a league in whose prices the Exalted Orb is 1."""
    await leagues.save_leagues.run(tx, "poe2", [name], ["short"], ["exalted"], [current], [None], at or tx.now)
    return name


async def market(tx: Transaction, name: str = LEAGUE) -> str:
    """Store a league and five items: Chaos, Divine and Exalted Orb, a rune without a short id, and a unique sword."""
    await league(tx, name)
    for one, title in NAMES.items():
        category = "runes" if one == RUNE else "currency"
        kind = f"Metadata/Items/Currency/{title.replace(' ', '')}"
        await items.save_items.run(
            tx, "currency", [one], [API_IDS[one]], [kind], [category], [title], [None], ["https://icons.example/1.png"],
            tx.now, tx.now,
        )  # fmt: skip
    await items.save_items.run(
        tx, "unique", [SWORD], [None], [None], ["weapon"], ["Redblade"], ["Broadsword"], [None], tx.now, tx.now
    )
    return name


def reading(item: str, hours: float, price: str | int, volume: int | None = 100) -> Reading:
    """A price of an item, so many hours after noon."""
    return Reading(MarketItemId(item), Decimal(price), volume, NOON + timedelta(hours=hours))


async def prices(tx: Transaction, *given: Reading, league: str = LEAGUE, **chosen: Any) -> Stored:
    """Store prices."""
    overwrite = chosen.pop("overwrite", True)
    return await save_prices(tx, league, given, settings(**chosen), overwrite=overwrite)


async def rows(tx: Transaction, sql: str, *arguments: Any) -> list[dict[str, Any]]:
    """What a statement finds."""
    return [dict(record) for record in await tx.connection.fetch(sql, *arguments)]


async def find(asking: Any, sql: str, *arguments: Any) -> list[dict[str, Any]]:
    """What a statement finds in the database of a client."""
    async with asking.db.read() as tx:
        return await rows(tx, sql, *arguments)


def current(clock: Clock) -> str:
    """The league of the stand-in that everybody plays."""
    now = clock.timestamp()
    return next(one.name for one in leagues_at(now) if one.is_current(now) and not one.name.startswith("HC"))
