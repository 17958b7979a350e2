"""Builds, their versions, and the counts of their views and likes."""

from guildhall.db.policies import APP, JOBS, private_to_owner
from guildhall.db.revision import steps

revision = "poe2_0002"
down_revision = "poe2_0001"
branch_labels = None
depends_on = ("identity_0001",)

_VIEWER = "nullif(current_setting('app.user_id', true), '')::uuid"
_MODERATES = f"(select exists (select from core.users u where u.id = {_VIEWER} and u.role in ('moderator', 'admin')))"
"""SQL that asks if the viewer moderates: viewers see their own accounts."""

_CONTENT = """
    class         text not null check (char_length(class) between 1 and 50),
    ascendancy    text check (char_length(ascendancy) between 1 and 50),
    level         int not null check (level between 1 and 100),
    -- the canonical form: the trees and the active one; the items and their sets; the gems by group; the claims of the
    -- calculator, in which 'inf' is a text; and in `rest` the assumptions, the notes and what is not understood
    passive_tree  jsonb not null,
    equipment     jsonb not null,
    skills        jsonb not null,
    stats         jsonb not null,
    rest          jsonb not null,
    content_hash  bytea not null check (octet_length(content_hash) = 16),
    main_skill    text check (char_length(main_skill) between 1 and 100),
    -- the version of the active tree, as 0_5
    tree_version  text check (char_length(tree_version) between 1 and 20),
    -- who computed the stats; they are compared only where this and the tree's version are the same
    calculator    text check (char_length(calculator) between 1 and 60),
"""
"""The columns that builds and versions both have."""

UP = f"""
create table poe2.build_templates (
    id             uuid primary key,
    user_id        uuid not null references core.users on delete cascade,
    -- 17 random characters without look-alikes, 99 bits: nobody guesses one
    short_id       text not null unique check (short_id ~ '^[1-9A-HJ-NP-Za-km-z]{{17}}$'),
    -- the author's name; accounts themselves are private
    author         text not null check (char_length(author) between 1 and 100),
    character_name text check (char_length(character_name) between 1 and 255),
    title          text not null check (char_length(title) between 1 and 255),
    description    text check (char_length(description) between 1 and 20000),
    {_CONTENT}
    -- claims again, of the stats: the largest damage and the effective hit points; null is unknown
    dps            double precision check (dps > 0 and dps < 'Infinity'),
    ehp            double precision check (ehp > 0 and ehp < 'Infinity'),
    gems           text[] not null,
    uniques        text[] not null,
    trees          int not null check (trees >= 0),
    has_notes      boolean not null,
    league         text check (char_length(league) between 1 and 100),
    patch_version  text not null check (char_length(patch_version) between 1 and 20),
    complexity     text check (complexity in ('beginner', 'intermediate', 'advanced', 'expert')),
    tags           text[] not null default '{{}}' check (cardinality(tags) <= 20),
    -- the language of the texts
    language       text check (char_length(language) between 2 and 35),
    visibility     text not null default 'draft' check (visibility in ('draft', 'unlisted', 'public')),
    is_public      boolean not null generated always as (visibility = 'public') stored,
    is_featured    boolean not null default false check (not is_featured or visibility = 'public'),
    -- moderators took it back: it stays a draft until they allow it again, and then is what it was
    withheld_at    timestamptz check (withheld_at is null or visibility = 'draft'),
    withheld_from  text check (withheld_from in ('unlisted', 'public')),
    views          int not null default 0 check (views >= 0),
    likes          int not null default 0 check (likes >= 0),
    latest_version int not null check (latest_version >= 1),
    -- of all versions together
    stored_bytes   bigint not null check (stored_bytes >= 0),
    -- counts every edit, of the content or of what is said about it
    revision       int not null default 1 check (revision >= 1),
    published_at   timestamptz,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now(),
    check (visibility <> 'public' or published_at is not null),
    check ((withheld_at is null) = (withheld_from is null))
);

-- Serves an author's builds, the newest first, and the deletion of an account.
create index build_templates_of_user on poe2.build_templates (user_id, id desc);
-- Serve lists of what everybody sees, the newest first.
create index build_templates_public on poe2.build_templates (published_at desc, id desc) where is_public;
create index build_templates_of_class on poe2.build_templates (class, published_at desc, id desc) where is_public;

create table poe2.build_versions (
    id                uuid primary key,
    build_template_id uuid not null references poe2.build_templates on delete cascade,
    version_number    int not null check (version_number >= 1),
    -- what the author says of it, or what a comparison with the version before it says
    changes           text check (char_length(changes) between 1 and 4000),
    {_CONTENT}
    -- what the code packs: a zlib stream as Path of Building wrote it
    code              bytea not null,
    created_at        timestamptz not null default now(),
    unique (build_template_id, version_number)
);

-- Others see what is no draft. Moderators see what they took back, and change what they moderate.
alter table poe2.build_templates enable row level security;
alter table poe2.build_templates force row level security;
create policy see on poe2.build_templates for select to {APP}
    using (visibility <> 'draft' or user_id = {_VIEWER} or (withheld_at is not null and {_MODERATES}));
create policy add on poe2.build_templates for insert to {APP} with check (user_id = {_VIEWER});
create policy change on poe2.build_templates for update to {APP}
    using (user_id = {_VIEWER} or {_MODERATES}) with check (user_id = {_VIEWER} or {_MODERATES});
create policy remove on poe2.build_templates for delete to {APP} using (user_id = {_VIEWER});
create policy jobs_all on poe2.build_templates to {JOBS} using (true) with check (true);

-- A version is as visible as its build, and never changes.
alter table poe2.build_versions enable row level security;
alter table poe2.build_versions force row level security;
create policy see on poe2.build_versions for select to {APP}
    using (exists (select from poe2.build_templates b where b.id = build_template_id));
create policy add on poe2.build_versions for insert to {APP}
    with check (exists (select from poe2.build_templates b where b.id = build_template_id and b.user_id = {_VIEWER}));
create policy jobs_all on poe2.build_versions to {JOBS} using (true) with check (true);
revoke update, delete on poe2.build_versions from {APP}, {JOBS};

-- Addresses of deleted builds that others could open: they are told that it is gone. Holds nothing of a person.
create table poe2.gone_builds (
    short_id   text primary key,
    deleted_at timestamptz not null
);
create index gone_builds_deleted on poe2.gone_builds (deleted_at);

create function poe2.note_gone_build() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
    insert into poe2.gone_builds (short_id, deleted_at) values (old.short_id, now());
    return null;
end $$;
create trigger gone after delete on poe2.build_templates
    for each row when (old.visibility <> 'draft') execute function poe2.note_gone_build();

create table poe2.build_likes (
    build_template_id uuid not null references poe2.build_templates on delete cascade,
    user_id           uuid not null references core.users on delete cascade,
    created_at        timestamptz not null default now(),
    primary key (build_template_id, user_id)
);
-- Serves a person's likes, the newest first, and the deletion of an account.
create index build_likes_of_user on poe2.build_likes (user_id, created_at desc, build_template_id desc);
{private_to_owner("poe2.build_likes", "user_id")}

-- The visitors of a day, by a hash whose key is thrown away after the day: nothing of a person can be found in it.
create table poe2.visitor_keys (
    day date primary key,
    key bytea not null check (octet_length(key) = 32)
);
-- Without a reference to the build, which may be gone when its visits are counted.
create table poe2.build_views (
    day               date not null,
    build_template_id uuid not null,
    visitor           bytea not null check (octet_length(visitor) = 16),
    primary key (day, build_template_id, visitor)
);

-- The views of a build by day, kept when the visitors of the day are forgotten.
create table poe2.build_view_days (
    build_template_id uuid not null references poe2.build_templates on delete cascade,
    day               date not null,
    views             int not null check (views > 0),
    primary key (build_template_id, day)
);

-- Changes of counts that a job adds up: whoever views or likes a build waits for nobody else who does. Without a
-- reference to the build, which may be gone by then.
create table poe2.build_count_changes (
    id                bigint generated always as identity primary key,
    build_template_id uuid not null,
    day               date not null,
    views             int not null default 0 check (views >= 0),
    likes             int not null default 0
);

-- Every like counts, however it comes and goes: with its person's account, too.
create function poe2.count_likes() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
    insert into poe2.build_count_changes (build_template_id, day, likes)
    select c.build_template_id, (now() at time zone 'utc')::date, count(*) * tg_argv[0]::int
    from changed c group by c.build_template_id;
    return null;
end $$;
create trigger liked after insert on poe2.build_likes
    referencing new table as changed for each statement execute function poe2.count_likes('1');
create trigger unliked after delete on poe2.build_likes
    referencing old table as changed for each statement execute function poe2.count_likes('-1');
"""

DOWN = """
drop table poe2.build_count_changes;
drop table poe2.build_view_days;
drop table poe2.build_views;
drop table poe2.visitor_keys;
drop table poe2.build_likes;
drop function poe2.count_likes();
drop table poe2.build_versions;
drop table poe2.build_templates;
drop function poe2.note_gone_build();
drop table poe2.gone_builds;
"""

upgrade, downgrade = steps(UP, DOWN)
