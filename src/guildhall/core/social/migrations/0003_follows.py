"""Follows between people, and their numbers."""

from guildhall.db.revision import steps

revision = "social_0003"
down_revision = "social_0002"
branch_labels = None
depends_on = None

UP = """
create table core.user_follows (
    follower_id  uuid not null references core.profiles on delete cascade,
    following_id uuid not null references core.profiles on delete cascade,
    created_at   timestamptz not null default now(),
    primary key (follower_id, following_id),
    check (follower_id <> following_id)
);
-- The lists of both ends by age, and a notice to followers in the order in which they came.
create index user_follows_by_following on core.user_follows (following_id, created_at, follower_id);
create index user_follows_by_follower on core.user_follows (follower_id, created_at, following_id);

-- The numbers of followers and followed whose accounts are not suspended, without what has changed since they were
-- last summed: a person's number is their row here and the sum of their deltas. So nobody waits for another's follow
-- of the same person.
create table core.follow_counts (
    user_id   uuid primary key references core.profiles on delete cascade,
    followers bigint not null default 0,
    following bigint not null default 0
) with (fillfactor = 70);
create table core.follow_deltas (
    user_id   uuid not null,
    followers int not null,
    following int not null
);
create index follow_deltas_by_user on core.follow_deltas (user_id);

-- Both ends are locked against a suspension that is under way, which counts the follows that it sees.
create function core.count_follows() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
declare
    sign int := case when tg_op = 'INSERT' then 1 else -1 end;
begin
    perform from core.profiles p
    where p.user_id in (select c.follower_id from changed c union select c.following_id from changed c)
    order by p.user_id for share;
    insert into core.follow_deltas (user_id, followers, following)
    select e.user_id, sign * sum(e.followers), sign * sum(e.following)
    from (
        select c.following_id as user_id, 1 as followers, 0 as following
        from changed c join core.profiles p on p.user_id = c.follower_id where not p.suspended
        union all
        select c.follower_id, 0, 1 from changed c join core.profiles p on p.user_id = c.following_id where not p.suspended
    ) e
    group by e.user_id;
    return null;
end $$;
create trigger count_new_follows after insert on core.user_follows referencing new table as changed
    for each statement execute function core.count_follows();
create trigger count_ended_follows after delete on core.user_follows referencing old table as changed
    for each statement execute function core.count_follows();

-- Follows go before the profile does, whose suspension says how they were counted.
create function core.end_follows() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
    delete from core.user_follows f where f.follower_id = old.user_id or f.following_id = old.user_id;
    return old;
end $$;
create trigger end_follows before delete on core.profiles for each row execute function core.end_follows();

-- A suspended person is in no list and no number of others.
create function core.count_suspension() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
declare
    sign int := case when new.suspended then -1 else 1 end;
begin
    insert into core.follow_deltas (user_id, followers, following)
    select f.following_id, sign, 0 from core.user_follows f where f.follower_id = new.user_id
    union all
    select f.follower_id, 0, sign from core.user_follows f where f.following_id = new.user_id;
    return null;
end $$;
create trigger count_suspension after update of suspended on core.profiles
    for each row when (old.suspended <> new.suspended) execute function core.count_suspension();

-- A block ends what was between the two. It holds the pair's lock by now, so a follow either was there or sees it.
create function core.end_follows_at_block() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
    delete from core.user_follows f
    where f.follower_id = new.user_id and f.following_id = new.blocked_id
       or f.follower_id = new.blocked_id and f.following_id = new.user_id;
    return null;
end $$;
create trigger block_ends_follows after insert on core.blocks for each row execute function core.end_follows_at_block();
"""

DOWN = """
drop trigger block_ends_follows on core.blocks;
drop function core.end_follows_at_block();
drop trigger count_suspension on core.profiles;
drop trigger end_follows on core.profiles;
drop table core.follow_deltas, core.follow_counts, core.user_follows;
drop function core.count_suspension();
drop function core.end_follows();
drop function core.count_follows();
"""

upgrade, downgrade = steps(UP, DOWN)
