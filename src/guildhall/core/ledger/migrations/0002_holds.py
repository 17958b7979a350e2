"""Holds: parts of accounts that are reserved."""

from guildhall.db.policies import APP, JOBS
from guildhall.db.revision import steps

revision = "ledger_0002"
down_revision = "ledger_0001"
branch_labels = None
depends_on = None

_NAME = "'^[a-z][a-z0-9_]{0,30}[.][a-z][a-z0-9_]{0,39}$'"
_FUNCTIONS = """
    core.ledger_reserve(uuid, uuid, text, text, bigint, timestamptz, timestamptz),
    core.ledger_end_hold(uuid, text, timestamptz),
    core.ledger_capture(uuid, uuid, text, uuid, text, uuid[], bigint[], timestamptz)
"""

UP = f"""
-- Value that is reserved: it stays in its account, and nothing else can spend it.
create table core.ledger_holds (
    id         uuid primary key,
    account_id uuid not null references core.ledger_accounts,
    key        text collate "C" not null unique check (char_length(key) between 1 and 200),
    kind       text collate "C" not null check (kind ~ {_NAME}),
    amount     bigint not null check (amount > 0),
    state      text not null default 'held' check (state in ('held', 'captured', 'released', 'expired')),
    -- the posting that took it, or a part of it
    posting_id uuid references core.ledger_postings on delete set null,
    created_at timestamptz not null,
    -- when it is released by itself; null if never
    expires_at timestamptz,
    ended_at   timestamptz,
    check ((state = 'held') = (ended_at is null))
) with (fillfactor = 70);
create index ledger_holds_of_account on core.ledger_holds (account_id, id desc);
create index ledger_holds_to_expire on core.ledger_holds (expires_at) where state = 'held' and expires_at is not null;
create index ledger_holds_ended on core.ledger_holds (ended_at) where ended_at is not null;
create index ledger_holds_by_posting on core.ledger_holds (posting_id) where posting_id is not null;

-- Reserve a part of an account. The outcome is `held`, `again`, `unknown`, `closed` or `low`.
create function core.ledger_reserve(
    hold uuid, account uuid, hold_key text, hold_kind text, amount_ bigint, until_ timestamptz, moment timestamptz,
    out outcome text, out hold_id uuid, out free bigint
) language plpgsql security definer set search_path = pg_catalog as $$
declare
    a core.ledger_accounts;
begin
    select * into a from core.ledger_accounts l where l.id = account for no key update;
    select h.id into hold_id from core.ledger_holds h where h.key = hold_key;
    if hold_id is not null then
        outcome := 'again';
        return;
    end if;
    free := a.balance - a.held - a.floor;
    outcome := case when a.id is null or a.floor is null then 'unknown' when a.closed_at is not null then 'closed'
                    when free < amount_ then 'low' else 'held' end;
    if outcome <> 'held' then
        return;
    end if;
    insert into core.ledger_holds (id, account_id, key, kind, amount, created_at, expires_at)
    values (hold, account, hold_key, hold_kind, amount_, moment, until_) on conflict (key) do nothing;
    if not found then  -- at this moment, of another account
        select h.id into hold_id from core.ledger_holds h where h.key = hold_key;
        outcome := 'again';
        return;
    end if;
    update core.ledger_accounts l set held = l.held + amount_ where l.id = account;
    hold_id := hold;
end $$;

-- End a hold, so that what it reserved is free again. The outcome is `ended`, `unknown`, or the state that it has
-- already.
create function core.ledger_end_hold(
    hold uuid, state_ text, moment timestamptz, out outcome text, out amount bigint, out account_id uuid
) language plpgsql security definer set search_path = pg_catalog as $$
declare
    h core.ledger_holds;
begin
    select l.account_id into account_id from core.ledger_holds l where l.id = hold;
    if not found then
        outcome := 'unknown';
        return;
    end if;
    perform from core.ledger_accounts a where a.id = ledger_end_hold.account_id for no key update;
    select * into h from core.ledger_holds l where l.id = hold for update;
    amount := h.amount;
    outcome := case when h.state = 'held' then 'ended' else h.state end;
    if h.state = 'held' then
        update core.ledger_holds l set state = state_, ended_at = moment where l.id = hold;
        update core.ledger_accounts a set held = a.held - h.amount where a.id = h.account_id;
    end if;
end $$;

-- Take what a hold reserved, or a part of it, and end it: the rest is free again. `account_ids` and `amounts` are where
-- it goes. The outcome is as that of a posting, `beyond` for more than was reserved, or the state that the hold has.
create function core.ledger_capture(
    hold uuid, posting uuid, posting_kind text, acting uuid, memo text, account_ids uuid[], amounts bigint[],
    moment timestamptz,
    out outcome text, out posting_id uuid, out account_id uuid, out free bigint
) language plpgsql security definer set search_path = pg_catalog as $$
declare
    h core.ledger_holds;
    whole bigint := (select sum(x) from unnest(amounts) x);
begin
    select * into h from core.ledger_holds l where l.id = hold;
    if not found then
        outcome := 'no_hold';
        return;
    end if;
    perform core.ledger_lock(account_ids || h.account_id);
    select * into h from core.ledger_holds l where l.id = hold for update;
    if h.state <> 'held' then
        outcome := h.state;
        posting_id := h.posting_id;
        return;
    end if;
    if whole > h.amount then
        outcome := 'beyond';
        free := h.amount;
        return;
    end if;
    update core.ledger_accounts a set held = a.held - h.amount where a.id = h.account_id;
    select p.outcome, p.posting_id, p.account_id, p.free into outcome, posting_id, account_id, free
    from core.ledger_post(posting, 'hold:' || hold, posting_kind, acting, memo, account_ids || h.account_id,
                          amounts || -whole, moment) p;
    if outcome = 'posted' then
        update core.ledger_holds l
        set state = 'captured', ended_at = moment, posting_id = ledger_capture.posting_id where l.id = hold;
    else
        update core.ledger_accounts a set held = a.held + h.amount where a.id = h.account_id;
    end if;
end $$;

-- Delete the accounts of a thing that is deleted, with their postings, if nobody but the thing and the house took part in
-- them. Else the accounts stay, closed: others' entries would not sum to zero.
create function core.ledger_forget_thing(thing uuid) returns void
language plpgsql security definer set search_path = pg_catalog as $$
begin
    perform from core.ledger_accounts a where a.thing_id = thing order by a.id for update;
    if exists (
        select from core.ledger_accounts a
        join core.ledger_entries e on e.account_id = a.id
        join core.ledger_entries o on o.posting_id = e.posting_id
        join core.ledger_accounts other on other.id = o.account_id
        where a.thing_id = thing and other.owner <> 'house' and other.thing_id is distinct from thing
    ) then
        update core.ledger_holds h set state = 'released', ended_at = now()
        from core.ledger_accounts a where a.thing_id = thing and h.account_id = a.id and h.state = 'held';
        update core.ledger_accounts a set closed_at = coalesce(a.closed_at, now()), held = 0 where a.thing_id = thing;
        return;
    end if;
    delete from core.ledger_holds h using core.ledger_accounts a where a.thing_id = thing and h.account_id = a.id;
    delete from core.ledger_postings p using core.ledger_entries e, core.ledger_accounts a
    where a.thing_id = thing and e.account_id = a.id and p.id = e.posting_id;
    delete from core.ledger_accounts a where a.thing_id = thing;
end $$;

alter table core.ledger_holds enable row level security;
create policy of_accounts on core.ledger_holds for select to {APP}
    using (exists (select from core.ledger_accounts a where a.id = account_id));
create policy jobs_all on core.ledger_holds to {JOBS} using (true) with check (true);
revoke insert, update, delete on core.ledger_holds from {APP}, {JOBS};
grant delete on core.ledger_holds to {JOBS};
revoke all on function {_FUNCTIONS}, core.ledger_forget_thing(uuid) from public;
grant execute on function {_FUNCTIONS} to {APP}, {JOBS};
grant execute on function core.ledger_forget_thing(uuid) to {JOBS};
"""

DOWN = f"""
drop function core.ledger_forget_thing(uuid);
drop function {_FUNCTIONS};
update core.ledger_accounts set held = 0 where held <> 0;
drop table core.ledger_holds;
"""

upgrade, downgrade = steps(UP, DOWN)
