"""Recounts of boards, in parts, and how far they are.

A revision of its own: Alembic notes no head that a pack's revision depends on, and would forget it with the pack.
"""

from guildhall.db.policies import JOBS
from guildhall.db.revision import steps

revision = "boards_0002"
down_revision = "boards_0001"
branch_labels = None
depends_on = None

UP = f"""
alter table core.board_windows
    -- how far a rebuild of its counts has come, and when the last one ended
    add column rebuilt_to bytea,
    add column rebuilt_at timestamptz;
alter table core.board_state
    -- the beginning of a rebuild of counts that has not ended, and the board that it is of; of all if null
    add column rebuild_since timestamptz,
    add column rebuild_board text;

-- Count the scores of a list again from a place on, up to `most`, in pieces of `each`, by the rows that are there now.
-- The caller holds the lock of the counts. Returns the place to go on from, null at the end, and the number of scores.
create function core.recount_board(list bigint, from_low bytea, each int, most int, out next_low bytea, out scores int)
language plpgsql security definer set search_path = pg_catalog as $$
declare
    start  bytea;
    lows   bytea[];
    counts int[];
begin
    -- The count that the place is in, which may have been merged with the one before.
    start := coalesce((select k.low from core.board_counts k where k.window_id = list and k.low <= from_low
                       order by k.low desc limit 1), '');
    with seen as materialized (
        select s.place, row_number() over (order by s.place) as n
        from (select place from core.board_scores where window_id = list and shown and place >= start
              order by place limit most + 1) s
    ), behind as materialized (
        -- where the scores end that are counted now, and where the count ends that this is in
        select s.high, (select k.low from core.board_counts k where k.window_id = list and k.low >= s.high
                       order by k.low limit 1) as count_end
        from (select (select place from seen where n = most + 1) as high) s
    ), pieces as materialized (
        select case when n = 1 then start else place end as low, n,
               least(each, (select count(*) from seen where seen.n <= most) - n + 1) as members
        from seen where n % each = 1 and n <= most
        union all
        select start, 1, 0 where not exists (select from seen)
        union all
        select b.high, most + 1, (
            select count(*) from core.board_scores s where s.window_id = list and s.shown and s.place >= b.high
              and (b.count_end is null or s.place < b.count_end))
        from behind b where b.high is not null and b.count_end is distinct from b.high
    ), bounded as (
        select p.low, p.n, p.members,
               coalesce(lead(p.low) over (order by p.n), case when p.n > most then b.count_end else b.high end) as high
        from pieces p cross join behind b
    )
    select array_agg(d.low order by d.n), array_agg((d.members - d.uncounted)::int order by d.n),
           (select high from behind), (select count(*) from seen where n <= most)
    into lows, counts, next_low, scores
    from (
        select b.low, b.n, b.members, (
            select coalesce(sum(c.delta), 0) from core.board_changes c
            where c.tx >= (select horizon from core.board_state) and c.window_id = list
              and c.place >= b.low and (b.high is null or c.place < b.high)) as uncounted
        from bounded b
    ) d;

    delete from core.board_counts k
    where k.window_id = list and k.low >= start and (next_low is null or k.low < next_low);
    insert into core.board_counts (window_id, low, members)
    select list, u.low, u.members from unnest(lows, counts) u (low, members);
end $$;
revoke all on function core.recount_board(bigint, bytea, int, int) from public;
grant execute on function core.recount_board(bigint, bytea, int, int) to {JOBS};
"""

DOWN = """
drop function core.recount_board(bigint, bytea, int, int);
alter table core.board_state drop column rebuild_since, drop column rebuild_board;
alter table core.board_windows drop column rebuilt_to, drop column rebuilt_at;
"""

upgrade, downgrade = steps(UP, DOWN)
