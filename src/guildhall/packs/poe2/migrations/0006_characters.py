"""Watched characters, their snapshots, what changed of their equipment, and the builds attached to them."""

from guildhall.db.policies import APP, JOBS, READONLY, private_to_owner
from guildhall.db.revision import steps

revision = "poe2_0006"
down_revision = "poe2_0005"
branch_labels = None
depends_on = ("identity_0001",)

PRIVATE = ("characters", "character_builds", "character_leagues", "character_snapshots", "equipment_changes")

UP = f"""
create table poe2.characters (
    id                uuid primary key,
    -- of a linked account alone: what is kept goes with the link
    user_id           uuid not null references poe2.accounts on delete cascade,
    -- the game's own id, which stays when the name changes
    game_id           text not null check (char_length(game_id) between 1 and 128),
    name              text not null check (char_length(name) between 1 and 255),
    former_names      text[] not null default '{{}}',
    class             text not null check (char_length(class) between 1 and 50),
    ascendancy        text check (char_length(ascendancy) between 1 and 50),
    level             int not null check (level between 1 and 100),
    experience        bigint not null check (experience >= 0),
    league            text check (char_length(league) between 1 and 100),
    private_league    boolean not null default false,
    -- whether its user wants it watched
    watched           boolean not null,
    watched_at        timestamptz not null,
    state             text not null default 'there' check (state in ('there', 'missing', 'deleted', 'moved')),
    -- when the game first did not know it any more
    missing_since     timestamptz,
    -- when the game was asked last with success, and how often in a row nothing had changed
    looked_at         timestamptz,
    unchanged         int not null default 0 check (unchanged >= 0),
    -- the equipment as it was seen last: the next one is compared with it
    equipment         jsonb,
    equipment_hash    varchar(64),
    skills_hash       varchar(64),
    passive_tree_hash varchar(64),
    snapshot_at       timestamptz,
    unique (user_id, game_id),
    unique (id, user_id),
    check ((state in ('there', 'moved')) = (missing_since is null))
);
create index characters_by_name on poe2.characters (user_id, name);

-- A build of the same character, whose figures the snapshots take over.
create table poe2.character_builds (
    character   uuid primary key,
    user_id     uuid not null,
    build_id    uuid not null references poe2.build_templates on delete cascade,
    attached_at timestamptz not null,
    foreign key (character, user_id) references poe2.characters (id, user_id) on delete cascade
);
create index character_builds_by_build on poe2.character_builds (build_id);

-- What a character was in each league. Written with its snapshots and never dropped before it, so that what somebody
-- has reached is known for longer than how.
create table poe2.character_leagues (
    id             uuid primary key,
    character      uuid not null,
    user_id        uuid not null,
    -- empty where the game names none
    league         text not null check (char_length(league) <= 100),
    class          text not null,
    -- empty before there is one
    ascendancy     text not null,
    private_league boolean not null,
    level          int not null,
    experience     bigint not null,
    first_seen_at  timestamptz not null,
    last_seen_at   timestamptz not null,
    unique (character, league, class, ascendancy),
    foreign key (character, user_id) references poe2.characters (id, user_id) on delete cascade
);
create index character_leagues_of_user on poe2.character_leagues (user_id, last_seen_at desc, id desc);
-- Serves the question whether somebody has played a class up to a level.
create index character_leagues_by_class on poe2.character_leagues (user_id, class, level);

create table poe2.character_snapshots (
    id                uuid not null,
    user_id           uuid not null references core.users on delete cascade,
    -- null for what a browser has remembered
    character         uuid references poe2.characters on delete cascade,
    character_name    varchar(255) not null,
    class             varchar(50) not null,
    ascendancy        varchar(50),
    level             int not null check (level between 1 and 100),
    league            varchar(100),
    private_league    boolean not null default false,
    experience        bigint check (experience >= 0),
    equipment_hash    varchar(64),
    skills_hash       varchar(64),
    passive_tree_hash varchar(64),
    stats             jsonb,
    -- claims of the attached build; null where there is none, or it has no figure
    calculated_dps    numeric check (calculated_dps > 0),
    calculated_ehp    numeric check (calculated_ehp > 0),
    build_id          uuid references poe2.build_templates on delete set null,
    -- who says so: the game to us, or a browser's memory
    source            text not null default 'game' check (source in ('game', 'import')),
    snapshot_at       timestamptz not null default now(),
    primary key (id, snapshot_at),
    check (source = 'import' or character is not null)
) partition by range (snapshot_at);
create index character_snapshots_newest on poe2.character_snapshots (character, snapshot_at desc, id desc);
create index idx_snapshot_user on poe2.character_snapshots (user_id, character_name);
create index idx_snapshot_time on poe2.character_snapshots (snapshot_at desc);
create index character_snapshots_by_build on poe2.character_snapshots (build_id) where build_id is not null;
create table poe2.character_snapshots_before partition of poe2.character_snapshots
    for values from (minvalue) to ('2024-12-01 00:00:00+00');
create table poe2.character_snapshots_default partition of poe2.character_snapshots default;

-- A slot of the equipment that held another item at a snapshot than at the one before.
create table poe2.equipment_changes (
    id         uuid not null,
    user_id    uuid not null references core.users on delete cascade,
    character  uuid not null references poe2.characters on delete cascade,
    slot       text not null check (char_length(slot) <= 100),
    before     jsonb,
    after      jsonb,
    changed_at timestamptz not null,
    primary key (id, changed_at),
    check (before is not null or after is not null)
) partition by range (changed_at);
create index equipment_changes_newest on poe2.equipment_changes (character, changed_at desc, id desc);
create index equipment_changes_of_user on poe2.equipment_changes (user_id);
create table poe2.equipment_changes_before partition of poe2.equipment_changes
    for values from (minvalue) to ('2024-12-01 00:00:00+00');
create table poe2.equipment_changes_default partition of poe2.equipment_changes default;

insert into core.partitioned_tables (table_name, ahead, first_month) values
    ('poe2.character_snapshots', 3, '2024-12-01'), ('poe2.equipment_changes', 3, '2024-12-01');
select core.make_month_partition(parent, month::date)
from unnest(array['poe2.character_snapshots', 'poe2.equipment_changes']) parent,
     generate_series(date_trunc('month', now() at time zone 'utc'),
                     date_trunc('month', now() at time zone 'utc') + interval '3 months', interval '1 month') month;

{"".join(private_to_owner(f"poe2.{table}", "user_id") for table in PRIVATE)}
revoke all on poe2.character_snapshots_before, poe2.character_snapshots_default, poe2.equipment_changes_before,
    poe2.equipment_changes_default from {APP}, {JOBS}, {READONLY};
"""

DOWN = """
delete from core.partitioned_tables where table_name in ('poe2.character_snapshots', 'poe2.equipment_changes');
drop table poe2.equipment_changes, poe2.character_snapshots, poe2.character_leagues, poe2.character_builds,
    poe2.characters;
"""

upgrade, downgrade = steps(UP, DOWN)
