"""The decision whether a call may be made now, so that no window of any rule is ever passed.

A call counts from before it is sent until a window's length after its answer has come: the API has counted it at some
moment between. Windows of the API therefore never hold more than what is counted here, however long calls are under
way and whether its windows slide or not.
"""

import math
from collections.abc import Iterable, Sequence
from uuid import UUID

from msgspec import Struct

from guildhall.packs.poe2.ggg.rules.headers import Rule, Told, Window

UNKNOWN = (Rule("client", (Window(2, 15, 60),)),)
"""The limits of a route that was never answered: one call, until its answer tells the limits."""


class Hit(Struct, frozen=True):
    """Calls that may count. `ended` is when the answer came, infinite while one is under way.

    `rule` is the one rule in which they count, where others made them; None is every rule.
    """

    ended: float
    account: UUID | None
    rule: str | None = None
    weight: int = 1


class Refusal(Struct, frozen=True):
    """A call that must wait: seconds, and whether it is for its account's sake alone."""

    seconds: float
    of_account: bool


def most_hits(window: Window, reserve: float, interactive: bool) -> int:
    """Return the hits of a window that we use: all but one, for we stop before the limit; in the background fewer.

    Background work leaves people who wait the share `reserve`, but has one call in each window.
    """
    most = max(1, window.hits - 1)
    return most if interactive else max(1, math.floor(most * (1 - reserve)))


def refusal(
    hits: Iterable[Hit], rules: Sequence[Rule], account: UUID | None, *, reserve: float, interactive: bool, now: float
) -> Refusal | None:
    """Return why a call for an account must wait, or None if it may be made now."""
    known = list(hits)
    shared = own = 0.0
    for rule in rules:
        counted = sorted((one.ended, one.weight) for one in known if _counts(one, rule, account))
        wait = max(_wait(counted, one, most_hits(one, reserve, interactive), now) for one in rule.windows)
        if rule.of_account:
            own = max(own, wait)
        else:
            shared = max(shared, wait)
    return Refusal(max(shared, own), shared <= 0) if max(shared, own) > 0 else None


def made_by_others(hits: Iterable[Hit], told: Told, account: UUID | None, asked: float) -> list[tuple[Rule, int]]:
    """Return the calls that the API counts and we do not, by rule: others use the same client or account.

    `asked` is when the answered call began. Calls that were on their way then count as ours.
    """
    known = list(hits)
    found = []
    for rule in told.rules:
        missing = 0
        for standing in rule.standings:
            ours = sum(
                one.weight for one in known if _counts(one, rule, account) and one.ended > asked - standing.seconds
            )
            missing = max(missing, standing.hits - ours)
        if missing > 0:
            found.append((rule, missing))
    return found


def longest_window(rules: Iterable[Rule]) -> int:
    """Return the seconds for which a call may count."""
    return max((window.seconds for rule in rules for window in rule.windows), default=0)


def _counts(hit: Hit, rule: Rule, account: UUID | None) -> bool:
    if hit.rule is not None and hit.rule != rule.name:
        return False
    return not rule.of_account or hit.account == account


def _wait(own: Sequence[tuple[float, int]], window: Window, most: int, now: float) -> float:
    """Seconds until a window has room for one more; `own` are the ends and weights of calls, the earliest first."""
    counted = [(ended, weight) for ended, weight in own if ended > now - window.seconds]
    over = sum(weight for _, weight in counted) + 1 - most
    for ended, weight in counted:
        if over <= 0:
            break
        over -= weight
        if over <= 0:
            return 1.0 if math.isinf(ended) else max(0.001, ended + window.seconds - now)
    return 0.0 if over <= 0 else 1.0
