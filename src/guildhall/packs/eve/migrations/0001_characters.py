"""Characters, what the game tells of each (now and over time), what is to be told at a time, and names."""

from guildhall.core.cache.actions import CHANNEL
from guildhall.core.identity.principals.schemas import DOORKEEPER
from guildhall.db.policies import APP, JOBS, READONLY, create_schema, drop_schema, private_to_owner
from guildhall.db.revision import steps

revision = "eve_0001"
down_revision = None
branch_labels = ("eve",)
depends_on = ("identity_0001",)

# Every row of a pilot hangs on OUR row of the character, not on the game's id: a sold character's history stays
# with its old owner while the new owner begins with a row of their own. The pair is the key, so that no row can
# name a user who is not the character's; it leads on to core.users, and deleting either deletes everything.
OF_CHARACTER = """
    character uuid not null,
    user_id   uuid not null,
    foreign key (character, user_id) references eve.characters (id, user_id) on delete cascade"""

PRIVATE = (
    "section_syncs",
    "skills",
    "skill_totals",
    "skill_history",
    "skill_queue",
    "attributes",
    "mails",
    "mail_labels",
    "mailing_lists",
    "market_orders",
    "market_order_changes",
    "industry_jobs",
    "planets",
    "extractors",
    "wallet_balances",
    "wallet_history",
    "wallet_journal",
    "wallet_transactions",
    "locations",
    "character_notifications",
    "alarms",
    "structures",
)

UP = f"""
{create_schema("eve")}

create table eve.characters (
    id               uuid primary key,
    character_id     bigint not null check (character_id > 0),
    character_name   text not null check (char_length(character_name) between 1 and 100),
    -- null until the first look at the public sheet
    corporation_id   bigint,
    alliance_id      bigint,
    user_id          uuid not null references core.users on delete cascade,
    -- sealed; null once access has ended
    access_token     text,
    refresh_token    text,
    token_expires_at timestamptz not null,
    scopes           text[] not null default '{{}}',
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    last_sync_at     timestamptz,
    -- whose the character is at the game: it changes when the character is sold
    owner_hash       text,
    token_state      text not null default 'valid'
                     check (token_state in ('valid', 'needs_authorisation', 'sold', 'removed')),
    token_error      text check (char_length(token_error) <= 300),
    token_refreshed_at timestamptz,
    -- when the token is refreshed ahead of its end; null while nobody needs it
    refresh_due_at   timestamptz,
    refresh_failures smallint not null default 0,
    -- who refreshes now, and until when that is believed; the number is the fence: a save under an old one is refused
    lease            bigint not null default 0,
    leased_until     timestamptz,
    -- the user was told that access has ended; cleared by the next sign-in
    told_at          timestamptz,
    -- the earliest of the sections' due_at; null while there is nothing to ask with
    sync_due_at      timestamptz,
    -- somebody syncs it now, and is believed to until then: two at once would ask ESI before its answers expire
    syncing_until    timestamptz,
    unique (id, user_id),
    check (token_state not in ('sold', 'removed') or (access_token is null and refresh_token is null))
);
create index characters_by_user on eve.characters (user_id, character_id);
-- The game's id leads to one living row; the rows of former owners stay beside it.
create unique index characters_living on eve.characters (character_id) where token_state not in ('sold', 'removed');
create index characters_by_character on eve.characters (character_id);
create index characters_by_expiry on eve.characters (token_expires_at);
create index characters_to_refresh on eve.characters (refresh_due_at) where refresh_due_at is not null;
create index characters_to_sync on eve.characters (sync_due_at) where sync_due_at is not null;

-- Refresh tokens that are to be revoked at the SSO. The character may be gone by then, so there is no foreign key;
-- `id` is the character's, under which the token was sealed.
create table eve.pending_revocations (
    id            uuid not null,
    refresh_token text not null,
    created_at    timestamptz not null default now(),
    due_at        timestamptz not null default now(),
    tries         smallint not null default 0,
    primary key (id, created_at)
);

-- Whatever ends a character's row (its removal, the account's deletion) leaves its token to be revoked.
create function eve.revoke_later() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
    insert into eve.pending_revocations (id, refresh_token, created_at)
    values (old.id, old.refresh_token, clock_timestamp());
    return null;
end $$;
create trigger character_deleted after delete on eve.characters
    for each row when (old.refresh_token is not null) execute function eve.revoke_later();
create trigger character_removed after update of token_state on eve.characters
    for each row when (new.token_state = 'removed' and old.refresh_token is not null)
    execute function eve.revoke_later();

-- How a section of a character's data stands with ESI.
create table eve.section_syncs (
    section       text not null,
    -- when it was asked last with success
    synced_at     timestamptz,
    -- when the game made what we have
    as_of         timestamptz,
    -- not before: ESI counts an earlier question as an attack on its cache
    expires_at    timestamptz,
    due_at        timestamptz not null default now(),
    -- the ETags of the section's routes, verbatim, a line each
    etag          text,
    last_modified text,
    failures      smallint not null default 0,
    error         text check (char_length(error) <= 300),
    -- the first import is done: from here on what is new is news
    imported      boolean not null default false,
    content_hash  bytea,
    -- sections in pages: where the next run goes on (mail: the oldest mail id that is known without a gap)
    cursor        bigint,
    {OF_CHARACTER},
    primary key (character, section)
) with (fillfactor = 70);

create table eve.skills (
    skill_id              bigint not null,
    active_skill_level    smallint not null,
    trained_skill_level   smallint not null,
    skillpoints_in_skill  bigint not null,
    {OF_CHARACTER},
    primary key (character, skill_id)
);
create table eve.skill_totals (
    total_sp       bigint not null,
    unallocated_sp bigint not null default 0,
    as_of          timestamptz not null,
    {OF_CHARACTER},
    primary key (character)
);
create table eve.skill_history (
    day            date not null,
    total_sp       bigint not null,
    unallocated_sp bigint not null default 0,
    {OF_CHARACTER},
    primary key (character, day)
);
create table eve.skill_queue (
    queue_position    int not null,
    skill_id          bigint not null,
    finished_level    smallint not null,
    -- null while the queue is paused
    start_date        timestamptz,
    finish_date       timestamptz,
    training_start_sp bigint,
    level_start_sp    bigint,
    level_end_sp      bigint,
    {OF_CHARACTER},
    primary key (character, queue_position)
);
create table eve.attributes (
    charisma     smallint not null,
    intelligence smallint not null,
    memory       smallint not null,
    perception   smallint not null,
    willpower    smallint not null,
    bonus_remaps smallint,
    last_remap_date timestamptz,
    accrued_remap_cooldown_date timestamptz,
    {OF_CHARACTER},
    primary key (character)
);

create table eve.mails (
    mail_id    bigint not null,
    from_id    bigint,
    subject    text not null default '',
    sent_at    timestamptz not null,
    is_read    boolean not null default false,
    labels     bigint[] not null default '{{}}',
    recipients jsonb not null default '[]',
    -- the game's own HTML, as it came
    body       text,
    body_fetched_at timestamptz,
    first_seen_at   timestamptz not null default now(),
    {OF_CHARACTER},
    primary key (character, mail_id)
);
create index mails_newest on eve.mails (character, sent_at desc, mail_id desc);
create index mails_without_body on eve.mails (character, mail_id desc) where body_fetched_at is null;
create table eve.mail_labels (
    label_id     bigint not null,
    name         text not null default '',
    color        text,
    unread_count int not null default 0,
    {OF_CHARACTER},
    primary key (character, label_id)
);
create table eve.mailing_lists (
    mailing_list_id bigint not null,
    name            text not null,
    {OF_CHARACTER},
    primary key (character, mailing_list_id)
);

create table eve.market_orders (
    order_id       bigint not null,
    -- 'unknown': gone from the open orders, and the history does not say yet why
    state          text not null check (state in ('open', 'unknown', 'filled', 'expired', 'cancelled')),
    type_id        bigint not null,
    region_id      bigint not null,
    location_id    bigint not null,
    is_buy_order   boolean not null,
    is_corporation boolean not null,
    price          numeric not null,
    volume_total   bigint not null,
    volume_remain  bigint not null,
    min_volume     bigint,
    escrow         numeric,
    range          text not null,
    -- days; 0 for one that was carried out at once
    duration       int not null,
    issued         timestamptz not null,
    first_seen_at  timestamptz not null,
    last_seen_at   timestamptz not null,
    ended_at       timestamptz,
    {OF_CHARACTER},
    primary key (character, order_id)
);
create index market_orders_by_state on eve.market_orders (character, state, issued desc, order_id desc);
create table eve.market_order_changes (
    order_id      bigint not null,
    at            timestamptz not null,
    price         numeric not null,
    volume_remain bigint not null,
    state         text not null,
    {OF_CHARACTER},
    primary key (character, order_id, at)
);

create table eve.industry_jobs (
    job_id                bigint not null,
    activity_id           int not null,
    -- as ESI says: active, cancelled, delivered, paused, ready, reverted, and what it may add
    status                text not null,
    blueprint_id          bigint not null,
    blueprint_type_id     bigint not null,
    blueprint_location_id bigint not null,
    output_location_id    bigint not null,
    facility_id           bigint not null,
    station_id            bigint not null,
    installer_id          bigint not null,
    product_type_id       bigint,
    runs                  int not null,
    licensed_runs         int,
    successful_runs       int,
    probability           double precision,
    cost                  numeric,
    duration              bigint not null,
    start_date            timestamptz not null,
    end_date              timestamptz not null,
    pause_date            timestamptz,
    completed_date        timestamptz,
    completed_character_id bigint,
    last_seen_at          timestamptz not null,
    {OF_CHARACTER},
    primary key (character, job_id)
);
create index industry_jobs_by_end on eve.industry_jobs (character, end_date desc, job_id desc);

create table eve.planets (
    planet_id       bigint not null,
    planet_type     text not null,
    solar_system_id bigint not null,
    upgrade_level   smallint not null,
    num_pins        int not null,
    last_update     timestamptz not null,
    -- links, pins and routes as they came; null until they were fetched
    layout          jsonb,
    -- the last_update that the layout is of: one that is older is fetched again
    layout_of       timestamptz,
    -- not before
    layout_expires_at timestamptz,
    {OF_CHARACTER},
    primary key (character, planet_id)
);
create table eve.extractors (
    planet_id       bigint not null,
    pin_id          bigint not null,
    type_id         bigint not null,
    product_type_id bigint,
    cycle_time      int,
    qty_per_cycle   bigint,
    install_time    timestamptz,
    expiry_time     timestamptz,
    {OF_CHARACTER},
    primary key (character, planet_id, pin_id)
);

create table eve.wallet_balances (
    balance numeric not null,
    as_of   timestamptz not null,
    {OF_CHARACTER},
    primary key (character)
);
create table eve.wallet_history (
    at      timestamptz not null,
    balance numeric not null,
    {OF_CHARACTER},
    primary key (character, at)
);
create table eve.wallet_journal (
    id              bigint not null,
    date            timestamptz not null,
    ref_type        text not null,
    amount          numeric,
    balance         numeric,
    description     text not null,
    reason          text,
    first_party_id  bigint,
    second_party_id bigint,
    tax             numeric,
    tax_receiver_id bigint,
    context_id      bigint,
    context_id_type text,
    {OF_CHARACTER},
    -- the date is part of it because partitions are cut by it; an entry's date never changes
    primary key (character, id, date)
) partition by range (date);
create index wallet_journal_newest on eve.wallet_journal (character, date desc, id desc);
create table eve.wallet_journal_default partition of eve.wallet_journal default;
create table eve.wallet_transactions (
    transaction_id bigint not null,
    date           timestamptz not null,
    type_id        bigint not null,
    location_id    bigint not null,
    client_id      bigint not null,
    quantity       bigint not null,
    unit_price     numeric not null,
    is_buy         boolean not null,
    is_personal    boolean not null,
    journal_ref_id bigint not null,
    {OF_CHARACTER},
    primary key (character, transaction_id, date)
) partition by range (date);
create index wallet_transactions_newest on eve.wallet_transactions (character, date desc, transaction_id desc);
create table eve.wallet_transactions_default partition of eve.wallet_transactions default;

create table eve.locations (
    solar_system_id bigint,
    station_id      bigint,
    structure_id    bigint,
    ship_item_id    bigint,
    ship_type_id    bigint,
    ship_name       text,
    online          boolean,
    last_login      timestamptz,
    last_logout     timestamptz,
    logins          int,
    as_of           timestamptz not null,
    {OF_CHARACTER},
    primary key (character)
);

create table eve.character_notifications (
    notification_id bigint not null,
    type            text not null,
    sender_id       bigint not null,
    sender_type     text not null,
    sent_at         timestamptz not null,
    -- YAML, as it came
    text            text not null default '',
    is_read         boolean not null default false,
    {OF_CHARACTER},
    primary key (character, notification_id)
);
create index character_notifications_newest
    on eve.character_notifications (character, sent_at desc, notification_id desc);

-- What is to be told at a time, and checked again before it is.
create table eve.alarms (
    id             uuid primary key,
    kind           text not null check (char_length(kind) between 1 and 40),
    -- what it is about: a skill, a job, a pin; 0 for the character itself
    subject        bigint not null default 0,
    occurrence_key text not null unique,
    fire_at        timestamptz not null,
    state          text not null default 'pending' check (state in ('pending', 'fired', 'dropped')),
    checked_at     timestamptz,
    created_at     timestamptz not null default now(),
    {OF_CHARACTER}
);
create index alarms_due on eve.alarms (fire_at) where state = 'pending';
create index alarms_by_character on eve.alarms (character, kind, subject);

-- Structures whose docks a pilot may or may not enter: who may not is not asked for again before `forbidden_until`.
create table eve.structures (
    structure_id    bigint not null,
    name            text,
    solar_system_id bigint,
    type_id         bigint,
    owner_id        bigint,
    fetched_at      timestamptz not null,
    forbidden_until timestamptz,
    {OF_CHARACTER},
    primary key (character, structure_id)
);

-- What everybody may know.
create table eve.names (
    id         bigint primary key,
    category   text not null,
    name       text not null,
    fetched_at timestamptz not null
);
create table eve.types (
    type_id     bigint primary key,
    name        text not null,
    group_id    bigint not null,
    description text not null default '',
    published   boolean not null,
    volume      double precision,
    icon_id     bigint,
    market_group_id bigint,
    fetched_at  timestamptz not null
);

-- The game's server, and which of ESI's routes are down: one row for all processes.
create table eve.server_status (
    single         boolean primary key default true check (single),
    -- null until the first answer; false while ESI says that there is no server
    online         boolean,
    players        int,
    server_version text,
    start_time     timestamptz,
    vip            boolean not null default false,
    as_of          timestamptz,
    expires_at     timestamptz,
    -- routes that are Down, as 'GET /characters/{{character_id}}/mail'
    routes_down    text[] not null default '{{}}',
    routes_as_of   timestamptz,
    routes_expires_at timestamptz
);

-- Who may not ask ESI before when: everybody ('errors'), a route ('route:…'), a group of one pilot ('bucket:…').
-- Written when a limit is near or hit, which is rare, and read by every process every second.
create unlogged table eve.halts (
    scope text primary key,
    until timestamptz not null,
    why   text not null
);

-- Ids for which the game has no name: asking again would cost one of ESI's few errors a minute.
create table eve.nameless (
    id       bigint primary key,
    asked_at timestamptz not null
);

-- Every process forgets the overview of a user whose characters change, whoever changes them: a sign-in, a sale, an
-- ended token, a removal and the deletion of an account all end here.
create function eve.forget_overview() returns trigger
language plpgsql set search_path = pg_catalog as $$
declare
    owner uuid := case when tg_op = 'DELETE' then old.user_id else new.user_id end;
begin
    perform pg_notify('{CHANNEL}', json_build_object('forget', json_build_array('eve_overview:' || owner))::text);
    return null;
end $$;
create trigger character_came after insert on eve.characters
    for each row execute function eve.forget_overview();
create trigger character_went after delete on eve.characters
    for each row execute function eve.forget_overview();
create trigger character_changed after update of token_state, character_name, corporation_id, alliance_id
    on eve.characters for each row
    when ((old.token_state, old.character_name, old.corporation_id, old.alliance_id)
          is distinct from (new.token_state, new.character_name, new.corporation_id, new.alliance_id))
    execute function eve.forget_overview();

insert into core.partitioned_tables (table_name, first_month) values
    ('eve.wallet_journal', '2026-10-01'), ('eve.wallet_transactions', '2026-10-01');
select core.make_month_partition(parent, month::date)
from unnest(array['eve.wallet_journal', 'eve.wallet_transactions']) parent,
     generate_series(timestamp '2026-10-01', date_trunc('month', now() at time zone 'utc') + interval '3 months',
                     interval '1 month') month;

{private_to_owner("eve.characters", "user_id")}
-- A sign-in writes the character before anybody is signed in.
create policy doorkeeper on eve.characters to {APP}
    using (nullif(current_setting('app.user_id', true), '')::uuid = '{DOORKEEPER.id}')
    with check (nullif(current_setting('app.user_id', true), '')::uuid = '{DOORKEEPER.id}');
{"".join(private_to_owner(f"eve.{table}", "user_id") for table in PRIVATE)}
-- A sign-in begins a character's sections, and ends those of a former owner.
create policy doorkeeper on eve.section_syncs to {APP}
    using (nullif(current_setting('app.user_id', true), '')::uuid = '{DOORKEEPER.id}')
    with check (nullif(current_setting('app.user_id', true), '')::uuid = '{DOORKEEPER.id}');
create policy doorkeeper on eve.alarms to {APP}
    using (nullif(current_setting('app.user_id', true), '')::uuid = '{DOORKEEPER.id}')
    with check (nullif(current_setting('app.user_id', true), '')::uuid = '{DOORKEEPER.id}');
revoke all on eve.pending_revocations from {APP}, {READONLY};
revoke all on eve.wallet_journal_default, eve.wallet_transactions_default from {APP}, {JOBS}, {READONLY};
"""

DOWN = f"""
delete from core.partitioned_tables where table_name in ('eve.wallet_journal', 'eve.wallet_transactions');
drop table eve.nameless, eve.halts, eve.server_status, eve.types, eve.names, {", ".join(f"eve.{table}" for table in PRIVATE)};
drop table eve.pending_revocations, eve.characters;
drop function eve.revoke_later();
drop function eve.forget_overview();
{drop_schema("eve")}
"""

upgrade, downgrade = steps(UP, DOWN)
