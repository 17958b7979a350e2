"""An account that goes takes every event along that names the person."""

from guildhall.db.revision import steps

revision = "realtime_0002"
down_revision = "realtime_0001"
branch_labels = None
depends_on = None

UP = """
-- Events name people beside `user_id`: in the topic, in the body, as the subject of an access event. What the deletion
-- itself tells has no id before the commit; it stays until every process has heard it, and is forgotten by a job.
-- It reads a day of events from end to end, which an account's deletion may take.
create function core.forget_live_person() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
    delete from core.live_events e
    where e.id is not null
      and (e.user_id = old.id or e.subject = old.id
           or position(old.id::text in e.topic) > 0 or position(old.id::text in e.body::text) > 0);
    return null;
end $$;
create trigger forget_live_person after delete on core.users for each row execute function core.forget_live_person();
create index live_events_by_subject on core.live_events (subject) where subject is not null;
"""

DOWN = """
drop index core.live_events_by_subject;
drop trigger forget_live_person on core.users;
drop function core.forget_live_person();
"""

upgrade, downgrade = steps(UP, DOWN)
