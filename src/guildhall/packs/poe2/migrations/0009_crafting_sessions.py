"""Logged sessions of crafting with their steps, and strategies."""

from guildhall.db.policies import APP, JOBS, private_to_owner
from guildhall.db.revision import steps

revision = "poe2_0009"
down_revision = "poe2_0008"
branch_labels = None
depends_on = ("identity_0001", "moderation_0001")

_VIEWER = "nullif(current_setting('app.user_id', true), '')::uuid"
_MODERATES = f"(select exists (select from core.users u where u.id = {_VIEWER} and u.role in ('moderator', 'admin')))"
"""True if the viewer moderates: a viewer sees their own account."""

_STRATEGIES = f"""
create table poe2.crafting_strategies (
    id             uuid primary key,
    user_id        uuid not null references core.users on delete cascade,
    -- the author's name; accounts themselves are private
    author         text not null check (char_length(author) between 1 and 100),
    name           text not null check (char_length(name) between 1 and 255),
    description    text check (char_length(description) between 1 and 5000),
    item_base      text check (char_length(item_base) between 1 and 255),
    item_class     text check (char_length(item_class) between 1 and 100),
    strategy_steps jsonb not null,
    -- the item, the targets and the goal of the steps; without them they are only told
    plan           jsonb,
    patch          text check (char_length(patch) between 1 and 20),
    league         text check (char_length(league) between 1 and 100),
    -- the mean of the plan's cost at the prices of `expected`, in its currency, with what the odds stand on
    expected_cost  numeric check (expected_cost >= 0 and expected_cost < 'Infinity'),
    expected       jsonb,
    is_public      boolean not null default false,
    -- moderators took it back: it stays private
    withheld_at    timestamptz check (withheld_at is null or not is_public),
    -- of completed sessions that name it; kept by a trigger on those. Of some nobody has said how they ended.
    uses_count     int not null default 0 check (uses_count >= 0),
    known_count    int not null default 0 check (known_count between 0 and uses_count),
    success_count  int not null default 0 check (success_count between 0 and known_count),
    success_rate   numeric generated always as
                   (case when known_count > 0 then round(success_count::numeric / known_count, 6) end) stored,
    -- the lower end of the Wilson interval of 95 %: few sessions rank low however they ended
    success_low    double precision not null default 0 check (success_low between 0 and 1),
    created_at     timestamptz not null,
    updated_at     timestamptz not null
);
-- Serves a person's strategies, and the deletion of an account.
create index crafting_strategies_of_user on poe2.crafting_strategies (user_id, id desc);
-- Serve the search of what everybody sees: by the three orders, in a class or in all.
create index crafting_strategies_new on poe2.crafting_strategies (id desc) where is_public;
create index crafting_strategies_used on poe2.crafting_strategies (uses_count desc, id desc) where is_public;
create index crafting_strategies_good on poe2.crafting_strategies (success_low desc, id desc) where is_public;
create index crafting_strategies_class_new on poe2.crafting_strategies (item_class, id desc) where is_public;
create index crafting_strategies_class_used on poe2.crafting_strategies (item_class, uses_count desc, id desc)
    where is_public;
create index crafting_strategies_class_good on poe2.crafting_strategies (item_class, success_low desc, id desc)
    where is_public;
create index crafting_strategies_base on poe2.crafting_strategies (item_base, id desc) where is_public;

-- Others see what is public. Moderators see what they took back, and change what they moderate. The owner of the tables
-- is not bound: the counts are kept in the name of people who may not change the row otherwise.
alter table poe2.crafting_strategies enable row level security;
create policy own on poe2.crafting_strategies to {APP} using (user_id = {_VIEWER}) with check (user_id = {_VIEWER});
create policy see on poe2.crafting_strategies for select to {APP}
    using (is_public or (withheld_at is not null and {_MODERATES}));
create policy moderate on poe2.crafting_strategies for update to {APP} using ({_MODERATES}) with check ({_MODERATES});
create policy jobs_all on poe2.crafting_strategies to {JOBS} using (true) with check (true);
"""

_SESSIONS = f"""
create table poe2.crafting_sessions (
    id               uuid primary key,
    user_id          uuid not null references core.users on delete cascade,
    item_base        text not null check (char_length(item_base) between 1 and 255),
    item_class       text not null check (char_length(item_class) between 1 and 100),
    target_mods      jsonb not null,
    -- once it is completed; until then they are rows of poe2.crafting_steps
    steps            jsonb not null default '[]',
    step_count       int not null default 0 check (step_count >= 0),
    -- what is known of its cost, and the steps of which it is not; with one of those the total is unknown
    priced_cost      numeric not null default 0 check (priced_cost >= 0 and priced_cost < 'Infinity'),
    unpriced_steps   int not null default 0 check (unpriced_steps between 0 and step_count),
    total_cost       numeric generated always as (case when unpriced_steps = 0 then priced_cost end) stored,
    -- the currency of all its costs
    price_base       text not null check (char_length(price_base) between 1 and 200),
    currency_used    jsonb not null default '{{}}',
    -- null until somebody says so
    success          boolean,
    final_item       jsonb,
    session_duration int check (session_duration >= 0),
    attempt_count    int not null default 1 check (attempt_count >= 1),
    -- prices that the person gave, for steps of which the market knows none
    prices           jsonb not null default '{{}}',
    title            text check (char_length(title) between 1 and 120),
    note             text check (char_length(note) between 1 and 2000),
    item_level       smallint check (item_level between 1 and 100),
    patch            text check (char_length(patch) between 1 and 20),
    league           text check (char_length(league) between 1 and 100),
    strategy_id      uuid references poe2.crafting_strategies on delete set null,
    origin           text not null default 'live' check (origin in ('live', 'craft_of_exile')),
    -- of what was imported: the same export is one session
    content_hash     bytea check (octet_length(content_hash) = 32),
    created_at       timestamptz not null,
    completed_at     timestamptz check (completed_at >= created_at),
    check (completed_at is not null or (steps = '[]' and session_duration is null))
);
-- Serves a person's sessions, the newest first, and the deletion of an account.
create index crafting_sessions_of_user on poe2.crafting_sessions (user_id, id desc);
create index crafting_sessions_open on poe2.crafting_sessions (user_id) where completed_at is null;
create unique index crafting_sessions_imported on poe2.crafting_sessions (user_id, content_hash)
    where content_hash is not null;
-- Serves the deletion of a strategy.
create index crafting_sessions_of_strategy on poe2.crafting_sessions (strategy_id) where strategy_id is not null;
{private_to_owner("poe2.crafting_sessions", "user_id")}

-- The steps of open sessions: added one after the other, never changed; a completed session has them in its own row.
create table poe2.crafting_steps (
    session_id uuid not null references poe2.crafting_sessions on delete cascade,
    number     int not null check (number >= 1),
    user_id    uuid not null references core.users on delete cascade,
    step       jsonb not null,
    primary key (session_id, number)
);
create index crafting_steps_of_user on poe2.crafting_steps (user_id);
{private_to_owner("poe2.crafting_steps", "user_id")}
revoke update on poe2.crafting_steps from {APP}, {JOBS};

-- The counts of a strategy, kept with every change of a session that names it.
create function poe2.count_strategy(strategy uuid, uses int, known int, successes int) returns void
language sql set search_path = pg_catalog as $$
    update poe2.crafting_strategies s
    set uses_count = s.uses_count + uses, known_count = s.known_count + known,
        success_count = s.success_count + successes,
        success_low = case when s.known_count + known = 0 then 0 else greatest(0, (
            (s.success_count + successes)::double precision / (s.known_count + known)
            + 3.8414588206941236 / (2 * (s.known_count + known))
            - 1.959963984540054 * sqrt(
                (s.success_count + successes)::double precision / (s.known_count + known)
                * (1 - (s.success_count + successes)::double precision / (s.known_count + known))
                / (s.known_count + known)
                + 3.8414588206941236 / (4.0 * (s.known_count + known)::double precision * (s.known_count + known)))
        ) / (1 + 3.8414588206941236 / (s.known_count + known))) end
    where s.id = strategy
$$;
create function poe2.session_counts() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
    if tg_op <> 'INSERT' and old.strategy_id is not null and old.completed_at is not null then
        perform poe2.count_strategy(old.strategy_id, -1, -(old.success is not null)::int,
                                    -(old.success is true)::int);
    end if;
    if tg_op <> 'DELETE' and new.strategy_id is not null and new.completed_at is not null then
        perform poe2.count_strategy(new.strategy_id, 1, (new.success is not null)::int, (new.success is true)::int);
    end if;
    return null;
end $$;
create trigger session_counts after insert or delete or update of strategy_id, completed_at, success
    on poe2.crafting_sessions for each row execute function poe2.session_counts();
"""

UP = _STRATEGIES + _SESSIONS

DOWN = """
drop table poe2.crafting_steps;
drop table poe2.crafting_sessions;
drop function poe2.session_counts();
drop function poe2.count_strategy(uuid, int, int, int);
drop table poe2.crafting_strategies;
"""

upgrade, downgrade = steps(UP, DOWN)
