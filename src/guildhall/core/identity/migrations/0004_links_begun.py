"""The number of an account's credentials in the links of identities that are under way."""

from guildhall.db.revision import steps

revision = "identity_0004"
down_revision = "identity_0003"
branch_labels = None
depends_on = None

UP = """
-- The number of the linking account's credentials when the link was begun; it ends only if it is still that. Null for a
-- sign-in. Links that were begun before this revision are over by it: they live for minutes.
alter table core.oauth_flows add column credentials integer;
"""

DOWN = "alter table core.oauth_flows drop column credentials;"

upgrade, downgrade = steps(UP, DOWN)
