"""Overviews that are forgotten whoever changes a character, and ids that have no name."""

from guildhall.core.cache.actions import CHANNEL
from guildhall.db.revision import steps

revision = "eve_0002"
down_revision = "eve_0001"
branch_labels = None
depends_on = None

UP = f"""
-- Ids for which the game has no name: asking again would cost one of ESI's few errors a minute.
create table eve.nameless (
    id       bigint primary key,
    asked_at timestamptz not null
);

-- A sign-in, a sale, an ended token, a removal and the deletion of an account all end here.
create function eve.forget_overview() returns trigger
language plpgsql set search_path = pg_catalog as $$
declare
    owner uuid := case when tg_op = 'DELETE' then old.user_id else new.user_id end;
begin
    perform pg_notify('{CHANNEL}', json_build_object('forget', json_build_array('eve_overview:' || owner))::text);
    return null;
end $$;
create trigger character_came after insert on eve.characters
    for each row execute function eve.forget_overview();
create trigger character_went after delete on eve.characters
    for each row execute function eve.forget_overview();
create trigger character_changed after update of token_state, character_name, corporation_id, alliance_id
    on eve.characters for each row
    when ((old.token_state, old.character_name, old.corporation_id, old.alliance_id)
          is distinct from (new.token_state, new.character_name, new.corporation_id, new.alliance_id))
    execute function eve.forget_overview();
"""

DOWN = """
drop table eve.nameless;
drop trigger character_came on eve.characters;
drop trigger character_went on eve.characters;
drop trigger character_changed on eve.characters;
drop function eve.forget_overview();
"""

upgrade, downgrade = steps(UP, DOWN)
