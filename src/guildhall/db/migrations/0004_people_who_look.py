"""People who look see nothing of the core's tables: all of them hold something of people, or the program's own state."""

from guildhall.db.policies import READONLY
from guildhall.db.revision import steps

revision = "db_0004"
down_revision = "db_0003"
branch_labels = None
depends_on = None

# From here on a table is closed to people who look until a migration opens it.
UP = f"""
alter default privileges in schema core revoke select on tables from {READONLY};
revoke select on all tables in schema core from {READONLY};
"""

DOWN = f"""
alter default privileges in schema core grant select on tables to {READONLY};
grant select on all tables in schema core to {READONLY};
"""

upgrade, downgrade = steps(UP, DOWN)
