"""Bytes on the wire: what a client may send in pieces, and what ends its connection."""

import asyncio
import base64
import contextlib
import json
import os
import random
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from guildhall.core.realtime.frames import ack_frame, event_frame, text_frame
from guildhall.core.realtime.schemas import Happening
from guildhall.core.realtime.sockets import frame_end
from guildhall.core.realtime.ticks import first_id, last_id, live_id, microseconds_of, tick_at, tick_of
from guildhall.testing.live import connected
from guildhall.testing.people import sign_in
from tests.core.realtime.make import make_place

TEXT, CONTINUED, BINARY, CLOSE, PING, PONG = 1, 0, 2, 8, 9, 10
MOST = 2**48


def frame(opcode: int, payload: bytes, *, fin: bool = True, mask: bytes = b"\x81\x81\x82\x03", bits: int = 0) -> bytes:
    """A client's frame, masked; without a mask when it is empty."""
    size = len(payload)
    head = bytes([(0x80 if fin else 0) | bits | opcode])
    flag = 0x80 if mask else 0
    if size < 126:
        head += bytes([flag | size])
    elif size < 65_536:
        head += bytes([flag | 126]) + struct.pack("!H", size)
    else:
        head += bytes([flag | 127]) + struct.pack("!Q", size)
    masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload)) if mask else payload
    return head + mask + masked


def ping(ref: int, padding: int = 0) -> bytes:
    """The text of an operation that is answered at once."""
    return json.dumps({"op": "ping", "ref": ref, "padding": "x" * padding}).encode()


class Raw:
    """A WebSocket of which the test writes the bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        """Put bytes on their way."""
        self.writer.write(data)
        await self.writer.drain()

    async def next(self) -> tuple[int, bytes]:
        """The next frame of the server: opcode and payload."""
        async with asyncio.timeout(10):
            first, second = await self.reader.readexactly(2)
            assert second < 0x80, "a server does not mask"
            size = second
            if size == 126:
                (size,) = struct.unpack("!H", await self.reader.readexactly(2))
            elif size == 127:
                (size,) = struct.unpack("!Q", await self.reader.readexactly(8))
            return first & 15, await self.reader.readexactly(size)

    async def told(self) -> Any:
        """The next JSON that the server says."""
        opcode, payload = await self.next()
        assert opcode == TEXT, (opcode, payload)
        return json.loads(payload)

    async def close_code(self) -> int:
        """The code with which the server closes, whatever it says before."""
        while True:
            opcode, payload = await self.next()
            if opcode == CLOSE:
                return int(struct.unpack("!H", payload[:2])[0])


@asynccontextmanager
async def raw(guildhall: Any, person: Any, behind: bytes = b"") -> AsyncIterator[Raw]:
    """A connection after its handshake and welcome; `behind` is sent in one piece with the request."""
    address = urlsplit(guildhall.address)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    key = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        (
            f"GET /api/v1/live HTTP/1.1\r\nHost: {address.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Authorization: {person.headers['Authorization']}\r\n\r\n"
        ).encode()
        + behind
    )
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101 "), head
        made = Raw(reader, writer)
        assert (await made.told())["op"] == "welcome"
        yield made
    finally:
        writer.close()


@pytest.fixture
async def socket(guildhall):
    """A raw connection of somebody."""
    async with raw(guildhall, await sign_in(guildhall)) as made:
        yield made


async def test_a_frame_in_many_pieces(socket):
    for padding in (0, 60, 200, 10_000):
        whole = frame(TEXT, ping(padding, padding))
        step = max(1, len(whole) // 300)
        for at in range(0, len(whole), step):
            await socket.send(whole[at : at + step])
            await asyncio.sleep(0)

        assert (await socket.told())["ref"] == padding


async def test_a_frame_cut_anywhere_in_its_head(socket):
    """The mask begins like a frame of its own, which a parser in the middle must not take for one."""
    for cut in range(1, 15):
        for padding in (0, 200):
            whole = frame(TEXT, ping(cut, padding), mask=b"\x81\x81\x81\x81")
            await socket.send(whole[:cut])
            await asyncio.sleep(0.005)
            await socket.send(whole[cut:])
            assert (await socket.told())["ref"] == cut


async def test_many_frames_in_one_piece(socket):
    await socket.send(b"".join(frame(TEXT, ping(number)) for number in range(150)) + frame(PING, b"end"))

    assert [(await socket.told())["ref"] for _ in range(150)] == list(range(150))
    assert await socket.next() == (PONG, b"end")


async def test_any_cut_of_a_mixed_stream_says_the_same(socket):
    chance = random.Random(7)
    for _ in range(8):
        refs: list[int] = []
        pongs: list[bytes] = []
        stream = b""
        for number in range(20):
            mask = bytes(chance.choice((0x81, 0x01, 0x89, chance.randrange(256))) for _ in range(4))
            text = ping(number, chance.choice((0, 1, 80, 130, 3000)))
            match chance.randrange(3):
                case 0:
                    stream += frame(TEXT, text, mask=mask)
                case 1:
                    cut = chance.randrange(len(text))
                    stream += frame(TEXT, text[:cut], fin=False, mask=mask)
                    stream += frame(PING, b"%d" % number, mask=mask)
                    pongs.append(b"%d" % number)
                    stream += frame(CONTINUED, text[cut:], mask=mask)
                case _:
                    stream += frame(TEXT, b"", fin=False, mask=mask)
                    stream += frame(CONTINUED, text, fin=False, mask=mask) + frame(CONTINUED, b"", mask=mask)
            refs.append(number)
        cuts = sorted(chance.sample(range(len(stream)), 40))
        for begin, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
            await socket.send(stream[begin:end])
            if chance.random() < 0.5:
                await asyncio.sleep(0.001)
        heard: list[int] = []
        ponged: list[bytes] = []
        while len(heard) + len(ponged) < len(refs) + len(pongs):
            opcode, payload = await socket.next()
            (heard.append(json.loads(payload)["ref"]) if opcode == TEXT else ponged.append(payload))

        assert (heard, ponged) == (refs, pongs)
        await asyncio.sleep(0.5)  # for the operations that may be asked at once


_CLOSING = [
    (frame(BINARY, b"\x00\x01"), 1003),
    (frame(BINARY, b"a", fin=False) + frame(CONTINUED, b"b"), 1003),
    (frame(TEXT, b'{"op":"ping","ref":"\xff\xfe"}'), 1007),
    (frame(TEXT, b'{"op":"ping","ref":"\xc0\xaf"}'), 1007),
    (frame(TEXT, b"\xff"), 1007),
    (frame(TEXT, b'{"op":"pi', fin=False) + frame(CONTINUED, b'ng","ref":"\xed\xa0\x80"}'), 1007),
    (frame(TEXT, b"x" * 32_769), 1009),
    (frame(TEXT, b"x" * 70_000), 1009),
    (frame(TEXT, b"x" * 17_000, fin=False) + frame(CONTINUED, b"x" * 17_000), 1009),
    (b"\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff", 1009),
    (frame(TEXT, ping(1), mask=b""), 1002),
    (frame(TEXT, ping(1, 300), mask=b""), 1002),
    (frame(TEXT, ping(1), bits=0x40), 1002),
    (frame(3, b"reserved"), 1002),
    (frame(11, b"reserved"), 1002),
    (frame(PING, b"x" * 126), 1002),
    (frame(PING, b"x", fin=False), 1002),
    (frame(CONTINUED, b"of nothing"), 1002),
    (frame(TEXT, b"a", fin=False) + frame(TEXT, b"b"), 1002),
    (frame(CLOSE, b"\x03"), 1002),
    (frame(CLOSE, struct.pack("!H", 1005)), 1002),
]


async def test_what_no_client_may_send_closes(guildhall):
    for sent, code in _CLOSING:
        async with raw(guildhall, await sign_in(guildhall)) as socket:
            await socket.send(frame(TEXT, ping(1)) + sent + frame(TEXT, ping(2)))

            assert (await socket.told())["ref"] == 1, sent
            assert await socket.close_code() == code, sent
            with contextlib.suppress(ConnectionError):  # the server has gone already
                await socket.send(frame(CLOSE, struct.pack("!H", code)))
                async with asyncio.timeout(5):
                    assert await socket.reader.read() == b"", sent


async def test_a_close_is_answered(socket):
    await socket.send(frame(CLOSE, struct.pack("!H", 1000) + b"bye"))

    assert await socket.close_code() == 1000
    async with asyncio.timeout(5):
        assert await socket.reader.read() == b""


async def test_control_frames_between_fragments(socket):
    text = ping(5)
    await socket.send(frame(TEXT, text[:5], fin=False) + frame(PING, b"one") + frame(PONG, b"nobody asked"))
    assert await socket.next() == (PONG, b"one")
    await socket.send(frame(CONTINUED, text[5:9], fin=False) + frame(PING, b""))
    assert await socket.next() == (PONG, b"")
    await socket.send(frame(CONTINUED, text[9:]))

    assert (await socket.told())["ref"] == 5


_MALFORMED = [
    b"", b"{", b"nonsense", b"[]", b"null", b"7", b'"ping"', b"{}", b'{"op":null}', b'{"op":7}', b'{"op":"no"}',
    b'{"op":"ping","ref":null,}', b'{"op":"PING"}', b'{"op":"subscribe"}', b'{"op":"subscribe","topic":7}',
    b'{"op":"subscribe","topic":["a"]}', b'{"op":"typing","topic":{}}', b'{"op":"hello","token":null}',
    b'{"op":"subscribe","topic":"realm.server:0198c0de-0000-7000-8000-000000000000","after":"x"}',
    b'{"op":"realm.send","channel":"x","content":"y"}', b'{"op":"realm.send","content":7}',
    b"[" * 8000, b'{"op":"ping","x":' + b"[" * 7000 + b"]" * 7000 + b"}", b'{"op":"ping"}{"op":"ping"}',
    b'{"op":"ping","ref":1e400}', b'{"op":"ping","ref":"\\ud800"}', b'\xef\xbb\xbf{"op":"ping"}',
]  # fmt: skip


async def test_what_is_no_operation_is_refused_and_the_next_is_done(socket):
    for text in _MALFORMED:
        await socket.send(frame(TEXT, text) + frame(TEXT, ping(9)))

        refused = await socket.told()
        assert (refused["op"], refused["code"], refused["status"]) == ("error", "realtime.malformed", 400), text
        assert (await socket.told())["ref"] == 9


async def test_many_faults_in_a_row_close(socket):
    for _ in range(19):
        await socket.send(frame(TEXT, b"x"))
    await socket.send(frame(TEXT, ping(1)))
    for _ in range(20):
        await socket.send(frame(TEXT, b"x"))

    assert await socket.close_code() == 1008


async def test_a_flood_is_refused_and_then_closed(start_guildhall):
    guildhall = await start_guildhall(realtime={"operations_burst": 10, "operations_per_second": 1})
    async with raw(guildhall, await sign_in(guildhall)) as socket:
        await socket.send(b"".join(frame(TEXT, ping(number)) for number in range(12)))
        told = [await socket.told() for _ in range(12)]
        await socket.send(frame(TEXT, ping(1)) * 5000)
        code = await socket.close_code()

    assert [one["op"] for one in told] == ["pong"] * 10 + ["error"] * 2
    assert {one["code"] for one in told[10:]} == {"realtime.rate_limited"}
    assert code == 4408


async def test_what_comes_after_the_close_is_passed_over(start_guildhall, monkeypatch):
    guildhall = await start_guildhall(realtime={"operations_burst": 1000})
    place = await make_place(guildhall)
    person = await place.person()
    says = json.dumps({"op": "realm.send", "channel": str(place.channel_id), "content": "too late", "ref": 1}).encode()
    async with raw(guildhall, person) as socket:
        await socket.send(frame(BINARY, b"x") + frame(TEXT, says) + frame(TEXT, says[:9], fin=False))
        assert await socket.close_code() == 1003
        await socket.send(frame(CONTINUED, says[9:]) + frame(TEXT, says) * 3)
        await asyncio.sleep(0.3)

    assert await place.history() == []


async def test_bytes_right_behind_the_handshake_hurt_nobody(guildhall):
    person = await sign_in(guildhall)
    for behind in (frame(TEXT, ping(1)), b"\x81", b"\x00" * 100):
        async with raw(guildhall, person, behind):
            pass
    async with connected(guildhall, person) as live:
        assert (await live.ask("ping"))["op"] == "pong"


@given(st.binary(max_size=300) | st.integers(0, 70_000).map(lambda size: b"x" * size))
def test_a_text_frame_is_what_websockets_makes(payload):
    assert text_frame(payload) == Frame(Opcode.TEXT, payload).serialize(mask=False)


@given(st.integers(0, 70_000), st.sampled_from(["message", "raid_ended"]), st.integers(0, MOST))
def test_an_event_s_frame_knows_its_length(size, kind, noise):
    identifier, data = live_id(2**52, 1, noise), json.dumps("x" * size).encode()
    topic = f"realm.channel:{identifier}"

    made = event_frame(topic, Happening(identifier, (topic,), kind, data))

    told = {"op": "event", "topic": topic, "id": str(identifier), "kind": kind, "data": "x" * size}
    assert made == text_frame(json.dumps(told, separators=(",", ":")).encode())


@given(st.integers(0, 2**53) | st.text(min_size=1, max_size=64), st.datetimes(timezones=st.just(UTC)))
def test_an_acknowledgement_s_frame_knows_its_length(ref, at):
    identifier = live_id(2**52, 1, 7)

    made = ack_frame(ref, identifier, at)

    text = made[2 if made[1] < 126 else 4 :]
    assert made == text_frame(text)
    assert json.loads(text) == {"op": "ack", "ref": ref, "id": str(identifier), "at": msgspec.to_builtins(at)}


@given(
    st.lists(st.integers(0, 300) | st.sampled_from([125, 126, 127, 65_535, 65_536]), min_size=1, max_size=4),
    st.integers(0, 20),
)
def test_the_end_of_a_frame_is_where_the_next_begins(sizes, less):
    frames = [frame(TEXT, b"x" * size) for size in sizes]
    data, at = b"".join(frames), 0
    for one in frames:
        assert frame_end(data, at, 70_000) == at + len(one)
        at += len(one)
    cut = data[: len(data) - 1 - less]
    at = 0
    while (end := frame_end(cut, at, 70_000)) != at:
        at = end
    assert 0 <= at <= len(cut)
    assert data.startswith(cut[:at])


@given(st.integers(0, 2**60 - 2), st.integers(0, 2**14 - 1), st.integers(0, MOST - 1))
def test_an_id_knows_its_tick(tick, n, noise):
    made = live_id(tick, n, noise)

    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert tick_of(made) == tick
    assert first_id(tick) <= made <= last_id(tick) < first_id(tick + 1)
    assert made.int >> 80 == tick >> 12


@given(st.integers(0, 2**50))
def test_ticks_and_microseconds_agree(microseconds):
    tick = tick_at(microseconds)

    assert microseconds_of(tick) >= microseconds > microseconds_of(tick - 1) if microseconds else tick == 0


async def test_ids_and_times_are_the_database_s(tx):
    chance = random.Random(3)
    edges = [0, 1, 4095, 4096, 2**40, 7_300_000_000_000_000]
    given_rows = [
        (tick, n, noise)
        for tick in [*edges, *(chance.randrange(2**53) for _ in range(150))]
        for n, noise in ((0, 0), (2**14 - 1, MOST - 1), (chance.randrange(2**14), chance.randrange(MOST)))
    ]
    rows = await tx.connection.fetch(
        """
        select core.live_id(t, n, s) as id, (extract(epoch from core.live_time(t)) * 1000000)::bigint as at
        from unnest($1::bigint[], $2::bigint[], $3::bigint[]) g (t, n, s)
        """,
        *map(list, zip(*given_rows, strict=True)),
    )

    assert [row["id"] for row in rows] == [live_id(*one) for one in given_rows]
    assert [row["at"] for row in rows] == [microseconds_of(one[0]) for one in given_rows]
    assert sorted(UUID(str(row["id"])) for row in rows) == [
        UUID(str(row["id"])) for row in sorted(rows, key=lambda row: str(row["id"]))
    ]
