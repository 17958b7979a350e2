"""The private lane: a person's own answers from memory, and nobody else's, whatever is shown."""

import asyncio
import base64

import pytest

from guildhall.core.cache.api import private_target
from guildhall.core.identity.principals.schemas import DOORKEEPER
from guildhall.core.identity.sessions.actions import end_session
from guildhall.core.identity.sessions.authenticator import Authenticator
from guildhall.testing.people import sign_in
from tests.packs.eve.stored import make_character

ME = 2112000042
PATH = "/api/v1/eve/overview"


@pytest.fixture
async def server(start_guildhall):
    return await start_guildhall()


async def primed(server, number=0):
    """Somebody whose overview is in memory and bound."""
    person = await sign_in(server, name=f"P{number}")
    await make_character(server.runtime.url, person.id, ME + number, f"Pilot {number}", data=False)
    async with asyncio.timeout(10):
        while True:
            answer = await server.get(PATH, headers=person.headers)
            assert [one["character_id"] for one in answer.json["characters"]] == [ME + number]
            bound = private_target(person.id.bytes, PATH.encode()) in server.runtime.cache.memory.by_target
            if bound and server.edge.requests["GET", "eve_overview", 200]:
                return person
            await asyncio.sleep(0.01)


async def test_the_lane_serves_a_persons_own_overview(server):
    person = await primed(server)
    answer = await server.get(PATH, headers=person.headers)
    assert answer.headers["cache-control"].startswith("private")
    assert answer.headers["cache-status"].endswith("detail=memory")
    assert server.edge.requests["GET", "eve_overview", 200]
    same = await server.get(PATH, headers={**person.headers, "If-None-Match": answer.headers["etag"]})
    assert (same.status, same.body) == (304, b"")


async def test_whoever_shows_something_else_gets_nothing_of_it(server):
    person, other = await primed(server), await primed(server, 1)
    token = person.tokens.access_token
    head, claims, signature = token.split(".")
    forged = (
        base64.urlsafe_b64encode(
            base64.urlsafe_b64decode(claims + "==").replace(str(person.id).encode(), str(other.id).encode())
        )
        .rstrip(b"=")
        .decode()
    )
    for shown in (
        None, "", "Bearer", "Bearer ", "Bearer x", f"Bearer {token}x", f"Bearer {token[:-2]}", f"Basic {token}",
        f"Bearer {head}.{forged}.{signature}", f"Bearer {head}.{claims}.", "Bearer gh_" + "x" * 43, token,
        f"Bearer {token}, Bearer {other.tokens.access_token}",
    ):  # fmt: skip
        headers = {} if shown is None else {"Authorization": shown}
        answer = await server.get(PATH, headers=headers)
        assert answer.status == 401, (shown, answer.body[:80])
        assert b"characters" not in answer.body
    # The target with the holder's own key in it is no way in either.
    for sly in (f"{PATH}%20", f"/{person.id.hex}%20{PATH}", f"//{PATH}", f"{PATH}?x=1"):
        assert b'"characters":[{' not in (await server.get(sly)).body


async def test_mixed_people_on_one_connection_each_get_their_own(server):
    people = [await primed(server, number) for number in range(3)]
    reader, writer = await asyncio.open_connection(*server.address.removeprefix("http://").split(":"))
    try:
        for turn in range(60):
            number = turn * 7 % 3
            shown = people[number].headers["Authorization"] if turn % 5 else "Bearer nobody"
            writer.write(f"GET {PATH} HTTP/1.1\r\nHost: a\r\nAuthorization: {shown}\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(int(line[16:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            body = await reader.readexactly(length)
            if turn % 5:
                assert head.startswith(b"HTTP/1.1 200")
                assert f'"character_id":{ME + number}'.encode() in body
                assert body.count(b'"character_id":') == 1
            else:
                assert head.startswith(b"HTTP/1.1 401")
    finally:
        writer.close()


async def test_a_session_that_ends_is_out_at_once(server):
    person = await primed(server)
    authenticator: Authenticator = server.runtime.provided[Authenticator]
    shown = person.headers["Authorization"].encode()
    now = server.runtime.clock.timestamp()
    async with asyncio.timeout(5):
        while authenticator.holder(shown, now) is None:  # noqa: ASYNC110 (the revocations are loaded behind it)
            await asyncio.sleep(0.005)
    assert authenticator.holder(shown, now) == person.id.bytes
    assert authenticator.holder(shown, now + 3600) is None  # expired
    async with server.runtime.db.write(DOORKEEPER) as tx:
        await end_session(tx, person.session_id, "signed_out")
    async with asyncio.timeout(5):
        while authenticator.holder(shown, now) is not None:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    assert (await server.get(PATH, headers=person.headers)).status == 401


async def test_a_suspended_user_is_out_at_once(server):
    person = await primed(server)
    async with server.runtime.db.write(DOORKEEPER) as tx:
        await tx.connection.execute("update core.users set suspended_at = now() where id = $1", person.id)
    async with asyncio.timeout(5):
        while (await server.get(PATH, headers=person.headers)).status == 200:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert (await server.get(PATH, headers=person.headers)).status in (401, 403)


async def test_a_change_of_a_character_is_seen_by_the_lane(server):
    person = await primed(server)
    async with server.runtime.db.write(DOORKEEPER) as tx:
        await tx.connection.execute(
            "update eve.characters set token_state = 'needs_authorisation' where user_id = $1", person.id
        )
    async with asyncio.timeout(5):
        while True:
            answer = await server.get(PATH, headers=person.headers)
            if answer.json["characters"][0]["token_state"] == "needs_authorisation":
                break
            await asyncio.sleep(0.01)
