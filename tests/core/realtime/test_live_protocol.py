"""The protocol of live connections: who gets in, what may be asked, when it ends."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import aiohttp
import pytest

from guildhall.clock import SetClock
from guildhall.core.identity.sessions.cookies import Cookies
from guildhall.core.realtime.server import SCOPE
from guildhall.testing.live import PATIENCE, connected
from guildhall.testing.people import sign_in
from tests.core.realtime.make import happen, make_place, sign_out

NOWHERE = UUID("0198c0de-0000-7000-8000-000000000000")


async def test_a_header_of_the_handshake_lets_in(guildhall):
    person = await sign_in(guildhall)

    async with connected(guildhall, person) as live:
        welcome = await live.hears("welcome")

    assert welcome["user"] == str(person.id)
    assert welcome["heartbeat"] > 0
    assert abs(datetime.fromisoformat(welcome["now"]) - datetime.now(UTC)) < timedelta(minutes=1)


async def test_a_first_frame_lets_in(guildhall):
    person = await sign_in(guildhall)

    async with connected(guildhall, welcome=False) as live:
        await live.send("hello", token=person.tokens.access_token)
        assert (await live.hears("welcome"))["user"] == str(person.id)
        assert (await live.ask("ping"))["op"] == "pong"


async def test_what_is_asked_right_behind_the_first_frame_is_answered(guildhall):
    place = await make_place(guildhall)
    person = await place.person()

    async with connected(guildhall, welcome=False) as live:
        await live.send("hello", token=person.tokens.access_token)
        await live.send("subscribe", topic=place.topic, ref="s")
        await live.send("ping", ref="p")
        await live.until(lambda: len(live.frames) >= 3)

    assert [one["op"] for one in live.frames] == ["welcome", "subscribed", "pong"]


async def test_a_first_frame_that_is_no_hello_ends_it(guildhall):
    for frame in [
        "", "hello", "[]", "{}", "null", '{"op":"hello"}', '{"op":"hello","token":""}', '{"op":"hello","token":7}',
        '{"op":"ping"}', '{"op":"subscribe","topic":"realm.server:x"}', '{"op":"hello","token":"' + "x" * 5000 + '"}',
        "[" * 4000, b"\x00\x01",
    ]:  # fmt: skip
        async with connected(guildhall, welcome=False) as live:
            await (live.socket.send_bytes(frame) if isinstance(frame, bytes) else live.socket.send_str(str(frame)))

            assert await live.closes() == 1008
        assert live.frames == []


async def test_a_token_that_is_none_ends_it(guildhall):
    for token in ["nonsense", "gh_nonsense", "a.b.c"]:  # fmt: skip
        async with connected(guildhall, welcome=False) as live:
            await live.send("hello", token=token)
            assert await live.closes() == 4401
        async with connected(guildhall, welcome=False, headers={"Authorization": f"Bearer {token}"}) as live:
            assert await live.closes() == 4401


async def test_a_header_that_is_no_bearer_ends_it(guildhall):
    for header in ["Basic abc", "Bearer", "Bearer  ", "nothing"]:  # fmt: skip
        async with connected(guildhall, welcome=False, headers={"Authorization": header}) as live:
            assert await live.closes() == 4401


async def test_who_says_nothing_is_shown_out(start_guildhall):
    guildhall = await start_guildhall(realtime={"sign_in_seconds": 0.2})

    async with connected(guildhall, welcome=False) as live:
        assert await live.closes(5) == 4401


async def test_who_leaves_without_a_hello_leaves_no_trace(guildhall, caplog):
    for _ in range(3):
        async with connected(guildhall, welcome=False):
            pass
    async with connected(guildhall, welcome=False) as live:
        await live.socket.close()
    person = await sign_in(guildhall)
    async with connected(guildhall, welcome=False) as live:
        await live.send("hello", token=person.tokens.access_token)
    await asyncio.sleep(0.1)

    assert [one for one in caplog.records if one.levelname in ("ERROR", "CRITICAL")] == []


def _cookies(guildhall: Any, person: Any) -> dict[str, str]:
    cookies: Cookies = guildhall.runtime.provided[Cookies]
    return {"Cookie": f"{cookies.access}={person.tokens.access_token}"}


async def test_cookies_let_in_a_page_of_our_own(guildhall):
    person = await sign_in(guildhall)
    shown = _cookies(guildhall, person)

    async with connected(guildhall, headers={**shown, "Origin": guildhall.address}) as live:
        assert (await live.hears("welcome"))["user"] == str(person.id)


async def test_cookies_on_a_foreign_page_are_refused(guildhall):
    for origin in ["https://evil.example", "null", "http://127.0.0.1:1"]:  # fmt: skip
        shown = _cookies(guildhall, await sign_in(guildhall))

        async with connected(guildhall, welcome=False, headers={**shown, "Origin": origin}) as live:
            assert await live.closes() == 1008
        assert live.frames == []


async def test_cookies_that_are_over_leave_room_for_a_hello(start_guildhall):
    clock = SetClock(datetime(2026, 5, 1, tzinfo=UTC))
    guildhall = await start_guildhall(clock=clock)
    old = await sign_in(guildhall)
    clock.advance(timedelta(minutes=16))
    new = await sign_in(guildhall, old.id)

    async with connected(
        guildhall, welcome=False, headers={**_cookies(guildhall, old), "Origin": guildhall.address}
    ) as live:
        await live.send("hello", token=new.tokens.access_token)
        assert (await live.hears("welcome"))["user"] == str(old.id)


async def test_an_expired_token_is_refused_and_one_that_expires_ends_it(start_guildhall):
    clock = SetClock(datetime(2026, 5, 1, tzinfo=UTC))
    guildhall = await start_guildhall(clock=clock)
    person = await sign_in(guildhall)
    async with connected(guildhall, person) as live:
        clock.advance(timedelta(minutes=16))
        assert await live.closes(5) == 4401

    async with connected(guildhall, person, welcome=False) as late:
        assert await late.closes() == 4401


async def test_a_token_is_renewed_by_another_hello(start_guildhall):
    clock = SetClock(datetime(2026, 5, 1, tzinfo=UTC))
    guildhall = await start_guildhall(clock=clock)
    person = await sign_in(guildhall)
    other = await sign_in(guildhall)
    async with connected(guildhall, person) as live:
        clock.advance(timedelta(minutes=10))
        again = await sign_in(guildhall, person.id)
        assert (await live.ask("hello", token=again.tokens.access_token))["op"] == "welcome"
        assert (await live.ask("hello", token=other.tokens.access_token))["status"] == 400
        assert (await live.ask("hello", token="nonsense"))["status"] == 401
        clock.advance(timedelta(minutes=10))
        await asyncio.sleep(1.5)
        assert (await live.ask("ping"))["op"] == "pong"

        await sign_out(guildhall, person)  # the session before: this one goes on
        assert (await live.ask("ping"))["op"] == "pong"


async def test_a_session_that_ends_closes_at_once_in_every_process(start_guildhall):
    one, two = await start_guildhall(), await start_guildhall()
    person, stays = await sign_in(one), await sign_in(one)
    async with connected(one, person) as here, connected(two, person) as there, connected(two, stays) as other:
        await sign_out(one, person)

        assert await here.closes(2) == 4403
        assert await there.closes(2) == 4403
        assert (await other.ask("ping"))["op"] == "pong"


async def test_following_and_following_no_more(guildhall):
    place = await make_place(guildhall)
    person, other = await place.people(2)
    async with connected(guildhall, person) as live, connected(guildhall, other) as stays:
        await stays.follow(place.topic)
        told = await live.follow(place.topic)
        await happen(guildhall, place.topic, "one")
        await live.until(lambda: len(live.events()) == 1)
        assert live.events()[0]["id"] > told["position"]

        assert (await live.ask("unsubscribe", topic=place.topic.upper().replace("REALM.CHANNEL", "realm.channel"))) == {
            "op": "unsubscribed", "ref": 2, "topic": place.topic,
        }  # fmt: skip
        await happen(guildhall, place.topic, "two")
        await stays.until(lambda: len(stays.events()) == 2)
        await live.follow(place.topic)
        await live.follow(place.topic)  # again is the same as once
        await happen(guildhall, place.topic, "three")
        await live.until(lambda: len(live.events()) == 2)
        assert (await live.ask("unsubscribe", topic=f"realm.channel:{NOWHERE}"))["op"] == "unsubscribed"

    assert [one["data"] for one in live.events()] == [{"content": "one"}, {"content": "three"}]
    assert {one["kind"] for one in live.events()} == {"thing"}


async def test_topics_that_are_none(guildhall):
    for topic, status in [
        (f"realm.channel:{NOWHERE}", 404), (f"realm.server:{NOWHERE}", 404), (f"realm.user:{NOWHERE}", 404),
        (f"realm.guild:{NOWHERE}", 404), (f"realm.party:{NOWHERE}", 404), (f"realm.raid:{NOWHERE}", 404),
        (f"nothing:{NOWHERE}", 404), ("realm.channel:" + "-" * 36, 404),
        ("realm.channel", 400), ("realm.channel:", 400), ("realm.channel:*", 400), ("*", 400), ("", 400),
        (f"realm.channel:{NOWHERE} ", 400), (f"realm.channel:{NOWHERE}\x00", 400),
    ]:  # fmt: skip
        place = await make_place(guildhall)
        async with connected(guildhall, await place.person()) as live:
            await live.send("subscribe", topic=topic, ref="x")
            told = await live.hears("error")

            assert told["status"] == status
            assert (await live.ask("ping"))["op"] == "pong"


async def test_a_connection_follows_so_many_topics_and_no_more(start_guildhall):
    guildhall = await start_guildhall(realtime={"topics_per_connection": 2})
    place = await make_place(guildhall)
    person = await place.person()
    async with connected(guildhall, person) as live:
        await live.follow(place.topic)
        await live.follow(place.server_topic)
        await live.follow(place.topic)
        refused = await live.ask("subscribe", topic=f"realm.user:{person.id}")
        await live.ask("unsubscribe", topic=place.topic)
        await live.follow(f"realm.user:{person.id}")

    assert (refused["op"], refused["code"]) == ("error", "realtime.too_many_topics")


async def test_a_user_has_so_many_connections_and_no_more(start_guildhall):
    guildhall = await start_guildhall(realtime={"connections_per_user": 2})
    person, other = await sign_in(guildhall), await sign_in(guildhall)
    async with connected(guildhall, person), connected(guildhall, other):
        async with connected(guildhall, person), connected(guildhall, person, welcome=False) as third:
            assert await third.closes() == 4429
        async with asyncio.timeout(PATIENCE):
            while True:
                async with connected(guildhall, person, welcome=False) as again:
                    await again.until(lambda: again.frames or again.code)
                    if again.frames:
                        break


async def test_a_process_has_so_many_connections_and_no_more(start_guildhall):
    guildhall = await start_guildhall(realtime={"connections": 2})
    people = [await sign_in(guildhall) for _ in range(3)]
    async with connected(guildhall, people[0]), connected(guildhall, people[1]):
        async with connected(guildhall, people[2], welcome=False) as third:
            assert await third.closes() == 4429
        stream = await guildhall.get(f"/api/v1/live/events?topic=realm.user:{people[2].id}", headers=people[2].headers)

    assert (stream.status, stream.code) == (429, "realtime.too_many_connections")


async def test_pings_of_both_kinds_are_answered(guildhall):
    async with connected(guildhall, await sign_in(guildhall)) as live:
        told = await live.ask("ping", ref="a name")
        await live.socket.ping(b"by the protocol")

        assert (told["op"], told["ref"]) == ("pong", "a name")
        assert (await live.ask("ping"))["op"] == "pong"


async def test_a_client_that_answers_no_ping_is_closed(start_guildhall):
    guildhall = await start_guildhall(realtime={"heartbeat_seconds": 0.1, "heartbeat_patience": 0.2})
    person = await sign_in(guildhall)
    socket = await guildhall.session.ws_connect(
        f"{guildhall.address}/api/v1/live", headers=person.headers, autoping=False
    )
    async with asyncio.timeout(5):
        async for message in socket:
            assert message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.PING)

    assert socket.close_code == 1011
    async with connected(guildhall, person) as live:
        await asyncio.sleep(0.6)
        assert (await live.ask("ping"))["op"] == "pong"


async def test_a_name_for_an_operation_that_is_none(guildhall):
    for ref in [-1, 2**53 + 1, "", "x" * 65, 1.5, True, [], {}]:  # fmt: skip
        async with connected(guildhall, await sign_in(guildhall)) as live:
            await live.send("ping", ref=ref)
            assert (await live.hears("error"))["code"] == "realtime.malformed"


async def test_typing_is_shown_to_the_others_now_and_then(start_guildhall):
    guildhall = await start_guildhall(realtime={"typing_seconds": 0.5})
    place = await make_place(guildhall)
    ann, bob = await place.people(2)
    async with connected(guildhall, ann) as one, connected(guildhall, bob) as two:
        assert (await one.ask("typing", topic=place.topic))["code"] == "realtime.not_subscribed"
        await one.follow(place.server_topic)
        assert (await one.ask("typing", topic=place.server_topic))["code"] == "realtime.not_subscribed"
        await one.follow(place.topic)
        await two.follow(place.topic)
        for _ in range(5):
            await one.send("typing", topic=place.topic)
        assert await two.hears("typing") == {"op": "typing", "topic": place.topic, "user": str(ann.id)}
        assert (await one.ask("ping"))["op"] == "pong"
        await asyncio.sleep(0.6)
        await one.send("typing", topic=place.topic)
        await two.until(lambda: len(two.heard("typing")) == 2)

    assert one.heard("typing") == []


async def test_a_handshake_elsewhere_is_refused(guildhall):
    for path in ("/api/v1/live/nothing", "/api/v1/nothing", "/healthz"):
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await guildhall.session.ws_connect(f"{guildhall.address}{path}")
        assert caught.value.status in (403, 404)


async def test_handshakes_are_limited_by_address_as_requests_are(start_guildhall):
    guildhall = await start_guildhall(web={"rate_per_minute": 60, "rate_burst": 5})
    for _ in range(5):
        async with connected(guildhall, welcome=False):
            pass
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await guildhall.session.ws_connect(f"{guildhall.address}/api/v1/live")
    told = await guildhall.get("/metrics")

    assert caught.value.status == 429
    assert caught.value.headers is not None
    assert int(caught.value.headers["retry-after"]) >= 1
    assert 'guildhall_requests_total{method="GET",route="limited",status="429"} 1.0' in told.body.decode()
    assert 'route="/api/v1/live",status="101"} 5.0' in told.body.decode()


async def test_what_goes_on_is_measured(guildhall):
    place = await make_place(guildhall)
    person = await place.person()
    async with connected(guildhall, person) as live:
        await live.follow(place.topic)
        assert (await live.ask("realm.send", channel=str(place.channel_id), content="hello"))["op"] == "ack"
        await happen(guildhall, place.topic, "thing")
        await live.until(lambda: len(live.events()) == 2)
        told = (await guildhall.get("/metrics")).body.decode().splitlines()

    values = {name: float(value) for name, _, value in (line.partition(" ") for line in told if line[0] != "#")}
    assert values["guildhall_live_connections"] == 1
    assert values["guildhall_live_topics"] == 1
    assert values["guildhall_live_delivered_total"] == 2
    assert values["guildhall_live_caught_up_total"] >= 1
    assert values["guildhall_live_resyncs_total"] == 0
    assert values["guildhall_realm_messages_written_total"] == 1
    assert values["guildhall_realm_batches_total"] == 1
    assert values["guildhall_realm_messages_waiting"] == 0


async def test_an_api_token_needs_its_scopes(guildhall):
    place = await make_place(guildhall)
    person = await place.person()

    async def token(*scopes: str) -> dict[str, str]:
        made = await guildhall.post(
            "/api/v1/me/api-tokens", headers=person.headers, json={"name": "robot", "scopes": list(scopes)}
        )
        assert made.status == 201, made.body
        return {"id": made.json["details"]["id"], "Authorization": f"Bearer {made.json['token']}"}

    nothing, reads, writes = await token("eve:read"), await token(SCOPE), await token(SCOPE, "realm:read")
    async with connected(guildhall, welcome=False, headers={"Authorization": nothing["Authorization"]}) as live:
        assert await live.closes() == 1008
    async with connected(guildhall, headers={"Authorization": reads["Authorization"]}) as live:
        assert (await live.ask("subscribe", topic=place.topic))["status"] == 403
        assert (await live.ask("realm.send", channel=str(place.channel_id), content="hello"))["status"] == 403
    async with connected(guildhall, headers={"Authorization": writes["Authorization"]}) as live:
        await live.follow(place.topic)
        assert (await live.ask("realm.send", channel=str(place.channel_id), content="hello"))["status"] == 403
        await guildhall.request("DELETE", f"/api/v1/me/api-tokens/{writes['id']}", headers=person.headers)
        assert await live.closes(3) == 4403
