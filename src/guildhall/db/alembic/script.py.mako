"""${message}."""

from guildhall.db.revision import steps

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}

UP = """
"""

DOWN = """
"""

upgrade, downgrade = steps(UP, DOWN)
