"""Servers, people on them, their sessions."""

from guildhall.db.policies import APP, JOBS, private_to_owner

PEOPLE = f"""
create table realm.servers (
    id                 uuid primary key,
    name               text not null unique check (char_length(name) between 1 and 80),
    region             text not null check (char_length(region) between 1 and 40),
    capacity           int not null default 1000 check (capacity > 0),
    -- live sessions, counted anew within a second; the sessions themselves are the truth
    current_population int not null default 0 check (current_population >= 0),
    status             text not null default 'online' check (status in ('online', 'maintenance', 'offline')),
    -- what people read who are refused
    status_reason      text check (char_length(status_reason) <= 300),
    language           text not null default 'en' check (char_length(language) between 2 and 35),
    pvp_enabled        boolean not null default true,
    level_range_min    int not null default 1,
    level_range_max    int not null default 120,
    created_at         timestamptz not null default now(),
    updated_at         timestamptz not null default now(),
    check (current_population <= capacity),
    check (level_range_min between 1 and 120 and level_range_max between level_range_min and 120)
);
create index servers_by_region on realm.servers (region, name);
create index servers_by_status on realm.servers (status);

-- Somebody's character on a server. The account itself, with its address and password, is core.users.
create table realm.users (
    id            uuid primary key references core.users on delete cascade,
    username      text not null check (char_length(username) between 2 and 32),
    avatar_url    text check (char_length(avatar_url) <= 500),
    badge         text not null default 'standard' check (badge in ('admin', 'moderator', 'vip', 'standard')),
    level         int not null default 1 check (level >= 1 and level <= 120),
    experience    bigint not null default 0 check (experience >= 0),
    server_id     uuid not null references realm.servers,
    -- messages ever sent, counted behind the writes within a second
    message_count bigint not null default 0,
    last_login    timestamptz,
    is_active     boolean not null default true,
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now()
);
-- A name is somebody's once a server, however it is written; by its beginning, whatever the database's collation.
create unique index users_by_name on realm.users (server_id, lower(username) text_pattern_ops);
create index users_by_age on realm.users (server_id, created_at desc);
create index users_by_level on realm.users (server_id, level desc, id desc);
-- The statistics of a server's people, the busiest first.
create index users_by_messages on realm.users (server_id, message_count desc, id desc);

-- Who is told of what only they may know.
create index users_staff on realm.users (server_id, id) where badge in ('admin', 'moderator') and is_active;

-- Somebody playing. Who has not been heard of for a while is logged out.
create table realm.sessions (
    id            uuid primary key,
    user_id       uuid not null references realm.users on delete cascade,
    server_id     uuid not null references realm.servers on delete cascade,
    -- keyed hash of the address
    ip_hash       bytea check (octet_length(ip_hash) = 32),
    user_agent    text check (char_length(user_agent) <= 300),
    login_at      timestamptz not null default now(),
    logout_at     timestamptz,
    last_activity timestamptz not null default now()
);
create index sessions_by_user on realm.sessions (user_id, login_at desc, id desc);
create index sessions_by_server on realm.sessions (server_id, login_at desc);
-- What the population is counted from. Without the last activity, so that a sign of life touches no index.
create index sessions_live on realm.sessions (server_id) where logout_at is null;
create index sessions_ended on realm.sessions (logout_at) where logout_at is not null;
-- One person plays once at a time.
create unique index sessions_of_one on realm.sessions (user_id) where logout_at is null;
{private_to_owner("realm.sessions", "user_id")}
-- The population is everybody's sessions, which the app may count and not read.
create function realm.live_sessions(of_server uuid) returns bigint
language sql stable security definer set search_path = pg_catalog as $$
    select count(*) from realm.sessions s where s.server_id = of_server and s.logout_at is null
$$;
-- Nor may it end them but so: those of a server, of one person, or of all (null), not heard of since an instant, or
-- however lively (null). The people whose sessions ended.
create function realm.end_sessions(of_server uuid, of_user uuid, silent_since timestamptz, at timestamptz)
returns setof uuid
language sql security definer set search_path = pg_catalog as $$
    update realm.sessions s
    set logout_at = greatest(end_sessions.at, s.login_at)
    from (select e.id from realm.sessions e
          where e.logout_at is null and (of_server is null or e.server_id = of_server)
            and (of_user is null or e.user_id = of_user) and (silent_since is null or e.last_activity <= silent_since)
          order by e.id for update) ended
    where s.id = ended.id
    returning s.user_id
$$;
revoke execute on function realm.live_sessions(uuid), realm.end_sessions(uuid, uuid, timestamptz, timestamptz) from public;
grant execute on function realm.live_sessions(uuid), realm.end_sessions(uuid, uuid, timestamptz, timestamptz) to {APP}, {JOBS};
-- Both work as the owner, who need not be a superuser.
alter table realm.sessions no force row level security;

create table realm.blocks (
    user_id    uuid not null references realm.users on delete cascade,
    blocked_id uuid not null references realm.users on delete cascade,
    created_at timestamptz not null default now(),
    primary key (user_id, blocked_id),
    check (user_id <> blocked_id)
);
create index blocks_by_blocked on realm.blocks (blocked_id);
{private_to_owner("realm.blocks", "user_id")}
-- Whether somebody takes no messages of another, who may be told that and not read the list. It works as the owner.
create function realm.is_blocked(whom uuid, by_whom uuid) returns boolean
language sql stable security definer set search_path = pg_catalog as $$
    select exists (select from realm.blocks b where b.user_id = by_whom and b.blocked_id = whom)
$$;
revoke execute on function realm.is_blocked(uuid, uuid) from public;
grant execute on function realm.is_blocked(uuid, uuid) to {APP}, {JOBS};
alter table realm.blocks no force row level security;
"""
