"""The same people who chat, in the protocol of each server that is measured: ours and its peers."""

import asyncio
import math
import re
from array import array
from collections import Counter
from typing import ClassVar
from urllib.parse import quote

import msgspec

from bench.live_socket import ACK, EVENT, LiveSocket, Seat, text_frame

FIRST = 10_000_000
"""Numbers of messages begin here, so that all have the same number of digits."""
DIGITS = 8
WORDS = "anyone up for the eastern tower tonight? we still need a healer and two who hit hard"


class Run:
    """What the seats of one run share. Messages are numbered from 0 here."""

    def __init__(self, name: str, followers: "Counter[str]") -> None:
        self.name = name
        self.followers = followers
        self.sent = array("d")
        self.left = array("l")
        self.last_receipt = array("d")
        self.acked: list[tuple[float, float]] = []
        self.deliveries = 0
        self.talking = 0
        self.undelivered = 0
        self.deadline = math.inf
        self.others: Counter[str] = Counter()
        self.done = asyncio.Event()
        self.error: str | None = None

    def fail(self, error: str) -> None:
        """End the run at once."""
        if self.error is None:
            self.error = error
        self.done.set()

    def check_done(self) -> None:
        """The run is over when nobody waits for an acknowledgement and nothing is on its way."""
        if not self.talking and not self.undelivered:
            self.done.set()


class Chatter(LiveSocket):
    """One seat: sends, counts what it reads. A subclass writes and reads the server's protocol."""

    topic_prefix: ClassVar[str] = ""

    def __init__(self, host: str, port: int, seat: Seat, run: Run) -> None:
        super().__init__(host, port, seat)
        self.run = run
        self.waiting = -1
        self.readers = 0
        self._parts: list[bytes] = []
        if seat.channel is not None:
            self.readers = run.followers[self.topic_prefix + seat.channel]

    def template(self, text: bytes) -> None:
        """Use a message, in which each ~ stands for its number, for all that is sent."""
        size = len(text.replace(b"~", b"0" * DIGITS))
        if not 125 < size < 65_536:
            raise ValueError(f"a message of {size} bytes")
        self._parts = (bytes((0x81, 0xFE)) + size.to_bytes(2) + bytes(4) + text).split(b"~")

    def send(self, now: float) -> None:
        """Send the next message, or stop when the time is over."""
        run = self.run
        if now >= run.deadline:
            self.waiting = -1
            run.talking -= 1
            run.check_done()
            return
        index = len(run.sent)
        self.waiting = index
        run.sent.append(now)
        run.left.append(self.readers)
        run.last_receipt.append(0.0)
        run.undelivered += self.readers > 0
        self.write((b"%d" % (FIRST + index)).join(self._parts))

    def acknowledged(self, index: int, now: float) -> None:
        """Message number `index` is acknowledged."""
        if index != self.waiting:
            self.run.fail(f"an acknowledgement of message {index} instead of {self.waiting}")
            return
        self.run.acked.append((self.run.sent[index], now))
        self.send(now)

    def received(self, index: int, now: float) -> None:
        """Message number `index` has come to this reader."""
        run = self.run
        left = run.left[index] - 1
        run.left[index] = left
        run.deliveries += 1
        if left <= 0:
            if left < 0:
                run.fail(f"message {index} came to more than follow its channel")
                return
            run.last_receipt[index] = now
            run.undelivered -= 1
            if now >= run.deadline:
                run.check_done()

    def failed(self, error: str) -> None:
        self.run.fail(error)

    def other(self, data: bytes) -> None:
        """A frame that is neither an event nor an acknowledgement."""
        message = msgspec.json.decode(data)
        if "error" in (message.get("op"), *message):
            self.run.fail(f"refused: {data!r}")
        self.run.others[message.get("op", "other")] += 1


def _number(data: bytes, begin: bytes, start: int, end: int) -> int:
    """The number of the message that stands behind some bytes; -1 when there is none."""
    place = data.find(begin, start, end)
    return int(data[place + len(begin) : place + len(begin) + DIGITS]) - FIRST if place >= 0 else -1


class Guildhall(Chatter):
    """Ours; the order of ids is checked too."""

    topic_prefix = "realm.channel:"

    def __init__(self, host: str, port: int, seat: Seat, run: Run) -> None:
        super().__init__(host, port, seat, run)
        self.last = b""
        message = {
            "op": "realm.send",
            "ref": 0,
            "channel": seat.channel,
            "content": f"~ {WORDS}",
            "key": f"{run.name}-~",
        }
        self.template(msgspec.json.encode(message).replace(b'"ref":0', b'"ref":~'))

    def text(self, data: bytes, start: int, end: int, now: float) -> None:
        if data.startswith(EVENT, start):
            index = _number(data, b'"content":"', start, end)
            ident = data.find(b'"id":"', start, end) + 6
            this = data[ident : ident + 36]
            if this <= self.last:
                self.run.fail(f"{this!r} came after {self.last!r}")
                return
            self.last = this
            self.received(index, now)
        elif data.startswith(ACK, start):
            self.acknowledged(_number(data, b'"ref":', start, end), now)
        else:
            self.other(data[start:end])


class Node(Chatter):
    """bench/peers/node_chat."""

    def __init__(self, host: str, port: int, seat: Seat, run: Run) -> None:
        super().__init__(host, port, seat, run)
        message = {"op": "send", "ref": 0, "channel": seat.channel, "content": f"~ {WORDS}", "key": f"{run.name}-~"}
        self.template(msgspec.json.encode(message).replace(b'"ref":0', b'"ref":~'))

    def greeted(self, text: bytes) -> None:
        op = msgspec.json.decode(text)["op"]
        if op == "welcome":
            for ref, topic in enumerate(self.seat.topics, 1):
                self.write(text_frame({"op": "subscribe", "ref": ref, "channel": topic}))
        elif op == "subscribed":
            self.followed()

    def text(self, data: bytes, start: int, end: int, now: float) -> None:
        if data.startswith(EVENT, start):
            self.received(_number(data, b'"content":"', start, end), now)
        elif data.startswith(ACK, start):
            self.acknowledged(_number(data, b'"ref":', start, end), now)
        else:
            self.other(data[start:end])


class Ejabberd(Chatter):
    """XMPP over WebSocket (RFC 7395): a room each channel (XEP-0045), archived (XEP-0313) before it is handed out.

    The room's own copy of a message, with its id, is the acknowledgement.
    """

    subprotocol = "xmpp"
    _OPEN = b'<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" to="localhost" version="1.0"/>'

    def __init__(self, host: str, port: int, seat: Seat, run: Run) -> None:
        super().__init__(host, port, seat, run)
        self._nick = seat.token
        self.template(
            f"<message to='{seat.channel}@conference.localhost' type='groupchat' id='m~'>"
            f"<body>~ {WORDS}</body></message>".encode()
        )

    @property
    def path(self) -> str:
        return "/ws"

    def data_received(self, data: bytes) -> None:
        begins = not self._upgraded
        super().data_received(data)
        if begins and self._upgraded:
            self._say(self._OPEN)

    def _say(self, stanza: bytes) -> None:
        self.write(text_frame(msgspec.Raw(stanza)))

    def greeted(self, text: bytes) -> None:
        if b"<mechanisms" in text:
            self._say(b"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>")
        elif text.startswith(b"<success"):
            self._say(self._OPEN)
        elif b"xmpp-bind" in text and b"features" in text:
            bind = b"<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"
            self._say(bind)
        elif b"id='bind'" in text or b'id="bind"' in text:
            for room in self.seat.topics:
                self._say(
                    f"<presence to='{room}@conference.localhost/{self._nick}'>"
                    "<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>".encode()
                )
        elif b"<subject" in text:  # the last that a room says to who enters
            self.followed()
        elif b"type='error'" in text or b'type="error"' in text or b"<failure" in text:
            self.refused(text)

    def text(self, data: bytes, start: int, end: int, now: float) -> None:
        index = _number(data, b"<body>", start, end)
        if index < 0:
            if data.find(b"error", start, end) >= 0:
                self.run.fail(f"refused: {data[start:end]!r}")
            self.run.others["presence"] += 1
            return
        if index == self.waiting:
            self.received(index, now)
            self.acknowledged(index, now)
        else:
            self.received(index, now)


class Nakama(Chatter):
    """A room each channel, with persistence; the token is one of its own."""

    def __init__(self, host: str, port: int, seat: Seat, run: Run) -> None:
        super().__init__(host, port, seat, run)

    @property
    def path(self) -> str:
        return f"/ws?lang=en&status=true&format=json&token={quote(self.seat.token)}"

    def data_received(self, data: bytes) -> None:
        begins = not self._upgraded
        super().data_received(data)
        if begins and self._upgraded:
            for topic in self.seat.topics:
                join = {"target": topic, "type": 1, "persistence": True, "hidden": False}
                self.write(text_frame({"cid": f"join-{topic}", "channel_join": join}))

    def greeted(self, text: bytes) -> None:
        message = msgspec.json.decode(text)
        if "error" in message:
            self.refused(text)
        elif "channel" in message:
            content = msgspec.json.encode({"text": f"~ {WORDS}"}).decode()
            send = {"channel_id": message["channel"]["id"], "content": content}
            self.template(msgspec.json.encode({"cid": "~", "channel_message_send": send}))
            self.followed()

    _TEXT = re.compile(rb'text\\*": ?\\*"(\d{8}) ')
    _CID = re.compile(rb'"cid": ?"(\d{8})"')

    def text(self, data: bytes, start: int, end: int, now: float) -> None:
        if (ack := self._CID.search(data, start, end)) is not None and data.find(b"message_ack", start, end) >= 0:
            self.acknowledged(int(ack[1]) - FIRST, now)
        elif (said := self._TEXT.search(data, start, end)) is not None:
            self.received(int(said[1]) - FIRST, now)
        else:
            self.other(data[start:end])


WIRES: dict[str, type[Chatter]] = {"guildhall": Guildhall, "node": Node, "ejabberd": Ejabberd, "nakama": Nakama}
