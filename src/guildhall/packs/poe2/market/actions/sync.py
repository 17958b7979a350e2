"""The sync of prices: a category of a league, page by page, and the list of all items."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from msgspec import Struct

from guildhall.core.upstream.rows import Found
from guildhall.db.pool import Database, Transaction
from guildhall.packs.poe2.ids import MarketItemId
from guildhall.packs.poe2.market.actions.prices import Stored, save_prices
from guildhall.packs.poe2.market.errors import LeagueNotFound
from guildhall.packs.poe2.market.queries import items, leagues
from guildhall.packs.poe2.market.rules.readings import BUCKETS, HOUR, Reading, frequency_for, readings
from guildhall.packs.poe2.market.schemas.given import GivenListed, GivenPage, GivenPriced
from guildhall.packs.poe2.market.schemas.stored import Kind, LeagueRow
from guildhall.packs.poe2.market.upstream import MOST_PAGES, Poe2Scout
from guildhall.packs.poe2.settings import Poe2Settings

USUAL: dict[Kind, int] = {"currency": 1, "unique": 6}
"""Hours between two prices of an item as poe2scout has them."""
_SEEN = timedelta(days=1)
"""The precision of the time at which an item was seen last."""
_TOLD = timedelta(hours=3)
"""Time for which the list of leagues is believed about the price of a Divine Orb."""
_APART = 8
"""Times by which that price may differ from the one in the prices themselves; more is another league's."""
_LONGEST_ICON = 1000


class Synced(Struct, frozen=True):
    """The result of a sync: items on the pages, and prices that were new or another."""

    items: int
    prices: int


async def sync_category(
    db: Database,
    scout: Poe2Scout,
    settings: Poe2Settings,
    kind: Kind,
    category: str,
    league: str,
    *,
    since: datetime | None,
    interactive: bool = False,
) -> Synced:
    """Fetch and store the prices of a category. `since` is the last time that this succeeded, None for never.

    A page reaches back over eight prices of an item. After a longer time a second look in longer buckets fills what is
    missing, as far as that goes. Each page is stored on its own. Raises LeagueNotFound, Unavailable.
    """
    async with db.read() as tx:
        row = await leagues.league.one_or_none(tx, league)
    if row is None:
        raise LeagueNotFound(league=league)
    now = scout.client.clock.now()
    looks = [USUAL[kind]]
    if since is not None and now - since > (BUCKETS - 1) * USUAL[kind] * HOUR:
        looks.append(frequency_for(now - since))
    seen = stored = 0
    for frequency in looks:
        async for page in pages(scout, row, kind, category, frequency, interactive):
            found = prices_of(scout, kind, row, page, now)
            save = partial(_save_page, kind, page, league, found, settings, overwrite=frequency == looks[0])
            done = await db.transact(save)  # a month's first prices make its partition, for which others wait
            seen += len(page.items) if frequency == looks[0] else 0
            stored += done.prices
    return Synced(seen, stored)


async def _save_page(
    kind: Kind, page: GivenPage, league: str, found: list[Reading], settings: Poe2Settings, tx: Transaction, *,
    overwrite: bool,
) -> Stored:  # fmt: skip
    await save_priced(tx, kind, page.items)
    return await save_prices(tx, league, found, settings, overwrite=overwrite)


async def pages(
    scout: Poe2Scout, league: LeagueRow, kind: Kind, category: str, frequency: int, interactive: bool
) -> AsyncIterator[GivenPage]:
    """Fetch the pages of a category, one after the other. Raises Unavailable; more than there can be are a lie."""
    route = scout.currencies if kind == "currency" else scout.uniques
    fetch = route.fetcher(interactive)
    for number in range(1, MOST_PAGES + 1):
        given = await fetch(league.realm, league.name, category, number, frequency, league.base_currency)
        yield given.value
        if number >= given.value.pages:
            return


def prices_of(scout: Poe2Scout, kind: Kind, league: LeagueRow, page: GivenPage, now: datetime) -> list[Reading]:
    """Return the prices on a page; those that cannot be true are counted as dropped rows.

    Raises UpstreamLied for a page whose prices are all to come, or are those of another league.
    """
    route = (scout.currencies if kind == "currency" else scout.uniques).route.call.name
    found: list[Reading] = []
    faults: list[str] = []
    for one in page.items:
        sound, odd = readings(id_of(one), one.price_logs, now)
        found += sound
        faults += odd
    if faults and not found:
        raise scout.client.lied(route, faults[0])
    divine = next((one.current_price for one in page.items if one.api_id == "divine"), None)
    if divine and is_of_another(league, Decimal(divine), now):
        raise scout.client.lied(route, f"the prices of another league than {league.name}")
    return scout.client.sound(route, Found(found, len(faults), tuple(faults[:3])))


def is_of_another(league: LeagueRow, divine: Decimal, now: datetime) -> bool:
    """Return whether a Divine Orb costs so much else than the list of leagues said lately that it is another league's.

    The list and the prices are two answers; a cache that mixes leagues up is noticed where they contradict each other.
    """
    told = league.divine_price
    if told is None or now - league.seen_at > _TOLD:
        return False
    return not told / _APART <= divine <= told * _APART


def id_of(one: GivenPriced | GivenListed) -> MarketItemId:
    """Return the id of an item as it is stored."""
    return MarketItemId(str(one.item_id))


async def save_priced(tx: Transaction, kind: Kind, given: Sequence[GivenPriced]) -> None:
    """Store the items of a page."""
    rows = list({one.item_id: one for one in given}.values())
    await _save(tx, kind, rows, [one.base_item_type_id for one in rows])


async def sync_items(db: Database, scout: Poe2Scout, league: str, *, interactive: bool = False) -> int:
    """Fetch and store the list of all items; return how many it has. Raises LeagueNotFound, Unavailable."""
    async with db.read() as tx:
        row = await leagues.league.one_or_none(tx, league)
    if row is None:
        raise LeagueNotFound(league=league)
    given = (await scout.items.fetcher(interactive)(row.realm, league)).value
    listed = list({one.item_id: one for one in given}.values())
    kinds: dict[Kind, list[GivenListed]] = {
        "unique": [one for one in listed if one.name is not None],
        "currency": [one for one in listed if one.name is None],
    }
    async with db.write() as tx:
        for kind, rows in kinds.items():
            await _save(tx, kind, rows, [None] * len(rows))
    return len(listed)


async def _save(
    tx: Transaction, kind: Kind, rows: Sequence[GivenPriced | GivenListed], base_types: Sequence[str | None]
) -> None:
    if rows:
        await items.save_items.run(
            tx, kind, [id_of(one) for one in rows], [one.api_id for one in rows], list(base_types),
            [one.category_api_id for one in rows], [one.name or one.text for one in rows], [one.type for one in rows],
            [_icon(one.icon_url) for one in rows], tx.now, tx.now - _SEEN,
        )  # fmt: skip


def _icon(address: str | None) -> str | None:
    """Return the address of a picture; None for what no browser should be led to."""
    sound = address is not None and len(address) <= _LONGEST_ICON and address.startswith(("https://", "http://"))
    return address if sound else None
