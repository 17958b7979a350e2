"""Accounts of value, and append-only double entries whose sum is zero."""

from guildhall.db.policies import APP, JOBS
from guildhall.db.revision import steps

revision = "ledger_0001"
down_revision = None
branch_labels = ("ledger",)
depends_on = ("db_0001", "identity_0001")

_ME = "nullif(current_setting('app.user_id', true), '')::uuid"
_NAME = "'^[a-z][a-z0-9_]{0,30}[.][a-z][a-z0-9_]{0,39}$'"

UP = f"""
create table core.ledger_accounts (
    id         uuid primary key,
    -- what the account is for, and what is counted in it: `realm.treasury` in `realm.copper`
    kind       text collate "C" not null check (kind ~ {_NAME}),
    unit       text collate "C" not null check (unit ~ {_NAME}),
    -- a person's, a thing's (a guild, an auction), or the house's, where value comes from and goes to
    owner      text not null check (owner in ('person', 'thing', 'house')),
    -- null once the person has left Guildhall
    user_id    uuid references core.users on delete set null,
    thing_id   uuid,
    -- the balance that is kept, and how much of it is reserved. An account of the house keeps none: it is in every
    -- posting, so it would be a row for which everybody waits. Its balance is the sum of its entries.
    balance    bigint not null default 0,
    held       bigint not null default 0 check (held >= 0),
    -- the number of its last entry
    entries    bigint not null default 0 check (entries >= 0),
    floor      bigint,
    -- bounds what comes in; what goes out always may
    ceiling    bigint,
    opened_at  timestamptz not null,
    -- takes no more postings
    closed_at  timestamptz,
    constraint ledger_accounts_owner check (
        (owner = 'person' or user_id is null) and (owner = 'thing') = (thing_id is not null)
        and (owner = 'house') = (floor is null) and (owner <> 'house' or (ceiling is null and entries = 0 and held = 0))
    ),
    constraint ledger_accounts_floor check (balance - held >= floor),
    check (ceiling >= floor)
) with (fillfactor = 70);
create unique index ledger_accounts_of_person on core.ledger_accounts (user_id, kind, unit) where user_id is not null;
create unique index ledger_accounts_of_thing on core.ledger_accounts (thing_id, kind, unit) where thing_id is not null;
create unique index ledger_accounts_of_house on core.ledger_accounts (kind, unit) where owner = 'house';

-- Append-only. Each is one movement of value, under a key by which a retry finds it.
create table core.ledger_postings (
    id         uuid primary key,
    key        text collate "C" not null unique check (char_length(key) between 1 and 200),
    kind       text collate "C" not null check (kind ~ {_NAME}),
    -- whom it is by, or about; null when that is nobody in particular, or they left Guildhall
    user_id    uuid references core.users on delete set null,
    note       text check (char_length(note) <= 500),
    created_at timestamptz not null
);
create index ledger_postings_by_user on core.ledger_postings (user_id, created_at) where user_id is not null;

-- A key that names a person forgets the person with their account: nobody will use it again.
create function core.forget_ledger_key() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
    if new.user_id is null and position(old.user_id::text in old.key) > 0 then
        new.key := 'forgotten:' || old.id;
    end if;
    return new;
end $$;
create trigger forget_key before update of user_id on core.ledger_postings
    for each row execute function core.forget_ledger_key();

-- Append-only.
create table core.ledger_entries (
    posting_id    uuid not null references core.ledger_postings on delete cascade,
    account_id    uuid not null references core.ledger_accounts,
    -- the account's entries, counted, in the order in which they became true; null for accounts of the house
    number        bigint check (number > 0),
    amount        bigint not null check (amount <> 0),
    balance_after bigint,
    primary key (posting_id, account_id),
    check ((number is null) = (balance_after is null))
);
create unique index ledger_entries_of_account on core.ledger_entries (account_id, number) where number is not null;
create index ledger_entries_of_house on core.ledger_entries (account_id, posting_id) include (amount)
    where number is null;

-- What a person held is in nobody's hands when they go; the entries stay, or others' would not sum to zero.
create function core.close_ledger_account() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
    if new.owner = 'person' and new.user_id is null and old.user_id is not null then
        new.closed_at := coalesce(new.closed_at, now());
    end if;
    return new;
end $$;
create trigger closed_without_person before update of user_id on core.ledger_accounts
    for each row execute function core.close_ledger_account();

-- The amounts of a posting sum to zero in each unit, whoever writes them. All of its entries come in one statement.
create function core.require_balanced_postings() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
declare
    wrong uuid;
begin
    select n.posting_id into wrong
    from new_entries n join core.ledger_accounts a on a.id = n.account_id
    group by n.posting_id, a.unit having sum(n.amount) <> 0 limit 1;
    if wrong is not null then
        raise exception 'the entries of posting % do not sum to zero', wrong
            using errcode = 'check_violation', constraint = 'ledger_entries_balanced';
    end if;
    return null;
end $$;
create trigger balanced after insert on core.ledger_entries referencing new table as new_entries
    for each statement execute function core.require_balanced_postings();

-- Append-only for everybody: an entry is never changed, and goes with its posting alone.
create function core.refuse_ledger_change() returns trigger language plpgsql as $$
begin
    raise exception 'entries of the ledger are never changed' using errcode = 'restrict_violation';
end $$;
create trigger never_changed before update on core.ledger_entries
    for each statement execute function core.refuse_ledger_change();

-- Move value between accounts: one posting, or the one that was made under the same key. The outcome is `posted`,
-- `again`, or what was in the way, of which account, and then nothing has changed: `unknown`, `closed`, `low` (with
-- what is free in it), `full`. The accounts are locked in the order of their ids.
create function core.ledger_post(
    posting uuid, posting_key text, posting_kind text, acting uuid, memo text, account_ids uuid[], amounts bigint[],
    moment timestamptz,
    out outcome text, out posting_id uuid, out account_id uuid, out free bigint
) language plpgsql security definer set search_path = pg_catalog as $$
begin
    perform from core.ledger_accounts a where a.id = any(account_ids) and a.floor is not null
        order by a.id for no key update;
    insert into core.ledger_postings (id, key, kind, user_id, note, created_at)
    values (posting, posting_key, posting_kind, acting, memo, moment) on conflict (key) do nothing;
    if not found then
        select p.id into posting_id from core.ledger_postings p where p.key = posting_key;
        outcome := 'again';
        return;
    end if;
    select case when a.id is null then 'unknown' when a.closed_at is not null then 'closed'
                when x.amount < 0 and a.balance - a.held + x.amount < a.floor then 'low'
                when x.amount > 0 and a.balance + x.amount > a.ceiling then 'full' end,
           x.id, a.balance - a.held - a.floor
    into outcome, account_id, free
    from unnest(account_ids, amounts) x (id, amount) left join core.ledger_accounts a on a.id = x.id
    where a.id is null or a.closed_at is not null
       or (x.amount < 0 and a.balance - a.held + x.amount < a.floor)
       or (x.amount > 0 and a.balance + x.amount > a.ceiling)
    order by x.id limit 1;
    if found then
        delete from core.ledger_postings p where p.id = posting;
        return;
    end if;
    with moved as (
        update core.ledger_accounts a set balance = a.balance + x.amount, entries = a.entries + 1
        from unnest(account_ids, amounts) x (id, amount)
        where a.id = x.id and a.floor is not null
        returning a.id, x.amount, a.entries, a.balance
    )
    insert into core.ledger_entries (posting_id, account_id, number, amount, balance_after)
    select posting, x.id, m.entries, x.amount, m.balance
    from unnest(account_ids, amounts) x (id, amount) left join moved m on m.id = x.id;
    outcome := 'posted';
    posting_id := posting;
end $$;

-- Lock accounts in the order of their ids, for a transaction that posts more than once.
create function core.ledger_lock(account_ids uuid[]) returns void
language sql security definer set search_path = pg_catalog as $$
    select from core.ledger_accounts a where a.id = any(account_ids) and a.floor is not null
    order by a.id for no key update
$$;

-- The account of an owner for a kind and a unit, which is opened if there is none.
create function core.ledger_open(
    account uuid, kind_ text, unit_ text, owner_ text, person uuid, thing uuid, floor_ bigint, ceiling_ bigint,
    moment timestamptz
) returns uuid language plpgsql security definer set search_path = pg_catalog as $$
declare
    found_id uuid;
begin
    for again in 1..2 loop
        if owner_ = 'person' then
            select a.id into found_id from core.ledger_accounts a
            where a.user_id = person and a.kind = kind_ and a.unit = unit_;
        elsif owner_ = 'thing' then
            select a.id into found_id from core.ledger_accounts a
            where a.thing_id = thing and a.kind = kind_ and a.unit = unit_;
        else
            select a.id into found_id from core.ledger_accounts a
            where a.owner = 'house' and a.kind = kind_ and a.unit = unit_;
        end if;
        exit when found_id is not null;
        insert into core.ledger_accounts (id, kind, unit, owner, user_id, thing_id, floor, ceiling, opened_at)
        values (account, kind_, unit_, owner_, person, thing, floor_, ceiling_, moment)
        on conflict do nothing returning id into found_id;
        exit when found_id is not null;
    end loop;
    return found_id;
end $$;

-- Not forced on the owner: the functions above move value of people who are not the viewer, as in a trade.
alter table core.ledger_accounts enable row level security;
alter table core.ledger_entries enable row level security;
alter table core.ledger_postings enable row level security;
-- Nobody reads an account of the house: it would show the postings of everybody.
create policy own_or_shared on core.ledger_accounts for select to {APP} using (owner = 'thing' or user_id = {_ME});
create policy of_accounts on core.ledger_entries for select to {APP}
    using (exists (select from core.ledger_accounts a where a.id = account_id));
create policy of_entries on core.ledger_postings for select to {APP}
    using (exists (select from core.ledger_entries e where e.posting_id = ledger_postings.id));
create policy jobs_all on core.ledger_accounts to {JOBS} using (true) with check (true);
create policy jobs_all on core.ledger_entries to {JOBS} using (true) with check (true);
create policy jobs_all on core.ledger_postings to {JOBS} using (true) with check (true);

revoke insert, update, delete on core.ledger_accounts, core.ledger_postings, core.ledger_entries
    from {APP}, {JOBS};
revoke all on function
    core.ledger_post(uuid, text, text, uuid, text, uuid[], bigint[], timestamptz),
    core.ledger_lock(uuid[]),
    core.ledger_open(uuid, text, text, text, uuid, uuid, bigint, bigint, timestamptz)
from public;
grant execute on function
    core.ledger_post(uuid, text, text, uuid, text, uuid[], bigint[], timestamptz),
    core.ledger_lock(uuid[]),
    core.ledger_open(uuid, text, text, text, uuid, uuid, bigint, bigint, timestamptz)
to {APP}, {JOBS};
"""

DOWN = """
drop function core.ledger_open(uuid, text, text, text, uuid, uuid, bigint, bigint, timestamptz);
drop function core.ledger_lock(uuid[]);
drop function core.ledger_post(uuid, text, text, uuid, text, uuid[], bigint[], timestamptz);
drop table core.ledger_entries, core.ledger_postings, core.ledger_accounts;
drop function core.forget_ledger_key(), core.refuse_ledger_change(), core.require_balanced_postings(),
    core.close_ledger_account();
"""

upgrade, downgrade = steps(UP, DOWN)
