"""Rate limits: windows, headers, keys."""

from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.packs.dota2.sandbox import SandboxOptions
from guildhall.packs.dota2.sandbox.limits import Limits, Refusal

KEY = "01234567-89ab-cdef-0123-456789abcdef"
MINUTE = "X-Rate-Limit-Remaining-Minute"
DAY = "X-Rate-Limit-Remaining-Day"


@pytest.fixture
async def limited(start, options):
    return await start(replace(options, minute_limit=3, day_limit=7))


async def call(sandbox, path="/heroes", **kwargs):
    async with sandbox.client.get(f"/opendota/api{path}", **kwargs) as response:
        body = await response.read()
        return response.status, response.headers, body


async def test_the_minute_runs_out_and_starts_again(limited, options):
    seen = [(await call(limited)) for _ in range(5)]
    assert [status for status, _, _ in seen] == [200, 200, 200, 429, 429]
    assert [headers[MINUTE] for _, headers, _ in seen] == ["2", "1", "0", "-1", "-2"]
    assert [headers[DAY] for _, headers, _ in seen] == ["6", "5", "4", "3", "2"]
    assert seen[3][2] == b'{"error":"minute rate limit exceeded"}'
    assert seen[0][1]["X-IP-Address"] == "127.0.0.1"
    assert abs(parsedate_to_datetime(seen[0][1]["Date"]) - options.epoch) < timedelta(seconds=20)

    await limited.control("/clock", {"advance_seconds": 60})
    status, headers, _ = await call(limited)
    assert (status, headers[MINUTE], headers[DAY]) == (200, "2", "1")


async def test_the_day_runs_out_and_starts_again_at_midnight(limited):
    for _ in range(3):
        await call(limited)
        await call(limited)
        await limited.control("/clock", {"advance_seconds": 60})
    assert (await call(limited))[0] == 200
    status, headers, body = await call(limited)
    assert (status, body) == (429, b'{"error":"daily api limit exceeded"}')
    assert headers[DAY] == "-1"

    await limited.control("/clock", {"advance_seconds": 12 * 3600})
    status, headers, _ = await call(limited)
    assert (status, headers[DAY]) == (200, "6")


async def test_failures_count_and_metadata_does_not(limited):
    assert (await call(limited, "/nothing"))[1][MINUTE] == "2"
    status, headers, _ = await call(limited, "/metadata")
    assert status == 200
    assert MINUTE not in headers
    assert (await call(limited, "/players/x"))[1][MINUTE] == "1"


async def test_metadata_mirrors_the_limits(limited):
    metadata = await limited.json("/metadata")
    assert (metadata["freeRateLimit"], metadata["freeCallLimit"], metadata["premRateLimit"]) == (3, 7, 300)
    assert await limited.control("/limits", {"minute": 10, "day": None}) == (
        200,
        {"minute": 10, "day": None, "key_minute": 300},
    )
    metadata = await limited.json("/metadata")
    assert (metadata["freeRateLimit"], metadata["freeCallLimit"]) == (10, None)
    assert DAY not in (await call(limited))[1]


async def test_a_key_has_its_own_limit(limited):
    _, headers, _ = await call(limited, f"/heroes?api_key={KEY}")
    assert headers[MINUTE] == "299"
    assert DAY not in headers
    _, headers, _ = await call(limited, headers={"Authorization": f"Bearer {KEY}"})
    assert headers[MINUTE] == "298"
    assert (await call(limited))[1][MINUTE] == "2"


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("secret", "Invalid API key format"),
        (
            "00000000-0000-0000-0000-000000000000",
            "API key invalid. Please check the API dashboard or email support@opendota.com.",
        ),
    ],
)
async def test_bad_keys(limited, key, text):
    async with limited.client.get(f"/opendota/api/heroes?api_key={key}") as response:
        assert response.status == 400
        assert await response.json() == {"error": text}


async def test_addresses_count_apart(limited):
    for _ in range(4):
        await call(limited)
    status, headers, _ = await call(limited, headers={"CF-Connecting-IP": "198.51.100.7"})
    assert (status, headers["X-IP-Address"]) == (200, "198.51.100.7")


async def test_without_limits_there_are_no_headers(sandbox):
    _, headers, _ = await call(sandbox)
    assert MINUTE not in headers
    assert DAY not in headers


def test_the_defaults_are_the_free_tier():
    assert (SandboxOptions().minute_limit, SandboxOptions().day_limit) == (60, 3000)


@given(
    minute=st.integers(0, 5),
    day=st.integers(0, 12),
    times=st.lists(st.floats(1_700_000_000, 1_700_000_400), max_size=40).map(sorted),
)
def test_no_window_lets_more_through_than_its_limit(minute, day, times):
    limits = Limits(minute, day)
    passed: dict[int, int] = {}
    for time in times:
        counted = limits.count("me", keyed=False, now=time)
        if counted.refusal is None:
            passed[int(time) // 60] = passed.get(int(time) // 60, 0) + 1
        elif counted.refusal is Refusal.MINUTE:
            assert counted.remaining_minute is not None
            assert counted.remaining_minute < 0
    assert all(count <= minute for count in passed.values())
    # 1,700,000,000 is 22:13 UTC, so all of it is one day.
    assert sum(passed.values()) <= day
