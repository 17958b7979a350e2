"""Succession: a leader who may not come any more is followed by a member who may lead."""

from guildhall.db.policies import APP, JOBS
from guildhall.db.revision import steps
from guildhall.packs.realm.migrations.tables.succession import SUCCESSION

revision = "realm_0003"
down_revision = "realm_0002"
branch_labels = None
depends_on = None

_PASS_ON = SUCCESSION.partition("create trigger pass_on")[0].replace("create function", "create or replace function")
"""The function as it was."""
_CHOOSES = (
    ("order by m.joined_at, m.user_id limit 1", "m.user_id"),
    ("order by m.rank = 'officer' desc, m.contribution desc, m.joined_at, m.user_id limit 1", "m.user_id"),
    ("order by x.at, x.user_id limit 1", "x.user_id"),
)
"""The function's three choices of an heir, of parties, guilds and raids, and their expressions for the person."""


def _among_the_able(function: str) -> str:
    """Put people who may lead before the others in each choice."""
    for choice, person in _CHOOSES:
        if function.count(choice) != 1:
            raise AssertionError(choice)
        able = choice.replace("order by ", f"order by realm.may_lead({person}, now()) desc, ")
        function = function.replace(choice, able)
    return function


UP = f"""
-- Whether somebody may come to their server, and so may lead there: the character is active, not banned from the server
-- at that instant, and the account is not suspended. It works as the owner, for whoever looks for an heir may not read
-- other people's accounts; it tells nothing but that.
create function realm.may_lead(whom uuid, at timestamptz) returns boolean
language sql stable security definer set search_path = pg_catalog as $$
    select exists (
        select from realm.users u
        join core.users c on c.id = u.id
        where u.id = whom and u.is_active and c.suspended_at is null
          and not exists (
              select from realm.sanctions s
              where s.user_id = u.id and s.server_id = u.server_id and s.channel_id is null and s.kind = 'ban'
                and s.lifted_at is null and (s.until is null or s.until > at)))
$$;
revoke execute on function realm.may_lead(uuid, timestamptz) from public;
grant execute on function realm.may_lead(uuid, timestamptz) to {APP}, {JOBS};
{_among_the_able(_PASS_ON)}
"""

DOWN = f"""
{_PASS_ON}
drop function realm.may_lead(uuid, timestamptz);
"""

upgrade, downgrade = steps(UP, DOWN)
