"""OpenDota down, slow or lying, over HTTP: what is known is served, else a 503; nothing is poisoned."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from guildhall.clock import SetClock
from guildhall.packs.dota2.sandbox import LIMITS
from tests.packs.dota2 import make
from tests.packs.dota2.make import PROXY

QUICK = {"deadline_seconds": 0.4}
HANGS: dict[str, dict[str, Any]] = {"hang": {}, "slow": {"delay": 5.0}}
FAULTS: dict[str, dict[str, Any]] = {
    "dead": {}, "error": {}, "html": {}, "html_with_200": {"mode": "html", "status": 200}, "truncated": {},
    "wrong_types": {}, "redirect": {}, "empty": {}, "rate_limited": {}, "refused": {"mode": "error", "status": 403},
    **HANGS,
}  # fmt: skip
CODES = {
    "html_with_200": "upstream_lied", "wrong_types": "upstream_lied", "redirect": "upstream_lied",
    "empty": "upstream_lied", "rate_limited": "upstream_limited", "refused": "upstream_refused",
}  # fmt: skip


def set_fault(sandbox, name):
    options = dict(FAULTS[name])
    make.fault(sandbox, options.pop("mode", name), path="/(?!metadata|api)", **options)


def paths_of(account_id: int) -> list[str]:
    base = f"{PROXY}/players/{account_id}"
    return [base, f"{base}/wl", f"{base}/heroes", f"{base}/matches", f"{PROXY}/heroes", f"{PROXY}/constants/patch"]


@pytest.mark.parametrize("name", FAULTS)
async def test_with_nothing_known_a_fault_is_a_503_and_nothing_stays_of_it(start_guildhall, sandbox, name):
    guildhall = await start_guildhall(sandbox, dota2=QUICK)
    someone = make.ids(sandbox)[0]
    paths = paths_of(someone)
    set_fault(sandbox, name)

    broken = await asyncio.gather(*(guildhall.get(path) for path in paths))
    stored = await make.rows(guildhall.runtime.db, "select account_id from dota2.player_profiles")
    kept = await make.rows(guildhall.runtime.db, "select cache_key from core.cached_data")
    make.heal(sandbox)
    guildhall.runtime.clients.plain[0].breaker.succeeded()
    async with guildhall.runtime.db.write() as tx:
        await tx.connection.execute("delete from core.upstream_budgets")
    # A process that was told to wait for the next minute waits; what was stored must not hold up another.
    healthy = await start_guildhall(sandbox, dota2=QUICK) if name == "rate_limited" else guildhall
    healed = await asyncio.gather(*(healthy.get(path) for path in paths))

    assert {answer.status for answer in broken} == {503}
    codes = {answer.code for answer in broken}
    assert CODES.get(name, "upstream_down") in codes
    assert codes <= {CODES.get(name, "upstream_down"), "upstream_down", "upstream_limited"}
    assert all(int(answer.headers["retry-after"]) > 0 for answer in broken)
    assert {answer.headers["cache-control"] for answer in broken} == {"no-store"}
    assert (stored, kept) == ([], [])
    assert {answer.status for answer in healed} == {200}
    assert healed[0].json["profile"]["account_id"] == someone


@pytest.mark.parametrize("name", FAULTS)
async def test_what_is_known_is_served_with_its_age_through_every_fault(start_guildhall, sandbox, name):
    clock = SetClock(datetime.now(UTC))
    guildhall = await start_guildhall(sandbox, clock, dota2=QUICK)
    someone = make.ids(sandbox)[0]
    paths = paths_of(someone)
    before = [await guildhall.get(path) for path in paths]
    clock.advance(timedelta(days=3))  # past what is served stale at once: the refresh is waited for
    set_fault(sandbox, name)

    during = [await guildhall.get(path) for path in paths]
    again = [await guildhall.get(path) for path in paths]

    for old, *served in zip(before, during, again, strict=True):
        for answer in served:
            assert (answer.status, answer.body) == (200, old.body)
            assert 3 * 86400 <= int(answer.headers["age"]) < 3 * 86400 + 60
            assert "stale-on-error" in answer.headers["cache-status"]
            assert answer.headers["warning"].startswith("111 ")


async def test_stale_data_is_served_by_a_process_that_never_saw_opendota_up(start_guildhall, sandbox):
    someone = make.ids(sandbox)[0]
    clock = SetClock(datetime.now(UTC))
    first = await start_guildhall(sandbox, clock)
    known = [await first.get(path) for path in paths_of(someone)]
    clock.advance(timedelta(days=30))
    make.fault(sandbox, "dead")

    second = await start_guildhall(sandbox, clock, dota2=QUICK)
    answers = [await second.get(path) for path in paths_of(someone)]

    assert [answer.body for answer in answers] == [answer.body for answer in known]
    assert {answer.headers["age"] for answer in answers} == {str(30 * 86400)}


async def test_after_a_fault_fresh_data_comes_back_by_itself(start_guildhall, sandbox):
    clock = SetClock(datetime.now(UTC))
    guildhall = await start_guildhall(sandbox, clock, dota2=QUICK)
    someone = make.ids(sandbox)[0]
    path = f"{PROXY}/players/{someone}"
    await guildhall.get(path)
    clock.advance(timedelta(days=2))
    make.fault(sandbox, "wrong_types")
    stale = await guildhall.get(path)

    make.heal(sandbox)
    make.change(sandbox, someone, personaname="renamed")
    clock.advance(timedelta(minutes=10))
    guildhall.runtime.clients.plain[0].breaker.succeeded()
    async with asyncio.timeout(20):
        while (fresh := await guildhall.get(path)).headers["age"] != "0":  # noqa: ASYNC110 (asked over HTTP)
            await asyncio.sleep(0.05)

    assert stale.json["profile"]["personaname"] != "renamed"
    assert fresh.json["profile"]["personaname"] == "renamed"
    assert fresh.headers["age"] == "0"


async def test_opendotas_own_limit_is_obeyed_and_said(start_sandbox, start_guildhall):
    await make.early_in_a_minute()
    sandbox = await start_sandbox(minute_limit=2, day_limit=100)
    guildhall = await start_guildhall(sandbox)
    one, two, three = make.ids(sandbox)[:3]

    answers = [await guildhall.get(f"{PROXY}/players/{account_id}") for account_id in (one, two, three)]

    if answers[-1].status == 200:  # a new minute began in between
        answers.append(await guildhall.get(f"{PROXY}/players/{one}/wl"))
        answers.append(await guildhall.get(f"{PROXY}/players/{two}/wl"))
    limited = answers[-1]
    assert (limited.status, limited.code) == (503, "upstream_limited")
    assert 0 < int(limited.headers["retry-after"]) <= 61
    assert sandbox.app[LIMITS].view().minute == 2


async def test_a_clock_that_is_off_follows_opendotas(start_sandbox, start_guildhall):
    await make.early_in_a_minute()
    sandbox = await start_sandbox(minute_limit=60, day_limit=3000)
    for hours in (-7, 7):
        clock = SetClock(datetime.now(UTC) + timedelta(hours=hours))
        guildhall = await start_guildhall(sandbox, clock)
        account_id = make.ids(sandbox)[hours > 0]

        answers = [await guildhall.get(path) for path in paths_of(account_id)[:4]]

        assert {answer.status for answer in answers} == {200}
        assert answers[0].headers["age"] == "0"
        assert (
            await make.rows(
                guildhall.runtime.db,
                "select minute_start > now() - interval '2 minutes' as present from core.upstream_budgets "
                "where minute_start < now() + interval '2 minutes'",
            )
            or hours > 0
        )  # a window that a fast clock began lies ahead until it has come


async def test_names_with_a_nul_are_served_without_it(start_guildhall, sandbox):
    guildhall = await start_guildhall(sandbox)
    someone = make.ids(sandbox)[0]
    make.change(sandbox, someone, personaname="nul\x00 and \\u0000 and \\")

    answer = await guildhall.get(f"{PROXY}/players/{someone}")

    assert answer.status == 200
    assert answer.json["profile"]["personaname"] == "nul and \\u0000 and \\"


async def test_a_database_that_is_gone_is_a_503_and_readiness_says_so(start_guildhall, sandbox, cluster, clone):
    guildhall = await start_guildhall(sandbox)
    someone = make.ids(sandbox)[0]
    warm = await guildhall.get(f"{PROXY}/players/{someone}")
    name = urlsplit(clone).path[1:]
    await make.administer(cluster, f"alter database {name} with allow_connections false", name)

    from_memory = await guildhall.get(f"{PROXY}/players/{someone}")
    cold = await guildhall.get(f"{PROXY}/players/{make.ids(sandbox)[1]}")
    ready = await guildhall.get("/readyz")
    alive = await guildhall.get("/healthz")
    await make.administer(cluster, f"alter database {name} with allow_connections true", None)
    async with asyncio.timeout(10):
        while (back := await guildhall.get(f"{PROXY}/players/{make.ids(sandbox)[1]}")).status != 200:  # noqa: ASYNC110 (asked over HTTP)
            await asyncio.sleep(0.05)

    assert (from_memory.status, from_memory.body) == (200, warm.body)
    assert (cold.status, cold.code) == (503, "database_unavailable")
    assert int(cold.headers["retry-after"]) > 0
    assert ready.status == 503
    assert ready.json["checks"]["database"] != "ok"
    assert alive.status == 200
    assert back.status == 200


@pytest.mark.slow
async def test_a_database_that_goes_and_comes_back_under_load_fails_with_503_and_recovers(
    start_guildhall, sandbox, cluster, clone
):
    guildhall = await start_guildhall(sandbox, dota2=QUICK)
    players = make.ids(sandbox)
    name = urlsplit(clone).path[1:]
    seen: list[set[int]] = [set(), set(), set()]
    phase = 0

    async def client(number: int) -> None:
        for turn in range(60):
            someone = players[(number + turn) % len(players)]
            answer = await guildhall.get(f"{PROXY}/players/{someone}/matches?limit={1 + (number * 60 + turn) % 100}")
            seen[phase].add(answer.status)
            await asyncio.sleep(0.02)

    clients = [asyncio.create_task(client(number)) for number in range(16)]
    await asyncio.sleep(0.3)
    phase = 1
    await make.administer(cluster, f"alter database {name} with allow_connections false", name)
    await asyncio.sleep(0.3)
    await make.administer(cluster, f"alter database {name} with allow_connections true", None)
    phase = 2
    await asyncio.gather(*clients)
    after = [await guildhall.get(f"{PROXY}/players/{one}/matches?limit=99") for one in players]

    assert 503 in set().union(*seen)
    assert set().union(*seen) <= {200, 503}
    assert {answer.status for answer in after} == {200}
