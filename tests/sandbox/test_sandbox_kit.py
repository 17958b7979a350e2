"""The parts that all stand-ins of game APIs share."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import ClassVar

import aiohttp
import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st

from guildhall.sandbox.answers import reply
from guildhall.sandbox.calls import CallCounters
from guildhall.sandbox.clock import DAY, WorldClock, http_date
from guildhall.sandbox.control import FURTHEST, asked_number, checked, require_step
from guildhall.sandbox.dice import FULL, Dice, bell
from guildhall.sandbox.faults import BaseFault, Standing, Statuses
from guildhall.sandbox.network import end_with_server, hang, pause, truncated
from guildhall.sandbox.spoiled import with_odd_row, wrong_types


class Fault(BaseFault):
    statuses: ClassVar[Mapping[str, Statuses]] = {"error": Statuses(500, range(400, 600))}

    mode: str = "slow"

    @property
    def mode_name(self) -> str:
        return self.mode


def test_a_world_starts_at_its_epoch_runs_on_and_never_back():
    clock = WorldClock(datetime(2026, 1, 31, 12, tzinfo=UTC))
    begin = clock.now()

    clock.advance(DAY)

    assert 0 <= begin - clock.epoch < 5
    assert DAY <= clock.now() - begin < DAY + 5
    assert http_date(clock.epoch) == "Sat, 31 Jan 2026 12:00:00 GMT"
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-1)


@given(st.integers(), st.integers(0, 2**31), st.integers(0, 2**31))
def test_a_draw_depends_on_its_key_alone(seed, kind, a):
    drawn = Dice(seed).roll(kind, a)

    assert Dice(seed).roll(kind, a) == drawn
    assert len(drawn) == 32
    assert all(0 <= one < FULL for one in drawn)
    assert abs(bell(*drawn[:4])) <= 3.47


@given(st.floats(0, 1), st.integers(1, 400))
def test_a_rate_hits_its_share_of_the_calls_evenly(rate, calls):
    standing = Standing(Fault(rate=rate))

    hits = [standing.hit() for _ in range(calls)]

    assert abs(sum(hits) - rate * calls) <= 1
    assert (standing.matched, standing.hits) == (calls, sum(hits))


def test_a_fault_heals_after_its_hits():
    standing = Standing(Fault(count=2))

    assert [standing.hit(), standing.healed, standing.hit(), standing.healed] == [True, False, True, True]
    assert standing.left == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"rate": 1.5}, {"rate": -0.1}, {"delay": -1}, {"delay": 601}, {"count": 0}, {"path": "("},
        {"status": 500}, {"mode": "error", "status": 200},
    ],
)  # fmt: skip
def test_a_fault_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match=r"must be|no regular|takes no"):
        Fault(**wrong)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode(wrong), type=Fault)


def test_a_fault_has_the_usual_status_and_delay_of_its_mode():
    assert Fault(mode="error").answer_status == 500
    assert Fault(mode="error", status=404).answer_status == 404
    assert Fault(mode="other").answer_status == 200
    assert (Fault(mode="slow").wait, Fault(mode="error").wait, Fault(mode="slow", delay=0.5).wait) == (2.0, 0.0, 0.5)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_every_leaf_gets_another_type(value):
    def pairs(before, after):
        if isinstance(before, dict) and before:
            assert before.keys() == after.keys()
            for key in before:
                yield from pairs(before[key], after[key])
        elif isinstance(before, list) and before:
            assert len(before) == len(after)
            for one, other in zip(before, after, strict=True):
                yield from pairs(one, other)
        else:
            yield before, after

    for before, after in pairs(value, wrong_types(value)):
        assert before is None or type(before) is not type(after)


@given(st.lists(st.fixed_dictionaries({"a": st.integers()}), min_size=1), st.integers(-5, 5))
def test_one_row_is_odd_and_its_neighbours_are_not(rows, row):
    odd = with_odd_row(rows, row, "a", None)

    assert isinstance(odd, list)
    changed = [n for n, (before, after) in enumerate(zip(rows, odd, strict=True)) if before != after]
    assert changed == ([row % len(rows)] if -len(rows) <= row < len(rows) else [])
    assert with_odd_row({"rows": rows, "total": 1}, row, "a", None) == {"rows": odd, "total": 1}


def test_calls_are_counted_by_route_and_outcome():
    calls = CallCounters()
    for _ in range(3):
        calls.begin()
    calls.end("GET /a", "200")
    calls.end("GET /a", "200")
    calls.end("GET /a", "hang")

    assert (calls.total, calls.open, calls.most_open) == (3, 0, 3)
    assert calls.by_route == {"GET /a": {"200": 2, "hang": 1}}
    calls.reset()
    assert (calls.total, calls.by_route) == (0, {})


@pytest.fixture
async def server():
    app = web.Application()
    end_with_server(app)

    async def hanging(request):
        await hang(request)
        return web.Response()

    async def slow(request):
        await pause(request.app, 60)
        return reply("late")

    async def half(request):
        return await truncated(request, 200, {"Content-Type": "application/json"}, b'{"whole": true}')

    async def number(request):
        require_step(float(request.query.get("step", "0")))
        return reply(asked_number(request, "n"))

    app.router.add_get("/hang", hanging)
    app.router.add_get("/slow", slow)
    app.router.add_get("/half", half)
    app.router.add_get("/numbers/{n}", checked(number))
    running = TestServer(app)
    await running.start_server()
    yield running
    await running.close()


async def test_what_hangs_or_is_slow_ends_with_the_server(server):
    async with aiohttp.ClientSession() as session:
        asked = [asyncio.create_task(session.get(server.make_url(path))) for path in ("/hang", "/slow")]
        await asyncio.sleep(0.2)
        assert not any(one.done() for one in asked)

        async with asyncio.timeout(10):
            await server.close()
            hanging, slow = await asyncio.gather(*asked, return_exceptions=True)

        assert isinstance(hanging, aiohttp.ClientError)
        assert isinstance(slow, aiohttp.ClientError | aiohttp.ClientResponse)


async def test_half_an_answer_breaks_off(server):
    async with aiohttp.ClientSession() as session, session.get(server.make_url("/half")) as answer:
        with pytest.raises(aiohttp.ClientPayloadError):
            await answer.read()


@pytest.mark.parametrize(
    ("path", "status"),
    [("/numbers/7", 200), ("/numbers/x", 404), ("/numbers/7?step=-1", 400), (f"/numbers/7?step={FURTHEST + 1}", 400)],
)
async def test_the_control_plane_says_what_was_wrong(server, path, status):
    async with aiohttp.ClientSession() as session, session.get(server.make_url(path)) as answer:
        assert answer.status == status
        body = await answer.json()
    assert body == 7 if status == 200 else body["error"]
