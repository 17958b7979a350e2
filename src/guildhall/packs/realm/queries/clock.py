"""Bringing the order back to the clock."""

from datetime import timedelta

from guildhall.db.query import Query

web_sessions = Query(
    int,
    """
    select count(*)::int as sessions from pg_stat_activity
    where datname = current_database() and usename = 'guildhall_app'
    """,
    proven=("sessions",),
)
"""Sessions of web processes: what they know of the order does not go back."""

mend_clock = Query(tuple[int, timedelta], "select moved, ahead from realm.mend_clock()", proven=("moved", "ahead"))
"""How many messages moved, and by how much the order was ahead."""
