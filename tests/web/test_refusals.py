"""What no route should have to think of: bodies that no parser follows, and words that are not for clients."""

import asyncio
import json
import re
from uuid import UUID

import asyncpg
import pytest

from guildhall.errors import DatabaseUnavailable
from guildhall.testing.people import sign_in
from guildhall.web import problems
from guildhall.web.bodies import ClientGone, bounded
from tests.packs.dota2 import make
from tests.packs.dota2.make import PROXY
from tests.web.test_lane import connected

NESTED = b"[" * 1_000 + b"]" * 1_000
INNER = re.compile(r"127\.0\.0\.1|::1|localhost|errno|connect call|/tmp|postgresql://", re.IGNORECASE)
"""What tells where our parts are."""


def filled(path: str) -> str:
    """A path with something for each of its parameters."""
    return re.sub(r"\{[^}]*\}", str(UUID(int=1)), path)


async def test_json_that_is_nested_deeper_than_a_parser_follows_is_refused_everywhere(start_guildhall, sandbox):
    guildhall = await start_guildhall(sandbox, web={"rate_per_minute": 0})
    person = await sign_in(guildhall, email="deep@example.com")
    operations = [
        (method.upper(), path)
        for path, item in json.loads((await guildhall.get("/openapi.json")).body)["paths"].items()
        for method, operation in item.items()
        if "requestBody" in operation
    ]
    assert len(operations) > 60
    for method, path in operations:
        for body in (NESTED, b'{"name": ' + NESTED + b"}"):
            headers = {**person.headers, "content-type": "application/json"}
            answer = await guildhall.request(method, filled(path), data=body, headers=headers)
            assert 400 <= answer.status < 500, (method, path, answer.status, answer.body)
            assert answer.json["code"], (method, path)


async def test_a_token_that_is_nested_is_no_token(guildhall):
    for text in (NESTED.decode(), "a.b.c", "e30." * 300):
        answer = await guildhall.get("/api/v1/me", headers={"authorization": f"Bearer {text}"})
        assert (answer.status, answer.headers["content-type"]) == (401, "application/problem+json")


async def test_no_answer_says_where_our_parts_are(start_guildhall, sandbox, capsys):
    guildhall = await start_guildhall(sandbox, dota2={"opendota_url": "http://127.0.0.1:1/api"})
    answer = await guildhall.get(f"{PROXY}/players/{make.ids(sandbox)[0]}")

    assert (answer.status, answer.code) == (503, "upstream_down")
    assert not INNER.search(answer.body.decode()), answer.body

    await guildhall.runtime.db.close()
    for path in ("/readyz", "/api/v1/realm/servers", "/metrics"):
        broken = await guildhall.get(path)
        assert broken.status in (200, 401, 500, 503)
        if path == "/readyz":
            assert broken.status == 503
        assert not INNER.search(broken.body.decode()), (path, broken.body)


def test_inner_words_stay_inside():
    error = DatabaseUnavailable(detail="Cannot connect to PostgreSQL.", inner="('127.0.0.1', 5432) refused")

    assert not INNER.search(problems.encode(problems.problem_of(error)).decode())
    assert "5432" in error.whole


async def test_a_bug_is_an_internal_error_that_says_nothing_of_itself(guildhall):
    person = await sign_in(guildhall)
    connection = await asyncpg.connect(guildhall.runtime.url)
    await connection.execute("alter table realm.servers rename to servers_of_old")
    broken = await guildhall.get("/api/v1/realm/servers", headers=person.headers)
    await connection.execute("alter table realm.servers_of_old rename to servers")
    await connection.close()

    assert (broken.status, broken.code) == (500, "internal")
    assert broken.json["instance"] == f"urn:request:{broken.headers['x-request-id']}"
    assert "servers" not in broken.json["detail"]
    assert (await guildhall.get("/api/v1/realm/servers", headers=person.headers)).status == 200


async def test_a_client_that_leaves_in_the_middle_of_its_body_is_no_bug(guildhall, caplog):
    async with connected(guildhall.address) as connection:
        await connection.send(b"POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: test\r\nContent-Length: 99\r\n\r\n{")
        await asyncio.sleep(0.1)
    for _ in range(100):
        if counted := {key: count for key, count in guildhall.edge.requests.items() if key[0] == "POST"}:
            break
        await asyncio.sleep(0.02)

    assert list(counted) == [("POST", "/api/v1/auth/sign-in", 400)]
    assert [one for one in caplog.records if one.levelname in ("ERROR", "CRITICAL")] == []


async def test_a_body_whose_client_has_left_is_not_taken_for_a_whole_one():
    messages = iter([{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}])

    async def receive():
        return next(messages)

    bounded_receive = bounded(receive, 99)
    assert (await bounded_receive())["body"] == b"{"
    with pytest.raises(ClientGone):
        await bounded_receive()
