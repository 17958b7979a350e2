"""A mail server that keeps what it is given: SMTP on a port of its own, the mails as JSON over HTTP."""

import asyncio
import email
import email.policy
from collections.abc import Mapping
from email.message import EmailMessage
from typing import Any

from aiohttp import web

from guildhall.core.identity.settings import IdentitySettings
from guildhall.log import get_logger

log = get_logger(__name__)

_KEPT = 500
_LARGEST = 10_000_000
"""Bytes of a mail."""


class Mailbox:
    """The received mails, oldest first; `refuse` is the code that all recipients get from now on."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.messages: list[dict[str, Any]] = []
        self.refuse: int | None = None
        self.connections = 0
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        """Listen, on a free port where the wanted one is taken; `port` is the one that it listens on."""
        try:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=65_536)
        except OSError as error:
            log.warning("mailbox_port_taken", port=self.port, why=str(error))
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=65_536)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Hang up."""
        if self._server is not None:
            self._server.close()
            for writer in list(self._writers):
                writer.close()
            await self._server.wait_closed()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass  # the client left, or never spoke SMTP
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """RFC 5321, as much of it as a client that hands in mail needs."""

        async def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())
            await writer.drain()

        await say("220 mailbox.sandbox ESMTP")
        sender, recipients = "", list[str]()
        while line := (await reader.readline()).decode("utf-8", "replace").rstrip("\r\n"):
            verb = line.partition(" ")[0].upper()
            if verb == "EHLO":
                await say(f"250-mailbox.sandbox\r\n250-SIZE {_LARGEST}\r\n250-8BITMIME\r\n250 SMTPUTF8")
            elif verb == "HELO":
                await say("250 mailbox.sandbox")
            elif verb == "MAIL":
                sender, recipients = _address(line), []
                await say("250 OK")
            elif verb == "RCPT":
                if self.refuse is not None:
                    await say(f"{self.refuse} not here")
                else:
                    recipients.append(_address(line))
                    await say("250 OK")
            elif verb == "DATA":
                await self._take(reader, say, sender, recipients)
                sender, recipients = "", []
            elif verb == "RSET":
                sender, recipients = "", []
                await say("250 OK")
            elif verb == "NOOP":
                await say("250 OK")
            elif verb == "QUIT":
                await say("221 bye")
                return
            else:
                await say("502 not implemented")

    async def _take(self, reader: asyncio.StreamReader, say: Any, sender: str, recipients: list[str]) -> None:
        if not recipients:
            await say("503 whom is it for?")
            return
        await say("354 go ahead")
        lines: list[bytes] = []
        size = 0
        while (line := await reader.readline()) != b".\r\n":
            if not line:
                raise ConnectionError
            size += len(line)
            if size <= _LARGEST:
                lines.append(line.removeprefix(b"."))
        if size > _LARGEST:
            await say("552 too large")
            return
        self.messages.append(_message(b"".join(lines), sender, recipients))
        del self.messages[:-_KEPT]
        await say("250 taken")


def _address(line: str) -> str:
    """The address between the angle brackets of MAIL FROM and RCPT TO."""
    return line.partition("<")[2].partition(">")[0]


def _message(raw: bytes, sender: str, recipients: list[str]) -> dict[str, Any]:
    """A mail as GET /messages shows it."""
    parsed = email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)
    bodies = {kind: parsed.get_body((kind,)) for kind in ("plain", "html")}
    return {
        "from": sender,
        "to": recipients,
        "subject": str(parsed["subject"] or ""),
        "message_id": str(parsed["message-id"] or ""),
        "text": _text(bodies["plain"]) or "",
        "html": _text(bodies["html"]),
    }


def _text(body: Any) -> str | None:
    """A body with the line ends of here, not of the wire."""
    return None if body is None else str(body.get_content()).replace("\r\n", "\n")


MAILBOX = web.AppKey("mailbox", Mailbox)


def make_mailbox(settings: IdentitySettings) -> web.Application:
    """The stand-in: GET /messages reads (`?to=` for one address), DELETE forgets, PUT /refusal sets a code or null."""
    app = web.Application()
    app[MAILBOX] = Mailbox(settings.sandbox_smtp_port)

    async def running(app: web.Application) -> Any:
        await app[MAILBOX].start()
        settings.sandbox_smtp_port = app[MAILBOX].port  # what `mailbox_overrides` tells from now on
        yield
        await app[MAILBOX].stop()

    async def read(request: web.Request) -> web.Response:
        box, to = request.app[MAILBOX], request.query.get("to")
        return web.json_response([one for one in box.messages if to is None or to in one["to"]])

    async def forget(request: web.Request) -> web.Response:
        request.app[MAILBOX].messages.clear()
        return web.Response(status=204)

    async def refuse(request: web.Request) -> web.Response:
        code = await request.json()
        if code is not None and (not isinstance(code, int) or not 400 <= code < 600):
            raise web.HTTPBadRequest(text="a code from 400 to 599, or null")
        request.app[MAILBOX].refuse = code
        return web.Response(status=204)

    app.cleanup_ctx.append(running)
    app.router.add_get("/messages", read)
    app.router.add_delete("/messages", forget)
    app.router.add_put("/refusal", refuse)
    return app


def mailbox_overrides(settings: IdentitySettings, _: str) -> Mapping[str, str]:
    """The environment that sends mail to the stand-in."""
    return {
        "GUILDHALL_IDENTITY_SMTP_HOST": "127.0.0.1",
        "GUILDHALL_IDENTITY_SMTP_PORT": str(settings.sandbox_smtp_port),
        "GUILDHALL_IDENTITY_SMTP_TLS": "none",
    }
