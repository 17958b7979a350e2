"""Slow statements are a function of the core, which every operator has."""

from guildhall.db.revision import steps
from guildhall.packs.realm.migrations.tables.keeping import KEEPING

revision = "realm_0013"
down_revision = "realm_0012"
branch_labels = None
depends_on = None

UP = """
drop function realm.slow_statements(double precision);
"""

DOWN = KEEPING[KEEPING.index("-- Statements that take long, for operators.") :]

upgrade, downgrade = steps(UP, DOWN)
