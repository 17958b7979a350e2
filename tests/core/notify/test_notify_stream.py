"""The live stream: what was told, once, without a gap, as long as the session lasts."""

import asyncio
import contextlib
import socket

import asyncpg
import pytest

from guildhall.boot.server import make_server
from guildhall.core.notify.schemas.notices import Notice
from guildhall.testing.people import sign_in
from tests.conftest import configuration
from tests.core.notify.make import Events, execute, notice, rows, sending, tell, until

STREAM = "/api/v1/notifications/stream"


@pytest.fixture
async def app(start_guildhall):
    return await start_guildhall(notify={"stream_heartbeat": 0.1})


@contextlib.asynccontextmanager
async def listening(app, person, last=None):
    headers = {**person.headers, **({"Last-Event-ID": last} if last else {})}
    async with app.session.get(app.address + STREAM, headers=headers) as response:
        yield Events(response)


async def dispatch(jobs_db, *notices: Notice):
    await tell(jobs_db, *notices)
    async with sending(jobs_db) as sender:
        await sender.run()


async def test_a_notification_arrives_as_it_is_told(app, jobs_db):
    person, other = await sign_in(app), await sign_in(app)
    async with listening(app, person) as events:
        hello = await events.next()
        await dispatch(jobs_db, notice(person.id, body="Gunnery V", data={"skill_id": 1}), notice(other.id))
        told = await events.next()
        with pytest.raises(TimeoutError):
            await events.next(patience=0.5)

    assert (events.status, hello) == (
        200, {"retry": "3000", "id": "00000000-0000-0000-0000-000000000000", "event": "hello", "data": {}},
    )  # fmt: skip
    assert (told["event"], told["id"]) == ("notification", told["data"]["id"])
    assert (told["data"]["body"], told["data"]["data"]) == ("Gunnery V", {"skill_id": 1})


async def test_who_comes_back_gets_what_was_missed_once_and_in_the_order_it_was_told(app, jobs_db):
    person = await sign_in(app)
    await tell(jobs_db, notice(person.id, "held"))  # older by its id, told later
    await execute(jobs_db, "update core.notification_log set due_at = now() + interval '1 hour'")
    await dispatch(jobs_db, notice(person.id, "1"))
    async with listening(app, person, "00000000-0000-0000-0000-000000000000") as events:
        await events.next()
        seen = await events.next()
    assert seen["data"]["title"] == "Skill finished 1"

    await dispatch(jobs_db, notice(person.id, "2"))
    await execute(jobs_db, "update core.notification_log set due_at = now() where due_at is not null")
    await dispatch(jobs_db, notice(person.id, "3"))
    async with listening(app, person, seen["id"]) as events:
        hello = await events.next()
        missed = [(await events.next())["data"]["title"] for _ in range(3)]
        await dispatch(jobs_db, notice(person.id, "4"))
        live = await events.next()

    assert hello["id"] == seen["id"]
    assert missed[0] == "Skill finished 2"
    assert sorted(missed[1:]) == ["Skill finished 3", "Skill finished held"]
    assert live["data"]["title"] == "Skill finished 4"


async def test_who_has_seen_nothing_goes_on_from_where_they_began(app, jobs_db):
    person = await sign_in(app)
    await dispatch(jobs_db, notice(person.id, "before"))
    async with listening(app, person) as events:
        hello = await events.next()
    await dispatch(jobs_db, notice(person.id, "after"))
    async with listening(app, person, hello["id"]) as events:
        await events.next()
        assert (await events.next())["data"]["title"] == "Skill finished after"


async def test_a_last_event_that_is_forgotten_by_now_leaves_no_gap(app, jobs_db):
    person = await sign_in(app)
    for key in ("1", "2", "3"):
        await dispatch(jobs_db, notice(person.id, key))
    first = (await rows(jobs_db))[0]["id"]
    await execute(jobs_db, "delete from core.notification_log where id = $1", first)
    async with listening(app, person, str(first)) as events:
        await events.next()
        assert [(await events.next())["data"]["title"] for _ in range(2)] == ["Skill finished 2", "Skill finished 3"]


@pytest.mark.parametrize("last", ["", " ", "yesterday", "ffffffff-ffff-7fff-bfff-ffffffffffff"])
async def test_a_last_event_id_that_was_never_given_out_does_not_end_the_stream_nor_lead_it_astray(app, jobs_db, last):
    person = await sign_in(app)
    await dispatch(jobs_db, notice(person.id, "before"))
    newest = str((await rows(jobs_db))[0]["id"])
    async with app.session.get(app.address + STREAM, headers={**person.headers, "Last-Event-ID": last}) as response:
        hello = await Events(response).next()
    assert hello is not None
    await dispatch(jobs_db, notice(person.id, "while away"))
    async with listening(app, person, hello["id"]) as events:
        await events.next()
        missed = await events.next()

    assert (response.status, hello["id"]) == (200, newest)
    assert missed is not None
    assert missed["data"]["title"] == "Skill finished while away"


async def test_a_channel_that_is_turned_off_is_not_streamed(app, jobs_db):
    person = await sign_in(app)
    preference = "insert into core.notification_preferences values ($1, 'skill_complete', 'in_app', false, now())"
    await execute(jobs_db, preference, person.id)
    async with listening(app, person) as events:
        await events.next()
        await dispatch(jobs_db, notice(person.id))
        with pytest.raises(TimeoutError):
            await events.next(patience=0.5)
    assert [row["told_no"] for row in await rows(jobs_db)] == [None]


async def test_many_tellers_and_readers_lose_and_double_nothing(app, jobs_db):
    person = await sign_in(app)
    got: list[list[str]] = [[], []]

    async def read(mine):
        last = "00000000-0000-0000-0000-000000000000"
        while len(mine) < 60:  # hangs up after every seventh
            async with listening(app, person, last) as events:
                await events.next()
                for _ in range(min(7, 60 - len(mine))):
                    event = await events.next()
                    mine.append(event["data"]["title"])
                    last = event["id"]

    async def teller(number):
        async with sending(jobs_db) as sender:
            for count in range(20):
                await tell(jobs_db, notice(person.id, f"{number}.{count}"))
                await sender.run()

    async with asyncio.timeout(25):
        await asyncio.gather(*(read(mine) for mine in got), *(teller(number) for number in range(3)))

    wanted = sorted(f"Skill finished {number}.{count}" for number in range(3) for count in range(20))
    assert sorted(got[0]) == wanted
    assert got[0] == got[1]


async def test_a_stream_outlives_the_limit_of_a_request(start_guildhall, jobs_db):
    app = await start_guildhall(web={"request_seconds": 0.3}, notify={"stream_heartbeat": 0.1})
    person = await sign_in(app)
    async with listening(app, person) as events:
        await events.next()
        await asyncio.sleep(0.6)
        await dispatch(jobs_db, notice(person.id))
        assert (await events.next())["event"] == "notification"
    await until(lambda: _ended(app))
    assert sum(app.edge.times[STREAM][:-1]) == 1
    assert app.edge.times[STREAM][-1] < 0.3  # how long it took to begin, not how long it was open


async def _ended(app):
    return app.edge.in_flight == 0 and app.edge.requests["GET", STREAM, 200] == 1


async def test_a_stream_ends_with_its_session(app):
    person = await sign_in(app)
    async with listening(app, person) as events:
        await events.next()
        ended = await app.request("DELETE", f"/api/v1/me/sessions/{person.session_id}", headers=person.headers)
        assert ended.status == 204
        assert await events.next() is None


async def test_a_stream_ends_with_its_access_token(start_guildhall):
    app = await start_guildhall(identity={"access_minutes": 0.03}, notify={"stream_heartbeat": 60})
    person = await sign_in(app)
    async with listening(app, person) as events:
        await events.next()
        assert await events.next() is None


async def test_streams_of_a_user_are_limited(start_guildhall):
    app = await start_guildhall(notify={"streams_most": 2, "stream_heartbeat": 0.1})
    person, other = await sign_in(app), await sign_in(app)
    async with listening(app, person) as first, listening(app, person) as second:
        await first.next()
        await second.next()
        refused = await app.get(STREAM, headers=person.headers)
        async with listening(app, other) as others:
            assert (await others.next())["event"] == "hello"
        assert (refused.status, refused.code) == (429, "notify.too_many_streams")
        assert refused.headers["retry-after"] == "30"
    streams = app.runtime.provided[type(_streams(app))]
    await until(lambda: _none(streams))


def _streams(app):
    return next(one for kind, one in app.runtime.provided.items() if kind.__name__ == "NoticeStreams")


async def _none(streams):
    return streams.open == 0


async def test_a_reader_who_takes_nothing_is_let_go(start_guildhall, jobs_db, clone):
    app = await start_guildhall(notify={"stream_send_seconds": 0.3, "stream_heartbeat": 0.1})
    person = await sign_in(app)
    connection = await asyncpg.connect(clone)
    await connection.execute(
        """
        insert into core.notification_log (id, user_id, type, title, body, occurrence_key, happened_at, told_no, status)
        select gen_random_uuid(), $1, 'x', 'x', repeat('x', 4000), i::text, now(), i, 'sent'
        from generate_series(1, 4000) i
        """,
        person.id,
    )
    await connection.close()
    host, _, port = app.address.removeprefix("http://").partition(":")
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.connect((host, int(port)))
    request = f"GET {STREAM} HTTP/1.1\r\nHost: x\r\nLast-Event-ID: 00000000-0000-0000-0000-000000000000\r\n"
    reader.sendall(f"{request}Authorization: {person.headers['Authorization']}\r\n\r\n".encode())

    streams = _streams(app)
    await until(lambda: _some(streams))
    await until(lambda: _none(streams), patience=10)
    reader.close()


async def _some(streams):
    return streams.open > 0


async def test_the_head_of_a_stream_ends_at_once(app):
    person = await sign_in(app)
    answer = await app.request("HEAD", STREAM, headers=person.headers)
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-type"].startswith("text/event-stream")


async def test_a_server_that_leaves_ends_its_streams(app):
    person = await sign_in(app)
    listener = socket.create_server(("127.0.0.1", 0))
    server = make_server(app.edge, configuration())
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment]
    task = asyncio.create_task(server.serve(sockets=[listener]))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with asyncio.timeout(10):
        while not server.started:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        async with app.session.get(address + STREAM, headers=person.headers) as response:
            events = Events(response)
            await events.next()
            server.should_exit = True
            assert await events.next() is None
        await task
    listener.close()
