"""Sanctions, word filters, reports, the audit."""

from guildhall.db.policies import APP, JOBS

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
