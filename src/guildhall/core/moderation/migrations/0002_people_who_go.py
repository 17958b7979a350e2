"""Indexes by which an account that goes is taken out of the reports.

A revision of its own: packs depend on moderation_0001, and Alembic notes a revision that others depend on only by them.
"""

from guildhall.db.revision import steps

revision = "moderation_0002"
down_revision = "moderation_0001"
branch_labels = None
depends_on = None

UP = """
create index reports_by_subject on core.reports (subject_id) where subject_id is not null;
create index reports_by_handler on core.reports (handled_by) where handled_by is not null;
"""

DOWN = """
drop index core.reports_by_handler;
drop index core.reports_by_subject;
"""

upgrade, downgrade = steps(UP, DOWN)
