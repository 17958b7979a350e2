"""A number that grows with each change of an account's credentials, for sign-ins that began before it."""

from guildhall.db.revision import steps

revision = "identity_0003"
down_revision = "identity_0002"
branch_labels = None
depends_on = None

UP = """
-- Grows when the password, the address or the second factor changes. A sign-in that is under way carries the number
-- it began with, and ends only if it is still that.
alter table core.users add column credentials integer not null default 0;
-- Null for a passkey's, which proves itself. Challenges of before this revision are spent by it: they live for minutes.
alter table core.sign_in_challenges add column credentials integer;
"""

DOWN = """
alter table core.sign_in_challenges drop column credentials;
alter table core.users drop column credentials;
"""

upgrade, downgrade = steps(UP, DOWN)
