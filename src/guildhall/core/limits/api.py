"""A person's limits over HTTP."""

from datetime import timedelta
from time import perf_counter

from guildhall.clock import Clock
from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.limits.allowance import NO_LIMIT
from guildhall.core.limits.declaration import Limits
from guildhall.core.limits.person_limits import PersonLimits
from guildhall.core.limits.schemas import LimitState, MyLimits
from guildhall.web.route import PEOPLE, Routes

routes = Routes("/api/v1/me")


@routes.get("/limits", scope=PEOPLE)
async def get_my_limits(principal: Principal, limits: Limits, people: PersonLimits, clock: Clock) -> MyLimits:
    """Limits of your account.

    The requests that you may make in a window of each group of endpoints, and how many you have made, over all devices
    and processes. `RateLimit` fields of answers have the same of the group that the request was of.
    """
    tier, allowances = await people.known(principal.viewer.id)
    now, instant = perf_counter(), clock.now()
    states: list[LimitState] = []
    for one in allowances:
        free = one.limit == NO_LIMIT
        ends = None if free else instant + timedelta(seconds=max(0.0, one.ends - now))
        used = 0 if free else one.known + one.unsynced
        title = limits.by_name[one.group].title
        states.append(
            LimitState(
                one.group, title, None if free else one.limit, used, None if free else one.left(), one.seconds, ends
            )
        )
    return MyLimits(tier, states)
