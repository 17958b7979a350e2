"""Channels, messages and what hangs on them, direct messages."""

from guildhall.db.policies import APP, JOBS, READONLY, private_to_owner

VIEWER = "nullif(current_setting('app.user_id', true), '')::uuid"

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
     generate_series(date_trunc('month', now() at time zone 'utc'),
                     date_trunc('month', now() at time zone 'utc') + interval '1 month', interval '1 month') month;

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
