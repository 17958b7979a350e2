"""Statements of the limits of people."""

from datetime import datetime

from guildhall.core.limits.schemas import Bought, Made
from guildhall.db.statements import command, rows
from guildhall.ids import UserId


@rows(
    Made,
    """
    select user_id, endpoint, made, seconds_left
    from core.count_requests(:user_ids, :endpoints, :counts, :seconds, :moment)
    """,
    proven=("user_id", "endpoint", "made", "seconds_left"),
)
def count_requests(
    user_ids: list[UserId], endpoints: list[str], counts: list[int], seconds: list[int], moment: datetime | None
) -> None: ...


@rows(
    Bought,
    """
    select id as user_id, subscription_tier as tier, subscription_status as status, subscription_ends_at as ends_at
    from core.users where id = any(:user_ids)
    """,
)
def subscriptions(user_ids: list[UserId]) -> None:
    """Subscriptions of many people, for a transaction of the DOORKEEPER."""


@command(
    """
    delete from core.api_rate_limits
    where ctid in (select ctid from core.api_rate_limits where window_start < :before order by window_start limit :most)
    """,
)
def forget_windows(before: datetime, most: int) -> None: ...
