"""The meta: what counts of each character and build, how many people have what, and the figures that are shown."""

from guildhall.db.policies import APP, READONLY
from guildhall.db.revision import steps

revision = "poe2_0014"
down_revision = "poe2_0013"
branch_labels = None
depends_on = ("identity_0001",)

_SCOPE = """
    -- 'snapshots' of characters whose people share their statistics, 'builds' that are public; never added together
    source  text not null check (source in ('snapshots', 'builds')),
    -- empty for builds that name none
    league  text not null check (char_length(league) <= 100),
    -- 0 is the league as it is; 1 and up count from its start; such as 202648 is a week of the ISO
    week    int not null check (week >= 0),
"""

UP = f"""
-- Claims of the attached build, as `calculated_dps`: comparable only where `calculated_by` is the same.
alter table poe2.character_snapshots
    add column main_skill varchar(100),
    add column calculated_by varchar(90);

-- What a job looks at again: a person with everything, a character or build with all weeks, or a character in the week
-- of an instant. Without a reference to the person, who may be gone by then.
create table poe2.meta_changes (
    id      bigint generated always as identity primary key,
    source  text not null check (source in ('snapshots', 'builds')),
    user_id uuid not null,
    subject uuid,
    league  text,
    seen_at timestamptz,
    check ((league is null) = (seen_at is null)),
    check (league is null or subject is not null)
);

-- Since when the weeks of a league are counted; null: they are those of the ISO.
create table poe2.meta_leagues (
    league    text primary key,
    starts_at timestamptz
);

-- What counts of a character or build in a league and week. Rows are added and removed, and never changed.
create table poe2.meta_entries (
    {_SCOPE}
    subject       uuid not null,
    user_id       uuid not null references core.users on delete cascade,
    -- as 'class:Ranger'; 'class:' alone says that the class is known
    facets        text[] not null,
    level         int not null,
    calculated_by text,
    dps           double precision,
    ehp           double precision,
    seen_at       timestamptz not null,
    primary key (source, league, week, subject)
);
-- Serves the question whether somebody has a value by another character, and the deletion of an account.
create index meta_entries_of_user on poe2.meta_entries (user_id, source, league, week);
create index meta_entries_of_subject on poe2.meta_entries (subject);
-- Serves the end of what is kept.
create index meta_entries_seen on poe2.meta_entries (seen_at);
revoke update on poe2.meta_entries from {APP};

-- Changes of the numbers of people that a job adds up: whoever goes waits for nobody.
create table poe2.meta_count_changes (
    id      bigint generated always as identity primary key,
    source  text not null,
    league  text not null,
    week    int not null,
    facet   text not null,
    people  int not null
);
-- How many people have a value, a person once however many characters they have.
create table poe2.meta_counts (
    {_SCOPE}
    facet   text not null,
    -- below zero only where somebody has changed rows by hand, until a recount
    people  int not null check (people <> 0),
    primary key (source, league, week, facet)
) with (fillfactor = 80);

-- A person counts once for each value: the first character that has it counts, and the last that had it.
create function poe2.count_meta_added() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
    insert into poe2.meta_count_changes (source, league, week, facet, people)
    select a.source, a.league, a.week, a.facet, count(*)
    from (select distinct c.source, c.league, c.week, c.user_id, f.facet
          from changed c, unnest(c.facets) f (facet)) a
    where not exists (
        select from poe2.meta_entries e
        where e.user_id = a.user_id and e.source = a.source and e.league = a.league and e.week = a.week
          and a.facet = any(e.facets)
          and not exists (select from changed c where c.source = e.source and c.league = e.league
                          and c.week = e.week and c.subject = e.subject)
    )
    group by a.source, a.league, a.week, a.facet;
    return null;
end $$;
create function poe2.count_meta_removed() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
    insert into poe2.meta_count_changes (source, league, week, facet, people)
    select r.source, r.league, r.week, r.facet, -count(*)
    from (select distinct c.source, c.league, c.week, c.user_id, f.facet
          from changed c, unnest(c.facets) f (facet)) r
    where not exists (
        select from poe2.meta_entries e
        where e.user_id = r.user_id and e.source = r.source and e.league = r.league and e.week = r.week
          and r.facet = any(e.facets)
    )
    group by r.source, r.league, r.week, r.facet;
    return null;
end $$;
create trigger added after insert on poe2.meta_entries
    referencing new table as changed for each statement execute function poe2.count_meta_added();
create trigger removed after delete on poe2.meta_entries
    referencing old table as changed for each statement execute function poe2.count_meta_removed();

-- What is shown. Figures of few people are not in these tables.
create table poe2.meta_scopes (
    {_SCOPE}
    -- a figure of it has changed since they were made
    changed       boolean not null default true,
    -- the fewest people of a figure, when they were made
    least         int,
    people        int,
    characters    int,
    level_median  int,
    counted_at    timestamptz,
    primary key (source, league, week)
);
create index meta_scopes_changed on poe2.meta_scopes (source) where changed;
-- Serves the list of leagues.
create index meta_scopes_shown on poe2.meta_scopes (league, week) where people is not null;
create table poe2.meta_figures (
    {_SCOPE}
    dimension text not null,
    -- empty: how many people the dimension is known of, which is the size of the sample
    value     text not null,
    people    int not null check (people > 0),
    primary key (source, league, week, dimension, value)
);
-- Serves the figures of a dimension, the most people first.
create index meta_figures_most on poe2.meta_figures (source, league, week, dimension, people desc, value);
create table poe2.meta_claims (
    {_SCOPE}
    calculated_by text not null,
    dps_people    int,
    dps_median    double precision,
    ehp_people    int,
    ehp_median    double precision,
    primary key (source, league, week, calculated_by)
);
-- The checkpoint of a recount.
create table poe2.meta_recount (
    singleton boolean primary key default true check (singleton),
    mark      uuid not null
);

-- Requests note changes, and read nothing of what is behind the figures.
revoke all on poe2.meta_changes, poe2.meta_entries, poe2.meta_count_changes, poe2.meta_counts, poe2.meta_recount
    from {APP}, {READONLY};
grant insert on poe2.meta_changes to {APP};

create function poe2.note_meta_snapshots() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
    if tg_op = 'INSERT' then
        insert into poe2.meta_changes (source, user_id, subject, league, seen_at)
        select 'snapshots', c.user_id, c.character, c.league, c.snapshot_at
        from changed c where c.character is not null and c.league is not null;
    else
        insert into poe2.meta_changes (source, user_id, subject)
        select distinct 'snapshots', c.user_id, c.character from changed c where c.character is not null;
    end if;
    return null;
end $$;
create trigger note_meta_new after insert on poe2.character_snapshots
    referencing new table as changed for each statement execute function poe2.note_meta_snapshots();
create trigger note_meta_gone after delete on poe2.character_snapshots
    referencing old table as changed for each statement execute function poe2.note_meta_snapshots();

create function poe2.note_meta_build() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
    insert into poe2.meta_changes (source, user_id, subject)
    values ('builds', coalesce(new.user_id, old.user_id), coalesce(new.id, old.id));
    return null;
end $$;
create trigger note_meta_new after insert on poe2.build_templates
    for each row when (new.visibility = 'public') execute function poe2.note_meta_build();
create trigger note_meta_changed
    after update of visibility, class, ascendancy, level, main_skill, content_hash, dps, ehp, calculator, tree_version,
        league, published_at
    on poe2.build_templates for each row when (new.visibility = 'public' or old.visibility = 'public')
    execute function poe2.note_meta_build();
create trigger note_meta_gone after delete on poe2.build_templates
    for each row when (old.visibility = 'public') execute function poe2.note_meta_build();

-- Whoever begins or stops sharing, or is suspended or no longer, is looked at as a whole.
create function poe2.note_meta_sharing() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
    insert into poe2.meta_changes (source, user_id) values ('snapshots', new.user_id);
    return null;
end $$;
create trigger note_meta_begins after insert on core.user_settings
    for each row when (new.share_activity_stats) execute function poe2.note_meta_sharing();
create trigger note_meta_sharing after update of share_activity_stats on core.user_settings
    for each row when (old.share_activity_stats <> new.share_activity_stats)
    execute function poe2.note_meta_sharing();
create function poe2.note_meta_suspension() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
    insert into poe2.meta_changes (source, user_id) values ('snapshots', new.id), ('builds', new.id);
    return null;
end $$;
create trigger note_meta_suspension after update of suspended_at on core.users
    for each row when ((old.suspended_at is null) <> (new.suspended_at is null))
    execute function poe2.note_meta_suspension();

-- Everything that is there already.
insert into poe2.meta_changes (source, user_id)
select 'snapshots', s.user_id from core.user_settings s where s.share_activity_stats
union all
select distinct 'builds', b.user_id from poe2.build_templates b where b.visibility = 'public';
"""

DOWN = """
drop trigger note_meta_suspension on core.users;
drop trigger note_meta_sharing on core.user_settings;
drop trigger note_meta_begins on core.user_settings;
drop trigger note_meta_gone on poe2.build_templates;
drop trigger note_meta_changed on poe2.build_templates;
drop trigger note_meta_new on poe2.build_templates;
drop trigger note_meta_gone on poe2.character_snapshots;
drop trigger note_meta_new on poe2.character_snapshots;
drop function poe2.note_meta_suspension();
drop function poe2.note_meta_sharing();
drop function poe2.note_meta_build();
drop function poe2.note_meta_snapshots();
drop table poe2.meta_recount, poe2.meta_claims, poe2.meta_figures, poe2.meta_scopes, poe2.meta_counts,
    poe2.meta_count_changes, poe2.meta_entries, poe2.meta_leagues, poe2.meta_changes;
drop function poe2.count_meta_removed();
drop function poe2.count_meta_added();
alter table poe2.character_snapshots drop column main_skill, drop column calculated_by;
"""

upgrade, downgrade = steps(UP, DOWN)
