"""The columns of a batch of events, as the statement takes them."""

from collections.abc import Sequence

from guildhall.core.analytics.schemas import Event
from guildhall.db.arrays import array_of, array_of_texts

Columns = tuple[str, str, str, str | None, str | None, str | None, str | None, list[str]]


def columns_of(events: Sequence[Event]) -> Columns:
    """Return the columns of a batch as PostgreSQL writes arrays; those that nobody uses are left out whole."""
    ats = [None if one.at is None else one.at.isoformat() for one in events]
    return (
        "{" + ",".join([one.type for one in events]) + "}",
        array_of_texts([one.data for one in events]) or "{}",
        array_of_texts([one.counted for one in events]) or "{}",
        array_of([one.user_id for one in events]),
        array_of_texts([one.session_id for one in events]),
        array_of_texts(ats),
        array_of([one.key for one in events]),
        sorted({rollup for rollups in {one.rollups for one in events} for rollup in rollups}),
    )
