"""Functions that work as the owner check who asks, and people who look see nothing of what people do here."""

from guildhall.db.policies import APP, JOBS, READONLY
from guildhall.db.revision import steps

revision = "realm_0008"
down_revision = "realm_0007"
branch_labels = None
depends_on = None

PUBLIC = ("servers", "territories", "guilds", "guild_wars")
"""Tables that everybody of a game may see."""

UP = f"""
-- Whether a request may end other people's sessions on a server: its moderators, and administrators of the platform.
create function realm.keeps_order(server uuid) returns boolean
language sql stable set search_path = pg_catalog as $$
    select session_user <> '{APP}'
        or exists (select from realm.users u
                   where u.id = nullif(current_setting('app.user_id', true), '')::uuid
                     and u.server_id = server and u.is_active and u.badge in ('moderator', 'admin'))
        or exists (select from core.users u
                   where u.id = nullif(current_setting('app.user_id', true), '')::uuid and u.role = 'admin')
$$;

revoke execute on function realm.keeps_order(uuid) from public;

create or replace function realm.end_sessions(of_server uuid, of_user uuid, silent_since timestamptz, at timestamptz)
returns setof uuid
language plpgsql security definer set search_path = pg_catalog as $$
begin
    if not core.asks_for(of_user)
        and not realm.keeps_order(coalesce(of_server, (select u.server_id from realm.users u where u.id = of_user)))
    then
        raise insufficient_privilege using message = 'sessions of others are ended by who keeps order on their server';
    end if;
    return query
        update realm.sessions s
        set logout_at = greatest(end_sessions.at, s.login_at)
        from (select e.id from realm.sessions e
              where e.logout_at is null and (of_server is null or e.server_id = of_server)
                and (of_user is null or e.user_id = of_user) and (silent_since is null or e.last_activity <= silent_since)
              order by e.id for update) ended
        where s.id = ended.id
        returning s.user_id;
end $$;

create or replace function realm.is_blocked(whom uuid, by_whom uuid) returns boolean
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    if not core.asks_for(whom) and not core.asks_for(by_whom) then
        raise insufficient_privilege using message = 'whether somebody blocks another is told to the two of them';
    end if;
    return exists (select from realm.blocks b where b.user_id = by_whom and b.blocked_id = whom);
end $$;

-- Workers alone tell people of mentions.
revoke execute on function realm.add_mentions(uuid[], uuid[], uuid[]) from {APP};

-- From here on a table is closed to people who look until a migration opens it.
alter default privileges in schema realm revoke select on tables from {READONLY};
revoke select on all tables in schema realm from {READONLY};
grant select on {", ".join(f"realm.{name}" for name in PUBLIC)} to {READONLY};
-- Rows are reached through the table alone.
revoke all on realm.messages_default, realm.message_words_default, realm.message_reactions_default from {APP}, {JOBS};
"""

DOWN = f"""
create or replace function realm.end_sessions(of_server uuid, of_user uuid, silent_since timestamptz, at timestamptz)
returns setof uuid
language sql security definer set search_path = pg_catalog as $$
    update realm.sessions s
    set logout_at = greatest(end_sessions.at, s.login_at)
    from (select e.id from realm.sessions e
          where e.logout_at is null and (of_server is null or e.server_id = of_server)
            and (of_user is null or e.user_id = of_user) and (silent_since is null or e.last_activity <= silent_since)
          order by e.id for update) ended
    where s.id = ended.id
    returning s.user_id
$$;
create or replace function realm.is_blocked(whom uuid, by_whom uuid) returns boolean
language sql stable security definer set search_path = pg_catalog as $$
    select exists (select from realm.blocks b where b.user_id = by_whom and b.blocked_id = whom)
$$;
grant execute on function realm.add_mentions(uuid[], uuid[], uuid[]) to {APP};
drop function realm.keeps_order(uuid);
grant select, insert, update, delete on realm.messages_default, realm.message_words_default, realm.message_reactions_default
    to {APP}, {JOBS};
alter default privileges in schema realm grant select on tables to {READONLY};
grant select on all tables in schema realm to {READONLY};
revoke select on realm.messages, realm.message_words, realm.message_keys, realm.message_reactions, realm.imports,
    realm.import_tables, realm.import_rejects, realm.archives from {READONLY};
"""

upgrade, downgrade = steps(UP, DOWN)
