"""Times that Python can read: a section without a right to it rests with no due time, and infinity is refused."""

from guildhall.db.revision import steps

revision = "eve_0002"
down_revision = "eve_0001"
branch_labels = None
depends_on = None

UP = """
-- Null: the token lacks the scope, and nothing is asked until a sign-in brings it back.
alter table eve.section_syncs alter column due_at drop not null;
update eve.section_syncs set due_at = null where due_at = 'infinity';
alter table eve.section_syncs
    add constraint section_syncs_times_are_finite
    check (isfinite(due_at) and isfinite(synced_at) and isfinite(as_of) and isfinite(expires_at));
update eve.characters set sync_due_at = null where not isfinite(sync_due_at);
alter table eve.characters
    add constraint characters_times_are_finite check (isfinite(sync_due_at) and isfinite(refresh_due_at));
"""

DOWN = """
alter table eve.characters drop constraint characters_times_are_finite;
alter table eve.section_syncs drop constraint section_syncs_times_are_finite;
update eve.section_syncs set due_at = 'infinity' where due_at is null;
alter table eve.section_syncs alter column due_at set not null;
"""

upgrade, downgrade = steps(UP, DOWN)
