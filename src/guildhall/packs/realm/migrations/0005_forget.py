"""A character that goes is named in nobody's messages and channels any more."""

from guildhall.db.revision import steps

revision = "realm_0005"
down_revision = "realm_0004"
branch_labels = None
depends_on = None

UP = """
-- Before realm.pass_on, by the order of names: takes the person out of whom others' messages mention and of channels'
-- names, and unpins what the person said.
create function realm.forget_mentions() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
    update realm.messages m set mentions = nullif(array_remove(m.mentions, old.id), '{}')
    from realm.mentions e
    where e.user_id = old.id and m.id = e.message_id;
    delete from realm.pins p using realm.messages m where m.user_id = old.id and p.message_id = m.id;
    -- the channel of a party without a name is called after who formed it
    update realm.channels c set name = 'Party'
    where c.server_id = old.server_id and c.party_id is not null and c.name = 'Party of ' || old.username;
    return old;
end $$;
create trigger forget_mentions before delete on realm.users for each row execute function realm.forget_mentions();
"""

DOWN = """
drop trigger forget_mentions on realm.users;
drop function realm.forget_mentions();
"""

upgrade, downgrade = steps(UP, DOWN)
