"""The client for pipes and scripts: messages are printed as lines, lines are said."""

import asyncio
import os
import threading
from collections.abc import Callable
from typing import TextIO

import msgspec
from msgspec import Struct

from guildhall.packs.realm.terminal.client import ChatClient
from guildhall.packs.realm.terminal.errors import NotLetIn, Unreachable
from guildhall.packs.realm.terminal.happenings import (
    Acknowledged,
    Connected,
    Disconnected,
    Ended,
    Happened,
    Happening,
    Left,
    NotSent,
)
from guildhall.packs.realm.terminal.line import BEGINNING, Line
from guildhall.packs.realm.terminal.schemas import AllGone, Channel, Edited, Gone, Message
from guildhall.packs.realm.terminal.text import one_line

_WAITING_MOST = 100
"""Lines that are read ahead of what is said."""
_PATIENCE = 60.0
"""Seconds for which no server may answer before the command gives up."""


class Options(Struct, frozen=True):
    """The options of a script: how many old messages to print first, and whether to go on when its input ends."""

    history: int = 10
    follow: bool = False
    patience: float = _PATIENCE


class Plain:
    """One channel, on standard input and output. `run` gives the exit status: 1 when something was not said."""

    def __init__(
        self, client: ChatClient, line: Line, channel: Channel, options: Options, output: TextIO, errors: TextIO
    ) -> None:
        self._client = client
        self._line = line
        self._channel = channel
        self._topic = f"realm.channel:{channel.id}"
        self._options = options
        self._output = output
        self._errors = errors
        self._outcomes: dict[str, asyncio.Future[NotSent | None]] = {}
        self._down_since: float | None = None
        self.refused = 0

    async def run(self, lines: "asyncio.Queue[str | None]") -> int:
        """Send each line, in order, each when the one before is durable; None is the end. Raises ChatError."""
        self._down_since = asyncio.get_running_loop().time()
        page = await self._client.history(self._channel.id, limit=max(1, self._options.history))
        newest = page.messages[0].id if page.messages else BEGINNING
        if self._options.history:
            for message in reversed(page.messages):
                self._print(message)
        await self._line.follow(self._topic, newest)
        hearing = asyncio.create_task(self._hear())
        saying = asyncio.create_task(self._say(lines))
        try:
            done, _ = await asyncio.wait({hearing, saying}, return_when=asyncio.FIRST_COMPLETED)
            if saying in done and not hearing.done() and self._options.follow:
                saying.result()
                await hearing
            for task in done:
                task.result()
        finally:
            for task in (hearing, saying):
                task.cancel()
            await asyncio.gather(hearing, saying, return_exceptions=True)
        return 1 if self.refused else 0

    async def _say(self, lines: "asyncio.Queue[str | None]") -> None:
        while (text := await lines.get()) is not None:
            text = text.rstrip("\r\n")
            if text.strip():
                await self._say_one(text)

    async def _say_one(self, text: str) -> None:
        key = await self._submit(text)
        while (outcome := await self._outcomes[key]) is not None:
            if outcome.status != 429:
                self._line.give_up(key)
                self.refused += 1
                self._tell(f"not said: {one_line(outcome.detail)} ({outcome.code}): {one_line(text)[:60]}")
                break
            self._outcomes[key] = asyncio.get_running_loop().create_future()
            await asyncio.sleep(outcome.retry_after or 1.0)
            await self._line.again(key)
        del self._outcomes[key]

    async def _submit(self, text: str) -> str:
        key = os.urandom(12).hex()
        self._outcomes[key] = asyncio.get_running_loop().create_future()
        return await self._line.send(self._channel.id, text, key=key)

    async def _hear(self) -> None:
        """Raises ChatError when it is over."""
        loop = asyncio.get_running_loop()
        while True:
            limit = None
            if self._down_since is not None:
                limit = self._down_since + self._options.patience - loop.time()
            try:
                async with asyncio.timeout(limit):
                    happening = await self._line.happenings.get()
            except TimeoutError:
                raise Unreachable(f"No server answered for {self._options.patience:g} seconds.") from None
            await self._take(happening)

    async def _take(self, happening: Happening) -> None:
        match happening:
            case Happened(topic=self._topic):
                await self._show(happening)
            case Acknowledged():
                self._settle(happening.key, None)
            case NotSent():
                self._settle(happening.key, happening)
            case Connected():
                self._down_since = None
                self._tell(f"{'connected again' if happening.again else 'connected'} to {happening.address}")
            case Disconnected():
                if self._down_since is None:
                    self._down_since = asyncio.get_running_loop().time()
                self._tell(f"{one_line(happening.why)}; trying again in {happening.seconds:.1f} s")
            case Left(topic=self._topic):
                raise NotLetIn(f"You may not read #{one_line(self._channel.name)} any more: {happening.detail}")
            case Ended():
                raise happening.error

    def _settle(self, key: str, outcome: NotSent | None) -> None:
        future = self._outcomes.get(key)
        if future is not None and not future.done():
            future.set_result(outcome)

    async def _show(self, event: Happened) -> None:
        match event.kind:
            case "message":
                self._print(msgspec.json.decode(event.data, type=Message))
            case "message_edited":
                edited = msgspec.json.decode(event.data, type=Edited)
                self._write(f"* edited {edited.id}: {one_line(edited.content)}")
            case "message_deleted":
                self._write(f"* deleted {msgspec.json.decode(event.data, type=Gone).id}")
            case "messages_deleted":
                for one in msgspec.json.decode(event.data, type=AllGone).ids:
                    self._write(f"* deleted {one}")

    def _print(self, message: Message) -> None:
        if message.is_deleted:
            return
        who = "*" if message.type == "system" else f"<{one_line(message.username or '?')}>"
        self._write(f"{message.created_at.astimezone():%H:%M:%S} {who} {one_line(message.content)}")

    def _write(self, text: str) -> None:
        self._output.write(text + "\n")
        self._output.flush()

    def _tell(self, text: str) -> None:
        self._errors.write(f"guildhall: {text}\n")
        self._errors.flush()


def read_lines(source: int, lines: "asyncio.Queue[str | None]") -> None:
    """Put a file's lines into a queue as they come, from a thread; None is its end.

    The thread reads the descriptor itself: an interpreter that ends does not wait for it.
    """
    loop = asyncio.get_running_loop()

    def put(line: str | None) -> bool:
        try:
            asyncio.run_coroutine_threadsafe(lines.put(line), loop).result()
        except (RuntimeError, asyncio.CancelledError):
            return False  # the loop is over
        return True

    threading.Thread(target=_pump, args=(source, put), name="stdin", daemon=True).start()


def _pump(source: int, put: Callable[[str | None], bool]) -> None:
    rest = b""
    while data := os.read(source, 65_536):
        *whole, rest = (rest + data).split(b"\n")
        for line in whole:
            if not put(line.decode("utf-8", "replace")):
                return
    if rest:
        put(rest.decode("utf-8", "replace"))
    put(None)


async def run_plain(
    client: ChatClient, server: str, channel: str, options: Options, output: TextIO, errors: TextIO, source: int
) -> int:
    """Chat in a channel until the end of the input. Raises ChatError."""
    async with client:
        await client.me()
        home = await client.server(server)
        found = await client.channel(home.id, channel)
        lines: asyncio.Queue[str | None] = asyncio.Queue(_WAITING_MOST)
        async with Line(client) as line:
            read_lines(source, lines)
            return await Plain(client, line, found, options, output, errors).run(lines)
