"""People of a development database."""

from datetime import datetime

from guildhall.db.statements import rows
from guildhall.ids import UserId


@rows(
    UserId,
    """
    insert into core.users (id, name, created_at)
    select u.id, u.name, :now from unnest(:ids::uuid[], :names::text[]) u (id, name)
    on conflict (id) do nothing
    returning id
    """,
)
def add_people(ids: list[UserId], names: list[str], now: datetime) -> None:
    """Add people; those who were not there yet."""
