"""Reviews and comments of builds, and the ratings that follow."""

from guildhall.db.policies import APP, JOBS
from guildhall.db.revision import steps

revision = "poe2_0007"
down_revision = "poe2_0006"
branch_labels = None
depends_on = ("moderation_0001", "social_0001")

_VIEWER = "nullif(current_setting('app.user_id', true), '')::uuid"
_MODERATES = f"(select exists (select from core.users u where u.id = {_VIEWER} and u.role in ('moderator', 'admin')))"
_SEEN = "exists (select from poe2.build_templates b where b.id = build_template_id)"
"""SQL that asks if the viewer sees the build: its own row-level security answers."""

UP = f"""
create table poe2.build_reviews (
    id                uuid primary key,
    build_template_id uuid not null references poe2.build_templates on delete cascade,
    user_id           uuid not null references core.users on delete cascade,
    -- the reviewer's name; accounts themselves are private
    author            text not null check (char_length(author) between 1 and 100),
    rating            int not null check (rating >= 1 and rating <= 5),
    review            text check (char_length(review) between 1 and 10000),
    -- the server has seen a character of theirs, at the game itself, of the build's class, level and league
    is_verified_clear boolean not null default false,
    version_number    int not null check (version_number >= 1),
    -- moderators took it back: it counts no more
    withheld_at       timestamptz,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    unique (build_template_id, user_id)
);
-- Serves the reviews of a build, the latest first, and their figures.
create index build_reviews_of_build on poe2.build_reviews (build_template_id, id desc) include (rating, is_verified_clear);
-- Serves a person's reviews, and the deletion of an account.
create index build_reviews_of_user on poe2.build_reviews (user_id, id desc);

alter table poe2.build_reviews enable row level security;
alter table poe2.build_reviews force row level security;
create policy see on poe2.build_reviews for select to {APP}
    using ((withheld_at is null or user_id = {_VIEWER} or {_MODERATES}) and ({_SEEN} or user_id = {_VIEWER}));
create policy add on poe2.build_reviews for insert to {APP} with check (user_id = {_VIEWER} and {_SEEN});
create policy change on poe2.build_reviews for update to {APP}
    using (user_id = {_VIEWER} or {_MODERATES}) with check (user_id = {_VIEWER} or {_MODERATES});
create policy remove on poe2.build_reviews for delete to {APP} using (user_id = {_VIEWER});
create policy jobs_all on poe2.build_reviews to {JOBS} using (true) with check (true);

-- The rating of a build: the sum of its reviews, and the lower end of the interval that its true rating is in.
create table poe2.build_ratings (
    build_template_id uuid primary key references poe2.build_templates on delete cascade,
    reviews           int not null check (reviews >= 0),
    rating_sum        int not null check (rating_sum >= reviews),
    lower_bound       double precision not null check (lower_bound between 0 and 5)
);

-- Changes that a job adds up: who reviews waits for nobody else who does. Without a reference to the build, which may
-- be gone by then.
create table poe2.build_rating_changes (
    id                bigint generated always as identity primary key,
    build_template_id uuid not null,
    reviews           int not null,
    rating            int not null
);

create function poe2.note_rating() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
    if tg_op <> 'INSERT' and old.withheld_at is null then
        insert into poe2.build_rating_changes (build_template_id, reviews, rating)
        values (old.build_template_id, -1, -old.rating);
    end if;
    if tg_op <> 'DELETE' and new.withheld_at is null then
        insert into poe2.build_rating_changes (build_template_id, reviews, rating)
        values (new.build_template_id, 1, new.rating);
    end if;
    return null;
end $$;
create trigger rated after insert or delete or update of rating, withheld_at on poe2.build_reviews
    for each row execute function poe2.note_rating();

create table poe2.comments (
    id                uuid primary key,
    build_template_id uuid not null references poe2.build_templates on delete cascade,
    -- null once the account is gone: the thread stays, without what they wrote
    user_id           uuid references core.users on delete set null,
    author            text check (char_length(author) between 1 and 100),
    -- rows are never removed alone, only with their build
    parent_comment_id uuid references poe2.comments on delete cascade,
    depth             int not null check (depth >= 0),
    -- empty once it was deleted
    content           text not null check (char_length(content) <= 5000),
    is_edited         boolean not null default false,
    deleted_at        timestamptz,
    withheld_at       timestamptz,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    check ((deleted_at is null) = (content <> '')),
    check ((user_id is null) = (author is null)),
    check (user_id is not null or deleted_at is not null),
    check ((parent_comment_id is null) = (depth = 0))
);
-- Serves the comments of a build that answer nobody, the latest first, and the count of all.
create index comments_of_build on poe2.comments (build_template_id, id desc) where parent_comment_id is null;
create index comments_counted on poe2.comments (build_template_id) where deleted_at is null;
-- Serves the answers to a comment, the oldest first, and the cascade.
create index comments_answers on poe2.comments (parent_comment_id, id) where parent_comment_id is not null;
-- Serves a person's comments, the limit of what they write in an hour, and the deletion of an account.
create index comments_of_user on poe2.comments (user_id, id desc) where user_id is not null;

-- Who goes takes what they wrote along.
create function poe2.empty_comment() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
    new.author := null;
    new.content := '';
    new.deleted_at := coalesce(old.deleted_at, now());
    return new;
end $$;
create trigger gone before update on poe2.comments
    for each row when (new.user_id is null and old.user_id is not null) execute function poe2.empty_comment();

alter table poe2.comments enable row level security;
alter table poe2.comments force row level security;
create policy see on poe2.comments for select to {APP} using ({_SEEN} or user_id = {_VIEWER});
create policy add on poe2.comments for insert to {APP} with check (user_id = {_VIEWER} and {_SEEN});
create policy change on poe2.comments for update to {APP}
    using (user_id = {_VIEWER} or {_MODERATES}) with check (user_id = {_VIEWER} or {_MODERATES});
create policy jobs_all on poe2.comments to {JOBS} using (true) with check (true);
revoke delete on poe2.comments from {APP};
"""

DOWN = """
drop table poe2.comments;
drop function poe2.empty_comment();
drop table poe2.build_rating_changes;
drop table poe2.build_ratings;
drop table poe2.build_reviews;
drop function poe2.note_rating();
"""

upgrade, downgrade = steps(UP, DOWN)
