"""The budget of calls to one game API: taken before a call, corrected by what its answers say."""

import contextlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from guildhall.clock import Clock
from guildhall.core.upstream import queries, rules
from guildhall.core.upstream.errors import UpstreamLimited
from guildhall.core.upstream.schemas import Limits, UpstreamOptions
from guildhall.db.pool import Database, Transaction
from guildhall.log import get_logger

log = get_logger(__name__)

_LONGEST_BLOCK = timedelta(hours=1)
_LARGEST_SKEW = timedelta(minutes=15)


class Budget:
    """Counts calls in PostgreSQL, for all processes, by the game API's clock."""

    def __init__(self, options: UpstreamOptions, db: Database, clock: Clock) -> None:
        self.limits = Limits(options.minute_limit, options.day_limit)
        self._name = options.name
        self._reserve = options.reserve
        self._db = db
        self._clock = clock
        self._skew = timedelta(0)
        self._blocked_until: datetime | None = None

    def now(self) -> datetime:
        """The instant by the game API's clock, as far as its answers have told."""
        return self._clock.now() + self._skew

    async def take(self, interactive: bool) -> datetime:
        """One call out of the budget; when it was taken.

        Raises UpstreamLimited with the time until there is room.
        """
        now = self.now()
        if self._blocked_until is not None and now < self._blocked_until:
            raise self._used_up(self._blocked_until, now)
        if self.limits.minute is None and self.limits.day is None:
            return now
        allowed = rules.caps(self.limits, self._reserve, interactive, now)
        async with self._db.write() as tx:
            if allowed.minute != 0 and allowed.day != 0:
                minute, day = rules.minute_of(now), rules.day_of(now)
                permit = (self._name, minute, day, allowed.minute, allowed.day, now, now + rules.AHEAD)
                if await queries.permit.one_or_none(tx, *permit) is not None:
                    return now
            used = await queries.budget.one_or_none(tx, self._name)
        raise self._used_up(rules.retry_at(used, self.limits, self._reserve, interactive, now), now)

    async def room(self, tx: Transaction, *, interactive: bool) -> int | None:
        """Return how many calls one kind of work may make now; None where there is no limit."""
        now = self.now()
        if self._blocked_until is not None and now < self._blocked_until:
            return 0
        allowed = rules.caps(self.limits, self._reserve, interactive, now)
        if allowed.minute is None and allowed.day is None:
            return None
        used = await queries.budget.one_or_none(tx, self._name)
        return rules.room(used, allowed, now)

    def _used_up(self, until: datetime, now: datetime) -> UpstreamLimited:
        seconds = max(1, int((until - now).total_seconds()) + 1)
        return UpstreamLimited(detail=f"The budget of calls to {self._name} is used up.", retry_after=seconds)

    async def learn(self, headers: Mapping[str, str], asked_at: datetime) -> None:
        """Take over what the headers say about the server's clock and what is left of the windows."""
        if (date := headers.get("Date")) is not None:
            with contextlib.suppress(ValueError, TypeError):
                skew = _instant(date) - self._clock.now()
                # Whole seconds and the way here make a second or two; only a clock that is off counts. One that is off
                # by more than some minutes is wrong: windows of another day would count for everybody.
                self._skew = skew if timedelta(seconds=2) < abs(skew) <= _LARGEST_SKEW else timedelta(0)
        now = self.now()
        minute, day = rules.minute_of(now), rules.day_of(now)
        # An answer that came in another window than its question tells of one of them, and nobody knows which.
        left_minute = _number(headers, "X-Rate-Limit-Remaining-Minute") if rules.minute_of(asked_at) == minute else None
        left_day = _number(headers, "X-Rate-Limit-Remaining-Day") if rules.day_of(asked_at) == day else None
        minute_used = rules.used_by_header(self.limits.minute, left_minute)
        day_used = rules.used_by_header(self.limits.day, left_day)
        if minute_used is None and day_used is None:
            return
        async with self._db.write() as tx:
            await queries.learn_usage.run(tx, self._name, minute, minute_used, day, day_used)

    async def block(self, headers: Mapping[str, str]) -> int:
        """Block calls after a 429 until the exhausted window has passed; return the seconds until then."""
        now = self.now()
        left_day = _number(headers, "X-Rate-Limit-Remaining-Day")
        left_minute = _number(headers, "X-Rate-Limit-Remaining-Minute")
        if left_day is not None and left_day <= 0:
            until = rules.day_of(now) + rules.DAY
        elif (asked := _retry_after(headers, now)) is not None:
            until = now + min(max(timedelta(seconds=1), asked), _LONGEST_BLOCK)
        elif left_minute is not None and left_minute <= 0:
            until = rules.minute_of(now) + rules.MINUTE + timedelta(seconds=1)
        else:
            until = now + rules.MINUTE
        self._blocked_until = until
        async with self._db.write() as tx:
            await queries.block.run(tx, self._name, rules.minute_of(now), rules.day_of(now), until)
        log.warning("upstream_limited", upstream=self._name, until=until)
        return max(1, int((until - now).total_seconds()) + 1)


def _number(headers: Mapping[str, str], name: str) -> int | None:
    """A header that holds a whole number, perhaps negative."""
    try:
        return int(headers[name])
    except (KeyError, ValueError):
        return None


def _instant(date: str) -> datetime:
    said = parsedate_to_datetime(date)
    return said.replace(tzinfo=said.tzinfo or UTC)


def _retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Retry-After in either of its forms: seconds, or a date."""
    if (seconds := _number(headers, "Retry-After")) is not None:
        return timedelta(seconds=max(-1, min(seconds, 1_000_000)))
    with contextlib.suppress(ValueError, TypeError):
        return _instant(headers.get("Retry-After", "")) - now
    return None
