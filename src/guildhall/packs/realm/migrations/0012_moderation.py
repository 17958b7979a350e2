"""Reports and the audit move to the core's tables, which every slice uses."""

from guildhall.db.revision import steps
from guildhall.packs.realm.migrations.tables.clock import MEND_CLOCK
from guildhall.packs.realm.migrations.tables.moderation import MODERATION

revision = "realm_0012"
down_revision = "realm_0011"
branch_labels = None
depends_on = ("moderation_0001",)

_TABLES = MODERATION[MODERATION.index("create table realm.reports") :]
"""The tables as they were."""
_BEFORE = (
    "update realm.reports r set message_id = g.new from unnest(olds, news) g (old, new) where r.message_id = g.old;"
)
_AFTER = """update core.reports r set item_id = g.new
        from unnest(olds, news) g (old, new) where r.kind = 'realm.message' and r.item_id = g.old;"""
_MEND = MEND_CLOCK.replace("create function", "create or replace function")
if _BEFORE not in _MEND:
    raise AssertionError(_BEFORE)

UP = f"""
insert into core.reports (id, kind, place_id, item_id, subject_id, reporter_id, context, reason, status, resolution,
                          handled_by, handled_at, created_at)
select id, case when message_id is null then 'realm.user' else 'realm.message' end, server_id, message_id, subject_id,
       reporter_id, jsonb_strip_nulls(jsonb_build_object('channel_id', channel_id)), reason, status, resolution,
       handled_by, handled_at, created_at
from realm.reports;
insert into core.audit_log (id, at, slice, act, place_id, actor_id, subject_id, context, reason, details)
select id, at, 'realm', act, server_id, actor_id, subject_id,
       jsonb_strip_nulls(jsonb_build_object('channel_id', channel_id, 'guild_id', guild_id)), reason, details
from realm.audit_log;
drop table realm.reports;
drop table realm.audit_log;
{_MEND.replace(_BEFORE, _AFTER)}

-- A server takes its reports and its audit along.
create function realm.forget_server() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
    delete from core.reports r where r.place_id = old.id and r.kind in ('realm.message', 'realm.user');
    delete from core.audit_log a where a.place_id = old.id and a.slice = 'realm';
    return null;
end $$;
create trigger forget_server after delete on realm.servers for each row execute function realm.forget_server();
"""

DOWN = f"""
drop trigger forget_server on realm.servers;
drop function realm.forget_server();
{_TABLES}
insert into realm.reports (id, server_id, reporter_id, subject_id, channel_id, message_id, reason, status, resolution,
                           handled_by, handled_at, created_at)
select r.id, r.place_id, p.id, s.id, c.id, r.item_id, r.reason, r.status, r.resolution, r.handled_by, r.handled_at,
       r.created_at
from core.reports r
left join realm.users p on p.id = r.reporter_id
left join realm.users s on s.id = r.subject_id
left join realm.channels c on c.id = (r.context->>'channel_id')::uuid
where r.kind in ('realm.message', 'realm.user');
insert into realm.audit_log (id, at, server_id, channel_id, guild_id, actor_id, subject_id, act, reason, details)
select a.id, a.at, a.place_id, (a.context->>'channel_id')::uuid, (a.context->>'guild_id')::uuid, a.actor_id, s.id,
       a.act, a.reason, a.details
from core.audit_log a
left join realm.users s on s.id = a.subject_id
where a.slice = 'realm';
delete from core.reports where kind in ('realm.message', 'realm.user');
delete from core.audit_log where slice = 'realm';
{_MEND}
"""

upgrade, downgrade = steps(UP, DOWN)
