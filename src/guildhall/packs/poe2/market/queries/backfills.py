"""Fetches of the past."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.packs.poe2.ids import MarketItemId
from guildhall.packs.poe2.market.schemas.stored import BackfillItem, BackfillPlace, BackfillRow

_COLUMNS = "league, state, since, items, items_done, prices, days, started_at, updated_at, ended_at, waits_for"
_RANK = "(case when i.kind = 'currency' and i.api_id in ('chaos', 'divine') then 0 else 1 end)::smallint"
"""The place of an item: those that convert others come first, so that nothing has to be converted twice."""


@rows(BackfillRow, f"select {_COLUMNS} from poe2.market_backfills order by started_at desc, league limit :most")
def backfills(most: int) -> None: ...


@rows(
    BackfillRow,
    f"""
    insert into poe2.market_backfills as b (league, state, since, items, started_at, updated_at)
    values (:league, 'running', :since, (select count(*) from poe2.market_items)::int, :now, :now)
    on conflict (league) do update
    set state = 'running', since = excluded.since, items = excluded.items, items_done = 0, prices = 0, days = 0,
        rank = -1, item_id = '', before = null, waits_for = null, started_at = excluded.started_at,
        updated_at = excluded.updated_at, ended_at = null
    returning {_COLUMNS}
    """,
)
def begin_backfill(league: str, since: datetime, now: datetime) -> None:
    """Begin a fetch of a league's past, from its first item on."""


@rows(
    BackfillRow,
    f"""
    update poe2.market_backfills set state = :state, updated_at = :now, waits_for = null
    where league = :league and state <> 'done'
    returning {_COLUMNS}
    """,
)
def set_backfill_state(league: str, state: str, now: datetime) -> None:
    """Stop a fetch that is not done, or let it go on."""


@rows(
    BackfillPlace,
    """
    select since, rank, item_id, before from poe2.market_backfills where league = :league and state = 'running'
    for update
    """,
)
def locked_place(league: str) -> None:
    """The place of a fetch that is neither stopped nor done, held until the transaction ends."""


@rows(BackfillRow, f"select {_COLUMNS} from poe2.market_backfills where league = :league")
def backfill(league: str) -> None: ...


@rows(
    BackfillItem,
    f"""
    select {_RANK} as rank, i.id as item_id from poe2.market_items i
    where ({_RANK}, i.id) > (:rank::smallint, :after)
    order by 1, 2
    limit 1
    """,
    proven=("rank",),
)
def next_item(rank: int, after: MarketItemId) -> None: ...


@command(
    """
    update poe2.market_backfills
    set before = :before, prices = prices + :prices, days = days + :days, updated_at = :now, waits_for = null
    where league = :league
    """,
)
def note_step(league: str, before: datetime, prices: int, days: int, now: datetime) -> None: ...


@command(
    """
    update poe2.market_backfills
    set rank = :rank, item_id = :item, before = null, items_done = items_done + 1, updated_at = :now
    where league = :league
    """,
)
def note_item_done(league: str, rank: int, item: MarketItemId, now: datetime) -> None: ...


@command("update poe2.market_backfills set state = 'done', updated_at = :now, ended_at = :now where league = :league")
def end_backfill(league: str, now: datetime) -> None: ...


@command("update poe2.market_backfills set waits_for = :why, updated_at = :now where league = :league")
def note_wait(league: str, why: str, now: datetime) -> None: ...


@rows(
    bool,
    "select exists (select from poe2.market_backfills where state = 'running' and updated_at < :before)",
)
def any_idle(before: datetime) -> None: ...


@rows(str, "select league from poe2.market_backfills where state = 'running' and updated_at < :before order by league")
def idle_backfills(before: datetime) -> None:
    """Leagues whose fetch should run and has not moved since an instant."""
