"""The catalogue of achievements, those of people, and walks over all people."""

from guildhall.db.policies import APP, JOBS, READONLY
from guildhall.db.revision import steps

revision = "achievements_0001"
down_revision = None
branch_labels = ("achievements",)
depends_on = ("social_0002", "identity_0002")

_ME = "nullif(current_setting('app.user_id', true), '')::uuid"
_MODERATES = f"(select exists (select from core.users u where u.id = {_ME} and u.role in ('moderator', 'admin')))"

UP = f"""
-- Achievements as their packs declared them last. They stay when their pack is gone.
create table core.achievements (
    name        text collate "C" primary key check (name ~ '^[a-z][a-z0-9_]{{0,30}}[.][a-z][a-z0-9_]{{0,39}}$'),
    pack        text not null generated always as (split_part(name, '.', 1)) stored,
    title       text not null check (char_length(title) between 1 and 100),
    description text not null check (char_length(description) between 1 and 500),
    icon        text not null check (char_length(icon) <= 60),
    tier        text not null check (tier in ('bronze', 'silver', 'gold', 'platinum')),
    points      int not null check (points between 0 and 10000),
    goal        bigint not null check (goal >= 1),
    hidden      boolean not null,
    keeps       boolean not null,
    -- the highest version of the rule that was declared
    version     int not null check (version >= 1),
    -- of all that was declared, so that a change is found without comparing each
    digest      text not null,
    -- people who have it, without what has changed since they were last summed
    holders     bigint not null default 0,
    -- when all people are looked at again; null without a schedule
    look_at     timestamptz,
    declared_at timestamptz not null,
    changed_at  timestamptz not null
);
create index achievements_by_pack on core.achievements (pack, name);

-- Changes of the numbers of holders, so that nobody waits for another who is granted the same.
create table core.achievement_deltas (
    achievement text collate "C" not null,
    holders     int not null
);
create index achievement_deltas_by_name on core.achievement_deltas (achievement);

-- The number of people, of whom achievements show a share.
create table core.achievement_people (
    singleton  boolean primary key default true check (singleton),
    people     bigint not null,
    counted_at timestamptz not null
);

-- How far a person is, and what they were granted. A row once the rule has found anything of theirs.
create table core.user_achievements (
    user_id     uuid not null references core.users on delete cascade,
    achievement text collate "C" not null references core.achievements,
    -- what the rule measured last, until it was granted
    value       bigint not null check (value >= 0),
    granted_at  timestamptz,
    -- what it was granted by: the rule's version, value and goal, what the rule showed, and the kind of look
    version     int,
    reached     bigint,
    goal        bigint,
    evidence    jsonb check (octet_length(evidence::text) <= 4096),
    granted_by  text check (granted_by in ('look', 'sweep', 'backfill', 'recheck')),
    -- a moderator took it, or an operator (then revoked_by is null): no look grants it again
    revoked_at  timestamptz,
    revoked_by  uuid references core.users on delete set null,
    reason      text check (char_length(reason) between 1 and 500),
    -- granted or taken by a walk over all people, of which the person has not been told yet
    untold      boolean not null default false,
    primary key (user_id, achievement),
    check ((granted_at is null) = (version is null) and (granted_at is null) = (reached is null)
           and (granted_at is null) = (goal is null) and (granted_at is null) = (granted_by is null)),
    check (revoked_at is null or granted_at is not null),
    check ((revoked_at is null) = (reason is null))
) with (fillfactor = 80);
create index user_achievements_shown on core.user_achievements (user_id, granted_at desc, achievement)
    where granted_at is not null and revoked_at is null;
create index user_achievements_untold on core.user_achievements (user_id) where untold;
create index user_achievements_revoked_by on core.user_achievements (revoked_by) where revoked_by is not null;

create function core.count_holders() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
    if tg_op = 'INSERT' then
        insert into core.achievement_deltas (achievement, holders)
        select a.achievement, count(*) from after_ a
        where a.granted_at is not null and a.revoked_at is null group by a.achievement;
    elsif tg_op = 'DELETE' then
        insert into core.achievement_deltas (achievement, holders)
        select b.achievement, -count(*) from before_ b
        where b.granted_at is not null and b.revoked_at is null group by b.achievement;
    else
        insert into core.achievement_deltas (achievement, holders)
        select c.achievement, sum(c.holds)
        from (
            select a.achievement, 1 as holds from after_ a where a.granted_at is not null and a.revoked_at is null
            union all
            select b.achievement, -1 from before_ b where b.granted_at is not null and b.revoked_at is null
        ) c
        group by c.achievement having sum(c.holds) <> 0;
    end if;
    return null;
end $$;
create trigger count_added after insert on core.user_achievements referencing new table as after_
    for each statement execute function core.count_holders();
create trigger count_changed after update on core.user_achievements
    referencing old table as before_ new table as after_
    for each statement execute function core.count_holders();
create trigger count_gone after delete on core.user_achievements referencing old table as before_
    for each statement execute function core.count_holders();

-- Walks over all people by their ids: what was granted for old deeds, after a rule has changed, or on a schedule.
create table core.achievement_runs (
    id          uuid primary key,
    achievement text collate "C" not null references core.achievements,
    kind        text not null check (kind in ('backfill', 'recheck', 'sweep')),
    -- the person behind whom it goes on
    after_id    uuid,
    people      bigint not null,
    looked      bigint not null default 0,
    granted     bigint not null default 0,
    taken       bigint not null default 0,
    began_at    timestamptz not null,
    moved_at    timestamptz not null,
    ended_at    timestamptz,
    outcome     text check (outcome in ('done', 'stopped', 'retired', 'replaced')),
    check ((ended_at is null) = (outcome is null))
) with (fillfactor = 50);
create unique index achievement_runs_open on core.achievement_runs (achievement) where ended_at is null;
create index achievement_runs_of on core.achievement_runs (achievement, id desc);
create index achievement_runs_ended on core.achievement_runs (ended_at) where ended_at is not null;

alter table core.user_achievements enable row level security;
alter table core.user_achievements force row level security;
create policy own on core.user_achievements for select to {APP} using (user_id = {_ME});
-- What a profile may show to everybody; the API leaves out those of people who hide them.
create policy shown on core.user_achievements for select to {APP}
    using (granted_at is not null and revoked_at is null and exists (
        select from core.profiles p where p.user_id = user_achievements.user_id and not p.suspended
    ));
create policy moderated on core.user_achievements for select to {APP} using (granted_at is not null and {_MODERATES});
create policy revoked on core.user_achievements for update to {APP}
    using (granted_at is not null and {_MODERATES}) with check (granted_at is not null and {_MODERATES});
create policy jobs_all on core.user_achievements to {JOBS} using (true) with check (true);

revoke insert, update, delete on core.user_achievements from {APP};
grant update (revoked_at, revoked_by, reason) on core.user_achievements to {APP};
revoke insert, update, delete on core.achievements, core.achievement_deltas, core.achievement_people from {APP};
revoke all on core.achievement_runs from {APP};
grant select on core.achievements, core.achievement_deltas, core.achievement_people to {READONLY};
"""

DOWN = """
drop table core.achievement_runs, core.user_achievements, core.achievement_people, core.achievement_deltas,
    core.achievements;
drop function core.count_holders();
"""

upgrade, downgrade = steps(UP, DOWN)
