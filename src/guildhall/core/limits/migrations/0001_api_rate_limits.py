"""Requests that people have made in the present window of each group of endpoints."""

from guildhall.db.policies import APP, JOBS
from guildhall.db.revision import steps

revision = "limits_0001"
down_revision = None
branch_labels = ("limits",)
depends_on = ("db_0001", "identity_0001")

UP = f"""
-- Unlogged: after a crash of the database everybody begins a new window.
create unlogged table core.api_rate_limits (
    user_id        uuid not null references core.users on delete cascade,
    -- the group of endpoints
    endpoint       text collate "C" not null check (char_length(endpoint) between 1 and 60),
    requests_made  bigint not null check (requests_made >= 0),
    -- the first request of the window
    window_start   timestamptz not null,
    window_seconds int not null check (window_seconds > 0),
    primary key (user_id, endpoint)
)
-- Counting changes columns without an index.
with (fillfactor = 70);
create index api_rate_limits_by_age on core.api_rate_limits (window_start);

-- Not forced on the owner: the function below counts for everybody.
alter table core.api_rate_limits enable row level security;
create policy owner_only on core.api_rate_limits for select to {APP}
    using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy jobs_all on core.api_rate_limits to {JOBS} using (true) with check (true);

-- Add requests of many people and return what each has made in the present window, and the seconds to its end, by the
-- database's clock. A window begins with its first request. If the clock goes back by less than a window, the window
-- goes on; one that lies further ahead was begun by a clock that was wrong, and another takes its place.
create function core.count_requests(
    user_ids uuid[], endpoints text[], counts int[], seconds int[], moment timestamptz,
    out user_id uuid, out endpoint text, out made bigint, out seconds_left double precision
) returns setof record
language sql security definer set search_path = pg_catalog as $$
    insert into core.api_rate_limits as r (user_id, endpoint, requests_made, window_start, window_seconds)
    select u.user_id, u.endpoint, u.made, coalesce(moment, now()), u.seconds
    from unnest(user_ids, endpoints, counts, seconds) u (user_id, endpoint, made, seconds)
    order by 1, 2
    on conflict (user_id, endpoint) do update
    set requests_made = excluded.requests_made + case
            when excluded.window_start < r.window_start + make_interval(secs => excluded.window_seconds)
             and excluded.window_start > r.window_start - make_interval(secs => excluded.window_seconds)
            then r.requests_made else 0 end,
        window_start = case
            when excluded.window_start < r.window_start + make_interval(secs => excluded.window_seconds)
             and excluded.window_start > r.window_start - make_interval(secs => excluded.window_seconds)
            then r.window_start else excluded.window_start end,
        window_seconds = excluded.window_seconds
    returning r.user_id, r.endpoint, r.requests_made,
              extract(epoch from r.window_start - coalesce(moment, now()))::double precision + r.window_seconds
$$;
revoke all on function core.count_requests(uuid[], text[], int[], int[], timestamptz) from public;
grant execute on function core.count_requests(uuid[], text[], int[], int[], timestamptz) to {APP}, {JOBS};
"""

DOWN = """
drop function core.count_requests(uuid[], text[], int[], int[], timestamptz);
drop table core.api_rate_limits;
"""

upgrade, downgrade = steps(UP, DOWN)
