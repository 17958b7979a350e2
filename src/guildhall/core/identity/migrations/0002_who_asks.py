"""The asking user is known inside the database too: a definer's function that takes a person checks them."""

from guildhall.core.identity.principals.schemas import DOORKEEPER
from guildhall.db.policies import APP, JOBS
from guildhall.db.revision import steps

revision = "identity_0002"
down_revision = "identity_0001"
branch_labels = None
depends_on = None


def forget_security_events(check: str) -> str:
    """SQL of the function that takes a person out of the log of security events, after `check`."""
    return f"""
create or replace function core.forget_security_events(person uuid) returns bigint
language plpgsql security definer set search_path = pg_catalog as $$
declare
    changed bigint;
begin
    {check}
    update core.security_events
    set user_id = null, session_id = null, ip_hash = null, agent = null, details = '{{}}'
    where user_id = person;
    get diagnostics changed = row_count;
    return changed;
end $$;
"""


UP = f"""
-- Functions that work as the owner look here for roles and suspensions, and the owner need not be a superuser.
alter table core.users no force row level security;

-- Whether a request acts for a person. Workers and the owner act for everybody. `session_user` is the login also
-- inside a function that works as the owner.
create function core.asks_for(person uuid) returns boolean
language sql stable set search_path = pg_catalog as $$
    select session_user <> '{APP}'
        or coalesce(nullif(current_setting('app.user_id', true), '')::uuid in (person, '{DOORKEEPER.id}'), false)
$$;
revoke execute on function core.asks_for(uuid) from public;
grant execute on function core.asks_for(uuid) to {APP}, {JOBS};

{
    forget_security_events('''if not core.asks_for(person) then
        raise insufficient_privilege using message = 'another person may not be taken out of the log';
    end if;''')
}
"""

DOWN = f"""
{forget_security_events("")}
drop function core.asks_for(uuid);
alter table core.users force row level security;
"""

upgrade, downgrade = steps(UP, DOWN)
