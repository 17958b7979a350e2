"""The budget of calls, shared by processes, counted at the server."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web

from guildhall.clock import Clock, SetClock
from guildhall.core.upstream.errors import UpstreamDown, UpstreamLimited
from guildhall.core.upstream.queries import budget
from guildhall.core.upstream.schemas import Call

NOON = datetime(2025, 6, 1, 12, 0, 30, tzinfo=UTC)


class ByClock:
    """Answers with the Date of a set clock, and headers."""

    def __init__(self, clock, status=200, **headers) -> None:
        self.clock, self.status = clock, status
        self.headers = {name.replace("_", "-"): str(value) for name, value in headers.items()}

    async def __call__(self, request) -> web.Response:
        date = format_datetime(self.clock.now(), usegmt=True)
        return web.json_response({}, status=self.status, headers={**self.headers, "Date": date})


async def call(client, interactive=True, times=1):
    """What became of concurrent calls: counts of ok and of errors' names."""

    async def one():
        try:
            await client.ask(Call("/x"), "/x", interactive=interactive)
        except (UpstreamLimited, UpstreamDown) as error:
            return type(error).__name__
        return "ok"

    return Counter(await asyncio.gather(*(one() for _ in range(times))))


async def used_by(client):
    async with client.budget._db.read() as tx:
        return await budget.one_or_none(tx, "game")


async def test_two_processes_never_call_more_often_than_the_minute_allows(api, client):
    clock = SetClock(NOON)
    api.handle = ByClock(clock)
    one, other = [await client(clock=clock, minute_limit=30, day_limit=1000) for _ in range(2)]

    results = await asyncio.gather(call(one, times=40), call(other, times=40))

    assert sum(results, Counter()) == {"ok": 30, "UpstreamLimited": 50}
    assert len(api.seen) == 30
    clock.advance(timedelta(minutes=1))
    assert await call(other, times=5) == {"ok": 5}
    assert (await used_by(one)).day_used == 35


async def test_the_day_has_a_limit_of_its_own(api, client):
    clock = SetClock(NOON)
    api.handle = ByClock(clock)
    made = await client(clock=clock, minute_limit=60, day_limit=10)

    assert await call(made, times=12) == {"ok": 10, "UpstreamLimited": 2}
    clock.advance(timedelta(hours=1))
    with pytest.raises(UpstreamLimited) as refused:
        await made.ask(Call("/x"), "/x", interactive=True)
    assert refused.value.retry_after == pytest.approx(11 * 3600 - 30, abs=2)  # until the UTC day ends
    clock.advance(timedelta(hours=11))
    assert await call(made) == {"ok": 1}


async def test_background_work_leaves_people_their_share(api, client):
    clock = SetClock(NOON)
    api.handle = ByClock(clock)
    made = await client(clock=clock, minute_limit=10, reserve=0.4)

    assert await call(made, interactive=False, times=10) == {"ok": 6, "UpstreamLimited": 4}
    assert await call(made, interactive=True, times=10) == {"ok": 4, "UpstreamLimited": 6}
    assert len(api.seen) == 10


async def test_headers_tell_of_calls_that_others_made(api, client):
    clock = SetClock(NOON)
    api.handle = ByClock(clock, X_Rate_Limit_Remaining_Minute=3, X_Rate_Limit_Remaining_Day=500)
    made = await client(clock=clock, minute_limit=60, day_limit=3000)

    await call(made)

    assert (await used_by(made)).minute_used == 57
    assert (await used_by(made)).day_used == 2500
    api.handle = ByClock(clock, X_Rate_Limit_Remaining_Minute=59)  # an answer from before: it raises nothing
    await call(made)
    assert (await used_by(made)).minute_used == 58


async def test_a_negative_remainder_uses_the_window_up(api, client):
    clock = SetClock(NOON)
    api.handle = ByClock(clock, X_Rate_Limit_Remaining_Minute=-4)
    made = await client(clock=clock, minute_limit=60)

    assert await call(made) == {"ok": 1}
    assert await call(made) == {"UpstreamLimited": 1}
    assert len(api.seen) == 1


async def test_headers_that_are_no_numbers_are_passed_over(api, client):
    clock = SetClock(NOON)
    api.handle = ByClock(clock, 429, X_Rate_Limit_Remaining_Minute="few", Retry_After="soon")
    made = await client(clock=clock, minute_limit=60)

    assert await call(made) == {"UpstreamLimited": 1}
    assert (await used_by(made)).minute_used == 1
    assert (await used_by(made)).blocked_until == NOON + timedelta(seconds=60)


async def test_an_answer_that_crosses_into_the_next_minute_does_not_use_it_up(api, client):
    clock = SetClock(NOON)
    asked, go = asyncio.Event(), asyncio.Event()

    async def over_the_edge(request):
        asked.set()
        await go.wait()
        return await ByClock(clock, X_Rate_Limit_Remaining_Minute=0)(request)

    api.handle = over_the_edge
    made = await client(clock=clock, minute_limit=60)
    late = asyncio.create_task(call(made))
    await asked.wait()
    clock.advance(timedelta(seconds=40))
    api.handle = ByClock(clock)
    await call(made)  # begins the next minute
    go.set()

    assert await late == {"ok": 1}
    assert (await used_by(made)).minute_used == 1
    assert await call(made) == {"ok": 1}


@pytest.mark.parametrize(
    ("headers", "until"),
    [
        ({}, NOON + timedelta(seconds=60)),
        ({"X_Rate_Limit_Remaining_Minute": -1}, NOON + timedelta(seconds=31)),
        ({"X_Rate_Limit_Remaining_Minute": 0}, NOON + timedelta(seconds=31)),
        ({"X_Rate_Limit_Remaining_Day": -1}, datetime(2025, 6, 2, tzinfo=UTC)),
        ({"Retry_After": 7}, NOON + timedelta(seconds=7)),
        ({"Retry_After": -7}, NOON + timedelta(seconds=1)),
        ({"Retry_After": 10**12}, NOON + timedelta(hours=1)),
        ({"Retry_After": "Sun, 01 Jun 2025 12:01:00 GMT"}, NOON + timedelta(seconds=30)),
    ],
    ids=["nothing said", "minute", "minute at zero", "day", "seconds", "past", "forever", "date"],
)
@pytest.mark.parametrize("minute_limit", [60, None], ids=["limited", "unlimited"])
async def test_after_a_429_nobody_calls_before_the_window_ends(api, client, headers, until, minute_limit):
    clock = SetClock(NOON)
    api.handle = ByClock(clock, 429, **headers)
    one = await client(clock=clock, minute_limit=minute_limit)
    other = await client(clock=clock, minute_limit=60)

    assert await call(one) == {"UpstreamLimited": 1}
    assert (await used_by(one)).blocked_until == until
    api.handle = ByClock(clock)
    clock.advance(until - NOON - timedelta(milliseconds=10))
    assert await call(one, times=3) == {"UpstreamLimited": 3}
    assert await call(other, times=3) == {"UpstreamLimited": 3}
    assert len(api.seen) == 1
    clock.advance(timedelta(seconds=1))
    assert await call(one) == {"ok": 1}
    assert await call(other) == {"ok": 1}


async def test_the_servers_clock_decides_when_a_window_begins(api, client):
    ours, theirs = SetClock(NOON), SetClock(NOON + timedelta(seconds=50))
    api.handle = ByClock(theirs)
    made = await client(clock=ours, minute_limit=5)

    await call(made)  # tells that it is 12:01:20 there

    assert (await call(made, times=9))["ok"] == 5
    assert (await used_by(made)).minute_start == NOON.replace(minute=1, second=0)


@pytest.mark.parametrize("ahead", [timedelta(days=1), timedelta(days=400), -timedelta(days=30)])
async def test_a_date_of_another_day_locks_nobody_out(api, client, ahead):
    ours, theirs = SetClock(NOON), SetClock(NOON + ahead)
    api.handle = ByClock(theirs)
    made = await client(clock=ours, minute_limit=5, day_limit=8)

    await call(made, times=9)
    api.handle = ByClock(ours)
    ours.advance(timedelta(minutes=1))

    assert await call(made, times=9) == {"ok": 3, "UpstreamLimited": 6}
    assert (await used_by(made)).minute_start == NOON.replace(minute=1, second=0)


async def test_windows_and_blocks_of_a_clock_that_was_wrong_count_for_nothing(api, client):
    ours, wrong = SetClock(NOON), SetClock(NOON + timedelta(days=3))
    api.handle = ByClock(wrong, 429, Retry_After=30)
    await call(await client(clock=wrong, minute_limit=5))
    api.handle = ByClock(ours)
    made = await client(clock=ours, minute_limit=5)

    async with made.budget._db.write() as tx:
        assert await made.budget.room(tx, interactive=True) == 5
    assert await call(made, times=6) == {"ok": 5, "UpstreamLimited": 1}
    row = await used_by(made)
    assert (row.minute_start, row.blocked_until) == (NOON.replace(second=0), None)


async def test_a_date_that_is_none_changes_nothing(api, client):
    clock = SetClock(NOON)

    async def strange(request):
        return web.json_response({}, headers={"Date": "yesterday"})

    api.handle = strange
    made = await client(clock=clock, minute_limit=5)

    assert await call(made) == {"ok": 1}
    assert made.budget.now() == NOON


async def test_a_limit_of_zero_lets_nobody_through_and_none_everybody(api, client):
    none = await client(minute_limit=0)
    every = await client(minute_limit=None, name="other")

    assert await call(none, times=3) == {"UpstreamLimited": 3}
    assert await call(every, times=100) == {"ok": 100}
    assert len(api.seen) == 100
    assert await used_by(none) is None
    assert none.counts == {("/x", "no_budget"): 3}


async def test_each_retry_takes_from_the_budget(api, client):
    async def broken(request):
        return web.Response(status=502)

    api.handle = broken
    clock = Clock()
    made = await client(clock=clock, minute_limit=100, attempts=3)

    assert await call(made) == {"UpstreamDown": 1}
    assert len(api.seen) == 3
    assert (await used_by(made)).day_used == 3


async def test_a_call_outside_the_limits_takes_nothing(api, client):
    made = await client(minute_limit=1)
    for _ in range(3):
        await made.ask(Call("/metadata", counted=False), "/metadata", interactive=True)
    assert await used_by(made) is None
