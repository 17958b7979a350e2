"""Tracked players are keys of the core, which keeps them fresh."""

from guildhall.db.revision import steps

revision = "dota2_0004"
down_revision = "dota2_0003"
branch_labels = None
depends_on = ("fresh_0001", "jobs_0001")

UP = """
insert into core.fresh_rows (name, key, kept_since, asked_at, due_at, refreshed_at, failures, last_error)
select 'dota2_players', account_id::text, tracked_since, tracked_since, next_sync_at, matches_synced_at, failures,
       last_error
from dota2.player_sync where tracked_since is not null
on conflict (name, key) do nothing;

drop index dota2.player_sync_due;
alter table dota2.player_sync
    drop column tracked_since, drop column next_sync_at, drop column failures, drop column last_error;

-- Nobody handles what the former schedule has queued.
update core.jobs set status = 'failed', error = 'no longer sent', completed_at = now(), queue_id = null
where job_type = 'dota2.sync_due_players' and status in ('pending', 'processing');
delete from core.pgqueuer where entrypoint = 'dota2.sync_due_players';
"""

DOWN = """
alter table dota2.player_sync
    add column tracked_since timestamptz,
    add column next_sync_at timestamptz not null default now(),
    add column failures int not null default 0,
    add column last_error text;
create index player_sync_due on dota2.player_sync (next_sync_at) where tracked_since is not null;

insert into dota2.player_sync as s (account_id, tracked_since, next_sync_at, failures, last_error)
select key::bigint, kept_since, due_at, failures, last_error
from core.fresh_rows where name = 'dota2_players' and gone_at is null
on conflict (account_id) do update
set tracked_since = excluded.tracked_since, next_sync_at = excluded.next_sync_at, failures = excluded.failures,
    last_error = excluded.last_error;
delete from core.fresh_rows where name = 'dota2_players';
"""

upgrade, downgrade = steps(UP, DOWN)
