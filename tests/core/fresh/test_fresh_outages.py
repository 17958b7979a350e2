"""Game APIs that are down or at their limit: keys keep their place, and the declaration waits."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from aiohttp import web

from guildhall.clock import SetClock
from guildhall.core.fresh.keeper import Round
from guildhall.core.fresh.schemas import Attempt
from guildhall.core.upstream.client import UpstreamClient
from guildhall.core.upstream.errors import UpstreamDown, UpstreamLied, UpstreamLimited, UpstreamResting
from guildhall.core.upstream.schemas import Call, UpstreamOptions
from guildhall.db.pool import Database
from guildhall.errors import DatabaseUnavailable
from tests.core.fresh import make
from tests.core.fresh.make import HOUR, NAME, Game

MINUTE = timedelta(minutes=1)


async def pause(db: Database) -> tuple[float, float]:
    """The seconds that a declaration still waits, and with what nobody waits for."""
    async with db.read() as tx:
        row = await tx.connection.fetchrow(
            "select extract(epoch from until - now()), extract(epoch from background_until - now())"
            " from core.fresh_halts where name = $1",
            NAME,
        )
    return (0.0, 0.0) if row is None else (max(0.0, float(row[0])), max(0.0, float(row[1])))


async def end_pause(db: Database) -> None:
    """The time of a pause is over."""
    await make.execute(db, "update core.fresh_halts set until = now(), background_until = now()")


async def places(db: Database) -> list[tuple[str, datetime, int]]:
    """The keys in the order in which they are due."""
    async with db.read() as tx:
        rows = await tx.connection.fetch("select key, due_at, failures from core.fresh_rows order by due_at, key")
    return [tuple(row) for row in rows]


async def test_a_limit_that_is_used_up_ends_the_batch_and_is_waited_for(jobs_db):
    fresh, game = make.declared(at_once=1), Game()
    await make.keep(jobs_db, fresh, {f"key {n}": HOUR * (9 - n) for n in range(8)})
    before = await places(jobs_db)
    game.fails["key 2"] = UpstreamLimited(retry_after=1800)
    keeper = make.keeper(jobs_db, fresh, game)

    done = await keeper.round(NAME)
    again = await keeper.round(NAME)

    assert (done, again) == (Round(refreshed=2, put_back=6, pause=1800), Round())
    assert game.asked == ["key 0", "key 1", "key 2"]
    assert (await places(jobs_db))[:6] == before[2:]
    whole, background = await pause(jobs_db)
    assert (whole, 1790 < background <= 1800) == (0, True)
    # Somebody who waits has a share of the budget of their own.
    async with jobs_db.write() as tx:
        await fresh.want(tx, "key 7")
    assert await keeper.round(NAME, wanted=True) == Round(refreshed=1)
    game.fails.clear()
    await end_pause(jobs_db)
    assert (await keeper.round(NAME)).refreshed == 5
    assert game.asked[4:] == [f"key {n}" for n in (2, 3, 4, 5, 6)]


async def test_what_somebody_waits_for_waits_too_when_their_share_is_used_up(jobs_db):
    fresh, game = make.declared(), Game()
    game.fails["*"] = UpstreamLimited(retry_after=60)
    async with jobs_db.write() as tx:
        await fresh.want(tx, "a")
    keeper = make.keeper(jobs_db, fresh, game)

    assert await keeper.round(NAME, wanted=True) == Round(put_back=1, pause=60)
    assert await keeper.round(NAME, wanted=True) == Round()
    assert (await pause(jobs_db))[0] > 50
    assert (await make.state(jobs_db, fresh, "a")).wanted_at is not None


async def test_an_api_that_rests_is_nobodys_failure(jobs_db):
    fresh, game = make.declared(at_once=1), Game()
    game.fails["a"] = UpstreamDown(retry_after=10)
    game.fails["b"] = UpstreamResting(retry_after=25)
    await make.keep(jobs_db, fresh, {"a": 3 * HOUR, "b": 2 * HOUR, "c": HOUR})
    before = await places(jobs_db)

    assert await make.keeper(jobs_db, fresh, game).round(NAME) == Round(put_back=3, pause=25)
    assert await places(jobs_db) == before
    assert 20 < (await pause(jobs_db))[0] <= 25


async def test_a_batch_in_which_nothing_succeeds_is_nobodys_failure(jobs_db):
    fresh, game = make.declared(at_once=1), Game()
    game.fails["*"] = UpstreamDown(retry_after=10)
    await make.keep(jobs_db, fresh, {f"key {n}": HOUR for n in range(20)})
    before = await places(jobs_db)

    assert await make.keeper(jobs_db, fresh, game).round(NAME) == Round(put_back=20, pause=10)
    assert len(game.asked) == 3
    assert await places(jobs_db) == before


async def test_pauses_without_any_success_grow_and_begin_anew_after_one(jobs_db):
    fresh, game = make.declared(), Game()
    game.fails["*"] = UpstreamLied(retry_after=30)
    await make.keep(jobs_db, fresh, dict.fromkeys("abc", HOUR))
    keeper = make.keeper(jobs_db, fresh, game)

    pauses = []
    for _ in range(7):
        assert (await keeper.round(NAME)).put_back == 3
        pauses.append(round((await pause(jobs_db))[0] / 30))
        await end_pause(jobs_db)
    game.fails.clear()
    assert (await keeper.round(NAME)).refreshed == 3
    game.fails["*"] = UpstreamLied(retry_after=30)
    await make.execute(jobs_db, "update core.fresh_rows set due_at = now()")
    await keeper.round(NAME)

    assert pauses == [1, 2, 4, 8, 16, 20, 20]
    assert round((await pause(jobs_db))[0] / 30) == 1


async def test_a_longer_pause_that_the_api_asks_for_is_not_cut_short(jobs_db):
    fresh, game = make.declared(), Game()
    game.fails["*"] = UpstreamResting(retry_after=3600)
    await make.keep(jobs_db, fresh, {"a": HOUR})

    for _ in range(2):
        await make.keeper(jobs_db, fresh, game).round(NAME)
        assert 3590 < (await pause(jobs_db))[0] <= 3600
        await end_pause(jobs_db)


async def test_keys_whose_answers_are_odd_do_not_hold_the_others_up(jobs_db):
    fresh, game = make.declared(at_once=2), Game()
    for n in range(5):
        game.fails[f"odd {n}"] = UpstreamLied(detail="HTML")
    await make.keep(jobs_db, fresh, {"odd 0": 9 * HOUR, "good": 8 * HOUR, **{f"odd {n}": HOUR for n in range(1, 5)}})

    done = await make.keeper(jobs_db, fresh, game).round(NAME)

    assert done == Round(refreshed=1, failed=5)
    assert {failures for _, _, failures in await places(jobs_db)} == {0, 1}
    assert await pause(jobs_db) == (0.0, 0.0)


async def test_a_database_that_is_away_is_the_jobs_trouble(jobs_db):
    fresh, game = make.declared(at_once=1), Game()
    game.fails["b"] = DatabaseUnavailable()
    await make.keep(jobs_db, fresh, {"a": 3 * HOUR, "b": 2 * HOUR, "c": HOUR})

    with pytest.raises(DatabaseUnavailable):
        await make.keeper(jobs_db, fresh, game).round(NAME)

    assert game.asked == ["a", "b"]
    assert [key for key, _, failures in await places(jobs_db) if not failures] == ["b", "c", "a"]


class Api:
    """A game API over HTTP that can be taken down, and its client."""

    client: UpstreamClient

    def __init__(self) -> None:
        self.up = True
        self.asked: list[str] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        headers = {"Date": format_datetime(self.client.clock.now(), usegmt=True)}
        return web.json_response({}, headers=headers) if self.up else web.Response(status=503, headers=headers)


StartApi = Callable[..., Awaitable[Api]]


@pytest.fixture
async def start_api(jobs_db) -> AsyncIterator[StartApi]:
    opened: list[Any] = []

    async def start(clock: Any, **options: Any) -> Api:
        api, app = Api(), web.Application()
        app.router.add_get("/{key}", api.answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        chosen = UpstreamOptions(name="game", base_url=f"http://{host}:{port}", attempts=1, **options)
        api.client = UpstreamClient(chosen, jobs_db, clock)
        opened.append((api, runner))
        return api

    yield start
    for api, runner in opened:
        await api.client.close()
        await runner.cleanup()


async def fetch(key: str, api: Api, attempt: Attempt) -> None:
    """A refresh that asks the API once."""
    await api.client.ask(Call("/{key}"), f"/{key}", interactive=attempt.wanted)


@pytest.mark.slow
async def test_an_api_that_is_down_for_an_hour_costs_no_key_its_place(jobs_db, start_api):
    clock = SetClock(datetime.now(UTC))
    api = await start_api(clock)
    fresh = make.declared(refresh=fetch, gone=None, at_once=4, every=24 * HOUR)
    names = [f"key{n:03}" for n in range(100)]
    await make.keep(jobs_db, fresh, {name: HOUR - n * timedelta(seconds=1) for n, name in enumerate(names)})
    before = await places(jobs_db)
    keeper = make.keeper(jobs_db, fresh, api, clock=clock)

    api.up = False
    for _ in range(60):
        done = await keeper.round(NAME)
        assert (done.refreshed, done.failed, done.gone) == (0, 0, 0)
        assert done.pause > 0
        clock.advance(MINUTE)
        await end_pause(jobs_db)  # a minute is longer than any pause
        api.client.breaker._open_until = 0.0
    assert await places(jobs_db) == before
    assert len(api.asked) <= 60 * 8

    api.up = True
    api.asked.clear()
    done = await keeper.round(NAME)
    while done.put_back:  # the breaker lets one call through at first
        await end_pause(jobs_db)
        done = await keeper.round(NAME)
    assert sorted(set(api.asked)) == [f"/{name}" for name in names]
    order = list(dict.fromkeys(api.asked))
    assert all(abs(order.index(f"/{name}") - n) <= 8 for n, name in enumerate(names))  # four at once
    assert {failures for _, _, failures in await places(jobs_db)} == {0}


async def test_the_share_of_the_minute_that_people_have_is_left_to_them(jobs_db, start_api):
    clock = SetClock(datetime(2031, 5, 5, 12, 0, 5, tzinfo=UTC))
    api = await start_api(clock, minute_limit=20, reserve=0.5)
    fresh = make.declared(refresh=fetch, gone=None, upstream="game", calls=1)
    await make.keep(jobs_db, fresh, {f"key{n}": HOUR for n in range(30)})
    keeper = make.keeper(jobs_db, fresh, api, clock=clock, clients=[api.client])

    first, second = await keeper.round(NAME), await keeper.round(NAME)
    async with jobs_db.write() as tx:
        await fresh.want(tx, "key29")
    wanted = await keeper.round(NAME, wanted=True)
    clock.advance(MINUTE)
    third = await keeper.round(NAME)

    assert (first, second, wanted) == (Round(refreshed=10), Round(), Round(refreshed=1))
    assert third.refreshed == 10


async def test_a_refresh_of_several_calls_begins_only_when_there_is_room_for_them(jobs_db, start_api):
    clock = SetClock(datetime(2031, 5, 5, 12, 0, 5, tzinfo=UTC))
    api = await start_api(clock, minute_limit=60, day_limit=3000, reserve=0.4)
    fresh = make.declared(refresh=fetch, gone=None, upstream="game", calls=4)
    await make.keep(jobs_db, fresh, dict.fromkeys([f"key{n}" for n in range(30)], HOUR))
    keeper = make.keeper(jobs_db, fresh, api, clock=clock, clients=[api.client], batch=1000)
    bound = keeper.bound(NAME)

    async with jobs_db.write() as tx:
        assert await bound.room(tx, wanted=False) == 9  # 60 % of 60 calls, four each
        assert await bound.room(tx, wanted=True) == 15
        await tx.connection.execute(
            """
            insert into core.upstream_budgets (upstream, minute_start, minute_used, day_start, day_used)
            values ('game', $1, 0, date_trunc('day', $1::timestamptz, 'utc'), 953)
            """,
            clock.now(),
        )
        # At noon background work may have used 1,800 * (1/2 + 1/24) = 975 calls.
        assert await bound.room(tx, wanted=False) == 5
        await tx.connection.execute(
            "update core.upstream_budgets set blocked_until = $1", clock.now() + timedelta(seconds=30)
        )
        assert await bound.room(tx, wanted=True) == 0
        clock.advance(timedelta(seconds=31))
        assert await bound.room(tx, wanted=True) == 15


async def test_a_worker_that_stops_hands_back_what_it_has_not_finished(jobs_db):
    started = asyncio.Event()

    async def refresh(key: str) -> None:
        if key != "quick":
            started.set()
            await asyncio.sleep(60)

    fresh = make.declared(refresh=refresh, gone=None, at_once=1)
    await make.keep(jobs_db, fresh, {"quick": 3 * HOUR, "slow": 2 * HOUR, "next": HOUR})
    round_ = asyncio.create_task(make.keeper(jobs_db, fresh).round(NAME))
    await started.wait()
    round_.cancel()
    with pytest.raises(asyncio.CancelledError):
        await round_

    left = [await make.state(jobs_db, fresh, key) for key in ("quick", "slow", "next")]
    assert [row.refreshed_at is not None for row in left] == [True, False, False]
    assert [row.leased_until for row in left] == [None] * 3
