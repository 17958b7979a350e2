"""Version 1.1 of the schema: edits, reactions, and who has a second factor."""

from guildhall.db.policies import READONLY
from guildhall.db.revision import steps

revision = "realm_0002"
down_revision = "realm_0001"
branch_labels = None
depends_on = None

UP = f"""
alter table realm.messages add column edited_at timestamptz;

alter table realm.users add column two_factor_enabled boolean not null default false;
update realm.users u set two_factor_enabled = exists (
    select 1 from core.totp t where t.user_id = u.id and t.confirmed_at is not null
);
-- The second factor itself is the account's; this follows it in the same transaction.
create function realm.follow_second_factor() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
declare
    whose uuid := case when tg_op = 'DELETE' then old.user_id else new.user_id end;
begin
    update realm.users
    set two_factor_enabled = tg_op <> 'DELETE' and new.confirmed_at is not null
    where id = whose;
    return null;
end $$;
create trigger realm_second_factor after insert or update of confirmed_at or delete on core.totp
    for each row execute function realm.follow_second_factor();

-- By month as the messages, so that a month leaves with its reactions. Nobody's message is referenced by a key: it is
-- locked when a reaction is added.
create table realm.message_reactions (
    message_id uuid not null,
    user_id    uuid not null references realm.users on delete cascade,
    reaction   text not null check (char_length(reaction) between 1 and 32),
    created_at timestamptz not null default now(),
    primary key (message_id, user_id, reaction)
) partition by range (message_id);
create index message_reactions_by_user on realm.message_reactions (user_id);
create table realm.message_reactions_default partition of realm.message_reactions default;
revoke select on realm.message_reactions, realm.message_reactions_default from {READONLY};
insert into core.partitioned_tables (table_name, ahead, first_month) values ('realm.message_reactions', 3, '1990-01-01');

-- As realm.detached_messages.
create function realm.detached_reactions(of_month date, behind uuid, most int) returns setof realm.message_reactions
language plpgsql stable set search_path = pg_catalog as $$
begin
    if to_regclass(format('realm.message_reactions_%s', to_char(of_month, 'YYYY_MM'))) is null then
        return;
    end if;
    return query execute format('
        select r.* from realm.message_reactions_%1$s r
        where r.message_id in (select m.id from realm.messages_%1$s m where m.id > $1 order by m.id limit $2)', to_char(of_month, 'YYYY_MM')) using behind, most;
end $$;
select core.make_month_partition('realm.message_reactions', month::date)
from generate_series(date_trunc('month', now() at time zone 'utc'),
                     date_trunc('month', now() at time zone 'utc') + interval '1 month', interval '1 month') month;
"""

DOWN = """
delete from core.partitioned_tables where table_name = 'realm.message_reactions';
drop function realm.detached_reactions(date, uuid, int);
drop table realm.message_reactions;
drop trigger realm_second_factor on core.totp;
drop function realm.follow_second_factor();
alter table realm.users drop column two_factor_enabled;
alter table realm.messages drop column edited_at;
"""

upgrade, downgrade = steps(UP, DOWN)
