"""Connections as a careless or hostile client uses them: too much, too slow, too many. Harmless sizes throughout."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from guildhall.errors import Misconfigured
from guildhall.web import problems
from guildhall.web.limits import TrustedProxies, network_of
from tests.web.test_lane import Connection, connected

HEALTH = b"GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n"
KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
UPGRADE = (
    "GET /api/v1/live HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    f"Sec-WebSocket-Version: 13\r\n{KEY}"
)
STARTS = {
    "a plain request": "GET /healthz HTTP/1.1\r\nHost: test\r\n",
    "a request with a body": "POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n",
    "a WebSocket's handshake": UPGRADE,
}
QUICK = {"first_byte_seconds": 2, "header_seconds": 2, "body_seconds": 2, "write_seconds": 2, "idle_seconds": 2}


async def refused(connection: Connection, status: int, code: str) -> dict[str, str]:
    """The next answer is a problem of this kind, and then the connection ends."""
    found, fields, body = await connection.receive()
    problem = msgspec.json.decode(body)
    assert (found, problem["status"], problem["code"]) == (status, status, code), body
    assert fields["content-type"] == "application/problem+json"
    assert fields["connection"] == "close"
    assert fields["cache-control"] == "no-store"
    assert fields["x-content-type-options"] == "nosniff"
    assert problem["instance"] == f"urn:request:{fields['x-request-id']}"
    await ended(connection)
    return fields


async def ended(connection: Connection, patience: float = 6) -> None:
    """The other end has closed."""
    with contextlib.suppress(ConnectionError):
        assert await asyncio.wait_for(connection.reader.read(), patience) == b""


@contextlib.asynccontextmanager
async def used(address: str, before: bool) -> AsyncIterator[Connection]:
    """A connection, new or kept alive after an answer."""
    async with connected(address) as connection:
        if before:
            assert (await connection.get("/healthz"))[0] == 200
        yield connection


@pytest.mark.parametrize("before", [False, True], ids=["new", "kept alive"])
@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS.keys())
async def test_a_header_block_beyond_the_limit_is_a_431(guildhall, start, before):
    long_field = "X-Long: " + "x" * 70_000 + "\r\n"
    long_lines = "".join(f"X-{n}: {'x' * 1_000}\r\n" for n in range(70))
    many = "".join(f"X-{n}: 1\r\n" for n in range(101))
    for fields in (long_field, long_lines, many):
        async with used(guildhall.address, before) as connection:
            await connection.send((start + fields + "\r\n{}").encode())
            await refused(connection, 431, "headers_too_large")

    assert (await guildhall.get("/healthz")).status == 200
    assert guildhall.edge.requests["-", "refused", 431] == 3


@pytest.mark.parametrize("piece", [b"GET /", b"GET / HTTP/1.1\r\nX-Long: "], ids=["target", "field"])
async def test_a_header_block_that_never_ends_is_refused_on_the_way(guildhall, piece):
    """Nothing of what is kept for a request grows with what one client sends."""
    async with connected(guildhall.address) as connection:
        await connection.send(piece)
        for _ in range(35):
            with contextlib.suppress(ConnectionError):
                await connection.send(b"x" * 2_000)
                await asyncio.sleep(0.002)
        await refused(connection, 431, "headers_too_large")


async def test_a_trailer_is_counted_with_the_header_block(guildhall):
    head = "POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
    async with connected(guildhall.address) as connection:
        await connection.send((head + "X-Long: " + "x" * 70_000 + "\r\n\r\n").encode())
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            status, _, _ = await connection.receive()
            assert status in (400, 431)
        await ended(connection)


async def test_a_block_below_the_limits_is_served(guildhall):
    async with connected(guildhall.address) as connection:
        large, _, _ = await connection.get("/healthz", "X-Long: " + "x" * 60_000)
        many, _, _ = await connection.get("/healthz", *(f"X-{n}: 1" for n in range(99)))

    assert (large, many) == (200, 200)


async def test_a_websocket_takes_no_field_that_its_parser_cannot_read(guildhall):
    async with connected(guildhall.address) as connection:
        await connection.send((UPGRADE + "X-Long: " + "x" * 9_000 + "\r\n\r\n").encode())
        await refused(connection, 431, "headers_too_large")


NO_HANDSHAKES = {
    "with a body": (400, "bad_request", UPGRADE + "Content-Length: 2\r\n\r\n{}"),
    "by POST": (400, "bad_request", UPGRADE.replace("GET", "POST") + "\r\n"),
    "without a key": (400, "bad_request", UPGRADE.replace(KEY, "") + "\r\n"),
    "of another version": (400, "bad_request", UPGRADE.replace("Version: 13", "Version: 7") + "\r\n"),
    "elsewhere": (403, "forbidden", UPGRADE.replace("/api/v1/live", "/api/v1/nothing") + "\r\n"),
    "for two protocols": (426, "handshake_refused", UPGRADE + "Upgrade: h2c\r\nUpgrade: websocket\r\n\r\n"),
}


@pytest.mark.parametrize(("status", "code", "handshake"), NO_HANDSHAKES.values(), ids=NO_HANDSHAKES.keys())
async def test_a_handshake_that_is_none_is_a_problem_and_leaves_nothing_behind(guildhall, status, code, handshake):
    async with connected(guildhall.address) as connection:
        await connection.send(handshake.encode())
        found, fields, body = await connection.receive()
        problem = msgspec.json.decode(body)
        assert fields["content-type"] == "application/problem+json"
        assert (found, problem["status"]) == (status, status)
        assert problem["code"] == code
        await ended(connection)
    assert await settled(guildhall) == 0


def test_a_handshake_that_breaks_is_a_bug_and_no_refusal():
    broken = problems.refused_handshake(500, "Internal Server Error")

    assert (broken.status, broken.code) == (500, "internal")


async def settled(guildhall) -> int:
    """The connections that are counted when all have ended that do; the client's own have."""
    bounds = guildhall.edge.connections
    for _ in range(100):
        if not len(bounds):
            break
        await asyncio.sleep(0.02)
    return len(bounds)


SILENCES = {
    "silent": b"",
    "blank lines": b"\r\n",
    "half a line": b"GET /heal",
    "half a block": b"GET /healthz HTTP/1.1\r\nHost: te",
    "half a handshake": UPGRADE.encode(),
    "half a body": b"POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: test\r\nContent-Length: 99\r\n\r\n{",
    "half a chunk": b"POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{",
    "a body after its answer": b"POST /nowhere HTTP/1.1\r\nHost: test\r\nContent-Length: 99\r\n\r\n{",
}


@pytest.mark.parametrize("before", [False, True], ids=["new", "kept alive"])
async def test_what_a_client_keeps_waiting_ends(start_guildhall, sandbox, before):
    guildhall = await start_guildhall(sandbox, web=QUICK)
    drips = {b"": b"", b"\r\n": b"\r\n"}

    async def wait(start: bytes) -> tuple[float, bytes]:
        loop = asyncio.get_running_loop()
        async with used(guildhall.address, before) as connection:
            began = loop.time()
            await connection.send(start)
            drip = drips.get(start, b"x")
            reading = asyncio.create_task(connection.reader.read())
            while not reading.done() and loop.time() < began + 10:
                await asyncio.wait({reading}, timeout=0.3)
                with contextlib.suppress(ConnectionError):
                    await connection.send(drip)  # a little now and then does not help
            with contextlib.suppress(ConnectionError):
                return loop.time() - began, await asyncio.wait_for(reading, 1)
            return loop.time() - began, b""

    found = dict(zip(SILENCES, await asyncio.gather(*(wait(one) for one in SILENCES.values())), strict=True))

    for name, (seconds, _) in found.items():
        assert 1.5 <= seconds < 8, name
    assert found["silent"][1] == found["blank lines"][1] == b""  # no request, no answer
    for name in set(SILENCES) - {"silent", "blank lines", "a body after its answer"}:
        assert found[name][1].startswith(b"HTTP/1.1 408 "), (name, found[name])
        assert b"application/problem+json" in found[name][1]
        assert msgspec.json.decode(found[name][1].partition(b"\r\n\r\n")[2])["code"] == "client_too_slow"
    assert found["a body after its answer"][1].count(b"HTTP/1.1 ") == 1
    assert await settled(guildhall) == 0


async def test_a_request_in_time_is_answered_however_slowly_it_comes(start_guildhall, sandbox):
    guildhall = await start_guildhall(sandbox, web=QUICK)
    async with connected(guildhall.address) as connection:
        for _ in range(3):
            for piece in (HEALTH[:10], HEALTH[10:30], HEALTH[30:]):
                await asyncio.sleep(0.5)
                await connection.send(piece)
            assert (await connection.receive())[0] == 200


async def test_a_client_that_takes_no_answer_is_cut_off(start_guildhall, sandbox):
    guildhall = await start_guildhall(sandbox, web={**QUICK, "request_seconds": 2, "rate_per_minute": 0})
    async with connected(guildhall.address) as connection:
        transport: Any = connection.writer.transport
        transport.pause_reading()
        for _ in range(40):  # openapi.json, again and again, more than all buffers hold
            connection.writer.write(b"GET /openapi.json HTTP/1.1\r\nHost: test\r\n\r\n")
        loop = asyncio.get_running_loop()
        began = loop.time()
        while len(guildhall.edge.connections) and loop.time() < began + 15:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        assert len(guildhall.edge.connections) == 0


async def test_health_is_told_when_the_limit_is_full_and_all_else_is_a_problem(start_guildhall, sandbox):
    guildhall = await start_guildhall(sandbox, web={"connections": 10})
    async with contextlib.AsyncExitStack() as stack:
        held = [await stack.enter_async_context(connected(guildhall.address)) for _ in range(10)]
        assert (await held[0].get("/healthz"))[0] == 200
        silent = [await stack.enter_async_context(connected(guildhall.address)) for _ in range(80)]  # beyond it
        for target in ("/healthz", "/readyz"):
            async with connected(guildhall.address) as connection:
                status, fields, body = await connection.get(target)
                assert (status, fields["content-type"]) in ((200, "application/json"), (503, "application/json")), body
        for start in (STARTS["a plain request"].replace("/healthz", "/docs"), UPGRADE):
            async with connected(guildhall.address) as connection:
                await connection.send(f"{start}\r\n".encode())
                fields = await refused(connection, 503, "too_many_connections")
                assert int(fields["retry-after"]) > 0
        assert (await held[1].get("/docs"))[0] == 200  # who was there is served as before
        await ended(silent[0], 1)  # the oldest made room
    assert await settled(guildhall) == 0
    assert (await guildhall.get("/docs")).status == 200


async def test_one_address_cannot_have_all_connections(start_guildhall, sandbox):
    guildhall = await start_guildhall(sandbox, web={"connections_per_address": 5})
    async with contextlib.AsyncExitStack() as stack:
        held = [await stack.enter_async_context(connected(guildhall.address)) for _ in range(4)]
        await held[0].send((UPGRADE + "\r\n").encode())
        assert (await held[0].reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")  # counts on as a WebSocket
        held.append(await stack.enter_async_context(connected(guildhall.address)))
        assert (await held[-1].get("/docs"))[0] == 200
        async with connected(guildhall.address) as connection:
            await connection.send(b"GET /docs HTTP/1.1\r\nHost: test\r\n\r\n")
            await refused(connection, 429, "too_many_connections")
        async with connected(guildhall.address) as connection:
            assert (await connection.get("/healthz"))[0] == 200
        other = await asyncio.open_connection(*guildhall.address[7:].split(":"), local_addr=("127.0.0.9", 0))
        assert (await Connection(*other).get("/docs"))[0] == 200
        other[1].close()
        held[1].writer.close()
        await asyncio.sleep(0.1)
        async with connected(guildhall.address) as connection:
            assert (await connection.get("/docs"))[0] == 200


async def test_a_trusted_proxy_may_bring_everybody(start_guildhall, sandbox):
    limits = {"connections_per_address": 2, "trusted_proxies": ["127.0.0.1"]}
    guildhall = await start_guildhall(sandbox, web=limits)
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(5):
            connection = await stack.enter_async_context(connected(guildhall.address))
            assert (await connection.get("/docs"))[0] == 200


NONSENSE = {
    "no HTTP": b"hello\r\n\r\n",
    "an old version": b"GET / HTTP/9.9\r\n\r\n",
    "a space in a name": b"GET / HTTP/1.1\r\nHo st: a\r\n\r\n",
    "no number as length": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
    "a length of 5,000 digits": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n",
    "a target that is none": b"GET http:// HTTP/1.1\r\nHost: a\r\n\r\n",
    "bytes in the target": b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n",
    "no chunk": b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a tunnel": b"CONNECT example.com:443 HTTP/1.1\r\nHost: a\r\n\r\n",
}


@pytest.mark.parametrize("request_bytes", NONSENSE.values(), ids=NONSENSE.keys())
async def test_what_is_no_request_is_a_problem(guildhall, request_bytes):
    async with connected(guildhall.address) as connection:
        await connection.send(request_bytes)
        await refused(connection, 400, "bad_request")


async def test_a_length_of_thousands_of_noughts_is_a_problem(guildhall):
    async with connected(guildhall.address) as connection:
        status, fields, body = await connection.get("/healthz", "Content-Length: " + "0" * 5_000)

    assert (status, msgspec.json.decode(body)["code"]) == (400, "bad_request")
    assert fields["content-type"] == "application/problem+json"


def test_one_client_is_one_network():
    assert network_of("192.0.2.1") == "192.0.2.1"
    assert network_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:1:2") != network_of("2001:db8:0:1::1")
    assert network_of("fe80::1%eth0") == network_of("fe80::2")
    assert network_of("not:an:address") == "not:an:address"
    with pytest.raises(Misconfigured):
        TrustedProxies(["not:an:address"])
