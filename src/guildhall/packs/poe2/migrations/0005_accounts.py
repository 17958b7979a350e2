"""Accounts at Path of Exile, their tokens, and the limits of the game's API."""

from guildhall.core.identity.principals.schemas import DOORKEEPER
from guildhall.db.policies import APP, READONLY, private_to_owner
from guildhall.db.revision import steps

revision = "poe2_0005"
down_revision = "poe2_0004"
branch_labels = None
depends_on = ("identity_0001",)

UP = f"""
create table poe2.accounts (
    user_id            uuid primary key references core.users on delete cascade,
    -- the game's own id of the person, which stays when the name changes
    sub                uuid not null unique,
    poe_account_name   text not null unique check (char_length(poe_account_name) between 1 and 255),
    scopes             text[] not null,
    state              text not null default 'linked' check (state in ('linked', 'ended')),
    -- why a link has ended: its refresh token's time was over, or the game refuses it
    ended_why          text check (ended_why in ('expired', 'revoked')),
    ended_at           timestamptz,
    -- when everything of a person who revoked access at the game is deleted; null while it stays
    forget_at          timestamptz,
    -- sealed; null once the link has ended
    access_token       text,
    refresh_token      text,
    access_expires_at  timestamptz not null,
    -- a new refresh token ends when the first one of its sign-in would have
    refresh_expires_at timestamptz not null,
    -- who refreshes now, and until when that is believed; the number is the fence: a save under an old one is refused
    lease              bigint not null default 0,
    leased_until       timestamptz,
    refresh_failures   smallint not null default 0,
    -- not refreshed before this after a failure
    retry_at           timestamptz,
    token_error        text check (char_length(token_error) <= 300),
    -- the person was told that the link ends soon
    told_at            timestamptz,
    linked_at          timestamptz not null,
    signed_in_at       timestamptz not null,
    refreshed_at       timestamptz not null,
    check ((state = 'ended') = (ended_at is not null)),
    check (state = 'linked' or (access_token is null and refresh_token is null and ended_why is not null))
);
create index accounts_ending on poe2.accounts (refresh_expires_at) where state = 'linked';
create index accounts_to_forget on poe2.accounts (forget_at) where forget_at is not null;

-- Refresh tokens that are to be revoked at the game. The account may be gone by then, so there is no foreign key;
-- `id` is the user's, under which the token was sealed.
create table poe2.pending_revocations (
    id            uuid not null,
    refresh_token text not null,
    created_at    timestamptz not null default now(),
    due_at        timestamptz not null default now(),
    tries         smallint not null default 0,
    primary key (id, created_at)
);

-- Whatever deletes an account's row leaves its token to be revoked, where the game lets us revoke.
create function poe2.revoke_later() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
    insert into poe2.pending_revocations (id, refresh_token, created_at)
    values (old.user_id, old.refresh_token, clock_timestamp());
    return null;
end $$;
create trigger account_deleted after delete on poe2.accounts
    for each row when (old.refresh_token is not null and 'oauth:revoke' = any(old.scopes))
    execute function poe2.revoke_later();

-- The game's limits as its answers told them last, by policy.
create table poe2.ggg_policies (
    policy  text primary key check (char_length(policy) between 1 and 200),
    -- by rule, a list of hits, seconds, seconds of penalty
    rules   jsonb not null,
    told_at timestamptz not null
);

-- The policy that each route was last answered under.
create table poe2.ggg_routes (
    route  text primary key,
    policy text not null references poe2.ggg_policies
);

-- Calls that still count in a window: made by us, or by others as far as the game told of them. No foreign key to
-- people: a call counts although whose it was is gone.
create table poe2.ggg_calls (
    id          uuid primary key,
    policy      text not null,
    user_id     uuid,
    -- the one rule in which it counts, where others made it
    rule        text,
    weight      int not null check (weight > 0),
    reserved_at timestamptz not null,
    -- null while it is under way
    ended_at    timestamptz
);
create index ggg_calls_by_policy on poe2.ggg_calls (policy, ended_at);

-- Penalties, and pauses that the game asked for: of everybody, or of one account.
create table poe2.ggg_halts (
    policy  text not null,
    user_id uuid,
    until   timestamptz not null,
    unique nulls not distinct (policy, user_id)
);

{private_to_owner("poe2.accounts", "user_id")}
-- A sign-in writes the account before anybody is signed in.
create policy doorkeeper on poe2.accounts to {APP}
    using (nullif(current_setting('app.user_id', true), '')::uuid = '{DOORKEEPER.id}')
    with check (nullif(current_setting('app.user_id', true), '')::uuid = '{DOORKEEPER.id}');
revoke all on poe2.pending_revocations from {APP}, {READONLY};
"""

DOWN = """
drop table poe2.ggg_halts, poe2.ggg_calls, poe2.ggg_routes, poe2.ggg_policies;
drop table poe2.pending_revocations, poe2.accounts;
drop function poe2.revoke_later();
"""

upgrade, downgrade = steps(UP, DOWN)
