"""Servers, people on them, channels, messages, raids, parties, guilds."""

from guildhall.db.policies import APP, JOBS, READONLY, create_schema, drop_schema, private_to_owner
from guildhall.db.revision import steps

revision = "realm_0001"
down_revision = None
branch_labels = ("realm",)
depends_on = ("db_0002", "identity_0001", "realtime_0001")

VIEWER = "nullif(current_setting('app.user_id', true), '')::uuid"

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

CHAT = f"""
-- A channel follows at most one guild, party or raid, whose members are its own; otherwise visibility says:
-- public: everyone of the server reads and writes; restricted: everyone reads, members write; private: members alone
-- know of it.
create table realm.channels (
    id                uuid primary key,
    name              text not null check (char_length(name) between 1 and 80),
    server_id         uuid not null references realm.servers on delete cascade,
    description       text check (char_length(description) <= 500),
    visibility        text not null default 'public' check (visibility in ('public', 'private', 'restricted')),
    category          text check (char_length(category) <= 80),
    min_level         int not null default 1 check (min_level between 1 and 120),
    -- messages ever sent, counted behind the writes within a second
    message_count     bigint not null default 0,
    slow_mode_seconds int not null default 0 check (slow_mode_seconds between 0 and 21600),
    guild_id          uuid,
    party_id          uuid,
    raid_id           uuid,
    -- an administrator of the platform has no character
    created_by        uuid references core.users on delete set null,
    closed_at         timestamptz,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    check (num_nonnulls(guild_id, party_id, raid_id) <= 1)
);
create index channels_by_server on realm.channels (server_id, id);
-- Those that everybody of a server may ask for; the others are found by whom they follow.
create index channels_plain on realm.channels (server_id, id)
    where guild_id is null and party_id is null and raid_id is null;
create unique index channels_by_name on realm.channels (server_id, lower(name))
    where guild_id is null and party_id is null and raid_id is null and closed_at is null;

create table realm.channel_members (
    channel_id uuid not null references realm.channels on delete cascade,
    user_id    uuid not null references realm.users on delete cascade,
    role       text not null default 'member' check (role in ('member', 'moderator')),
    joined_at  timestamptz not null default now(),
    primary key (channel_id, user_id)
);
create index channel_members_by_user on realm.channel_members (user_id);

-- Every message. No foreign keys and no text index here: they cost two thirds of the write (docs/decisions). A
-- message is added by realm.add_messages alone, in the order of core.live_head, and refused there when anybody's access
-- was taken away since its sender's was judged; deletions of users and channels take access away.
create table realm.messages (
    id              uuid not null,
    type            text not null check (type in ('user', 'system', 'dm', 'raid', 'party', 'guild')),
    user_id         uuid not null,
    server_id       uuid not null,
    channel_id      uuid,
    content         text not null check (char_length(content) between 1 and 4000),
    metadata        jsonb,
    -- the client's own name for it: a retry finds the first
    client_key      text check (char_length(client_key) between 1 and 64),
    reply_to        uuid,
    mentions        uuid[],
    created_at      timestamptz not null,
    updated_at      timestamptz not null,
    is_deleted      boolean not null default false,
    deletion_reason text check (char_length(deletion_reason) <= 300),
    primary key (id)
) partition by range (id);
-- Ids are ordered by time, so these are the document's (server, newest first) and its like for channel and user.
create index messages_of_server on realm.messages (server_id, id);
create index messages_of_channel on realm.messages (channel_id, id);
create index messages_of_user on realm.messages (user_id, id);
-- The clients' own names for their messages of the last day or so: a retry finds the first. A table of its own, for a
-- unique index is claimed without any plan: the look for an earlier row, whose plan every writer keeps, was read off an
-- empty month and then went through a full one. Rows come in the order of ids, so a BRIN index finds the old ones.
create table realm.message_keys (
    user_id    uuid not null,
    client_key text not null,
    message_id uuid not null,
    primary key (user_id, client_key)
);
create index message_keys_by_age on realm.message_keys using brin (message_id) with (pages_per_range = 32);
revoke select on realm.message_keys from {READONLY};
create table realm.messages_default partition of realm.messages default;
revoke select on realm.messages, realm.messages_default from {READONLY};
insert into core.partitioned_tables (table_name, ahead, first_month) values ('realm.messages', 3, '1990-01-01');

-- What is found in messages: follows them within a second, so that no sender waits for it. Deleted messages are not here.
create table realm.message_words (
    id         uuid not null,
    server_id  uuid not null,
    channel_id uuid,
    user_id    uuid not null,
    type       text not null,
    words      tsvector not null,
    primary key (id)
) partition by range (id);
-- Where it was said, by whom and of which type it is stands in the index beside the words, so that a word that is
-- common elsewhere costs nothing here. The pending list is kept short, because every search reads it.
create index message_words_found on realm.message_words
    using gin (words, (array[server_id, channel_id, user_id, md5(type)::uuid])) with (gin_pending_list_limit = 256);
create table realm.message_words_default partition of realm.message_words default;
revoke select on realm.message_words, realm.message_words_default from {READONLY};
insert into core.partitioned_tables (table_name, ahead, first_month) values ('realm.message_words', 3, '1990-01-01');

select core.make_month_partition(name, month::date)
from unnest(array['realm.messages', 'realm.message_words']) name,
     generate_series(date_trunc('month', now() at time zone 'utc') - interval '3 months',
                     date_trunc('month', now() at time zone 'utc') + interval '3 months', interval '1 month') month;

-- How far those who follow the messages have come: the tick up to which they have seen everything.
create table realm.followers (
    name text primary key check (name in ('counts', 'words', 'reindex')),
    tick bigint not null
);
insert into realm.followers (name, tick) select name, h.tick from core.live_head h, unnest(array['counts', 'words']) name;

create table realm.mentions (
    user_id    uuid not null references realm.users on delete cascade,
    message_id uuid not null,
    channel_id uuid not null references realm.channels on delete cascade,
    primary key (user_id, message_id)
);
create index mentions_by_channel on realm.mentions (channel_id);
{private_to_owner("realm.mentions", "user_id")}
-- Who mentions somebody adds a row of theirs without reading any: as the owner. Only people of the channel's server
-- are mentioned; who is not there is passed over.
create function realm.add_mentions(messages uuid[], channels uuid[], users uuid[]) returns void
language sql security definer set search_path = pg_catalog as $$
    insert into realm.mentions (user_id, message_id, channel_id)
    select distinct u.id, g.message_id, c.id
    from unnest(messages, channels, users) g (message_id, channel_id, user_id)
    join realm.channels c on c.id = g.channel_id
    join realm.users u on u.id = g.user_id and u.server_id = c.server_id
    order by u.id, g.message_id
    on conflict do nothing
$$;
revoke execute on function realm.add_mentions(uuid[], uuid[], uuid[]) from public;
grant execute on function realm.add_mentions(uuid[], uuid[], uuid[]) to {APP}, {JOBS};
alter table realm.mentions no force row level security;

create table realm.pins (
    channel_id uuid not null references realm.channels on delete cascade,
    message_id uuid not null,
    -- an administrator of the platform has no character
    pinned_by  uuid references core.users on delete set null,
    pinned_at  timestamptz not null default now(),
    primary key (channel_id, message_id)
);

-- How far somebody has read a channel.
create table realm.channel_reads (
    user_id    uuid not null references realm.users on delete cascade,
    channel_id uuid not null references realm.channels on delete cascade,
    last_read  uuid not null,
    updated_at timestamptz not null default now(),
    primary key (user_id, channel_id)
);
create index channel_reads_by_channel on realm.channel_reads (channel_id);
{private_to_owner("realm.channel_reads", "user_id")}

create table realm.direct_messages (
    id           uuid primary key,
    from_user_id uuid not null references realm.users on delete cascade,
    to_user_id   uuid not null references realm.users on delete cascade,
    content      text not null check (char_length(content) between 1 and 4000),
    is_read      boolean not null default false,
    read_at      timestamptz,
    -- the client's own name for it: a retry finds the first
    client_key   text check (char_length(client_key) between 1 and 64),
    is_deleted   boolean not null default false,
    created_at   timestamptz not null default now(),
    check (from_user_id <> to_user_id),
    check (is_read = (read_at is not null))
);
-- A conversation, newest first, whoever speaks.
create index direct_messages_of_two on realm.direct_messages
    (least(from_user_id, to_user_id), greatest(from_user_id, to_user_id), id desc);
create index direct_messages_from on realm.direct_messages (from_user_id, id desc);
create index direct_messages_to on realm.direct_messages (to_user_id, id desc);
create index direct_messages_unread on realm.direct_messages (to_user_id, from_user_id) where not is_read;
create unique index direct_messages_by_key on realm.direct_messages (from_user_id, client_key) where client_key is not null;
alter table realm.direct_messages enable row level security;
alter table realm.direct_messages force row level security;
create policy between_two on realm.direct_messages to {APP}
    using ({VIEWER} in (from_user_id, to_user_id)) with check ({VIEWER} in (from_user_id, to_user_id));
create policy jobs_all on realm.direct_messages to {JOBS} using (true) with check (true);

-- Each one's list of conversations: two rows a pair, which whoever sends locks in the order of user ids, so that a
-- conversation's ids follow the order of its commits.
create table realm.conversations (
    user_id  uuid not null references realm.users on delete cascade,
    other_id uuid not null references realm.users on delete cascade,
    last_id  uuid not null,
    primary key (user_id, other_id),
    check (user_id <> other_id)
);
create index conversations_latest on realm.conversations (user_id, last_id desc);
create index conversations_by_other on realm.conversations (other_id);
alter table realm.conversations enable row level security;
alter table realm.conversations force row level security;
create policy between_two on realm.conversations to {APP}
    using ({VIEWER} in (user_id, other_id)) with check ({VIEWER} in (user_id, other_id));
create policy jobs_all on realm.conversations to {JOBS} using (true) with check (true);
"""

# A mark of a language ('pt-BR', 'de') and PostgreSQL's stemmer for it; both ends of a search use the same.
LANGUAGES = {
    "ar": "arabic", "hy": "armenian", "eu": "basque", "ca": "catalan", "da": "danish", "nl": "dutch", "en": "english",
    "fi": "finnish", "fr": "french", "de": "german", "el": "greek", "hi": "hindi", "hu": "hungarian",
    "id": "indonesian", "ga": "irish", "it": "italian", "lt": "lithuanian", "ne": "nepali", "no": "norwegian",
    "nb": "norwegian", "nn": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "es": "spanish", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip

SEARCH = f"""
create function realm.words_config(language text) returns regconfig
language sql immutable parallel safe set search_path = pg_catalog as $$
    select case split_part(translate(lower(language), '_', '-'), '-', 1)
        {" ".join(f"when '{mark}' then 'pg_catalog.{name}'::regconfig" for mark, name in LANGUAGES.items())}
        else 'pg_catalog.simple'::regconfig
    end
$$;

-- The ids of messages with the wanted words, newest first, low <= id < high. `readable` are the channels to look in,
-- null for all of the server; what the system said to the whole server is always looked at.
-- First the newest few hundred messages are read, which fills the page for a common word. Then month by month through
-- the index of words, each planned for its own values and its own partitions: a generic plan walks the whole table for
-- a rare word (44 seconds where this takes 7 milliseconds). The index is read into a set before anything is sorted, so
-- that no plan can bet on finding a page early. The other statements are the same for all values, and planned once.
create function realm.search_messages(
    of_server uuid, wanted tsquery, readable uuid[], of_channel uuid, of_user uuid, of_type text,
    low uuid, high uuid, most int
) returns setof uuid
language plpgsql stable rows 50
set search_path = pg_catalog set timezone = 'UTC' set jit = off set plan_cache_mode = force_generic_plan as $$
declare
    near   constant int := 500;
    scope  constant uuid[] := array_remove(array[of_server, of_channel, of_user, md5(of_type)::uuid], null);
    -- words that must not be there alone are no way into the index, which would be read from end to end
    matched constant text := case when querytree(wanted) = 'T' then 'coalesce(w.words @@ $1, false)' else 'w.words @@ $1' end
        -- nor are matches read that stand where one may not look, for who may look in a few places only
        || case when cardinality(readable) <= 8
                then ' and array[w.server_id, w.channel_id, w.user_id, md5(w.type)::uuid] && $9' else '' end;
    walked uuid[];
    found  uuid[];
    below  uuid := high;
    latest uuid;
    first  uuid;
begin
    if numnode(wanted) = 0 or most <= 0 then
        return;
    end if;
    if of_user is not null then
        walked := array(select m.id from realm.messages m
                        where m.user_id = of_user and m.id >= low and m.id < high order by m.id desc limit near);
    elsif of_channel is not null then
        walked := array(select m.id from realm.messages m
                        where m.channel_id = of_channel and m.id >= low and m.id < high order by m.id desc limit near);
    else
        walked := array(select m.id from realm.messages m
                        where m.server_id = of_server and m.id >= low and m.id < high order by m.id desc limit near);
    end if;
    found := array(
        select w.id
        from unnest(walked) with ordinality g (id, n)
        cross join lateral (
            select x.id from realm.message_words x
            where x.id = g.id and x.words @@ wanted and x.server_id = of_server
              and (of_channel is null or x.channel_id = of_channel) and (of_user is null or x.user_id = of_user)
              and (of_type is null or x.type = of_type)
              and (x.channel_id = any(readable) or readable is null and x.channel_id is not null
                   or x.channel_id is null and x.type = 'system')
            offset 0
        ) w
        order by g.n
        limit most
    );
    return query select unnest(found);
    most := most - cardinality(found);
    if most <= 0 or cardinality(walked) < near then
        return;
    end if;
    below := walked[near];
    loop
        select w.id into latest from realm.message_words w where w.id >= low and w.id < below order by w.id desc limit 1;
        if latest is null then
            return;
        end if;
        first := greatest(low, core.first_of_day('uuid', date_trunc('month', to_timestamp(
            ('x' || left(translate(latest::text, '-', ''), 12))::bit(48)::bigint / 1000.0) at time zone 'UTC')::date)::uuid);
        execute format('
            with hits as materialized (
                select w.id from realm.message_words w
                where %s and array[w.server_id, w.channel_id, w.user_id, md5(w.type)::uuid] @> $2
                  and w.id >= $3 and w.id < $4 and w.server_id = $5
                  and ($6 is null or w.type = $6)
                  and (w.channel_id = any($7) or $7 is null and w.channel_id is not null
                       or w.channel_id is null and w.type = ''system'')
            )
            select array(select id from hits order by id desc limit $8)', matched)
        into found
        using wanted, scope, first, below, of_server, of_type, readable, most, readable || md5('system')::uuid;
        return query select unnest(found);
        most := most - cardinality(found);
        below := first;
        if most <= 0 or first = low then
            return;
        end if;
    end loop;
end $$;
"""

MODERATION = f"""
-- What somebody may not do for a while: on a server, or in one of its channels.
create table realm.sanctions (
    id         uuid primary key,
    user_id    uuid not null references realm.users on delete cascade,
    server_id  uuid not null references realm.servers on delete cascade,
    channel_id uuid references realm.channels on delete cascade,
    kind       text not null check (kind in ('mute', 'ban')),
    reason     text check (char_length(reason) <= 300),
    -- an administrator of the platform has no character
    issued_by  uuid references core.users on delete set null,
    created_at timestamptz not null default now(),
    -- null is for good
    until      timestamptz,
    lifted_at  timestamptz,
    lifted_by  uuid references core.users on delete set null,
    -- how high its issuer stood: nobody lower lifts it
    issued_rank int not null default 2 check (issued_rank between 1 and 4),
    check (until > created_at)
);
create index sanctions_of_user on realm.sanctions (user_id, server_id, channel_id) where lifted_at is null;
create index sanctions_by_server on realm.sanctions (server_id, id desc);
create index sanctions_by_channel on realm.sanctions (channel_id) where channel_id is not null;

-- Words that a server does not want: 'block' refuses the message, 'mask' puts stars in their place, 'flag' reports it.
create table realm.word_filters (
    id         uuid primary key,
    server_id  uuid not null references realm.servers on delete cascade,
    -- folded, as it is looked for
    word       text not null check (char_length(word) between 1 and 200),
    action     text not null default 'mask' check (action in ('block', 'mask', 'flag')),
    created_by uuid references core.users on delete set null,
    created_at timestamptz not null default now()
);
create unique index word_filters_by_word on realm.word_filters (server_id, word);

create table realm.reports (
    id          uuid primary key,
    server_id   uuid not null references realm.servers on delete cascade,
    -- null when the filter reports
    reporter_id uuid references realm.users on delete set null,
    subject_id  uuid references realm.users on delete set null,
    channel_id  uuid references realm.channels on delete set null,
    message_id  uuid,
    reason      text not null check (char_length(reason) between 1 and 500),
    status      text not null default 'open' check (status in ('open', 'resolved', 'dismissed')),
    resolution  text check (char_length(resolution) <= 500),
    handled_by  uuid references core.users on delete set null,
    handled_at  timestamptz,
    created_at  timestamptz not null default now(),
    check ((status = 'open') = (handled_at is null))
);
create index reports_by_server on realm.reports (server_id, status, id desc);
create index reports_by_reporter on realm.reports (reporter_id, id desc) where reporter_id is not null;
-- One person reports one message once.
create unique index reports_once on realm.reports (reporter_id, message_id) where reporter_id is not null and message_id is not null;

-- Every act of whoever has power over others. Append-only for the working roles. The people in it are set to null when
-- they go; the act stays.
create table realm.audit_log (
    id         uuid primary key,
    at         timestamptz not null default now(),
    server_id  uuid references realm.servers on delete cascade,
    channel_id uuid,
    guild_id   uuid,
    actor_id   uuid references core.users on delete set null,
    subject_id uuid references realm.users on delete set null,
    act        text not null check (char_length(act) between 1 and 60),
    reason     text check (char_length(reason) <= 300),
    details    jsonb not null default '{{}}'
);
create index audit_log_of_server on realm.audit_log (server_id, id desc);
create index audit_log_of_guild on realm.audit_log (guild_id, id desc) where guild_id is not null;
create index audit_log_by_actor on realm.audit_log (actor_id);
create index audit_log_by_subject on realm.audit_log (subject_id);
revoke update, delete on realm.audit_log from {APP}, {JOBS};
"""

RAIDS = f"""
create table realm.raids (
    id                uuid primary key,
    name              text not null check (char_length(name) between 1 and 100),
    boss_name         text not null check (char_length(boss_name) between 1 and 100),
    difficulty        text not null check (difficulty in ('normal', 'hard', 'mythic')),
    server_id         uuid not null references realm.servers on delete cascade,
    leader_id         uuid not null references realm.users,
    status            text not null default 'preparing' check (status in ('preparing', 'in_progress', 'wipe', 'victory')),
    health_percentage int not null default 100 check (health_percentage >= 0 and health_percentage <= 100),
    start_time        timestamptz,
    end_time          timestamptz,
    duration_seconds  int check (duration_seconds >= 0),
    participant_count int not null default 0 check (participant_count >= 0),
    victory           boolean,
    loot_generated    boolean not null default false,
    description       text check (char_length(description) <= 1000),
    -- what the boss is doing, in the game's words
    phase             text check (char_length(phase) between 1 and 60),
    -- when it is planned for
    scheduled_at      timestamptz,
    -- places by role; who comes later is on the bench
    tank_slots        int not null default 2 check (tank_slots between 0 and 40),
    healer_slots      int not null default 4 check (healer_slots between 0 and 40),
    dps_slots         int not null default 14 check (dps_slots between 0 and 40),
    signups_open      boolean not null default true,
    -- the game's own name for it: a retry finds the first
    external_id       text check (char_length(external_id) between 1 and 100),
    -- the latest tick of the game's that counted: what is not later counts as told before
    tick_at           timestamptz,
    tick_seq          bigint not null default 0 check (tick_seq >= 0),
    -- seconds of the pull that won
    kill_seconds      int check (kill_seconds >= 0),
    -- what the loot is drawn from; shown when it has been drawn
    loot_seed         bigint not null default (random() * 9007199254740991)::bigint,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    check (victory is null or (victory = (status = 'victory'))),
    check (status = 'victory' or kill_seconds is null)
);
create index raids_of_server on realm.raids (server_id, id desc);
create index raids_active on realm.raids (server_id, id desc) where status in ('preparing', 'in_progress');
-- A boss's raids: lists, statistics and leaderboards.
create index raids_by_boss on realm.raids (server_id, lower(boss_name), id desc);
create index raids_killed on realm.raids (server_id, lower(boss_name), difficulty, kill_seconds, id)
    where kill_seconds is not null;
create index raids_by_leader on realm.raids (leader_id);
create unique index raids_by_external_id on realm.raids (server_id, external_id) where external_id is not null;

-- An attempt. A raid has as many as it takes.
create table realm.raid_pulls (
    raid_id          uuid not null references realm.raids on delete cascade,
    number           int not null check (number > 0),
    status           text not null check (status in ('in_progress', 'wipe', 'victory')),
    started_at       timestamptz not null,
    ended_at         timestamptz,
    duration_seconds int check (duration_seconds >= 0),
    -- the lowest that the boss came to
    best_health      int not null default 100 check (best_health between 0 and 100),
    primary key (raid_id, number)
);
create unique index raid_pulls_running on realm.raid_pulls (raid_id) where status = 'in_progress';

create table realm.raid_participants (
    raid_id           uuid not null references realm.raids on delete cascade,
    user_id           uuid not null references realm.users on delete cascade,
    role              text not null check (role in ('tank', 'dps', 'healer')),
    class             text not null check (char_length(class) between 1 and 40),
    damage_dealt      bigint not null default 0 check (damage_dealt >= 0),
    healing           bigint not null default 0 check (healing >= 0),
    damage_taken      bigint not null default 0 check (damage_taken >= 0),
    deaths            int not null default 0 check (deaths >= 0),
    uptime_percentage int not null default 100 check (uptime_percentage >= 0 and uptime_percentage <= 100),
    -- of when the uptime is; an older one changes nothing
    stats_at          timestamptz,
    joined_at         timestamptz not null default now(),
    primary key (raid_id, user_id)
);
create index raid_participants_by_user on realm.raid_participants (user_id, raid_id);

-- Who says to come: confirmed has a place, bench waits for one in the order of signed_at.
create table realm.raid_signups (
    raid_id   uuid not null references realm.raids on delete cascade,
    user_id   uuid not null references realm.users on delete cascade,
    role      text not null check (role in ('tank', 'dps', 'healer')),
    class     text not null check (char_length(class) between 1 and 40),
    state     text not null check (state in ('confirmed', 'bench', 'tentative', 'declined', 'no_show')),
    -- may run the raid beside its leader
    officer   boolean not null default false,
    note      text check (char_length(note) <= 200),
    signed_at timestamptz not null default now(),
    primary key (raid_id, user_id)
);
create index raid_signups_by_user on realm.raid_signups (user_id);
create index raid_signups_waiting on realm.raid_signups (raid_id, role, signed_at) where state = 'bench';

-- Drawn once: a number is taken once a raid. Append-only for the working roles.
create table realm.raid_loot (
    id         uuid primary key,
    raid_id    uuid not null references realm.raids on delete cascade,
    number     int not null check (number > 0),
    item       text not null check (char_length(item) between 1 and 100),
    quality    text not null default 'rare' check (quality in ('common', 'uncommon', 'rare', 'epic', 'legendary')),
    user_id    uuid references realm.users on delete set null,
    created_at timestamptz not null default now()
);
create unique index raid_loot_of_raid on realm.raid_loot (raid_id, number);
create index raid_loot_by_user on realm.raid_loot (user_id);
revoke update, delete on realm.raid_loot from {APP}, {JOBS};
"""

PARTIES = """
create table realm.parties (
    id           uuid primary key,
    name         text check (char_length(name) between 1 and 80),
    leader_id    uuid not null references realm.users,
    server_id    uuid not null references realm.servers on delete cascade,
    member_count int not null default 1,
    max_members  int not null default 5 check (max_members between 2 and 40),
    status       text not null default 'active' check (status in ('active', 'disbanded')),
    created_at   timestamptz not null default now(),
    disbanded_at timestamptz,
    check (member_count between 0 and max_members),
    check ((status = 'disbanded') = (disbanded_at is not null))
);
create index parties_by_leader on realm.parties (leader_id);
create index parties_active on realm.parties (server_id, id desc) where status = 'active';

create table realm.party_members (
    party_id  uuid not null references realm.parties on delete cascade,
    user_id   uuid not null references realm.users on delete cascade,
    role      text not null default 'member' check (role in ('leader', 'member')),
    joined_at timestamptz not null default now(),
    primary key (party_id, user_id)
);
-- One person, one party: nobody is a member of one that was disbanded.
create unique index party_members_by_user on realm.party_members (user_id);
create unique index party_members_one_leader on realm.party_members (party_id) where role = 'leader';

create table realm.party_invitations (
    party_id   uuid not null references realm.parties on delete cascade,
    user_id    uuid not null references realm.users on delete cascade,
    invited_by uuid references realm.users on delete set null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    primary key (party_id, user_id)
);
create index party_invitations_by_user on realm.party_invitations (user_id);
"""

GUILDS = f"""
create table realm.guilds (
    id               uuid primary key,
    name             text not null check (char_length(name) between 2 and 60),
    server_id        uuid not null references realm.servers on delete cascade,
    leader_id        uuid not null references realm.users,
    level            int not null default 1 check (level >= 1 and level <= 50),
    -- every change has a row in guild_experience
    experience       bigint not null default 0 check (experience >= 0),
    -- in copper; every change has a row in guild_ledger
    treasury_balance bigint not null default 0 check (treasury_balance >= 0),
    member_count     int not null default 1,
    max_members      int not null default 500 check (max_members between 1 and 1000),
    -- the name of the territory that it took last of those it holds; realm.settle_guilds keeps it
    territory        text check (char_length(territory) <= 80),
    conquest_points  int not null default 0 check (conquest_points >= 0),
    -- follows from wars and territories; realm.settle_guilds keeps it
    war_status       text not null default 'peace' check (war_status in ('peace', 'active_war', 'conquered')),
    description      text check (char_length(description) <= 1000),
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    -- stays, with its ledger and its wars, and nobody is in it; its name is free again
    disbanded_at     timestamptz,
    check (member_count between 0 and max_members),
    check (disbanded_at is null or (member_count = 0 and treasury_balance = 0))
);
create unique index guilds_by_name on realm.guilds (lower(name)) where disbanded_at is null;
create index guilds_by_server on realm.guilds (server_id, id desc);
create index guilds_by_level on realm.guilds (server_id, level desc, id desc) where disbanded_at is null;
create index guilds_by_conquest on realm.guilds (server_id, conquest_points desc, id desc) where disbanded_at is null;
create index guilds_by_leader on realm.guilds (leader_id);

create function realm.rank_order(rank text) returns int
language sql immutable parallel safe as $$ select case rank when 'leader' then 0 when 'officer' then 1 else 2 end $$;

create table realm.guild_members (
    guild_id     uuid not null references realm.guilds on delete cascade,
    user_id      uuid not null references realm.users on delete cascade,
    rank         text not null default 'member' check (rank in ('leader', 'officer', 'member')),
    joined_at    timestamptz not null default now(),
    contribution bigint not null default 0 check (contribution >= 0),
    primary key (guild_id, user_id)
);
-- One person, one guild.
create unique index guild_members_by_user on realm.guild_members (user_id);
create unique index guild_members_one_leader on realm.guild_members (guild_id) where rank = 'leader';
-- The roster: the leader, the officers, the others, each by time.
create index guild_members_roster on realm.guild_members (guild_id, realm.rank_order(rank), joined_at, user_id);

create table realm.guild_invitations (
    guild_id   uuid not null references realm.guilds on delete cascade,
    user_id    uuid not null references realm.users on delete cascade,
    invited_by uuid references realm.users on delete set null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    primary key (guild_id, user_id)
);
create index guild_invitations_by_user on realm.guild_invitations (user_id);

-- Append-only. The sum of a guild's amounts is its treasury.
create table realm.guild_ledger (
    id            uuid primary key,
    guild_id      uuid not null references realm.guilds on delete cascade,
    -- the guild's entries, counted: the order in which they became true, which ids of one moment do not tell
    number        int not null default 1 check (number > 0),
    user_id       uuid references realm.users on delete set null,
    kind          text not null check (kind in ('deposit', 'withdrawal', 'reward', 'fee', 'import')),
    -- positive in, negative out
    amount        bigint not null check (amount <> 0),
    balance_after bigint not null check (balance_after >= 0),
    note          text check (char_length(note) <= 200),
    -- the client's own name for it: a retry finds the first
    client_key    text check (char_length(client_key) between 1 and 64),
    created_at    timestamptz not null default now(),
    check (kind <> 'deposit' or amount > 0),
    check (kind <> 'reward' or amount > 0),
    check (kind <> 'withdrawal' or amount < 0),
    check (kind <> 'fee' or amount < 0)
);
-- Nothing comes of two changes of a treasury that both believe to be the next.
create unique index guild_ledger_of_guild on realm.guild_ledger (guild_id, number);
-- Also what somebody took within a day.
create index guild_ledger_by_user on realm.guild_ledger (user_id, guild_id, created_at);
-- A person's keys are that person's, the game's are the game's, whomever they are about.
create unique index guild_ledger_by_key on realm.guild_ledger (guild_id, user_id, client_key)
    where client_key is not null and kind in ('deposit', 'withdrawal');
create unique index guild_ledger_by_game_key on realm.guild_ledger (guild_id, client_key)
    where client_key is not null and kind in ('reward', 'fee', 'import');
revoke update, delete on realm.guild_ledger from {APP}, {JOBS};

-- Append-only. The sum of a guild's amounts is its experience.
create table realm.guild_experience (
    id          uuid primary key,
    guild_id    uuid not null references realm.guilds on delete cascade,
    -- who earned it, if it was one person
    user_id     uuid references realm.users on delete set null,
    amount      bigint not null check (amount > 0),
    total_after bigint not null check (total_after >= amount),
    level_after int not null check (level_after between 1 and 50),
    -- the game's own name for it: a retry finds the first
    client_key  text check (char_length(client_key) between 1 and 64),
    created_at  timestamptz not null default now()
);
create index guild_experience_of_guild on realm.guild_experience (guild_id, id desc);
create index guild_experience_by_user on realm.guild_experience (user_id);
create unique index guild_experience_by_key on realm.guild_experience (guild_id, client_key) where client_key is not null;
revoke update, delete on realm.guild_experience from {APP}, {JOBS};

create table realm.territories (
    id           uuid primary key,
    server_id    uuid not null references realm.servers on delete cascade,
    name         text not null check (char_length(name) between 1 and 80),
    points       int not null default 100 check (points between 1 and 10000),
    guild_id     uuid references realm.guilds on delete set null,
    conquered_at timestamptz
);
create unique index territories_by_name on realm.territories (server_id, lower(name));
create index territories_by_guild on realm.territories (guild_id) where guild_id is not null;

create table realm.guild_wars (
    id           uuid primary key,
    server_id    uuid not null references realm.servers on delete cascade,
    attacker_id  uuid not null references realm.guilds on delete cascade,
    defender_id  uuid not null references realm.guilds on delete cascade,
    -- what it is about, or what was taken in it
    territory_id uuid references realm.territories on delete set null,
    status       text not null default 'declared' check (status in ('declared', 'active', 'ended')),
    attacker_points bigint not null default 0 check (attacker_points >= 0),
    defender_points bigint not null default 0 check (defender_points >= 0),
    winner_id    uuid references realm.guilds on delete set null,
    -- how it ended: by taking a territory, by surrender, by agreement, by time, by a moderator, because a guild ended
    outcome      text check (outcome in ('conquest', 'surrender', 'peace', 'time', 'stopped', 'disbanded')),
    -- whether the winner took a territory from the other
    taken        boolean not null default false,
    -- the guild that has offered peace
    peace_offered_by uuid,
    declared_by  uuid references realm.users on delete set null,
    declared_at  timestamptz not null default now(),
    starts_at    timestamptz not null,
    -- when it ends at the latest, by points
    ends_at      timestamptz not null,
    ended_at     timestamptz,
    check (attacker_id <> defender_id),
    check (starts_at >= declared_at and ends_at > starts_at),
    check (winner_id in (attacker_id, defender_id)),
    check (peace_offered_by in (attacker_id, defender_id)),
    check ((status = 'ended') = (ended_at is not null)),
    check ((status = 'ended') = (outcome is not null)),
    check (status = 'ended' or (winner_id is null and not taken)),
    check (not taken or outcome in ('conquest', 'surrender'))
);
create index guild_wars_by_attacker on realm.guild_wars (attacker_id, id desc);
create index guild_wars_by_defender on realm.guild_wars (defender_id, id desc);
create index guild_wars_by_server on realm.guild_wars (server_id, id desc);
create index guild_wars_by_territory on realm.guild_wars (territory_id) where territory_id is not null;
create index guild_wars_declared on realm.guild_wars (starts_at) where status = 'declared';
create index guild_wars_active on realm.guild_wars (ends_at) where status = 'active';
-- Two guilds have one war at a time, whoever began it.
create unique index guild_wars_running on realm.guild_wars
    (least(attacker_id, defender_id), greatest(attacker_id, defender_id)) where status <> 'ended';

-- Append-only. The sum of a side's points is what stands in its war.
create table realm.guild_war_points (
    id         uuid primary key,
    war_id     uuid not null references realm.guild_wars on delete cascade,
    guild_id   uuid not null references realm.guilds on delete cascade,
    -- who won them, if it was one person
    user_id    uuid references realm.users on delete set null,
    points     int not null check (points between 1 and 100000),
    -- the game's own name for it: a retry finds the first
    client_key text check (char_length(client_key) between 1 and 64),
    created_at timestamptz not null default now()
);
create index guild_war_points_of_war on realm.guild_war_points (war_id, id desc);
create index guild_war_points_by_guild on realm.guild_war_points (guild_id);
create index guild_war_points_by_user on realm.guild_war_points (user_id);
create unique index guild_war_points_by_key on realm.guild_war_points (war_id, client_key) where client_key is not null;
revoke update, delete on realm.guild_war_points from {APP}, {JOBS};

-- Makes what is said of guilds follow from their wars and territories. A guild is
-- 'active_war' while any war of its is active; otherwise
-- 'conquered' while it holds no territory and the latest war that it fought out was lost, and a territory with it;
-- otherwise 'peace'. Whoever calls has locked the guilds, in the order of ids.
create function realm.settle_guilds(which uuid[]) returns void
language sql set search_path = pg_catalog as $$
    update realm.guilds g
    set war_status = s.war_status, territory = s.territory, updated_at = now()
    from (
        select h.id,
               (select t.name from realm.territories t where t.guild_id = h.id
                order by t.conquered_at desc nulls last, t.id desc limit 1) as territory,
               case
                   when h.disbanded_at is not null then 'peace'
                   when exists (select from realm.guild_wars w
                                where h.id in (w.attacker_id, w.defender_id) and w.status = 'active') then 'active_war'
                   when not exists (select from realm.territories t where t.guild_id = h.id)
                    and (select w.taken and w.winner_id <> h.id from realm.guild_wars w
                         where h.id in (w.attacker_id, w.defender_id) and w.ended_at >= w.starts_at
                         order by w.ended_at desc, w.id desc limit 1) then 'conquered'
                   else 'peace'
               end as war_status
        from realm.guilds h where h.id = any(which)
    ) s
    where g.id = s.id and (g.war_status, coalesce(g.territory, '')) <> (s.war_status, coalesce(s.territory, ''))
$$;

-- A war goes with either guild's row: the other's standing must not speak of it any more.
create function realm.forget_war() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
    perform realm.settle_guilds(array[old.attacker_id, old.defender_id]);
    return null;
end $$;
create trigger forget_war after delete on realm.guild_wars for each row execute function realm.forget_war();

alter table realm.channels
    add foreign key (guild_id) references realm.guilds on delete cascade,
    add foreign key (party_id) references realm.parties on delete cascade,
    add foreign key (raid_id) references realm.raids on delete cascade;
create unique index channels_of_guild on realm.channels (guild_id) where guild_id is not null;
create unique index channels_of_party on realm.channels (party_id) where party_id is not null;
create unique index channels_of_raid on realm.channels (raid_id) where raid_id is not null;
"""

# Who goes must not take a raid, a party or a guild along: each passes on to whoever comes next, or ends.
SUCCESSION = """
create function realm.pass_on() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
declare
    led record;
    heir uuid;
begin
    for led in select p.id from realm.parties p where p.leader_id = old.id order by p.id for update loop
        select m.user_id into heir from realm.party_members m
        where m.party_id = led.id and m.user_id <> old.id order by m.joined_at, m.user_id limit 1;
        if heir is null then
            delete from realm.parties where id = led.id;
        else
            delete from realm.party_members where party_id = led.id and user_id = old.id;
            update realm.party_members set role = 'leader' where party_id = led.id and user_id = heir;
            update realm.parties set leader_id = heir, member_count = greatest(member_count - 1, 0) where id = led.id;
            insert into core.live_events (topic, kind, body)
            values ('realm.party:' || led.id, 'leader_changed', jsonb_build_object('leader_id', heir));
        end if;
    end loop;
    update realm.parties p set member_count = greatest(p.member_count - 1, 0)
    from realm.party_members m where m.user_id = old.id and p.id = m.party_id;
    delete from realm.party_members where user_id = old.id;

    -- Whose wars go with a guild is told of it, so both are locked, in the order in which everybody locks guilds.
    perform from realm.guilds g
    where g.leader_id = old.id or g.id in (
        select w.attacker_id from realm.guild_wars w join realm.guilds l on l.id = w.defender_id where l.leader_id = old.id
        union
        select w.defender_id from realm.guild_wars w join realm.guilds l on l.id = w.attacker_id where l.leader_id = old.id)
    order by g.id for update;
    for led in select g.id from realm.guilds g where g.leader_id = old.id order by g.id for update loop
        select m.user_id into heir from realm.guild_members m
        where m.guild_id = led.id and m.user_id <> old.id
        order by m.rank = 'officer' desc, m.contribution desc, m.joined_at, m.user_id limit 1;
        if heir is null then
            delete from realm.guilds where id = led.id;
        else
            delete from realm.guild_members where guild_id = led.id and user_id = old.id;
            update realm.guild_members set rank = 'leader' where guild_id = led.id and user_id = heir;
            update realm.guilds set leader_id = heir, member_count = greatest(member_count - 1, 0) where id = led.id;
            insert into core.live_events (topic, kind, body)
            values ('realm.guild:' || led.id, 'leader_changed', jsonb_build_object('leader_id', heir));
        end if;
    end loop;
    update realm.guilds g set member_count = greatest(g.member_count - 1, 0)
    from realm.guild_members m where m.user_id = old.id and g.id = m.guild_id;
    delete from realm.guild_members where user_id = old.id;

    for led in select r.id from realm.raids r where r.leader_id = old.id order by r.id for update loop
        select x.user_id into heir from (
            select p.user_id, p.joined_at as at from realm.raid_participants p where p.raid_id = led.id
            union all
            select s.user_id, s.signed_at from realm.raid_signups s where s.raid_id = led.id and s.state <> 'declined'
        ) x where x.user_id <> old.id order by x.at, x.user_id limit 1;
        if heir is null then
            delete from realm.raids where id = led.id;
        else
            update realm.raids set leader_id = heir where id = led.id;
        end if;
    end loop;
    update realm.raids r set participant_count = greatest(r.participant_count - 1, 0)
    from realm.raid_participants p where p.user_id = old.id and r.id = p.raid_id;
    delete from realm.raid_participants where user_id = old.id;

    -- What was said goes too. Then nobody's judgement of this sender counts any more, and nothing can be added
    -- behind this deletion: messages wait for core.live_head, and find that access was taken away.
    delete from realm.messages where user_id = old.id;
    perform core.next_live_tick(true);
    delete from realm.messages where user_id = old.id;
    delete from realm.message_keys where user_id = old.id;
    delete from realm.message_words
    where user_id = old.id and array[server_id, channel_id, user_id, md5(type)::uuid] @> array[old.id];
    insert into core.live_events (topic, kind, access, subject) values ('*', 'access', true, old.id);
    return old;
end $$;
create trigger pass_on before delete on realm.users for each row execute function realm.pass_on();

-- A channel takes its messages along, and nobody writes behind its end.
create function realm.empty_channel() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
    delete from realm.messages where channel_id = old.id;
    perform core.next_live_tick(true);
    delete from realm.messages where channel_id = old.id;
    delete from realm.message_words
    where channel_id = old.id and array[server_id, channel_id, user_id, md5(type)::uuid] @> array[old.id];
    insert into core.live_events (topic, kind, access) values ('realm.channel:' || old.id, 'access', true);
    return old;
end $$;
create trigger empty_channel before delete on realm.channels for each row execute function realm.empty_channel();
"""

INGEST = """
-- Adds what a writer has gathered, in one statement and one commit. Rows come as arrays of one length; an array whose
-- rows are all null may be null itself. `known` is the access tick up to which the writer has judged the senders: when
-- access was taken away since, nothing is added and `tick` is null.
-- The id of row n (from 1) is core.live_id(tick, n, noise). Rows that were not added are in `refused`, with the id of
-- the earlier message of the same client key in `earlier`, or in `wait` the seconds that slow mode still asks for.
-- Its plans are kept by every writer for long, and a month begins empty: what is then read from end to end would go on
-- to be when the month is full.
create function realm.add_messages(
    known bigint, noise bigint, tell boolean,
    types text[], users uuid[], servers uuid[], channels uuid[], contents text[],
    metadata text[], keys text[], replies uuid[], mentions text[], gaps int[],
    out previous bigint, out tick bigint, out refused int[], out earlier uuid[], out wait int[]
) language plpgsql set search_path = pg_catalog set enable_seqscan = off as $$
declare
    at      timestamptz;
    claimed bigint;
    skipped int[] := '{}';
begin
    select p.previous, p.tick into previous, tick from core.next_live_tick(false) p;
    if known < (select h.access_tick from core.live_head h) then
        -- The tick is used up and nothing hangs on it, which no reader minds.
        previous := null; tick := null;
        return;
    end if;
    if keys is not null then
        with claimed as (
            insert into realm.message_keys (user_id, client_key, message_id)
            select k.u, k.key, core.live_id(add_messages.tick, k.n, noise)
            from unnest(keys, users) with ordinality k (key, u, n) where k.key is not null
            on conflict do nothing
            returning 1
        )
        select count(*) into claimed from claimed;
        if claimed < cardinality(array_remove(keys, null)) then
            select array_agg(k.n order by k.n), array_agg(m.message_id order by k.n), array_agg(0 order by k.n)
            into refused, earlier, wait
            from unnest(keys, users) with ordinality k (key, u, n)
            join realm.message_keys m on m.user_id = k.u and m.client_key = k.key
            where m.message_id < core.live_id(add_messages.tick, 0, 0);
            skipped := coalesce(refused, '{}');
        end if;
    end if;
    if gaps is not null then
        with slow as (
            select s.n, s.gap, s.u, s.c,
                   -- an earlier one of the same batch counts as sent now
                   row_number() over (partition by s.u, s.c order by s.n) > 1 as again
            from unnest(gaps, users, channels) with ordinality s (gap, u, c, n)
            where s.gap > 0 and not s.n = any(skipped)
        ), waits as (
            select s.n, s.gap, case when s.again then s.gap else s.gap - floor(extract(epoch from
                core.live_time(add_messages.tick) - m.created_at))::int end as left_over
            from slow s
            left join lateral (
                select e.created_at from realm.messages e
                where e.user_id = s.u and e.channel_id = s.c
                  and e.id > core.live_id(add_messages.tick - s.gap * 4096000::bigint, 0, 0)
                order by e.id desc limit 1
            ) m on true
        )
        select coalesce(refused, '{}') || coalesce(array_agg(w.n), '{}'),
               coalesce(earlier, '{}') || coalesce(array_agg(null::uuid), '{}'),
               coalesce(wait, '{}') || coalesce(array_agg(greatest(w.left_over, 1)), '{}')
        into refused, earlier, wait from waits w where w.left_over > 0;
        -- What is not written now has not been said.
        delete from realm.message_keys m
        using unnest(keys, users) with ordinality k (key, u, n)
        where m.user_id = k.u and m.client_key = k.key and k.n = any(refused) and not k.n = any(skipped);
        skipped := coalesce(refused, '{}');
    end if;
    at := core.live_time(tick);
    insert into realm.messages (id, type, user_id, server_id, channel_id, content, metadata, client_key, reply_to,
                                mentions, created_at, updated_at)
    select core.live_id(add_messages.tick, r.n, noise), r.t, r.u, r.s, r.c, r.content, r.meta::jsonb, r.key, r.reply,
           r.mentioned::uuid[], at, at
    from unnest(types, users, servers, channels, contents, metadata, keys, replies, mentions)
        with ordinality r (t, u, s, c, content, meta, key, reply, mentioned, n)
    where not r.n = any(skipped);
    if tell then
        perform pg_notify('guildhall_live', previous || ':' || tick);
    end if;
end $$;
"""

# What is taken in from SQLite files, what has left for them, and what operators look at.
KEEPING = f"""
-- A file that is being taken in, or was.
create table realm.imports (
    id            uuid primary key,
    -- SHA-256 of what tells one file's contents from another's
    fingerprint   bytea not null unique check (octet_length(fingerprint) = 32),
    -- the file's ids that are no UUIDs become UUIDs of this namespace
    namespace     uuid not null,
    file_name     text not null check (char_length(file_name) between 1 and 255),
    -- ids of the oldest and newest message that came in: between them words are made
    first_message uuid,
    last_message  uuid,
    -- up to here they are made
    words_done    uuid,
    started_at    timestamptz not null default now(),
    finished_at   timestamptz,
    check ((first_message is null) = (last_message is null))
);
-- How far a table of the file is. A part of it and its mark are one transaction.
create table realm.import_tables (
    import_id  uuid not null references realm.imports on delete cascade,
    table_name text not null check (char_length(table_name) between 1 and 40),
    -- the file's row up to which all rows are done
    last_row   bigint not null default -9223372036854775808,
    -- rows that the file has, that were added, that were here already, that were set aside
    total      bigint not null check (total >= 0),
    added      bigint not null default 0,
    known      bigint not null default 0,
    rejected   bigint not null default 0,
    finished   boolean not null default false,
    primary key (import_id, table_name)
);
-- Rows that were set aside, or taken in without a part of them that was no good (kept). No address of e-mail and no
-- hash of a password is in `contents`.
create table realm.import_rejects (
    import_id  uuid not null references realm.imports on delete cascade,
    table_name text not null,
    row_number bigint not null,
    kept       boolean not null default false,
    reason     text not null,
    contents   json not null,
    at         timestamptz not null default now()
);
create index import_rejects_of_import on realm.import_rejects (import_id, table_name, row_number);
create index import_rejects_by_age on realm.import_rejects (at);

-- A file of messages that have left the table, or are about to. A month that gets more of them later gets another part.
-- begun: nothing is done yet; detached: the month is out of its table; written: the file is whole and was read back;
-- archived: the detached tables are gone; restored: the messages are in their table again and the file is not.
create table realm.archives (
    id          uuid primary key,
    month       date not null check (extract(day from month) = 1),
    part        int not null check (part > 0),
    state       text not null check (state in ('begun', 'detached', 'written', 'archived', 'restored')),
    file_name   text unique check (file_name ~ '^[a-z0-9.-]+$'),
    -- counts how often the file was written: it is never changed in place
    generation  int not null default 1 check (generation > 0),
    -- files that this one took the place of and that may still be there
    superseded  text[] not null default '{{}}',
    sha256      bytea check (octet_length(sha256) = 32),
    messages    bigint not null default 0 check (messages >= 0),
    reactions   bigint not null default 0 check (reactions >= 0),
    bytes       bigint not null default 0 check (bytes >= 0),
    first_id    uuid,
    last_id     uuid,
    begun_at    timestamptz not null,
    archived_at timestamptz,
    -- a month that was restored stays until then
    hold_until  timestamptz,
    unique (month, part),
    check (state not in ('written', 'archived') or num_nulls(file_name, sha256) = 0)
);
-- One part of a month is made at a time.
create unique index archives_unfinished on realm.archives (month) where state in ('begun', 'detached', 'written');
create index archives_by_last on realm.archives (last_id desc) where state in ('written', 'archived');
-- Whose messages and of which channel are in a file, so that a recount needs no file.
create table realm.archived_counts (
    archive_id uuid not null references realm.archives on delete cascade,
    month      date not null,
    channel_id uuid,
    -- null for a sender who had no character any more
    user_id    uuid references realm.users on delete cascade,
    messages   bigint not null check (messages > 0)
);
create unique index archived_counts_of_archive on realm.archived_counts (archive_id, user_id, channel_id) nulls not distinct;
create index archived_counts_by_user on realm.archived_counts (user_id);
create index archived_counts_by_channel on realm.archived_counts (channel_id);
revoke all on realm.imports, realm.import_tables, realm.import_rejects, realm.archives from {APP}, {READONLY};
revoke insert, update, delete on realm.archived_counts from {APP};
{private_to_owner("realm.archived_counts", "user_id")}

-- What a month that was detached holds; it is no part of its table any more and has a name of its own.
create function realm.detached_messages(of_month date, behind uuid, most int) returns setof realm.messages
language plpgsql stable set search_path = pg_catalog as $$
begin
    return query execute format('select * from realm.messages_%s where id > $1 order by id limit $2',
                                to_char(of_month, 'YYYY_MM')) using behind, most;
end $$;
-- Deletes what somebody said in a month that is detached: rows.
create function realm.forget_detached(of_month date, whom uuid) returns bigint
language plpgsql set search_path = pg_catalog as $$
declare
    name  text;
    gone  bigint;
    total bigint := 0;
begin
    foreach name in array array['messages', 'message_reactions'] loop
        name := format('realm.%s_%s', name, to_char(of_month, 'YYYY_MM'));
        if to_regclass(name) is not null
           and not exists (select 1 from pg_inherits i where i.inhrelid = to_regclass(name)) then
            execute format('delete from %s where user_id = $1', name) using whom;
            get diagnostics gone = row_count;
            total := total + gone;
        end if;
    end loop;
    return total;
end $$;

-- Statements that take long, for operators. The text of other sessions' statements is the owner's to see, so this runs
-- as the owner. Where pg_stat_statements is loaded it says what took long on average or at worst; without it there is
-- only what runs just now. Times are in milliseconds.
create function realm.slow_statements(over_ms double precision)
returns table (source text, statement text, calls bigint, mean_ms double precision, worst_ms double precision)
language plpgsql security definer set search_path = pg_catalog as $$
declare
    place text;
begin
    select n.nspname into place
    from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_stat_statements';
    if place is not null then
        begin
            return query execute format(
                'select %L::text, s.query, s.calls, s.mean_exec_time, s.max_exec_time from %I.pg_stat_statements s
                 where s.dbid = (select d.oid from pg_database d where d.datname = current_database())
                   and s.max_exec_time >= $1
                 order by s.total_exec_time desc limit 100', 'pg_stat_statements', place) using over_ms;
            return;
        exception when object_not_in_prerequisite_state then
            null; -- installed and not loaded
        end;
    end if;
    return query
        select 'running'::text, a.query, 1::bigint, r.ms, r.ms
        from pg_stat_activity a
        cross join lateral (select extract(epoch from clock_timestamp() - a.query_start)::double precision * 1000) r (ms)
        where a.datname = current_database() and a.state = 'active' and a.pid <> pg_backend_pid()
          and a.backend_type = 'client backend' and r.ms >= over_ms
        order by r.ms desc limit 100;
end $$;
revoke execute on function realm.slow_statements(double precision) from public;
grant execute on function realm.slow_statements(double precision) to {APP}, {JOBS};
"""

UP = f"""
{create_schema("realm")}
{PEOPLE}
{CHAT}
{SEARCH}
{MODERATION}
{RAIDS}
{PARTIES}
{GUILDS}
{SUCCESSION}
{INGEST}
{KEEPING}
"""

TABLES = (
    "archived_counts", "archives", "import_rejects", "import_tables", "imports",
    "guild_war_points", "guild_wars", "territories", "guild_ledger", "guild_experience", "guild_invitations", "channel_members", "pins", "mentions",
    "channel_reads", "reports", "sanctions", "channels", "guild_members", "guilds", "party_invitations",
    "party_members", "parties", "raid_loot", "raid_signups", "raid_participants", "raid_pulls", "raids", "audit_log",
    "word_filters", "conversations", "direct_messages", "followers", "message_keys", "message_words", "messages", "blocks", "sessions", "users", "servers",
)  # fmt: skip

DOWN = f"""
delete from core.partitioned_tables where table_name in ('realm.messages', 'realm.message_words');
{"".join(f"drop table realm.{table} cascade;" for table in TABLES)}
drop function realm.slow_statements(double precision);
drop function realm.forget_detached(date, uuid);
drop function realm.add_messages;
drop function realm.search_messages;
drop function realm.words_config(text);
drop function realm.add_mentions(uuid[], uuid[], uuid[]);
drop function realm.is_blocked(uuid, uuid);
drop function realm.empty_channel();
drop function realm.pass_on();
drop function realm.forget_war();
drop function realm.settle_guilds(uuid[]);
drop function realm.rank_order(text);
drop function realm.live_sessions(uuid);
drop function realm.end_sessions(uuid, uuid, timestamptz, timestamptz);
{drop_schema("realm")}
"""

upgrade, downgrade = steps(UP, DOWN)
