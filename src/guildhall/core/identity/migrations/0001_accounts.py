"""Users and everything by which they are known: identities, sessions, tokens, second factors, settings."""

from guildhall.core.identity.principals.schemas import DOORKEEPER
from guildhall.db.policies import APP, JOBS, READONLY, private_to_owner
from guildhall.db.revision import steps

revision = "identity_0001"
down_revision = None
branch_labels = ("identity",)
depends_on = ("db_0001",)


def private(table: str, owner: str = "user_id") -> str:
    """Rows for their owner, and for sign-in, which must find a person before it knows who that is."""
    return f"""
    {private_to_owner(table, owner)}
    create policy doorkeeper on {table} to {APP}
        using (nullif(current_setting('app.user_id', true), '')::uuid = '{DOORKEEPER.id}')
        with check (nullif(current_setting('app.user_id', true), '')::uuid = '{DOORKEEPER.id}');
    """


TABLES = {
    "core.users": "id",
    "core.identities": "user_id",
    "core.sessions": "user_id",
    "core.spent_refresh_tokens": "user_id",
    "core.api_tokens": "user_id",
    "core.email_tokens": "user_id",
    "core.totp": "user_id",
    "core.recovery_codes": "user_id",
    "core.passkeys": "user_id",
    "core.user_settings": "user_id",
    "core.stripe_customers": "user_id",
    "core.stripe_subscriptions": "user_id",
}

UP = f"""
create table core.users (
    id                     uuid primary key,
    -- lower case; null for who signs in with a game alone
    email                  text unique check (email = lower(email) and char_length(email) between 3 and 254),
    email_verified_at      timestamptz,
    name                   text not null check (char_length(name) between 1 and 100),
    role                   text not null default 'member' check (role in ('member', 'moderator', 'admin')),
    -- argon2id or, until the next sign-in, bcrypt; null for who has no password
    password_hash          text,
    password_changed_at    timestamptz,
    subscription_tier      text not null default 'free' check (subscription_tier in ('free', 'premium')),
    subscription_status    text not null default 'active' check (subscription_status in ('active', 'canceled', 'expired')),
    subscription_ends_at   timestamptz,
    stripe_customer_id     text unique,
    stripe_subscription_id text unique,
    suspended_at           timestamptz,
    created_at             timestamptz not null default now(),
    updated_at             timestamptz not null default now()
);

-- A person at a provider. One person there is one user here.
create table core.identities (
    id           uuid primary key,
    user_id      uuid not null references core.users on delete cascade,
    provider     text not null check (char_length(provider) between 1 and 40),
    subject      text not null check (char_length(subject) between 1 and 255),
    name         text not null default '',
    -- who owns the subject there, where a provider tells: an EVE character can be sold
    owner_hash   text,
    linked_at    timestamptz not null default now(),
    last_used_at timestamptz not null default now(),
    unique (provider, subject)
);
create index identities_by_user on core.identities (user_id);

-- A signed-in device. Its refresh token rotates with each use; only the hash of the present one is kept.
create table core.sessions (
    id           uuid primary key,
    user_id      uuid not null references core.users on delete cascade,
    -- SHA-256 of the refresh token
    token_hash   bytea not null unique check (octet_length(token_hash) = 32),
    expires_at   timestamptz not null,
    created_at   timestamptz not null default now(),
    last_used_at timestamptz not null default now(),
    device_name  text check (char_length(device_name) <= 100),
    device_type  text check (device_type in ('ios', 'android', 'web')),
    -- where pushes go (FCM registration token)
    device_token text check (char_length(device_token) between 1 and 4096),
    -- how the person proved who they are: 'password', 'password+totp', 'passkey', 'eve', …
    method       text not null default '',
    -- a session that has ended stays until its refresh tokens have expired, so that a replay is known as one
    ended_at     timestamptz,
    end_reason   text check (end_reason in ('signed_out', 'replaced', 'token_reused', 'password_changed', 'suspended', 'revoked'))
);
create index sessions_by_user on core.sessions (user_id, expires_at);
create index sessions_by_expiry on core.sessions (expires_at);
-- One device, one session: who signs in on it next gets its pushes.
create unique index sessions_by_device on core.sessions (device_token) where device_token is not null and ended_at is null;

-- What access tokens must not be believed any more: an ended or deleted session, a deleted API token, and a user
-- whose role or standing has changed (tokens older than `at` tell an old one). It outlives what it is about, for
-- web processes that missed the notification. Ids alone; forgotten when every access token of the time has expired.
create table core.revocations (
    subject uuid primary key,
    at      timestamptz not null default clock_timestamp()
);
create index revocations_by_age on core.revocations (at);

create function core.revoke_access() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
    insert into core.revocations (subject) values (old.id)
    on conflict (subject) do update set at = clock_timestamp();
    perform pg_notify('guildhall_revocations', old.id::text);
    return null;
end $$;
create trigger session_ended after update of ended_at on core.sessions
    for each row when (old.ended_at is null and new.ended_at is not null) execute function core.revoke_access();
create trigger session_deleted after delete on core.sessions
    for each row when (old.ended_at is null) execute function core.revoke_access();
create trigger user_changed after update of role, suspended_at on core.users
    for each row when (old.role <> new.role or (old.suspended_at is null) <> (new.suspended_at is null))
    execute function core.revoke_access();
create trigger user_deleted after delete on core.users for each row execute function core.revoke_access();

-- Refresh tokens that were used. One that comes again was stolen, and ends its session.
create table core.spent_refresh_tokens (
    token_hash bytea primary key check (octet_length(token_hash) = 32),
    session_id uuid not null references core.sessions on delete cascade,
    user_id    uuid not null references core.users on delete cascade,
    spent_at   timestamptz not null default now()
);
create index spent_refresh_tokens_by_session on core.spent_refresh_tokens (session_id);
create index spent_refresh_tokens_by_user on core.spent_refresh_tokens (user_id);
create index spent_refresh_tokens_by_age on core.spent_refresh_tokens (spent_at);

-- A sign-in that is under way at a provider: single use, short-lived, bound to the browser that began it.
create table core.oauth_flows (
    id            uuid primary key,
    provider      text not null,
    state_hash    bytea not null unique check (octet_length(state_hash) = 32),
    -- the cookie of the browser that began it
    browser_hash  bytea not null check (octet_length(browser_hash) = 32),
    nonce         text not null,
    -- PKCE code_verifier, sealed
    verifier      text not null,
    redirect_uri  text not null,
    -- where the browser or app goes in the end
    return_to     text not null,
    scopes        text[] not null default '{{}}',
    -- who links a second identity; null for a sign-in
    user_id       uuid references core.users on delete cascade,
    session_id    uuid references core.sessions on delete cascade,
    device_name   text,
    device_type   text,
    created_at    timestamptz not null default now(),
    expires_at    timestamptz not null
);
create index oauth_flows_by_expiry on core.oauth_flows (expires_at);
create index oauth_flows_by_user on core.oauth_flows (user_id) where user_id is not null;
create index oauth_flows_by_session on core.oauth_flows (session_id) where session_id is not null;

-- Machines. The token is shown once and kept as its hash.
create table core.api_tokens (
    id           uuid primary key,
    user_id      uuid not null references core.users on delete cascade,
    name         text not null check (char_length(name) between 1 and 100),
    token_hash   bytea not null unique check (octet_length(token_hash) = 32),
    scopes       text[] not null,
    created_at   timestamptz not null default now(),
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz
);
create index api_tokens_by_user on core.api_tokens (user_id);
create trigger api_token_revoked after update of revoked_at on core.api_tokens
    for each row when (old.revoked_at is null and new.revoked_at is not null) execute function core.revoke_access();
create trigger api_token_deleted after delete on core.api_tokens
    for each row when (old.revoked_at is null) execute function core.revoke_access();

-- Single-use tokens that went out by e-mail.
create table core.email_tokens (
    token_hash bytea primary key check (octet_length(token_hash) = 32),
    user_id    uuid not null references core.users on delete cascade,
    purpose    text not null check (purpose in ('verify_email', 'reset_password', 'sign_in')),
    email      text not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null
);
create index email_tokens_by_user on core.email_tokens (user_id, purpose);
create index email_tokens_by_expiry on core.email_tokens (expires_at);

create table core.totp (
    user_id      uuid primary key references core.users on delete cascade,
    -- sealed
    secret       text not null,
    confirmed_at timestamptz,
    -- the 30-second step that was used last: a code works once
    last_step    bigint not null default 0,
    created_at   timestamptz not null default now()
);

create table core.recovery_codes (
    code_hash bytea primary key check (octet_length(code_hash) = 32),
    user_id   uuid not null references core.users on delete cascade,
    used_at   timestamptz
);
create index recovery_codes_by_user on core.recovery_codes (user_id);

create table core.passkeys (
    id            uuid primary key,
    user_id       uuid not null references core.users on delete cascade,
    credential_id bytea not null unique,
    public_key    bytea not null,
    sign_count    bigint not null default 0,
    transports    text[] not null default '{{}}',
    name          text not null check (char_length(name) between 1 and 100),
    created_at    timestamptz not null default now(),
    last_used_at  timestamptz
);
create index passkeys_by_user on core.passkeys (user_id);

-- A proof that is under way: WebAuthn's challenge, or the second factor that a password still waits for.
create table core.sign_in_challenges (
    token_hash bytea primary key check (octet_length(token_hash) = 32),
    kind       text not null check (kind in ('passkey_registration', 'passkey', 'second_factor')),
    user_id    uuid references core.users on delete cascade,
    challenge  bytea,
    tries      smallint not null default 0,
    device_name text,
    device_type text,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null
);
create index sign_in_challenges_by_user on core.sign_in_challenges (user_id) where user_id is not null;
create index sign_in_challenges_by_expiry on core.sign_in_challenges (expires_at);

create table core.user_settings (
    id                    uuid primary key,
    user_id               uuid not null unique references core.users on delete cascade,
    theme                 text not null default 'dark' check (theme in ('light', 'dark', 'auto')),
    default_character_id  bigint,
    language              text not null default 'en' check (char_length(language) between 2 and 35),
    notify_skill_complete boolean not null default true,
    notify_market_orders  boolean not null default true,
    notify_industry_jobs  boolean not null default true,
    notify_pi_extractors  boolean not null default false,
    notify_eve_mail       boolean not null default true,
    share_activity_stats  boolean not null default false,
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now()
);

-- How often a sign-in was tried lately, by account and by address; `key` is a keyed hash of either.
create table core.sign_in_attempts (
    key          bytea primary key,
    failures     int not null,
    -- what counts begins here
    window_start timestamptz not null,
    blocked_until timestamptz
);
create index sign_in_attempts_by_window on core.sign_in_attempts (window_start);

-- Whose customer at Stripe is whose here. A person may have several; a customer has one person, the one whom the
-- earliest event names.
create table core.stripe_customers (
    customer_id text primary key check (char_length(customer_id) between 1 and 255),
    user_id     uuid not null references core.users on delete cascade,
    -- the event that says so
    event_at    timestamptz not null,
    event_mark  text collate "C" not null
);
create index stripe_customers_by_user on core.stripe_customers (user_id);

-- Subscriptions as the latest event tells them. Events come in any order, and before anybody knows whose they are:
-- an event changes its subscription if it is later than what is known, and what a user has follows from all of them.
create table core.stripe_subscriptions (
    subscription_id text primary key check (char_length(subscription_id) between 1 and 255),
    customer_id     text not null,
    user_id         uuid references core.users on delete cascade,
    -- Stripe's word for it
    status          text not null,
    -- the end of what is paid, or of the whole
    ends_at         timestamptz,
    renews          boolean not null,
    event_at        timestamptz not null,
    -- orders the events of one second
    event_mark      text collate "C" not null
);
create index stripe_subscriptions_by_user on core.stripe_subscriptions (user_id);
create index stripe_subscriptions_by_customer on core.stripe_subscriptions (customer_id);
create index stripe_subscriptions_of_nobody on core.stripe_subscriptions (event_at) where user_id is null;

-- Events of Stripe that were taken: each once.
create table core.stripe_events (
    event_id    text primary key,
    type        text not null,
    created_at  timestamptz not null,
    received_at timestamptz not null default now()
);
create index stripe_events_by_age on core.stripe_events (received_at);

-- What happened to accounts. Append-only: the working roles may add and read, nothing else. No foreign key, for
-- it outlives the account; a deleted person's rows lose what leads to the person.
create table core.security_events (
    id         uuid not null,
    at         timestamptz not null,
    user_id    uuid,
    kind       text not null check (char_length(kind) between 1 and 60),
    outcome    text not null check (outcome in ('ok', 'refused')),
    session_id uuid,
    -- keyed hash of the address
    ip_hash    bytea,
    agent      text check (char_length(agent) <= 300),
    details    jsonb not null default '{{}}',
    primary key (id, at)
) partition by range (at);
create table core.security_events_default partition of core.security_events default;
create index security_events_by_user on core.security_events (user_id, at desc) where user_id is not null;
create index security_events_by_time on core.security_events (at desc, id desc);
insert into core.partitioned_tables (table_name, first_month) values ('core.security_events', '2026-11-01');

create function core.forget_security_events(person uuid) returns bigint
language plpgsql security definer set search_path = pg_catalog as $$
declare
    changed bigint;
begin
    update core.security_events
    set user_id = null, session_id = null, ip_hash = null, agent = null, details = '{{}}'
    where user_id = person;
    get diagnostics changed = row_count;
    return changed;
end $$;
revoke execute on function core.forget_security_events(uuid) from public;
grant execute on function core.forget_security_events(uuid) to {APP}, {JOBS};

{"".join(private(table, owner) for table, owner in TABLES.items())}
{private("core.security_events")}
-- core.forget_security_events works as the owner, who need not be a superuser
alter table core.security_events no force row level security;
revoke insert, update, delete on core.revocations from {APP};
revoke update, delete on core.security_events from {APP}, {JOBS};
revoke all on core.security_events_default from {APP}, {JOBS}, {READONLY};
{private("core.oauth_flows")}
{private("core.sign_in_challenges")}
"""

DOWN = f"""
drop function core.forget_security_events(uuid);
delete from core.partitioned_tables where table_name = 'core.security_events';
drop table core.security_events, core.stripe_events, core.sign_in_attempts, core.sign_in_challenges, core.oauth_flows;
{"".join(f"drop table {table};" for table in reversed(TABLES))}
drop function core.revoke_access();
drop table core.revocations;
"""

upgrade, downgrade = steps(UP, DOWN)
