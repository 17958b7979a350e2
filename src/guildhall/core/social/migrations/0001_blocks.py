"""Blocks between people.

A revision of its own: packs depend on it, and Alembic notes a revision that others depend on only by them.
"""

from guildhall.db.policies import APP, JOBS, private_to_owner
from guildhall.db.revision import steps

revision = "social_0001"
down_revision = None
branch_labels = ("social",)
depends_on = ("identity_0002",)

UP = f"""
create table core.blocks (
    user_id    uuid not null references core.users on delete cascade,
    blocked_id uuid not null references core.users on delete cascade,
    created_at timestamptz not null default now(),
    primary key (user_id, blocked_id),
    check (user_id <> blocked_id)
);
create index blocks_by_blocked on core.blocks (blocked_id, user_id);
{private_to_owner("core.blocks", "user_id")}
-- A statement of the blocked person leaves out who blocks them as it does whom they block. The API lists only the
-- person's own blocks.
create policy blocked_person on core.blocks for select to {APP}
    using (blocked_id = nullif(current_setting('app.user_id', true), '')::uuid);

-- Whether somebody blocks another, told to the two of them. Somebody else gets an error: false would be a wrong answer.
create function core.is_blocked(whom uuid, by_whom uuid) returns boolean
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    if not core.asks_for(whom) and not core.asks_for(by_whom) then
        raise insufficient_privilege using message = 'whether somebody blocks another is told to the two of them';
    end if;
    return exists (select from core.blocks b where b.user_id = by_whom and b.blocked_id = whom);
end $$;

-- Whether there is an account of an id, which a request does not see of others.
create function core.is_account(person uuid) returns boolean
language sql stable security definer set search_path = pg_catalog as $$
    select exists (select from core.users u where u.id = person)
$$;

-- Locks a pair of people until the transaction ends: what is between them is changed by one at a time.
create function core.lock_pair(one uuid, other uuid) returns void
language sql set search_path = pg_catalog as $$
    select pg_advisory_xact_lock(hashtextextended('core.pair:' || least(one, other) || greatest(one, other), 0))
$$;

-- A block waits for a follow between the two that is under way, and takes it along; see social_0003.
create function core.hold_pair() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
    perform core.lock_pair(new.user_id, new.blocked_id);
    return new;
end $$;
create trigger block_holds_pair before insert on core.blocks for each row execute function core.hold_pair();

revoke execute on function core.is_blocked(uuid, uuid), core.is_account(uuid), core.lock_pair(uuid, uuid) from public;
grant execute on function core.is_blocked(uuid, uuid), core.is_account(uuid), core.lock_pair(uuid, uuid) to {APP}, {JOBS};
-- The function works as the owner, who need not be a superuser.
alter table core.blocks no force row level security;
"""

DOWN = """
drop table core.blocks;
drop function core.hold_pair();
drop function core.lock_pair(uuid, uuid);
drop function core.is_account(uuid);
drop function core.is_blocked(uuid, uuid);
"""

upgrade, downgrade = steps(UP, DOWN)
