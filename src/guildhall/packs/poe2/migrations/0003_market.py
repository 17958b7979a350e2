"""The market: leagues, items, prices by hour, their days, and what is fetched of the past."""

from guildhall.db.policies import APP, JOBS, READONLY
from guildhall.db.revision import steps

revision = "poe2_0003"
down_revision = "poe2_0002"
branch_labels = None
depends_on = None

UP = f"""
-- Leagues are many and short, so they are rows that a sync finds, and nothing else refers to them but the market:
-- what has ended stays known here by its name alone.
create table poe2.leagues (
    name          text primary key check (char_length(name) between 1 and 100),
    realm         text not null check (char_length(realm) between 1 and 40),
    short_name    text check (char_length(short_name) between 1 and 60),
    -- the currency of all its prices, by its short id. Fixed at the first sight, so that prices stay comparable
    base_currency text not null check (char_length(base_currency) between 1 and 200),
    is_current    boolean not null,
    -- what the list of leagues says that a Divine Orb costs
    divine_price  numeric check (divine_price > 0 and divine_price < 'infinity'),
    first_seen_at timestamptz not null,
    -- when the list of leagues named it last
    seen_at       timestamptz not null,
    -- first seen as current; null for one that was over when it was first seen
    began_at      timestamptz,
    -- first seen as no longer current
    ended_at      timestamptz,
    check (not is_current or (began_at is not null and ended_at is null)),
    check (seen_at >= first_seen_at)
);
-- Those that have ended only grow in number.
create index leagues_current on poe2.leagues (name) where is_current;

-- One thing has up to two ids of the game: the short one of the trade site, and the base item type's of the currency
-- exchange. Either may be missing.
create table poe2.market_items (
    id            text collate "C" primary key check (char_length(id) between 1 and 255),
    kind          text not null check (kind in ('currency', 'unique')),
    api_id        text collate "C" check (char_length(api_id) between 1 and 200),
    base_type_id  text collate "C" check (char_length(base_type_id) between 1 and 300),
    category      text collate "C" not null check (char_length(category) between 1 and 60),
    name          text not null check (char_length(name) between 1 and 200),
    -- of a unique: what it is one of
    base_type     text check (char_length(base_type) between 1 and 200),
    icon          text check (icon ~ '^https?://' and char_length(icon) <= 1000),
    first_seen_at timestamptz not null,
    seen_at       timestamptz not null
);
-- Not unique: the game has given an id to something else before.
create index market_items_api_id on poe2.market_items (api_id) where api_id is not null;
create index market_items_base_type on poe2.market_items (base_type_id) where base_type_id is not null;
-- Serves the list, page by page.
create index market_items_by_name on poe2.market_items (lower(name) collate "C", id);

-- Prices of an hour, in the league's base currency and in the two that people count in.
create table poe2.market_price_history (
    id              uuid not null,
    item_id         text collate "C" not null references poe2.market_items,
    league          text not null references poe2.leagues,
    price           numeric not null check (price > 0 and price < 'infinity'),
    base_currency   text not null,
    -- null: what a Chaos or Divine Orb cost at that time is not known
    price_in_chaos  numeric check (price_in_chaos > 0),
    price_in_divine numeric check (price_in_divine > 0),
    -- trades of a currency, offers of a unique
    volume          int check (volume >= 0),
    -- the start of the hour
    recorded_at     timestamptz not null check (recorded_at = date_trunc('hour', recorded_at, 'UTC')),
    -- Also serves the newest price of an item before an instant, and its history page by page.
    primary key (item_id, league, recorded_at)
) partition by range (recorded_at);

create table poe2.market_price_history_before partition of poe2.market_price_history
    for values from (minvalue) to ('2024-12-01 00:00:00+00');
create table poe2.market_price_history_default partition of poe2.market_price_history default;
-- Rows of a partition are reached through its table alone.
revoke all on poe2.market_price_history_before, poe2.market_price_history_default from {APP}, {JOBS}, {READONLY};
insert into core.partitioned_tables (table_name, ahead, first_month)
values ('poe2.market_price_history', 2, '2024-12-01');
-- Earlier months are made when their prices are fetched.
select core.make_month_partition('poe2.market_price_history', month::date)
from generate_series(date_trunc('month', now() at time zone 'utc'),
                     date_trunc('month', now() at time zone 'utc') + interval '2 months', interval '1 month') month;

-- Prices of a UTC day. Kept in the transaction that stores prices; a question about years reads nothing else.
create table poe2.market_daily (
    item_id  text collate "C" not null references poe2.market_items,
    league   text not null references poe2.leagues,
    day      date not null,
    open     numeric not null check (open > 0 and open < 'infinity'),
    high     numeric not null check (high >= open and high >= close and high < 'infinity'),
    low      numeric not null check (low > 0 and low <= open and low <= close),
    close    numeric not null check (close > 0),
    average  numeric not null check (average > 0 and average < 'infinity'),
    volume   bigint check (volume >= 0),
    -- rows of market_price_history in it; 0 for a day of which poe2scout told the figures themselves
    samples  int not null check (samples between 0 and 24),
    -- Everything is in the key's index, where a year of an item lies side by side; in the table it is scattered over
    -- as many pages as it has days.
    primary key (item_id, league, day) include (open, high, low, close, average, volume, samples)
) with (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_vacuum_scale_factor = 0.02);

-- How far the past of a league has been fetched: items in the order of (rank, item_id), each back in time.
create table poe2.market_backfills (
    league      text primary key references poe2.leagues,
    state       text not null check (state in ('running', 'stopped', 'done')),
    -- prices by hour are fetched back to here; days of the whole league in any case
    since       timestamptz not null,
    items       int not null default 0 check (items >= 0),
    items_done  int not null default 0 check (items_done >= 0),
    prices      bigint not null default 0 check (prices >= 0),
    days        bigint not null default 0 check (days >= 0),
    -- the last item that is done
    rank        smallint not null default -1,
    item_id     text collate "C" not null default '',
    -- the instant before which prices of the next item are fetched next; null: it has not begun
    before      timestamptz,
    -- what it waits for, in words
    waits_for   text check (char_length(waits_for) <= 500),
    started_at  timestamptz not null,
    updated_at  timestamptz not null,
    ended_at    timestamptz
);
"""

DOWN = """
drop table poe2.market_backfills;
drop table poe2.market_daily;
drop table poe2.market_price_history;
delete from core.partitioned_tables where table_name = 'poe2.market_price_history';
drop table poe2.market_items;
drop table poe2.leagues;
"""

upgrade, downgrade = steps(UP, DOWN)
