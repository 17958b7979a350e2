"""Faults on demand, as a client meets them."""

import asyncio
import time

import aiohttp
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.packs.dota2.sandbox import FAULTS, Fault, FaultMode, player_ids
from guildhall.packs.dota2.sandbox.faults import Faults
from guildhall.sandbox.spoiled import wrong_types

PATH = "/opendota/api/heroes"


async def get(sandbox, path=PATH, **kwargs):
    kwargs.setdefault("timeout", aiohttp.ClientTimeout(total=5))
    async with sandbox.client.get(path, **kwargs) as response:
        return response.status, response.headers, await response.read()


async def test_dead_closes_without_an_answer(sandbox):
    sandbox.app[FAULTS].set(Fault(mode=FaultMode.DEAD))
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await get(sandbox)
    assert (await sandbox.control("/faults", method="DELETE"))[0] == 200
    assert (await get(sandbox))[0] == 200


async def test_hang_answers_never(sandbox):
    sandbox.app[FAULTS].set(Fault(mode=FaultMode.HANG))
    with pytest.raises(TimeoutError):
        await get(sandbox, timeout=aiohttp.ClientTimeout(total=0.2))
    # The server notices that the client has left.
    for _ in range(100):
        _, calls = await sandbox.control("/calls", method="GET")
        if calls["open"] == 0:
            break
        await asyncio.sleep(0.02)
    assert calls["calls"]["/heroes"] == {"hang": 1}


async def test_a_hanging_call_does_not_hold_up_the_shutdown(start, options):
    sandbox = await start(options)
    sandbox.app[FAULTS].set(Fault(mode=FaultMode.HANG))
    call = asyncio.ensure_future(get(sandbox))
    await asyncio.sleep(0.2)
    assert sandbox.app[FAULTS].view().hits == 1
    began = time.monotonic()
    await sandbox.client.server.close()
    assert time.monotonic() - began < 5
    with pytest.raises(aiohttp.ClientError):
        await call


async def test_slow_answers_late_but_truly(sandbox):
    await sandbox.control("/faults", {"mode": "slow", "delay": 0.15})
    began = time.monotonic()
    status, _, body = await get(sandbox)
    assert time.monotonic() - began >= 0.149  # timers may be a hair early
    assert status == 200
    assert len(msgspec.json.decode(body)) == 127


@pytest.mark.parametrize(("body", "status"), [({"mode": "error"}, 500), ({"mode": "error", "status": 503}, 503)])
async def test_errors(sandbox, body, status):
    await sandbox.control("/faults", body)
    answered, headers, text = await get(sandbox)
    assert answered == status
    assert text == b'{"error":"Internal Server Error"}'
    assert headers["Content-Type"].startswith("application/json")


@pytest.mark.parametrize(
    ("body", "status"),
    [({"mode": "html"}, 502), ({"mode": "html", "status": 200}, 200), ({"mode": "html", "status": 522}, 522)],
)
async def test_html_from_the_proxy(sandbox, body, status):
    await sandbox.control("/faults", body)
    answered, headers, text = await get(sandbox)
    assert answered == status
    assert headers["Content-Type"].startswith("text/html")
    assert headers["Server"] == "cloudflare"
    assert text.startswith(b"<!DOCTYPE html>")


async def test_truncated_bodies_break_off(sandbox):
    await sandbox.control("/faults", {"mode": "truncated"})
    with pytest.raises(aiohttp.ClientPayloadError):
        await get(sandbox)


async def test_wrong_types(sandbox, options):
    account_id = player_ids(options)[0]
    sandbox.app[FAULTS].set(Fault(mode=FaultMode.WRONG_TYPES))
    assert await sandbox.json(f"/players/{account_id}/wl") == {"win": "unknown", "lose": "unknown"}
    rows = await sandbox.json(f"/players/{account_id}/matches")
    assert all(isinstance(row["match_id"], str) for row in rows)


async def test_rate_limited(sandbox):
    await sandbox.control("/faults", {"mode": "rate_limited"})
    status, headers, text = await get(sandbox)
    assert status == 429
    assert int(headers["X-Rate-Limit-Remaining-Minute"]) < 0
    assert text == b'{"error":"minute rate limit exceeded"}'


async def test_redirects_lead_elsewhere(sandbox):
    await sandbox.control("/faults", {"mode": "redirect"})
    status, headers, _ = await get(sandbox, allow_redirects=False)
    assert status == 302
    assert headers["Location"].startswith("https://portal.invalid/")


async def test_empty(sandbox):
    await sandbox.control("/faults", {"mode": "empty"})
    status, headers, text = await get(sandbox)
    assert (status, text) == (200, b"")
    assert headers["Content-Type"].startswith("application/json")


async def test_a_fault_hits_paths_shares_and_counts(sandbox, options):
    account_id = player_ids(options)[0]
    await sandbox.control("/faults", {"mode": "error", "path": "/players/.*/wl", "rate": 0.5, "count": 2})
    assert await sandbox.status("/heroes") == 200
    statuses = [await sandbox.status(f"/players/{account_id}/wl") for _ in range(6)]
    assert statuses == [200, 500, 200, 500, 200, 200]
    _, view = await sandbox.control("/faults", method="GET")
    assert view["fault"]["mode"] == "ok"

    await sandbox.control("/faults", {"mode": "error", "path": "/api/heroes"})
    assert await sandbox.status("/heroes") == 500
    assert await sandbox.status(f"/players/{account_id}") == 200


@pytest.mark.parametrize(
    "body",
    [
        {"mode": "explode"},
        {"mode": "slow", "delay": -1},
        {"mode": "error", "rate": 1.5},
        {"mode": "error", "status": 200},
        {"mode": "dead", "status": 500},
        {"mode": "error", "count": 0},
        {"mode": "error", "path": "("},
        {"mode": "error", "colour": "red"},
        [],
        "dead",
    ],
)
async def test_senseless_faults_are_refused(sandbox, body):
    status, answer = await sandbox.control("/faults", body)
    assert status == 400
    assert answer["error"]
    assert await sandbox.status("/heroes") == 200


async def test_a_malformed_body_is_refused(sandbox):
    async with sandbox.client.post("/opendota/_sandbox/faults", data=b"{mode") as response:
        assert response.status == 400
        assert "error" in await response.json()


@given(rate=st.floats(0, 1), calls=st.integers(1, 300))
def test_the_share_of_hits_is_exact(rate, calls):
    faults = Faults()
    faults.set(Fault(mode=FaultMode.ERROR, rate=rate))
    hits = sum(faults.hit("/heroes") is not None for _ in range(calls))
    assert abs(hits - rate * calls) <= 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_wrong_types_are_wrong_everywhere(value):
    changed = wrong_types(value)
    if value is None:
        assert changed is None
    elif isinstance(value, dict) and value:
        assert isinstance(changed, dict)
        assert changed.keys() == value.keys()
    elif isinstance(value, list) and value:
        assert isinstance(changed, list)
        assert len(changed) == len(value)
    else:
        assert not isinstance(changed, type(value))
