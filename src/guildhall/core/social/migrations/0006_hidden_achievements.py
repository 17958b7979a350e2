"""Profiles that show nobody else the person's achievements."""

from guildhall.db.revision import steps

revision = "social_0006"
down_revision = "social_0005"
branch_labels = None
depends_on = None

UP = "alter table core.profiles add column hides_achievements boolean not null default false;"

DOWN = "alter table core.profiles drop column hides_achievements;"

upgrade, downgrade = steps(UP, DOWN)
