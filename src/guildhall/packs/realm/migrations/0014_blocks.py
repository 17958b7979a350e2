"""Blocks between people move to the core, where they hold in every pack."""

from guildhall.db.policies import APP, JOBS
from guildhall.db.revision import steps
from guildhall.packs.realm.migrations.tables.people import PEOPLE

revision = "realm_0014"
down_revision = "realm_0013"
branch_labels = None
depends_on = ("social_0001",)

_TABLE = PEOPLE[PEOPLE.index("create table realm.blocks") : PEOPLE.index("-- Whether somebody takes no messages")]
"""The table as it was, with its policies."""

UP = """
insert into core.blocks (user_id, blocked_id, created_at)
select user_id, blocked_id, created_at from realm.blocks
on conflict do nothing;
drop table realm.blocks;
drop function realm.is_blocked(uuid, uuid);
"""

DOWN = f"""
{_TABLE}
alter table realm.blocks no force row level security;
create function realm.is_blocked(whom uuid, by_whom uuid) returns boolean
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    if not core.asks_for(whom) and not core.asks_for(by_whom) then
        raise insufficient_privilege using message = 'whether somebody blocks another is told to the two of them';
    end if;
    return exists (select from realm.blocks b where b.user_id = by_whom and b.blocked_id = whom);
end $$;
revoke execute on function realm.is_blocked(uuid, uuid) from public;
grant execute on function realm.is_blocked(uuid, uuid) to {APP}, {JOBS};
-- Those between two characters; others stay.
with moved as (
    delete from core.blocks b using realm.users u, realm.users o where u.id = b.user_id and o.id = b.blocked_id
    returning b.user_id, b.blocked_id, b.created_at
)
insert into realm.blocks (user_id, blocked_id, created_at) select user_id, blocked_id, created_at from moved;
"""

upgrade, downgrade = steps(UP, DOWN)
