"""The fast lane over raw sockets: the same answers as the long way, and nothing odd let through."""

import asyncio
import contextlib
import gzip
import io
import time
from collections.abc import AsyncIterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall import log
from guildhall.packs.dota2.sandbox import FAULTS, Fault, FaultMode, player_ids
from guildhall.web.deadlines import Deadlines
from guildhall.web.lane import plain_get
from guildhall.web.limits import TokenBuckets, TrustedProxies

PATH = "/api/v1/opendota_proxy/players/"


class Connection:
    """A keep-alive connection that is spoken to in bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def receive(self) -> tuple[int, dict[str, str], bytes]:
        head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 5)
        status_line, *lines = head.decode("latin-1").rstrip().split("\r\n")
        fields = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        body = await self.reader.readexactly(int(fields.get("content-length", "0")))
        return int(status_line.split(" ")[1]), fields, body

    async def get(self, target: str, *fields: str) -> tuple[int, dict[str, str], bytes]:
        lines = "".join(f"{field}\r\n" for field in ("Host: test", *fields))
        await self.send(f"GET {target} HTTP/1.1\r\n{lines}\r\n".encode("latin-1"))
        return await self.receive()


@contextlib.asynccontextmanager
async def connected(address: str) -> AsyncIterator[Connection]:
    host, port = address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        yield Connection(reader, writer)
    finally:
        writer.close()


async def known_target(guildhall, sandbox) -> str:
    target = f"{PATH}{player_ids(sandbox.options)[0]}"
    assert (await guildhall.get(target)).status == 200
    return target


async def test_the_lane_answers_as_the_long_way_does(guildhall, sandbox):
    target = await known_target(guildhall, sandbox)
    async with connected(guildhall.address) as connection:
        lane = await connection.get(target)
        long_way = await connection.get(target, "Range: bytes=0-")

    assert lane[0] == long_way[0] == 200
    assert lane[2] == long_way[2]
    assert set(lane[1]) == set(long_way[1])
    same = set(lane[1]) - {"x-request-id", "date", "age", "cache-status"}
    assert {name: lane[1][name] for name in same} == {name: long_way[1][name] for name in same}
    assert ("GET", "player_profile", 200) in guildhall.edge.requests
    assert ("GET", PATH + "{account_id}", 200) in guildhall.edge.requests


async def test_a_player_that_is_not_in_memory_is_found_by_the_lane(start_guildhall, sandbox):
    guildhall = await start_guildhall(sandbox, cache={"memory_mb": 0})
    account_id = player_ids(sandbox.options)[0]
    async with connected(guildhall.address) as connection:
        first = await connection.get(f"{PATH}{account_id}")
        second = await connection.get(f"{PATH}{account_id}")

    assert first[2] == second[2]
    assert "detail=source" in first[1]["cache-status"]
    assert "detail=database" in second[1]["cache-status"]
    assert guildhall.edge.requests["GET", "player_profile", 200] == 2


async def test_errors_on_the_lane_are_problems(guildhall, sandbox):
    sandbox.app[FAULTS].set(Fault(FaultMode.DEAD))
    async with connected(guildhall.address) as connection:
        bad = await connection.get(f"{PATH}abc")
        down = await connection.get(f"{PATH}{player_ids(sandbox.options)[0]}")
        alive = await connection.get("/healthz")

    assert (bad[0], msgspec.json.decode(bad[2])["code"]) == (400, "dota2.bad_account_id")
    assert (down[0], msgspec.json.decode(down[2])["code"]) == (503, "upstream_down")
    assert int(down[1]["retry-after"]) > 0
    assert msgspec.json.decode(down[2])["instance"].endswith(down[1]["x-request-id"])
    assert alive[0] == 200


async def test_unknown_player_is_not_found_on_the_lane(guildhall):
    async with connected(guildhall.address) as connection:
        status, fields, body = await connection.get(f"{PATH}3")

    assert (status, msgspec.json.decode(body)["code"]) == (404, "dota2.player_not_found")
    assert fields["cache-control"] == "no-store"


async def test_what_the_client_has_already_is_not_sent_again(guildhall, sandbox):
    target = await known_target(guildhall, sandbox)
    async with connected(guildhall.address) as connection:
        _, fields, _ = await connection.get(target)
        status, unchanged, body = await connection.get(target, f"If-None-Match: {fields['etag']}")
        other, _, _ = await connection.get(target, 'If-None-Match: "other"')

    assert (status, body, other) == (304, b"", 200)
    assert unchanged["etag"] == fields["etag"]
    assert "content-length" not in unchanged


async def test_a_compressed_answer_is_made_once_by_the_long_way(guildhall, sandbox):
    target = await known_target(guildhall, sandbox)
    async with connected(guildhall.address) as connection:
        plain = await connection.get(target)
        first = await connection.get(target, "Accept-Encoding: gzip")
        second = await connection.get(target, "Accept-Encoding: gzip")

    assert first[1]["content-encoding"] == second[1]["content-encoding"] == "gzip"
    assert gzip.decompress(second[2]) == gzip.decompress(first[2]) == plain[2]
    assert (
        guildhall.edge.requests["GET", "player_profile", 200] == 2 + 1
    )  # the first found it, one came plain, one coded


async def test_requests_in_one_piece_are_answered_in_order(guildhall, sandbox):
    first, second = (f"{PATH}{account_id}" for account_id in player_ids(sandbox.options)[:2])
    one = "GET {} HTTP/1.1\r\nHost: test\r\n\r\n"
    async with connected(guildhall.address) as connection:
        await connection.send((one.format(first) + one.format(second) + one.format("/healthz")).encode())
        bodies = [(await connection.receive())[2] for _ in range(3)]

    found = [msgspec.json.decode(body) for body in bodies]
    assert [f"{PATH}{one['profile']['account_id']}" for one in found[:2]] == [first, second]
    assert found[2] == {"status": "ok"}


async def test_requests_that_arrive_while_one_is_answered_wait_their_turn(guildhall, sandbox):
    first, second = (f"{PATH}{account_id}" for account_id in player_ids(sandbox.options)[:2])
    sandbox.app[FAULTS].set(Fault(FaultMode.SLOW, delay=0.2))
    async with connected(guildhall.address) as connection:
        for target in (first, second, "/healthz", first):
            await connection.send(f"GET {target} HTTP/1.1\r\nHost: test\r\n\r\n".encode())
            await asyncio.sleep(0.02)
        bodies = [msgspec.json.decode((await connection.receive())[2]) for _ in range(4)]

    assert [f"{PATH}{bodies[i]['profile']['account_id']}" for i in (0, 1, 3)] == [first, second, first]
    assert bodies[2] == {"status": "ok"}


@pytest.mark.parametrize("cut", [1, 4, 20, 50])
async def test_a_request_in_two_pieces_is_whole_again(guildhall, sandbox, cut):
    target = await known_target(guildhall, sandbox)
    request = f"GET {target} HTTP/1.1\r\nHost: test\r\nX-One: 1\r\n\r\n".encode()
    async with connected(guildhall.address) as connection:
        for _ in range(2):
            await connection.send(request[:cut])
            await asyncio.sleep(0.02)
            await connection.send(request[cut:])
            assert (await connection.receive())[0] == 200
        assert (await connection.get(target))[0] == 200


async def test_a_body_is_not_taken_for_the_next_request(guildhall, sandbox):
    """The classic of request smuggling: what looks like a request is another one's body."""
    target = await known_target(guildhall, sandbox)
    inner = f"GET {target} HTTP/1.1\r\nHost: evil\r\n\r\n"
    async with connected(guildhall.address) as connection:
        head = f"GET /healthz HTTP/1.1\r\nHost: test\r\nContent-Length: {len(inner)}\r\n\r\n"
        await connection.send(head.encode())
        await asyncio.sleep(0.02)
        await connection.send(inner.encode())
        first = await connection.receive()
        second = await connection.get("/healthz")

    assert msgspec.json.decode(first[2]) == msgspec.json.decode(second[2]) == {"status": "ok"}
    assert ("GET", "player_profile", 200) in guildhall.edge.requests
    assert guildhall.edge.requests["GET", "player_profile", 200] == 1  # the one that made it known


async def test_a_client_that_leaves_while_its_answer_is_found_harms_nobody(guildhall, sandbox):
    account_id = player_ids(sandbox.options)[0]
    sandbox.app[FAULTS].set(Fault(FaultMode.SLOW, delay=0.2))
    async with connected(guildhall.address) as connection:
        await connection.send(f"GET {PATH}{account_id} HTTP/1.1\r\nHost: test\r\n\r\n".encode())
        await asyncio.sleep(0.05)
    async with asyncio.timeout(5):
        while guildhall.edge.in_flight:  # noqa: ASYNC110
            await asyncio.sleep(0.02)

    assert (await guildhall.get(f"{PATH}{account_id}")).status == 200


async def test_the_clients_limit_holds_on_the_lane(start_guildhall, sandbox):
    guildhall = await start_guildhall(sandbox, web={"rate_per_minute": 60, "rate_burst": 5})
    target = f"{PATH}{player_ids(sandbox.options)[0]}"
    async with connected(guildhall.address) as connection:
        answers = [await connection.get(target) for _ in range(8)]

    statuses = [answer[0] for answer in answers]
    assert statuses[:5] == [200] * 5
    assert 429 in statuses[5:]
    refused = next(answer for answer in answers if answer[0] == 429)
    assert int(refused[1]["retry-after"]) >= 1
    assert answers[0][1]["ratelimit"] == '"default";r=4;t=1'


async def test_clients_behind_a_trusted_proxy_have_limits_of_their_own(start_guildhall, sandbox):
    limits = {"rate_per_minute": 60, "rate_burst": 3, "trusted_proxies": ["127.0.0.1"]}
    guildhall = await start_guildhall(sandbox, web=limits)
    target = f"{PATH}{player_ids(sandbox.options)[0]}"
    async with connected(guildhall.address) as connection:
        one = [(await connection.get(target, "X-Forwarded-For: 10.0.0.1"))[0] for _ in range(4)]
        other = [(await connection.get(target, "X-Forwarded-For: 10.0.0.2"))[0] for _ in range(3)]

    assert one == [200, 200, 200, 429]
    assert other == [200, 200, 200]


def test_a_forged_forwarded_for_is_not_believed():
    proxies = TrustedProxies(["10.0.0.0/8"])

    assert proxies.client("192.0.2.1", b"1.2.3.4") == "192.0.2.1"
    assert proxies.client("10.1.2.3", b"1.2.3.4, 10.9.9.9") == "1.2.3.4"
    assert proxies.client("10.1.2.3", b"6.6.6.6, 1.2.3.4") == "1.2.3.4"
    assert proxies.client("10.1.2.3", b"10.0.0.1") == "10.1.2.3"
    assert proxies.client("10.1.2.3", None) == "10.1.2.3"


ODD = [
    b" HTTP/1.0\r\nHost: a\r\n\r\n",
    b" HTTP/1.1\r\n\r\n",
    b" HTTP/1.1\r\nAccept: a\r\n\r\n",
    b" HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
    b" HTTP/1.1\r\nHost : a\r\n\r\n",
    b" HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b" HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
    b" HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
    b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    b" HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    b" HTTP/1.1\r\nHost: a\r\nX: \x00\r\n\r\n",
    b" HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n",
    b" HTTP/1.1\nHost: a\n\n",
    b" HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    b" HTTP/1.1\r\nHost: a\r\n",
]


@pytest.mark.parametrize("head", ODD)
def test_odd_requests_take_the_long_way(head):
    assert plain_get(head) is None


def test_a_plain_request_is_understood():
    head = b' HTTP/1.1\r\nHost: a\r\nAccept-Encoding:  gzip \r\nConnection: keep-alive\r\nIf-None-Match: "x"\r\n\r\n'

    found = plain_get(head)

    assert found is not None
    assert (found.accept_encoding, found.if_none_match, found.request_id) == (b"gzip", b'"x"', None)
    assert found.authorization is None


def test_an_authorization_is_told_for_no_public_answer_to_be_taken_for_its_holders():
    found = plain_get(b" HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\n\r\n")
    assert found is not None
    assert found.authorization == b"Bearer x"


@given(st.binary(max_size=200))
def test_no_bytes_after_the_target_break_the_parser(noise):
    found = plain_get(b" HTTP/1.1\r\nHost: a\r\n" + noise + b"\r\n\r\n")

    if found is not None:  # then the noise was fields: nothing in it ends the head early
        assert b"\r\n\r\n" not in noise
        assert b"\x00" not in noise


@given(st.lists(st.floats(0, 30), min_size=1, max_size=60))
def test_a_bucket_never_gives_more_than_its_rate(gaps):
    buckets = TokenBuckets(per_minute=60, burst=10)
    now = 0.0
    taken = 0
    for gap in gaps:
        now += gap
        left = buckets.take("client", now)
        taken += left >= 0
        assert left < 10
    assert taken <= 10 + now + 1e-6


def test_a_path_with_any_characters_makes_a_line_of_json():
    stream = io.StringIO()
    log._output.stream, before = stream, log._output.stream
    try:
        for path in (b"/plain", b'/"quoted"\\', b"/\xff\x00", "/ünï".encode()):
            log.request_line("GET", path, "route", 200, 0.001, b"id")
        log._output.flush()
    finally:
        log._output.stream = before

    lines = [msgspec.json.decode(line) for line in stream.getvalue().splitlines()]
    assert [line["path"] for line in lines[:2]] == ["/plain", '/"quoted"\\']
    assert lines[3]["path"] == "/ünï"
    assert all(line["status"] == 200 for line in lines)


async def test_deadlines_end_what_is_late_and_nothing_else():
    deadlines = Deadlines(0.1)
    quick, slow = (asyncio.create_task(asyncio.sleep(60)) for _ in range(2))
    began = time.perf_counter()
    deadlines.begin(1, quick, began)
    deadlines.begin(2, slow, began)
    deadlines.end(1)  # as a request does that has been answered

    await asyncio.wait({slow}, timeout=2)

    assert slow.cancelled()
    assert (deadlines.is_late(1), deadlines.is_late(2), quick.done()) == (False, True, False)
    assert 0.1 <= time.perf_counter() - began < 1
    deadlines.end(2)
    assert not deadlines.is_late(2)
    quick.cancel()
