"""Permission to read a raid's chat: for people whom its leader has let in, from then on."""

from guildhall.db.revision import steps

revision = "realm_0004"
down_revision = "realm_0003"
branch_labels = None
depends_on = None

UP = """
-- whoever signs up reads and writes in the raid's channel at once; otherwise its leader lets people in
alter table realm.raids add column chat_open boolean not null default false;
-- since when they read and write in the raid's channel; null while nobody has let them in
alter table realm.raid_signups add column admitted_at timestamptz;
-- Whoever could read until now still can.
update realm.raid_signups set admitted_at = signed_at where state in ('confirmed', 'bench', 'tentative');
"""

DOWN = """
alter table realm.raid_signups drop column admitted_at;
alter table realm.raids drop column chat_open;
"""

upgrade, downgrade = steps(UP, DOWN)
