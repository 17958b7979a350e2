"""The world: domains, types and their effectiveness, rarity tiers, natures, growth curves, and stats."""

from guildhall.db.policies import APP, JOBS, READONLY, create_schema, drop_schema
from guildhall.db.revision import steps

revision = "wine_0001"
down_revision = None
branch_labels = ("wine",)
depends_on = ("db_0001",)

UP = f"""
{create_schema("wine")}

create domain wine.iv_stat as smallint check (value between 0 and 31);
create domain wine.ev_stat as smallint check (value between 0 and 252);
create domain wine.wine_level as smallint check (value between 1 and 200);
create domain wine.percentage as numeric(5, 2) check (value between 0 and 100);
-- In the smallest unit of its currency, such as cents.
create domain wine.price as bigint check (value >= 0);

create table wine.wine_types (
    type        text collate "C" primary key check (type ~ '^[a-z]{{2,20}}$'),
    position    smallint not null unique check (position between 1 and 8),
    description text not null check (char_length(description) between 1 and 200)
);
insert into wine.wine_types (type, position, description) values
    ('crisp',     1, 'High acidity and a light body: fresh whites and dry rosés.'),
    ('aromatic',  2, 'Fragrant grapes, such as Riesling, Muscat and Gewürztraminer.'),
    ('rich',      3, 'A full body and soft edges: ripe reds and round whites.'),
    ('tannic',    4, 'Thick skins and grip, made to be kept.'),
    ('earthy',    5, 'Savoury rather than fruity: forest floor, leather, herbs.'),
    ('sparkling', 6, 'Wines with bubbles.'),
    ('sweet',     7, 'Sugar that stayed: late harvests, dried grapes, noble rot.'),
    ('fortified', 8, 'Strengthened by spirit.');

-- The factor in percent of an attacking type on a defending one. A row with a season counts instead of the usual one on
-- the days of its range.
create table wine.type_effectiveness (
    id        int generated always as identity primary key,
    attacking text collate "C" not null references wine.wine_types,
    defending text collate "C" not null references wine.wine_types,
    factor    smallint not null check (factor in (0, 50, 100, 200)),
    season    text check (char_length(season) between 1 and 60),
    valid     daterange not null default '(,)' check (not isempty(valid)),
    -- the pair as a range, for the constraint below needs no extension then
    pair      int4range not null,
    check (season is not null or valid = '(,)'),
    -- no two seasons of a pair on one day
    constraint one_season_a_day exclude using gist (pair with &&, valid with &&) where (season is not null)
);
create unique index type_effectiveness_usual on wine.type_effectiveness (attacking, defending) where season is null;
create index type_effectiveness_seasons on wine.type_effectiveness (attacking, defending) where season is not null;

-- The pair is a number of the two types' positions, whoever writes the row.
create function wine.number_pair() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
    select int4range(8 * a.position + d.position, 8 * a.position + d.position, '[]') into new.pair
    from wine.wine_types a, wine.wine_types d where a.type = new.attacking and d.type = new.defending;
    return new;
end $$;
create trigger number_pair before insert or update on wine.type_effectiveness
    for each row execute function wine.number_pair();

insert into wine.type_effectiveness (attacking, defending, factor)
select r.attacking, d.type, r.factors[d.position]
from (values
    ('crisp',     array[ 50, 100, 200, 100, 100,  50, 200, 100]),
    ('aromatic',  array[100,  50, 100,  50, 200, 100,  50, 200]),
    ('rich',      array[ 50, 200,  50, 200, 100,  50, 100, 100]),
    ('tannic',    array[200, 100, 200,  50, 100, 100,   0, 100]),
    ('earthy',    array[100, 100,  50, 200,  50, 200, 100, 100]),
    ('sparkling', array[100, 100, 200, 100,  50,  50, 100, 200]),
    ('sweet',     array[200, 100, 100, 200, 100, 100,  50,  50]),
    ('fortified', array[100, 200, 100, 100, 200, 200, 100,  50])
) r (attacking, factors)
cross join wine.wine_types d;

-- The percent of an attacking type on a wine of one or two types: 0, 25, 50, 100, 200 or 400. The same type twice counts
-- once. Null for a type that there is not.
create function wine.type_factor(attacking text, defending text, on_day date) returns int
language sql stable strict parallel safe set search_path = pg_catalog as $$
    select e.factor::int from wine.type_effectiveness e
    where e.attacking = type_factor.attacking and e.defending = type_factor.defending and e.valid @> on_day
    order by e.season is null limit 1
$$;
create function wine.type_multiplier(attacking text, primary_type text, secondary_type text, on_day date) returns int
language sql stable parallel safe set search_path = pg_catalog as $$
    select case
        when secondary_type is null or secondary_type = primary_type
            then wine.type_factor(attacking, primary_type, on_day)
        else wine.type_factor(attacking, primary_type, on_day) * wine.type_factor(attacking, secondary_type, on_day) / 100
    end
$$;

create table wine.rarity_tiers (
    rarity      smallint primary key check (rarity between 1 and 22),
    name        text not null unique check (char_length(name) between 1 and 40),
    drop_weight int not null check (drop_weight > 0)
);
-- Each is three quarters as likely as the one before it.
insert into wine.rarity_tiers (rarity, name, drop_weight)
select n.number, n.name, round(1000000 * 0.75 ^ (n.number - 1))::int
from unnest(array[
    'Everyday', 'Table', 'House', 'Country', 'Village', 'Regional', 'Select', 'Estate', 'Reserve', 'Old Vine',
    'Single Plot', 'Premier', 'Grand', 'Prestige', 'Collector', 'Heritage', 'Rare', 'Storied', 'Fabled', 'Timeless',
    'Celestial', 'Divine'
]) with ordinality n (name, number);

-- 25 natures: one stat is raised by a tenth, one lowered. Of a neutral one they are the same. Body is in none.
create table wine.natures (
    nature  text collate "C" primary key check (nature ~ '^[a-z]{{2,20}}$'),
    raised  text collate "C" not null check (raised in ('acidity', 'tannin', 'aroma', 'finish', 'vigour')),
    lowered text collate "C" not null check (lowered in ('acidity', 'tannin', 'aroma', 'finish', 'vigour')),
    unique (raised, lowered)
);
insert into wine.natures (nature, raised, lowered) values
    ('zesty',    'acidity', 'acidity'), ('racy',     'acidity', 'tannin'),  ('brisk',   'acidity', 'vigour'),
    ('tart',     'acidity', 'aroma'),   ('lively',   'acidity', 'finish'),
    ('grippy',   'tannin',  'acidity'), ('chewy',    'tannin',  'tannin'),  ('firm',    'tannin',  'vigour'),
    ('dense',    'tannin',  'aroma'),   ('sturdy',   'tannin',  'finish'),
    ('nimble',   'vigour',  'acidity'), ('spry',     'vigour',  'tannin'),  ('eager',   'vigour',  'vigour'),
    ('restless', 'vigour',  'aroma'),   ('dashing',  'vigour',  'finish'),
    ('floral',   'aroma',   'acidity'), ('perfumed', 'aroma',   'tannin'),  ('spicy',   'aroma',   'vigour'),
    ('heady',    'aroma',   'aroma'),   ('fruity',   'aroma',   'finish'),
    ('mellow',   'finish',  'acidity'), ('silky',    'finish',  'tannin'),  ('patient', 'finish',  'vigour'),
    ('velvety',  'finish',  'aroma'),   ('lasting',  'finish',  'finish');

create table wine.growth_curves (
    growth_curve text collate "C" primary key check (growth_curve ~ '^[a-z]{{2,20}}$'),
    description  text not null check (char_length(description) between 1 and 200)
);
insert into wine.growth_curves (growth_curve, description) values
    ('early',    'Needs the least at every stage.'),
    ('steady',   'Each level costs evenly more than the one before.'),
    ('measured', 'Easy at first, dearer than steady at the end.'),
    ('slow',     'Needs much at every stage.'),
    ('blooming', 'Slow while young, quick once it is mature.'),
    ('lingering', 'Quick while young, very slow once it is mature.');

-- The experience that a wine has in all when it reaches a level. Above level 100 the formulas go on, but for blooming,
-- whose formula would fall: there each level costs as much as the hundredth.
create function wine.experience_at(growth_curve text, level int) returns bigint
language sql immutable strict parallel safe set search_path = pg_catalog as $$
    select case when level = 1 then 0 else case growth_curve
        when 'early' then 4 * n.cube / 5
        when 'steady' then n.cube
        when 'measured' then 6 * n.cube / 5 - 15 * level * level + 100 * level - 140
        when 'slow' then 5 * n.cube / 4
        when 'blooming' then case
            when level <= 50 then n.cube * (100 - level) / 50
            when level <= 68 then n.cube * (150 - level) / 100
            when level <= 98 then n.cube * ((1911 - 10 * level) / 3) / 500
            when level <= 100 then n.cube * (160 - level) / 100
            else 600000 + 8118 * (level - 100)
        end
        when 'lingering' then case
            when level <= 15 then n.cube * (24 + (level + 1) / 3) / 50
            when level <= 35 then n.cube * (14 + level) / 50
            else n.cube * (32 + level / 2) / 50
        end
    end end
    from (select level::bigint * level * level) n (cube)
$$;

create table wine.growth_levels (
    growth_curve text collate "C" not null references wine.growth_curves,
    level        wine.wine_level not null,
    experience   bigint not null check (experience >= 0),
    primary key (growth_curve, level),
    -- also finds the level of an amount
    unique (growth_curve, experience)
);
insert into wine.growth_levels (growth_curve, level, experience)
select c.growth_curve, l.level, wine.experience_at(c.growth_curve, l.level)
from wine.growth_curves c cross join generate_series(1, 200) l (level);

-- The level that so much experience reaches.
create function wine.level_at(growth_curve text, experience bigint) returns int
language sql stable strict parallel safe set search_path = pg_catalog as $$
    select l.level::int from wine.growth_levels l
    where l.growth_curve = level_at.growth_curve and l.experience <= greatest(level_at.experience, 0)
    order by l.experience desc limit 1
$$;

-- A list of six stats: body, acidity, tannin, aroma, finish, vigour.
create domain wine.base_stats as smallint[] check (
    array_ndims(value) = 1 and array_lower(value, 1) = 1 and cardinality(value) = 6
    and array_position(value, null) is null and 1 <= all (value) and 255 >= all (value)
);

-- The six stats of an individual, rounded down at every step. A body of base 1 stays 1.
create function wine.stats_of(base wine.base_stats, ivs wine.iv_stat[], evs wine.ev_stat[], level wine.wine_level,
                              raised text, lowered text) returns int[]
language sql immutable strict parallel safe set search_path = pg_catalog as $$
    select array_agg(case
        when s.position = 1 and base[1] = 1 then 1
        when s.position = 1 then c.core + level + 10
        when raised = lowered then c.core + 5
        when s.stat = raised then (c.core + 5) * 110 / 100
        when s.stat = lowered then (c.core + 5) * 90 / 100
        else c.core + 5
    end order by s.position)
    from unnest(array['body', 'acidity', 'tannin', 'aroma', 'finish', 'vigour']) with ordinality s (stat, position)
    cross join lateral (
        select ((2 * base[s.position] + ivs[s.position] + evs[s.position] / 4) * level / 100)::int as core
    ) c
$$;

-- The effort values after a gain. Each stat in the order body, acidity, tannin, vigour, aroma, finish takes what is left
-- of 510 in all, then what is left of 252; what does not fit is lost.
create function wine.evs_after(evs wine.ev_stat[], gains int[], multiplier int) returns int[]
language plpgsql immutable strict parallel safe set search_path = pg_catalog as $$
declare
    result int[] := evs::int[];
    total  int := (select sum(value) from unnest(evs) value);
    place  int;
    gain   bigint;
begin
    foreach place in array array[1, 2, 3, 6, 4, 5] loop
        exit when total >= 510;
        gain := greatest(least(gains[place]::bigint * multiplier, 510 - total, 252 - result[place]), 0);
        result[place] := result[place] + gain;
        total := total + gain;
    end loop;
    return result;
end $$;

grant select on all tables in schema wine to {READONLY};
revoke insert, update, delete on all tables in schema wine from {APP}, {JOBS};
"""

DOWN = f"""
drop function wine.evs_after(wine.ev_stat[], int[], int);
drop function wine.stats_of(wine.base_stats, wine.iv_stat[], wine.ev_stat[], wine.wine_level, text, text);
drop domain wine.base_stats;
drop function wine.level_at(text, bigint);
drop table wine.growth_levels;
drop function wine.experience_at(text, int);
drop table wine.growth_curves;
drop table wine.natures;
drop table wine.rarity_tiers;
drop function wine.type_multiplier(text, text, text, date);
drop function wine.type_factor(text, text, date);
drop table wine.type_effectiveness;
drop function wine.number_pair();
drop table wine.wine_types;
drop domain wine.price;
drop domain wine.percentage;
drop domain wine.wine_level;
drop domain wine.ev_stat;
drop domain wine.iv_stat;
{drop_schema("wine")}
"""

upgrade, downgrade = steps(UP, DOWN)
