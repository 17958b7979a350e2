"""One notion of sameness for names and reactions: a key beside each name, one form of each emoji."""

from alembic import op
from sqlalchemy.util import await_only

from guildhall.db.revision import run
from guildhall.packs.realm.chat.rules.reactions import one_form

revision = "realm_0006"
down_revision = "realm_0005"
branch_labels = None
depends_on = None

# Default-ignorable code points.
_IGNORED = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    r"\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)

UP = f"""
-- The key of a name: names with the same one are the same name. Without ignorable code points, by compatibility (NFKC),
-- without case, white space as single blanks. An expression, so that it is inlined; no extension, no ICU.
create function realm.name_key(name text) returns text
language sql immutable parallel safe strict as $$
    select btrim(regexp_replace(
        replace(translate(normalize(lower(normalize(
            regexp_replace(name, '[{_IGNORED}]+', '', 'g'), NFKC)), NFKC), 'ς', 'σ'), 'ß', 'ss'),
        '\\s+', ' ', 'g'))
$$;

-- Names that had the same key before this revision stay: all but the oldest are marked as twins by their own id, which
-- keeps them apart in the unique indexes. A rename takes the mark away.
alter table realm.servers     add column name_key text not null generated always as (realm.name_key(name)) stored, add column twin uuid;
alter table realm.users       add column username_key text not null generated always as (realm.name_key(username)) stored, add column twin uuid;
alter table realm.channels    add column name_key text not null generated always as (realm.name_key(name)) stored, add column twin uuid;
alter table realm.guilds      add column name_key text not null generated always as (realm.name_key(name)) stored, add column twin uuid;
alter table realm.territories add column name_key text not null generated always as (realm.name_key(name)) stored, add column twin uuid;
alter table realm.raids       add column boss_key text not null generated always as (realm.name_key(boss_name)) stored;

update realm.servers t set twin = t.id from (
    select id, row_number() over (partition by name_key order by created_at, id) as n from realm.servers
) d where d.id = t.id and d.n > 1;
update realm.users t set twin = t.id from (
    select id, row_number() over (partition by server_id, username_key order by created_at, id) as n from realm.users
) d where d.id = t.id and d.n > 1;
update realm.channels t set twin = t.id from (
    select id, row_number() over (partition by server_id, name_key order by created_at, id) as n from realm.channels
    where guild_id is null and party_id is null and raid_id is null and closed_at is null
) d where d.id = t.id and d.n > 1;
update realm.guilds t set twin = t.id from (
    select id, row_number() over (partition by name_key order by created_at, id) as n from realm.guilds
    where disbanded_at is null
) d where d.id = t.id and d.n > 1;
update realm.territories t set twin = t.id from (
    select id, row_number() over (partition by server_id, name_key order by id) as n from realm.territories
) d where d.id = t.id and d.n > 1;

drop index realm.users_by_name, realm.channels_by_name, realm.guilds_by_name, realm.territories_by_name,
           realm.raids_by_boss, realm.raids_killed;
alter table realm.servers drop constraint servers_name_key;
create unique index servers_by_name on realm.servers (name_key, twin) nulls not distinct;
create index servers_in_order on realm.servers (name);
-- Also by its beginning, whatever the database's collation.
create unique index users_by_name on realm.users (server_id, username_key text_pattern_ops, twin) nulls not distinct;
create unique index channels_by_name on realm.channels (server_id, name_key, twin) nulls not distinct
    where guild_id is null and party_id is null and raid_id is null and closed_at is null;
create unique index guilds_by_name on realm.guilds (name_key, twin) nulls not distinct where disbanded_at is null;
create unique index territories_by_name on realm.territories (server_id, name_key, twin) nulls not distinct;
-- A boss's raids: lists, statistics and leaderboards.
create index raids_by_boss on realm.raids (server_id, boss_key, id desc);
create index raids_killed on realm.raids (server_id, boss_key, difficulty, kill_seconds, id)
    where kill_seconds is not null;
"""

DOWN = """
drop index realm.servers_by_name, realm.servers_in_order, realm.users_by_name, realm.channels_by_name,
           realm.guilds_by_name, realm.territories_by_name, realm.raids_by_boss, realm.raids_killed;
alter table realm.servers     drop column name_key, drop column twin, add constraint servers_name_key unique (name);
alter table realm.users       drop column username_key, drop column twin;
alter table realm.channels    drop column name_key, drop column twin;
alter table realm.guilds      drop column name_key, drop column twin;
alter table realm.territories drop column name_key, drop column twin;
alter table realm.raids       drop column boss_key;
create unique index users_by_name on realm.users (server_id, lower(username) text_pattern_ops);
create unique index channels_by_name on realm.channels (server_id, lower(name))
    where guild_id is null and party_id is null and raid_id is null and closed_at is null;
create unique index guilds_by_name on realm.guilds (lower(name)) where disbanded_at is null;
create unique index territories_by_name on realm.territories (server_id, lower(name));
create index raids_by_boss on realm.raids (server_id, lower(boss_name), id desc);
create index raids_killed on realm.raids (server_id, lower(boss_name), difficulty, kill_seconds, id)
    where kill_seconds is not null;
drop function realm.name_key(text);
"""

_ADD = """
insert into realm.message_reactions (message_id, user_id, reaction, created_at)
select message_id, user_id, $2, created_at from realm.message_reactions where reaction = $1
on conflict do nothing
"""


def upgrade() -> None:
    """Make the keys, then bring reactions into one form; of two that become one, one stays."""
    run(UP)
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    for row in await_only(driver.fetch("select distinct reaction from realm.message_reactions")):
        given = row["reaction"]
        if (form := one_form(given)) != given:
            await_only(driver.execute(_ADD, given, form))
            await_only(driver.execute("delete from realm.message_reactions where reaction = $1", given))


def downgrade() -> None:
    """Take the keys away. Reactions keep the form that they have."""
    run(DOWN)
