"""Guilds, their treasuries, territories and wars."""

from guildhall.db.policies import APP, JOBS

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
