"""The leagues: which there are, and which of them are followed."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from guildhall.core.fresh.declaration import Fresh
from guildhall.core.upstream.errors import UpstreamLimited
from guildhall.db.pool import Database, Transaction
from guildhall.errors import Unavailable
from guildhall.log import get_logger
from guildhall.packs.poe2.market.kept import CURRENCIES, ITEM_LISTS, UNIQUES
from guildhall.packs.poe2.market.queries import leagues
from guildhall.packs.poe2.market.rules.keys import key_of, parts_of
from guildhall.packs.poe2.market.rules.readings import decimal_of
from guildhall.packs.poe2.market.schemas.given import GivenCategories, GivenLeague
from guildhall.packs.poe2.market.schemas.stored import LeagueRow
from guildhall.packs.poe2.market.upstream import Poe2Scout
from guildhall.packs.poe2.settings import Poe2Settings

log = get_logger(__name__)


class Followed(Struct, frozen=True):
    """The result of a look at the leagues: those that are followed, and what of them is kept fresh from now on."""

    leagues: list[str]
    new: int
    forgotten: int


async def follow_leagues(
    db: Database, scout: Poe2Scout, settings: Poe2Settings, *, interactive: bool = False
) -> Followed:
    """Ask which leagues there are, store them, and keep the prices of the followed ones fresh.

    What is kept of a league whose categories cannot be told now stays kept. Raises Unavailable.
    """
    given = await scout.leagues.fetcher(interactive)(settings.scout_realm)
    async with db.write() as tx:
        await save_leagues(tx, settings.scout_realm, given.value)
        found = await leagues.followed_leagues.many(
            tx, settings.scout_realm, settings.market_leagues, settings.market_leagues_most
        )
    told: dict[str, GivenCategories] = {}
    for league in found:
        try:
            told[league.name] = (await scout.categories.fetcher(interactive)(league.realm, league.name)).value
        except UpstreamLimited:
            raise
        except Unavailable as error:
            log.warning("market_categories_unknown", league=league.name, why=str(error))
    async with db.write() as tx:
        new, forgotten = await _keep(tx, found, told)
    return Followed([league.name for league in found], new, forgotten)


async def save_leagues(tx: Transaction, realm: str, given: Sequence[GivenLeague]) -> list[str]:
    """Store the list of leagues; return those that were current and are not listed any more, and so have ended."""
    await leagues.save_leagues.run(
        tx, realm, [one.value for one in given], [one.short_name or None for one in given],
        [one.base_currency_api_id for one in given], [one.is_current for one in given],
        [decimal_of(one.divine_price) if one.divine_price else None for one in given], tx.now,
    )  # fmt: skip
    return await leagues.end_leagues.many(tx, realm, [one.value for one in given], tx.now)


async def _keep(tx: Transaction, found: Sequence[LeagueRow], told: dict[str, GivenCategories]) -> tuple[int, int]:
    """Keep what the followed leagues have, and nothing else; return how much is new, and how much was forgotten."""
    names = {league.name for league in found}
    currencies = [key_of(one.api_id, league) for league, of in told.items() for one in of.currency_categories]
    uniques = [key_of(one.api_id, league) for league, of in told.items() for one in of.unique_categories]
    lists = [league.name for league in found]
    new = forgotten = 0
    for fresh, wanted in ((CURRENCIES, currencies), (UNIQUES, uniques), (ITEM_LISTS, lists)):
        gone = [key for key in await kept_keys(tx, fresh) if _is_over(fresh, key, names)]
        new += await fresh.keep(tx, *wanted)
        forgotten += await fresh.forget(tx, *gone)
    return new, forgotten


def _is_over(fresh: Fresh, key: str, followed: Iterable[str]) -> bool:
    """Return whether a key is of a league that is not followed. Categories come and go with their trades, and stay."""
    league = key if fresh is ITEM_LISTS else parts_of(key)[1]
    return league not in followed


async def kept_keys(tx: Transaction, fresh: Fresh) -> list[str]:
    """Return all keys of a declaration."""
    found: list[str] = []
    while page := await fresh.keys(tx, found[-1] if found else "", 1000):
        found += page
    return found
