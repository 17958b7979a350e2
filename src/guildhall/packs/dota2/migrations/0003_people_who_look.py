"""People who look see what the game shows everybody, and no rules of users."""

from guildhall.db.policies import APP, JOBS, READONLY
from guildhall.db.revision import steps

revision = "dota2_0003"
down_revision = "dota2_0002"
branch_labels = None
depends_on = None

PUBLIC = (
    "player_profiles", "player_winloss", "player_sync", "player_rank_history", "player_matches", "player_heroes",
    "hero_constants", "patches", "hero_meta_daily", "hero_meta_deltas", "hero_meta_brackets",
)  # fmt: skip

UP = f"""
alter default privileges in schema dota2 revoke select on tables from {READONLY};
revoke select on all tables in schema dota2 from {READONLY};
grant select on {", ".join(f"dota2.{name}" for name in PUBLIC)} to {READONLY};
-- Rows are reached through the table alone.
revoke all on dota2.player_matches_before_2024, dota2.player_matches_default from {APP}, {JOBS}, {READONLY};
"""

DOWN = f"""
grant select, insert, update, delete on dota2.player_matches_before_2024, dota2.player_matches_default to {APP}, {JOBS};
grant select on dota2.player_matches_before_2024, dota2.player_matches_default to {READONLY};
alter default privileges in schema dota2 grant select on tables to {READONLY};
grant select on dota2.trend_rules to {READONLY};
"""

upgrade, downgrade = steps(UP, DOWN)
