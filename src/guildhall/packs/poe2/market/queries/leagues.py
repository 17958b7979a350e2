"""Leagues."""

from datetime import datetime
from decimal import Decimal

from guildhall.db.statements import command, rows
from guildhall.packs.poe2.market.schemas.stored import LeagueRow

COLUMNS = """name, realm, short_name, base_currency, is_current, divine_price, first_seen_at, seen_at, began_at,
    ended_at"""


@rows(LeagueRow, f"select {COLUMNS} from poe2.leagues where name = :league", hot=True)
def league(league: str) -> None: ...


@rows(
    LeagueRow,
    f"""
    select {COLUMNS} from poe2.leagues
    where (:current::boolean is null or is_current = :current) and (:after::text is null or name > :after)
    order by name
    limit :limit
    """,
)
def league_page(current: bool | None, after: str | None, limit: int) -> None:
    """Leagues in the order of their names; those that are current, those that are not, or all."""


@rows(
    LeagueRow,
    f"""
    select {COLUMNS} from poe2.leagues
    where realm = :realm and (is_current or name = any(:others::text[]))
    order by is_current desc, began_at desc nulls last, name
    limit :most
    """,
)
def followed_leagues(realm: str, others: list[str], most: int) -> None:
    """The leagues whose prices are fetched: current ones, the newest first, then those that settings name."""


@rows(LeagueRow, f"select {COLUMNS} from poe2.leagues where name = :league for no key update")
def locked_league(league: str) -> None:
    """The league, held until the transaction ends: prices of one league are stored one batch after the other."""


@command(
    """
    insert into poe2.leagues as l (name, realm, short_name, base_currency, is_current, divine_price, first_seen_at,
                                   seen_at, began_at)
    select g.name, :realm, g.short_name, g.base_currency, g.is_current, g.divine_price, :now, :now,
           case when g.is_current then :now::timestamptz end
    from unnest(:names::text[], :short_names::text[], :base_currencies::text[], :current::boolean[],
                :divine_prices::numeric[])
         g (name, short_name, base_currency, is_current, divine_price)
    order by g.name
    on conflict (name) do update
    set short_name = coalesce(excluded.short_name, l.short_name),
        is_current = excluded.is_current,
        divine_price = coalesce(excluded.divine_price, l.divine_price),
        seen_at = greatest(l.seen_at, excluded.seen_at),
        began_at = coalesce(l.began_at, excluded.began_at),
        ended_at = case when excluded.is_current then null when l.is_current then :now else l.ended_at end
    where l.realm = excluded.realm
    """,
)
def save_leagues(
    realm: str,
    names: list[str],
    short_names: list[str | None],
    base_currencies: list[str],
    current: list[bool],
    divine_prices: list[Decimal | None],
    now: datetime,
) -> None:
    """Store what the list of leagues says. The base currency of a known league stays."""


@rows(
    str,
    """
    update poe2.leagues set is_current = false, ended_at = :now
    where realm = :realm and is_current and name <> all(:listed::text[])
    returning name
    """,
)
def end_leagues(realm: str, listed: list[str], now: datetime) -> None:
    """Leagues that the list does not have any more have ended; return their names."""
