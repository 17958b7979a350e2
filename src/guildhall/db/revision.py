"""Functions for migration files: they run SQL inside Alembic's transaction."""

from collections.abc import Callable

from alembic import op
from sqlalchemy.util import await_only


def run(script: str) -> None:
    """Run a script of several statements in the revision's transaction."""
    bind = op.get_bind()
    bind.exec_driver_sql("select 1")  # SQLAlchemy begins the driver's transaction at its first statement
    driver = bind.connection.driver_connection
    assert driver is not None
    await_only(driver.execute(script))


def steps(up: str, down: str) -> tuple[Callable[[], None], Callable[[], None]]:
    """A revision's `upgrade` and `downgrade` from its two scripts."""

    def upgrade() -> None:
        run(up)

    def downgrade() -> None:
        run(down)

    return upgrade, downgrade
