"""People who look see the game's public names here, and nothing of pilots."""

from guildhall.db.policies import READONLY
from guildhall.db.revision import steps

revision = "eve_0004"
down_revision = "eve_0003"
branch_labels = None
depends_on = None

PUBLIC = ("names", "nameless", "types", "server_status")

UP = f"""
alter default privileges in schema eve revoke select on tables from {READONLY};
revoke select on all tables in schema eve from {READONLY};
grant select on {", ".join(f"eve.{name}" for name in PUBLIC)} to {READONLY};
"""

DOWN = f"""
alter default privileges in schema eve grant select on tables to {READONLY};
grant select on all tables in schema eve to {READONLY};
revoke select on eve.pending_revocations from {READONLY};
"""

upgrade, downgrade = steps(UP, DOWN)
