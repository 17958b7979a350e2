"""Bringing the order back to the clock."""

from datetime import timedelta

from guildhall.db.statements import rows


@rows(
    int,
    """
    select count(*)::int as sessions from pg_stat_activity
    where datname = current_database() and usename = 'guildhall_app'
    """,
    proven=("sessions",),
)
def web_sessions() -> None:
    """Sessions of web processes: what they know of the order does not go back."""


@rows(tuple[int, timedelta], "select moved, ahead from realm.mend_clock()", proven=("moved", "ahead"))
def mend_clock() -> None:
    """Move messages whose ids are ahead of the clock; return how many, and by how much the order was ahead."""
