"""Characters are keys of the core, which keeps them fresh."""

from guildhall.db.revision import steps

revision = "eve_0005"
down_revision = "eve_0004"
branch_labels = None
depends_on = ("fresh_0001", "jobs_0001")

UP = """
insert into core.fresh_rows (name, key, user_id, kept_since, asked_at, due_at, refreshed_at, leased_until)
select 'eve_characters', id::text, user_id, created_at, updated_at, sync_due_at, last_sync_at, syncing_until
from eve.characters where sync_due_at is not null and token_state = 'valid'
on conflict (name, key) do nothing;

drop index eve.characters_to_sync;
alter table eve.characters drop constraint characters_times_are_finite;
alter table eve.characters drop column sync_due_at, drop column syncing_until;
alter table eve.characters add constraint characters_times_are_finite check (isfinite(refresh_due_at));

-- Nobody handles what the former schedule has queued.
update core.jobs set status = 'failed', error = 'no longer sent', completed_at = now(), queue_id = null
where job_type in ('eve.sync_due_characters', 'eve.sync_characters') and status in ('pending', 'processing');
delete from core.pgqueuer where entrypoint in ('eve.sync_due_characters', 'eve.sync_characters');
"""

DOWN = """
alter table eve.characters drop constraint characters_times_are_finite;
alter table eve.characters
    add column sync_due_at timestamptz,
    add column syncing_until timestamptz;
alter table eve.characters
    add constraint characters_times_are_finite check (isfinite(sync_due_at) and isfinite(refresh_due_at));
create index characters_to_sync on eve.characters (sync_due_at) where sync_due_at is not null;

update eve.characters c set sync_due_at = f.due_at, syncing_until = f.leased_until
from core.fresh_rows f
where f.name = 'eve_characters' and f.key = c.id::text and c.token_state = 'valid';
delete from core.fresh_rows where name = 'eve_characters';
"""

upgrade, downgrade = steps(UP, DOWN)
