"""Raids, attempts, who comes, what was won."""

from guildhall.db.policies import APP, JOBS

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
