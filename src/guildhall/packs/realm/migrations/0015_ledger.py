"""The treasuries of guilds move to the core's ledger, whose entries sum to zero."""

from guildhall.db.revision import steps
from guildhall.packs.realm.migrations.tables.guilds import GUILDS

revision = "realm_0015"
down_revision = "realm_0014"
branch_labels = None
depends_on = ("ledger_0001",)

_FROM = GUILDS.index("-- Append-only. The sum of a guild's amounts is its treasury.")
_TO = GUILDS.index("-- Append-only. The sum of a guild's amounts is its experience.")
_TABLE = GUILDS[_FROM:_TO]
"""The table as it was."""

UP = """
insert into core.ledger_accounts (id, kind, unit, owner, opened_at)
values (gen_random_uuid(), 'realm.outside', 'realm.copper', 'house', now());
insert into core.ledger_accounts (id, kind, unit, owner, thing_id, balance, entries, floor, ceiling, opened_at)
select gen_random_uuid(), 'realm.treasury', 'realm.copper', 'thing', l.guild_id,
       (array_agg(l.balance_after order by l.number desc))[1], max(l.number), 0, greatest(1000000000000000000,
       (array_agg(l.balance_after order by l.number desc))[1]), min(l.created_at)
from realm.guild_ledger l group by l.guild_id;
insert into core.ledger_postings (id, key, kind, user_id, note, created_at)
select l.id, 'realm.treasury:' || l.guild_id || ':' || case
           when l.client_key is null then l.kind || ':' || l.id
           when l.kind in ('deposit', 'withdrawal') then coalesce(l.user_id::text, l.id::text) || ':' || l.client_key
           else 'game:' || l.client_key end,
       'realm.' || l.kind, l.user_id, l.note, l.created_at
from realm.guild_ledger l;
insert into core.ledger_entries (posting_id, account_id, number, amount, balance_after)
select l.id, a.id, l.number, l.amount, l.balance_after
from realm.guild_ledger l
join core.ledger_accounts a on a.thing_id = l.guild_id and a.kind = 'realm.treasury'
union all
select l.id, o.id, null, -l.amount, null
from realm.guild_ledger l cross join core.ledger_accounts o where o.kind = 'realm.outside' and o.owner = 'house';
drop table realm.guild_ledger;

-- Every change of guilds' treasuries, as the ledger has it.
create view realm.guild_ledger with (security_invoker = true) as
select p.id, a.thing_id as guild_id, e.number, p.user_id, split_part(p.kind, '.', 2) as kind, e.amount,
       e.balance_after, p.note, p.created_at
from core.ledger_accounts a
join core.ledger_entries e on e.account_id = a.id and e.number is not null
join core.ledger_postings p on p.id = e.posting_id
where a.kind = 'realm.treasury' and a.unit = 'realm.copper' and a.thing_id is not null;

-- A guild that is deleted takes its ledger along.
create function realm.forget_guild() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
    perform core.ledger_forget_thing(old.id);
    return null;
end $$;
create trigger forget_guild after delete on realm.guilds for each row execute function realm.forget_guild();
"""

DOWN = f"""
drop trigger forget_guild on realm.guilds;
drop function realm.forget_guild();
drop view realm.guild_ledger;
{_TABLE}
insert into realm.guild_ledger (id, guild_id, number, user_id, kind, amount, balance_after, note, client_key,
                                created_at)
select p.id, a.thing_id, e.number, u.id, split_part(p.kind, '.', 2), e.amount, e.balance_after, p.note,
       case when p.key like 'realm.treasury:' || a.thing_id || ':game:%' then substr(p.key, 58)
            when p.key like 'realm.treasury:' || a.thing_id || ':' || p.user_id || ':%' then substr(p.key, 90) end,
       p.created_at
from core.ledger_accounts a
join core.ledger_entries e on e.account_id = a.id and e.number is not null
join core.ledger_postings p on p.id = e.posting_id
left join realm.users u on u.id = p.user_id
where a.kind = 'realm.treasury' and a.thing_id is not null;
delete from core.ledger_postings p
using core.ledger_entries e, core.ledger_accounts a
where e.posting_id = p.id and a.id = e.account_id and a.kind = 'realm.treasury';
delete from core.ledger_accounts where kind in ('realm.treasury', 'realm.outside');
"""

upgrade, downgrade = steps(UP, DOWN)
