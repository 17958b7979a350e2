"""Public profiles, their handles, and what only the person sees: settings of apps, when they were last seen."""

from guildhall.core.identity.principals.schemas import DOORKEEPER
from guildhall.db.policies import APP, private_to_owner
from guildhall.db.revision import steps

revision = "social_0002"
down_revision = "social_0001"
branch_labels = None
depends_on = None

UP = f"""
-- Every handle that is taken, by what makes two of them the same. One that was given up stays its last owner's until
-- an instant. One whose account is gone has neither owner nor instant until the daily job sets one.
create table core.handles (
    handle_key text collate "C" primary key check (char_length(handle_key) between 2 and 30),
    user_id    uuid references core.users on delete set null,
    held_until timestamptz
);
create index handles_by_user on core.handles (user_id) where user_id is not null;
create index handles_given_up on core.handles (held_until) where held_until is not null or user_id is null;

-- What everybody may see of a person who has chosen a handle.
create table core.profiles (
    user_id            uuid primary key references core.users on delete cascade,
    handle             text collate "C" not null
                       check (handle ~ '^[a-z0-9](?:[a-z0-9]|[_-](?=[a-z0-9])){{2,29}}$' and handle ~ '[a-z]'),
    -- 0 looks like o, 1 like l, and nobody remembers where a line was; rules.handle_key says the same
    handle_key         text collate "C" not null unique
                       generated always as (translate(handle, '01-_', 'ol')) stored,
    -- the account's name, kept in step by a trigger: requests do not see the accounts of others
    display_name       text not null check (char_length(display_name) between 1 and 100),
    avatar_url         text check (char_length(avatar_url) <= 500 and avatar_url ~ '^https://'),
    bio                text check (char_length(bio) between 1 and 1000),
    is_content_creator boolean not null default false,
    is_verified        boolean not null default false,
    -- nobody else sees whom they follow, and who follows them
    hides_follows      boolean not null default false,
    -- the account's, kept in step by the same trigger
    suspended          boolean not null default false,
    handle_changed_at  timestamptz,
    created_at         timestamptz not null default now(),
    updated_at         timestamptz not null default now()
);
-- Feeds leave out what is about somebody who is suspended, of whom there are few.
create index profiles_suspended on core.profiles (user_id) where suspended;

create function core.follow_account() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
    update core.profiles p
    set display_name = new.name, suspended = new.suspended_at is not null, updated_at = new.updated_at
    where p.user_id = new.id;
    return null;
end $$;
create trigger profile_follows_account after update of name, suspended_at on core.users
    for each row when (old.name <> new.name or (old.suspended_at is null) <> (new.suspended_at is null))
    execute function core.follow_account();

create table core.user_states (
    user_id       uuid primary key references core.users on delete cascade,
    -- what apps keep for the person
    settings      jsonb not null default '{{}}'
                  check (jsonb_typeof(settings) = 'object' and octet_length(settings::text) <= 131072),
    last_seen_at  timestamptz,
    -- the hour in which follows are counted, and their number
    follows_since timestamptz,
    follows_made  int not null default 0 check (follows_made >= 0)
)
-- None of these columns has an index: there is room for the new row on the same page.
with (fillfactor = 80);
{private_to_owner("core.user_states", "user_id")}
-- A web process notes when people were seen, many at once.
create policy doorkeeper on core.user_states to {APP}
    using (nullif(current_setting('app.user_id', true), '')::uuid = '{DOORKEEPER.id}')
    with check (nullif(current_setting('app.user_id', true), '')::uuid = '{DOORKEEPER.id}');
"""

DOWN = """
drop trigger profile_follows_account on core.users;
drop function core.follow_account();
drop table core.user_states, core.profiles, core.handles;
"""

upgrade, downgrade = steps(UP, DOWN)
