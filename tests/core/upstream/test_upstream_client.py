"""Calls to a game API: retries, deadlines, the breaker, revalidation, redirects, lies."""

import asyncio
import logging

import pytest
from aiohttp import web
from msgspec import Struct

from guildhall.core.upstream.breaker import Breaker
from guildhall.core.upstream.errors import (
    UpstreamDown,
    UpstreamLied,
    UpstreamLimited,
    UpstreamNotFound,
    UpstreamRefused,
)
from guildhall.core.upstream.rows import Rows
from guildhall.core.upstream.schemas import Call, UpstreamOptions
from guildhall.core.upstream.validators import Validators
from guildhall.packs.dota2.sandbox import FAULTS, Fault, FaultMode
from tests.core.upstream.make import GameApi
from tests.logs import captured_logs

NUMBERS = Rows(list[int])


class Hero(Struct):
    """A hero as OpenDota gives one, in part."""

    id: int
    name: str


KEY = "5ecre7-key-0123456789"


def get(client, target="/things", **options):
    return client.ask(Call("/things", **options), target, interactive=True)


def answering(*statuses: int, **options):
    """Answers with one status after the other, the last for ever."""
    left = list(statuses)

    async def handle(request):
        return web.Response(
            status=left.pop(0) if len(left) > 1 else left[0],
            body=options.get("body", b"[1]"),
            headers={"Content-Type": "application/json", **options.get("headers", {})},
        )

    return handle


def pass_time(breaker):
    """The time for which the breaker is open passes."""
    breaker._open_until = 0.0


async def test_an_answer_is_the_bytes_as_they_came(api, client):
    api.handle = answering(200, body=b"[1, 2,\n 3 ]")
    made = await client()

    response = await get(made)

    assert response.body == b"[1, 2,\n 3 ]"
    assert made.decode("/things", response, NUMBERS) == [1, 2, 3]
    assert made.counts == {("/things", "ok"): 1}
    assert made.seconds["/things"] > 0


async def test_a_target_goes_below_the_base_as_it_is_and_the_options_add_to_it(api, client):
    made = await client(parameters={"lang": "en"}, headers={"X-App": "guildhall"})

    await get(made, "/players/1/matches?project=hero_id&project=kills&limit=5")
    await get(made, "/constants/a%20b%3Fc%23d%2F..%2Fe")

    first, second = api.seen
    assert first.raw_path == "/api/players/1/matches?project=hero_id&project=kills&limit=5&lang=en"
    assert first.headers["X-App"] == "guildhall"
    assert first.headers["User-Agent"].startswith("Guildhall/")
    assert second.raw_path == "/api/constants/a%20b%3Fc%23d%2F..%2Fe?lang=en"


async def test_a_server_that_stumbles_is_asked_again(api, client):
    api.handle = answering(500, 503, 200)
    made = await client(attempts=3)

    assert (await get(made)).body == b"[1]"
    assert made.counts == {("/things", "failed"): 2, ("/things", "ok"): 1}


async def test_a_lost_connection_is_tried_again(api, client):
    async def hang_up(request):
        if len(api.seen) == 1:
            request.transport.close()
        return web.json_response([1])

    api.handle = hang_up
    made = await client(attempts=2)

    assert (await get(made)).body == b"[1]"
    assert len(api.seen) == 2


@pytest.mark.parametrize(
    ("status", "error", "outcome"),
    [(404, UpstreamNotFound, "not_found"), (400, UpstreamRefused, "refused"), (403, UpstreamRefused, "refused"),
     (429, UpstreamLimited, "limited"), (304, UpstreamRefused, "refused")],
)  # fmt: skip
async def test_what_another_attempt_cannot_mend_is_not_tried_again(api, client, status, error, outcome):
    api.handle = answering(status)
    made = await client(attempts=3)

    with pytest.raises(error):
        await get(made)

    assert len(api.seen) == 1
    assert made.counts == {("/things", outcome): 1}
    assert made.breaker.state == "closed"


@pytest.mark.parametrize(
    ("status", "error", "outcome"),
    [(420, UpstreamLimited, "limited"), (503, UpstreamLimited, "limited"), (429, UpstreamRefused, "refused")],
)
async def test_an_api_may_say_with_another_status_that_its_limit_is_used_up(api, client, status, error, outcome):
    api.handle = answering(status)
    made = await client(attempts=3, limit_statuses=frozenset({420, 503}))

    with pytest.raises(error):
        await get(made)

    assert len(api.seen) == 1
    assert made.counts == {("/things", outcome): 1}


@pytest.mark.parametrize("status", [200, 304, 404, 600])
def test_a_status_that_cannot_say_so_is_refused(status):
    with pytest.raises(ValueError, match=f"limit_statuses are statuses of errors, and not {status}"):
        UpstreamOptions("https://game.example", limit_statuses=frozenset({429, status}))


async def test_nobody_there_is_a_failure_of_the_api(clone, client):
    nobody = GameApi()
    nobody.address = "http://127.0.0.1:1"
    made = await client(base_url=nobody.address, attempts=2)

    with pytest.raises(UpstreamDown) as down:
        await get(made)

    assert (down.value.status, down.value.code) == (503, "upstream_down")
    assert made.counts == {("/things", "failed"): 2}


async def test_the_deadline_covers_all_attempts(api, client):
    async def hang(request):
        await asyncio.sleep(60)
        raise AssertionError

    api.handle = hang
    made = await client(attempts=10, deadline=0.5, attempt_timeout=0.2)

    with pytest.raises(UpstreamDown):
        await get(made)

    assert 1 <= len(api.seen) <= 3


async def test_the_breaker_opens_asks_once_and_closes(api, client):
    api.handle = answering(500)
    made = await client()
    made.breaker = Breaker(threshold=3, first=600)
    for _ in range(3):
        with pytest.raises(UpstreamDown):
            await get(made)
    assert made.breaker.state == "open"

    with pytest.raises(UpstreamDown, match="has been failing"):
        await get(made)
    assert len(api.seen) == 3

    pass_time(made.breaker)
    assert made.breaker.state == "half-open"
    asked, go = asyncio.Event(), asyncio.Event()

    async def slowly(request):
        asked.set()
        await go.wait()
        return web.json_response([1])

    api.handle = slowly
    probe = asyncio.create_task(get(made))
    await asked.wait()
    with pytest.raises(UpstreamDown, match="has been failing"):
        await get(made)  # one at a time
    go.set()
    await probe
    assert made.breaker.state == "closed"
    await get(made)
    assert len(api.seen) == 5


def test_a_probe_that_fails_opens_the_breaker_for_longer():
    breaker = Breaker(threshold=1, first=100, longest=300)
    waits = []
    for _ in range(4):
        breaker.failed()
        waits.append(breaker.wait())
        pass_time(breaker)
        assert breaker.wait() == 0.0

    for wait, expected in zip(waits, (100, 200, 300, 300), strict=True):
        assert expected * 0.75 < wait <= expected * 1.2


def test_calls_that_were_under_way_do_not_open_the_breaker_for_longer():
    breaker = Breaker(threshold=2, first=5, longest=60)
    for _ in range(20):
        breaker.failed()
    assert breaker.wait() <= 6


async def test_a_caller_that_leaves_breaks_nothing_and_gives_its_place_back(api, client):
    began = asyncio.Event()

    async def hang(request):
        began.set()
        await asyncio.sleep(60)
        raise AssertionError

    api.handle = hang
    made = await client(concurrency=1)
    made.breaker = Breaker(threshold=1)
    for _ in range(3):
        began.clear()
        caller = asyncio.create_task(get(made))
        await began.wait()
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
    api.handle = api.fine

    await get(made)
    assert made.breaker.state == "closed"


async def test_a_probe_whose_caller_leaves_lets_the_next_one_probe(api, client):
    api.handle = answering(500)
    made = await client()
    made.breaker = Breaker(threshold=1, first=600)
    with pytest.raises(UpstreamDown):
        await get(made)
    pass_time(made.breaker)
    began = asyncio.Event()

    async def hang(request):
        began.set()
        await asyncio.sleep(60)
        raise AssertionError

    api.handle = hang
    caller = asyncio.create_task(get(made))
    await began.wait()
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    api.handle = api.fine

    await get(made)
    assert made.breaker.state == "closed"


async def test_no_more_calls_are_under_way_than_allowed(api, client):
    now, most = 0, 0

    async def handle(request):
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.01)
        now -= 1
        return web.json_response([])

    api.handle = handle
    made = await client(concurrency=3)
    await asyncio.gather(*(get(made) for _ in range(20)))

    assert most == 3


async def test_what_has_not_changed_is_not_sent_again(api, client):
    async def handle(request):
        if request.headers.get("If-None-Match") == '"v1"':
            return web.Response(status=304)
        return web.json_response([1, 2], headers={"ETag": '"v1"'})

    api.handle = handle
    made = await client()

    first, second, other = await get(made), await get(made), await get(made, "/things?page=2")

    assert (first.body, first.revalidated) == (b"[1, 2]", False)
    assert (second.body, second.revalidated) == (b"[1, 2]", True)
    assert second.as_of >= first.as_of
    assert other.revalidated is False
    assert made.counts == {("/things", "ok"): 2, ("/things", "not_modified"): 1}


async def test_a_lie_is_not_revalidated(api, client):
    async def handle(request):
        if request.headers.get("If-None-Match"):
            return web.Response(status=304)
        return web.Response(body=b"[1, 2", content_type="application/json", headers={"ETag": '"v1"'})

    api.handle = handle
    made = await client()
    for _ in range(2):
        with pytest.raises(UpstreamLied):
            made.decode("/things", await get(made), NUMBERS)

    assert [request.headers.get("If-None-Match") for request in api.seen] == [None, None]


def test_kept_bodies_are_bounded_and_the_least_recently_used_goes_first():
    kept = Validators(limit=30, largest=20)
    for number in range(3):
        kept.remember(f"/{number}", "/things", '"e"', b"0123456789")
    assert kept.get("/0") is not None  # and is now the most recently used
    kept.remember("/3", "/things", '"e"', b"0123456789")
    kept.remember("/4", "/things", '"e"', b"x" * 21)
    kept.remember("/3", "/things", None, b"no validator any more")

    assert [kept.get(f"/{number}") is not None for number in range(5)] == [True, False, True, False, False]
    assert kept.size == 20


async def test_a_redirect_to_another_host_is_refused_and_never_followed(api, client):
    async with GameApi() as other:
        targets = [f"{other.address}/api/things", f"//{other.address[7:]}/x", "http://[", "https://127.0.0.1/x"]
        for target in targets:
            api.handle = answering(302, headers={"Location": target})
            made = await client(headers={"Authorization": f"Bearer {KEY}"})
            with pytest.raises(UpstreamLied, match="another host"):
                await get(made)
        assert other.seen == []
        assert len(api.seen) == len(targets)


async def test_a_redirect_on_the_same_host_is_followed_three_times(api, client):
    async def handle(request):
        step = int(request.query.get("step", 0))
        if step < hops:
            return web.Response(status=302, headers={"Location": f"{request.path}?step={step + 1}"})
        return web.json_response([step])

    api.handle = handle
    made = await client()
    hops = 3
    assert (await get(made)).body == b"[3]"
    hops = 4
    with pytest.raises(UpstreamLied, match="redirects without end"):
        await get(made)
    assert len(api.seen) == 8


@pytest.mark.parametrize(
    "handle",
    [
        answering(200, body=b"<html>Just a moment</html>", headers={"Content-Type": "text/html"}),
        answering(200, body=b"", headers={"Content-Type": "application/octet-stream"}),
        answering(200, body=b"x" * 1001),
    ],
    ids=["HTML", "no type", "too long"],
)
async def test_what_is_no_answer_is_a_lie(api, client, handle):
    api.handle = handle
    made = await client(largest_bytes=1000)

    with pytest.raises(UpstreamLied) as lied:
        await get(made)

    assert (lied.value.status, lied.value.code) == (503, "upstream_lied")
    assert made.counts == {("/things", "lied"): 1}


@pytest.mark.parametrize("body", [b"", b"[1, 2", b'{"a": 1}', b'["one"]', b"null"])
async def test_a_body_of_another_shape_is_a_lie(api, client, body):
    api.handle = answering(200, body=body)
    made = await client()

    with pytest.raises(UpstreamLied, match="unknown shape"):
        made.decode("/things", await get(made), NUMBERS)

    assert made.counts["/things", "lied"] == 1


async def test_an_answer_without_end_is_cut_off(api, client):
    async def handle(request):
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        try:
            while True:
                await response.write(b"[" * 10_000)
        except (ConnectionError, asyncio.CancelledError):
            return response

    api.handle = handle
    made = await client(largest_bytes=100_000)

    with pytest.raises(UpstreamLied, match="more than 100000 bytes"):
        await get(made)


async def test_an_answer_that_breaks_off_is_a_failure(api, client):
    async def handle(request):
        response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"[1, 2")
        request.transport.close()
        return response

    api.handle = handle
    made = await client()

    with pytest.raises(UpstreamDown):
        await get(made)
    assert made.counts == {("/things", "failed"): 1}


async def test_the_key_is_in_no_log_error_or_representation(api, client, caplog):
    caplog.set_level(logging.DEBUG)
    made = await client(headers={"Authorization": f"Bearer {KEY}"}, parameters={"api_key": KEY}, attempts=2)
    told = [repr(made), repr(made.options), str(made.options)]
    with captured_logs() as logs:
        for handle in (
            answering(500), answering(403), answering(429), answering(200, body=b"<"),
            answering(302, headers={"Location": "http://elsewhere.example/"}),
        ):  # fmt: skip
            api.handle = handle
            made.budget._blocked_until = None
            with pytest.raises(Exception) as failed:  # noqa: PT011 (all of them)
                made.decode("/things", await get(made), NUMBERS)
            error: BaseException | None = failed.value
            while error is not None:
                told += [repr(error), str(error)]
                error = error.__cause__
    told += [str(logs), caplog.text, str(made.counts)]

    assert api.seen[0].headers["Authorization"] == f"Bearer {KEY}"
    assert [text for text in told if KEY in text] == []


async def test_the_options_say_what_is_called_and_nothing_secret():
    options = UpstreamOptions("https://game.example/api", "game", headers={"Authorization": KEY})
    assert repr(options) == "UpstreamOptions(name='game', base_url='https://game.example/api')"


@pytest.mark.parametrize(
    ("mode", "error"),
    [
        (FaultMode.DEAD, UpstreamDown), (FaultMode.ERROR, UpstreamDown), (FaultMode.HANG, UpstreamDown),
        (FaultMode.HTML, UpstreamDown), (FaultMode.TRUNCATED, (UpstreamLied, UpstreamDown)),
        (FaultMode.WRONG_TYPES, UpstreamLied), (FaultMode.RATE_LIMITED, UpstreamLimited),
        (FaultMode.REDIRECT, UpstreamLied), (FaultMode.EMPTY, UpstreamLied),
    ],
)  # fmt: skip
async def test_every_fault_of_the_sandbox_is_told_for_what_it_is(client, sandbox, mode, error):
    made = await client(base_url=sandbox.api, deadline=0.5, attempt_timeout=0.3)
    sandbox.app[FAULTS].set(Fault(mode))
    shape = Rows(dict[str, Hero])

    with pytest.raises(error):
        made.decode("/constants/heroes", await get(made, "/constants/heroes"), shape)
