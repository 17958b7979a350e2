"""The working roles log in: a session of theirs cannot return to the owner, whose name it never had."""

from guildhall.db.logins import WORKING
from guildhall.db.revision import steps

revision = "db_0003"
down_revision = "db_0002"
branch_labels = None
depends_on = None

# Roles belong to the server, and other databases there may be migrated at this moment: whoever comes second finds
# the login there, or the catalogue's row changed under it by the other one, to the same end.
UP = "\n".join(
    f"""
    do $$ begin
        if exists (select from pg_roles where rolname = '{role}' and not rolcanlogin) then
            alter role {role} login;
        end if;
    exception when internal_error then null;
    end $$;
    """
    for role in WORKING
)

# Another database of this server may need the logins: they stay, without a password they lead nowhere.
DOWN = "select"

upgrade, downgrade = steps(UP, DOWN)
