"""The durable tier of the cache, and the leases that keep processes from fetching the same thing twice."""

from guildhall.db.revision import steps

revision = "cache_0001"
down_revision = None
branch_labels = ("cache",)
depends_on = ("db_0001",)

UP = """
-- Answers of game APIs as they go to the client. Logged, for it must survive a restart: it is what is
-- served while a game API is down.
create table core.cached_data (
    id         uuid primary key,
    cache_key  text not null unique check (char_length(cache_key) between 1 and 500),
    -- json and not jsonb: the bytes are served as they are
    data       json not null,
    -- 404 is a negative answer: the game API said that there is no such thing
    status     smallint not null default 200 check (status in (200, 404)),
    -- when the game API said so
    as_of      timestamptz not null,
    expires_at timestamptz not null,
    created_at timestamptz not null default now()
);

-- Clean-up goes by age.
create index cached_data_by_expiry on core.cached_data (expires_at);

-- Who fetches what just now. Unlogged: after a crash nobody fetches anything.
create unlogged table core.cache_leases (
    cache_key  text primary key,
    holder     uuid not null,
    expires_at timestamptz not null
);
"""

DOWN = """
drop table core.cache_leases;
drop table core.cached_data;
"""

upgrade, downgrade = steps(UP, DOWN)
