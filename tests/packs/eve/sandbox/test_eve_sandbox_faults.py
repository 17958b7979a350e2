"""Faults on demand, as a client meets them."""

import asyncio
import time
from dataclasses import replace
from email.utils import parsedate_to_datetime

import aiohttp
import pytest

from guildhall.packs.eve.sandbox import FAULTS, Fault, FaultMode

STATUS = "/eve/esi/status"


async def get(sandbox, path=STATUS, **kwargs):
    kwargs.setdefault("timeout", aiohttp.ClientTimeout(total=5))
    async with sandbox.client.get(path, **kwargs) as response:
        return response.status, response.headers, await response.read()


async def test_dead_closes_without_an_answer(sandbox):
    number = (await sandbox.control("/faults", {"mode": "dead"}))["id"]
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await get(sandbox)
    await sandbox.control(f"/faults/{number}", method="DELETE")
    assert (await get(sandbox))[0] == 200


async def test_hang_answers_never(sandbox):
    sandbox.app[FAULTS].add(Fault(mode=FaultMode.HANG, path="/esi/"))
    with pytest.raises(TimeoutError):
        await get(sandbox, timeout=aiohttp.ClientTimeout(total=0.2))
    for _ in range(100):
        calls = await sandbox.control("/calls", method="GET")
        if calls["open"] == 0:
            break
        await asyncio.sleep(0.02)
    assert calls["calls"]["GET /status"] == {"hang": 1}


async def test_a_hanging_call_does_not_hold_up_the_shutdown(start, options):
    sandbox = await start(options)
    sandbox.app[FAULTS].add(Fault(mode=FaultMode.HANG))
    call = asyncio.ensure_future(get(sandbox))
    await asyncio.sleep(0.1)
    began = time.monotonic()
    await sandbox.client.server.close()
    assert time.monotonic() - began < 5
    with pytest.raises(aiohttp.ClientError):
        await call


async def test_slow_answers_late_but_truly(sandbox):
    await sandbox.control("/faults", {"mode": "slow", "delay": 0.15})
    began = time.monotonic()
    status, _, body = await get(sandbox)
    assert time.monotonic() - began >= 0.15
    assert (status, b"players" in body) == (200, True)


@pytest.mark.parametrize(
    ("fault", "status", "text"),
    [
        ({"mode": "error"}, 500, "No reply within 10 seconds"),
        ({"mode": "error", "status": 502}, 502, "Bad Gateway"),
        ({"mode": "error", "status": 503}, 503, "The datasource tranquility is temporarily unavailable"),
        ({"mode": "error", "status": 504}, 504, "Timeout contacting tranquility"),
        ({"mode": "error", "status": 520}, 520, "StopSpamming"),
        ({"mode": "error", "status": 400, "text": "odd"}, 400, "odd"),
        ({"mode": "monolith"}, 500, "Undefined 429 response"),
        ({"mode": "too_far"}, 403, "token expiry is too far in the future"),
        ({"mode": "forbidden"}, 403, "Forbidden"),
    ],
    ids=lambda value: str(value),
)
async def test_errors(sandbox, fault, status, text):
    await sandbox.control("/faults", fault)
    answered, _, body = await sandbox.esi("/status")
    assert answered == status
    assert body["error"].startswith(text)


async def test_trouble_of_the_sso_looks_forbidden(sandbox):
    await sandbox.control("/faults", {"mode": "sso_trouble"})
    status, _, body = await sandbox.esi(f"/characters/{sandbox.pilots[0]}/mail")
    assert (status, body) == (403, {"error": "unexpected end of JSON input", "sso_status": 401})


async def test_rate_limits_with_and_without_headers(sandbox):
    await sandbox.control("/faults", {"mode": "rate_limited", "retry_after": 17, "count": 1})
    status, headers, _ = await sandbox.esi("/status")
    assert (status, headers["Retry-After"], headers["X-Ratelimit-Remaining"]) == (429, "17", "0")
    await sandbox.control("/faults", {"mode": "throttled", "count": 1})
    status, headers, _ = await sandbox.esi("/status")
    assert status == 429
    assert not [name for name in headers if name.lower().startswith(("retry", "x-rate", "x-esi"))]
    await sandbox.control("/faults", {"mode": "error_limited", "count": 1})
    status, headers, _ = await sandbox.esi("/status")
    assert (status, headers["X-ESI-Error-Limit-Remain"]) == (420, "0")
    assert (await sandbox.esi("/status"))[0] == 200


async def test_html_and_empty_answers(sandbox):
    await sandbox.control("/faults", {"mode": "html", "status": 200, "count": 1})
    status, headers, body = await get(sandbox)
    assert (status, headers["Content-Type"].split(";")[0]) == (200, "text/html")
    assert body.startswith(b"<!DOCTYPE html>")
    await sandbox.control("/faults", {"mode": "empty", "count": 1})
    assert (await get(sandbox))[::2] == (200, b"")


async def test_truncated_answers_end_early(sandbox):
    await sandbox.control("/faults", {"mode": "truncated"})
    with pytest.raises((aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError)):
        await get(sandbox)


async def test_wrong_types_empty_lists_and_missing_dates(sandbox):
    pilot = sandbox.pilots[0]
    token = await sandbox.mint(pilot)
    path = f"/characters/{pilot}/skillqueue"
    await sandbox.control("/faults", {"mode": "wrong_types", "count": 1})
    assert isinstance((await sandbox.esi(path, token))[2][0]["skill_id"], str)
    await sandbox.control("/faults", {"mode": "no_dates", "count": 1})
    rows = (await sandbox.esi(path, token))[2]
    assert rows
    assert not [row for row in rows if "finish_date" in row]
    await sandbox.control("/faults", {"mode": "empty_list", "path": "/esi/characters/.*/orders$"})
    assert (await sandbox.esi(f"/characters/{pilot}/orders", token))[2] == []
    assert len((await sandbox.esi(path, token))[2]) > 1


async def test_faults_hit_some_pilots_routes_and_methods(sandbox):
    one, other = sandbox.pilots[:2]
    tokens = {pilot: await sandbox.mint(pilot) for pilot in (one, other)}
    await sandbox.control("/faults", {"mode": "error", "path": "/esi/characters/\\d+/mail$", "pilots": [one]})
    await sandbox.control("/faults", {"mode": "error", "status": 503, "method": "POST"})
    assert (await sandbox.esi(f"/characters/{one}/mail", tokens[one]))[0] == 500
    assert (await sandbox.esi(f"/characters/{one}/mail/labels", tokens[one]))[0] == 200
    assert (await sandbox.esi(f"/characters/{other}/mail", tokens[other]))[0] == 200
    assert (await sandbox.esi("/universe/names", method="POST", json=[34]))[0] == 503
    view = await sandbox.control("/faults", method="GET")
    assert [(one["matched"], one["hits"]) for one in view] == [(1, 1), (1, 1)]


async def test_a_rate_is_spread_evenly_and_a_count_heals(sandbox):
    await sandbox.control("/faults", {"mode": "error", "rate": 0.5})
    assert [(await sandbox.esi("/status"))[0] for _ in range(6)] == [200, 500] * 3
    await sandbox.control("/faults", method="DELETE")
    await sandbox.control("/faults", {"mode": "error", "count": 2})
    assert [(await sandbox.esi("/status"))[0] for _ in range(3)] == [500, 500, 200]


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"mode": "sleepy"},
        {"mode": "slow", "delay": -1},
        {"mode": "error", "rate": 2},
        {"mode": "error", "count": 0},
        {"mode": "error", "status": 200},
        {"mode": "dead", "status": 500},
        {"mode": "error", "path": "("},
        {"mode": "error", "colour": "red"},
    ],
    ids=str,
)
async def test_faults_that_make_no_sense_are_refused(sandbox, fault):
    async with sandbox.client.post("/eve/_sandbox/faults", json=fault) as response:
        assert response.status == 400
    assert await sandbox.control("/faults", method="GET") == []


async def test_pages_may_differ_and_shrink(start, options):
    sandbox = await start(replace(options, page_rows=10))
    pilot = sandbox.pilots[0]
    token = await sandbox.mint(pilot)
    path = f"/characters/{pilot}/orders/history"
    _, first, _ = await sandbox.esi(path, token)
    pages = int(first["X-Pages"])
    await sandbox.control("/faults", {"mode": "mixed_pages", "count": 1})
    _, second, _ = await sandbox.esi(f"{path}?page=2", token)
    moments = [parsedate_to_datetime(headers["Last-Modified"]).timestamp() for headers in (first, second)]
    assert moments[1] == moments[0] + 1
    await sandbox.control("/faults", {"mode": "fewer_pages"})
    assert int((await sandbox.esi(path, token))[1]["X-Pages"]) == pages
    assert (await sandbox.esi(f"{path}?page={pages}", token))[0] == 404
    if pages > 2:
        assert int((await sandbox.esi(f"{path}?page=2", token))[1]["X-Pages"]) == pages - 1


async def test_answers_may_have_expired_before_they_are_sent(sandbox):
    await sandbox.control("/faults", {"mode": "expired", "count": 1})
    _, headers, _ = await sandbox.esi("/universe/types/34")
    expires, sent = (parsedate_to_datetime(headers[name]) for name in ("Expires", "Date"))
    assert expires < sent
    await sandbox.esi("/universe/types/34")
    assert (await sandbox.control("/calls", method="GET"))["early"] == 0


async def test_the_daily_downtime(sandbox):
    await sandbox.control("/switches", {"downtime": True})
    assert (await sandbox.esi("/status"))[0] == 200
    # It is 15:00; to 11:05 of the next day.
    await sandbox.control("/clock", {"advance_seconds": 20 * 3600 + 300})
    status, _, body = await sandbox.esi("/status")
    assert (status, body["error"]) == (503, "The datasource tranquility is temporarily unavailable")
    assert (await sandbox.esi("/meta/status"))[0] == 200
    await sandbox.control("/clock", {"advance_seconds": 600})
    status, _, body = await sandbox.esi("/status")
    assert (status, body["start_time"]) == (200, "2026-09-02T11:02:00Z")
    await sandbox.control("/switches", {"downtime": False})
    await sandbox.control("/clock", {"advance_seconds": 86_400 - 600})
    assert (await sandbox.esi("/status"))[0] == 200


async def test_vip_and_routes_that_are_down(sandbox):
    assert "vip" not in (await sandbox.esi("/status"))[2]
    await sandbox.control("/switches", {"vip": True})
    sandbox.forget()
    assert (await sandbox.esi("/status"))[2]["vip"] is True
    name = "GET /characters/{character_id}/mail"
    await sandbox.control("/routes", {"routes": {name: "Down"}})
    rows = (await sandbox.esi("/meta/status"))[2]["routes"]
    states = {f"{row['method']} {row['path']}": row["status"] for row in rows}
    assert states[name] == "Down"
    assert states["GET /status"] == "OK"
    async with sandbox.client.post("/eve/_sandbox/routes", json={"routes": {"GET /x": "Down"}}) as response:
        assert response.status == 404
    async with sandbox.client.post("/eve/_sandbox/routes", json={"routes": {name: "Sad"}}) as response:
        assert response.status == 400


async def test_notifications_are_yaml_of_known_and_unknown_types(sandbox):
    pilot = sandbox.pilots[0]
    rows = (await sandbox.esi(f"/characters/{pilot}/notifications", await sandbox.mint(pilot)))[2]
    assert "unknown notification type (287)" in {row["type"] for row in rows}
    yaml = pytest.importorskip("yaml")
    texts = [yaml.safe_load(row["text"]) for row in rows]
    assert all(isinstance(text, dict) for text in texts)
