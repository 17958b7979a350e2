"""Kinds, notices and people with devices, and the notifications' sandbox."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import asyncpg
import msgspec
from aiohttp import web

from guildhall.clock import Clock
from guildhall.core.identity.emails.mailer import Mailer
from guildhall.core.identity.ids import SessionId
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.notify.actions.notices import notify
from guildhall.core.notify.kinds import NoticeKind, NoticeKinds
from guildhall.core.notify.sandbox import make_app
from guildhall.core.notify.sandbox.fcm import STATE
from guildhall.core.notify.sandbox.state import State
from guildhall.core.notify.schemas.notices import Notice
from guildhall.core.notify.sender import NoticeSender, Sent
from guildhall.core.notify.settings import NotifySettings
from guildhall.core.vault.settings import VaultSettings
from guildhall.core.vault.vault import Vault
from guildhall.db.pool import Database
from guildhall.ids import UserId, uuid7
from guildhall.testing.people import make_user

SKILL = NoticeKind("skill_complete", "Skill finished", "{count} skills finished", setting="notify_skill_complete")
ORDER = NoticeKind("market_order_filled", "Order filled", "{count} orders filled", max_age=3600)
ATTACK = NoticeKind("structure_attacked", "Under attack", "{count} structures under attack", urgent=True)
KINDS = NoticeKinds((SKILL, ORDER, ATTACK))
VAULT = Vault(VaultSettings.model_validate({"encryption_key": "a key of the tests, nothing of worth"}))


def notice(user_id: UserId, key: str = "1", kind: NoticeKind = SKILL, **fields: Any) -> Notice:
    """A notice that just happened."""
    values: dict[str, Any] = {
        "title": f"{kind.title} {key}",
        "body": "",
        "happened_at": Clock().now(),
        **fields,
    }
    return Notice(user_id=user_id, type=kind.type, occurrence_key=f"{kind.type}:{key}", **values)


def notify_settings(**values: Any) -> NotifySettings:
    """Settings that owe nothing to a file: no gathering, short waits."""
    quick = {"gather_seconds": 0, "retry_first": 0.02, "retry_longest": 0.05, "send_seconds": 2, "lease_seconds": 30}
    return NotifySettings(**{"_env_file": None, **quick, **values})


async def tell(db: Database, *notices: Notice) -> int:
    """Tell in a transaction of its own."""
    async with db.write() as tx:
        return await notify(tx, notices)


async def make_device(url: str, user_id: UserId, token: str) -> SessionId:
    """A session with a device that takes pushes."""
    session_id = SessionId(uuid7())
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            """
            insert into core.sessions (id, user_id, token_hash, expires_at, device_type, device_token)
            values ($1, $2, $3, now() + interval '1 day', 'android', $4)
            """,
            session_id, user_id, session_id.bytes * 2, token,
        )  # fmt: skip
    finally:
        await connection.close()
    return session_id


async def make_pilot(url: str, token: str | None = None, **columns: Any) -> UserId:
    """A user, with a device where a token is given."""
    user_id = await make_user(url, **columns)
    if token is not None:
        await make_device(url, user_id, token)
    return user_id


class Sandbox:
    """FCM and webhooks, running in this process."""

    def __init__(self, app: web.Application, address: str) -> None:
        self.state: State = app[STATE]
        self.address = address

    @property
    def settings(self) -> dict[str, Any]:
        """What leads notifications here."""
        return {
            "fcm_url": self.address,
            "fcm_service_account": f"{self.address}/service-account.json",
            "webhook_private_addresses": True,
        }

    def shown(self, token: str) -> list[tuple[str, str]]:
        """Title and body of what a device shows."""
        return [(one.title, one.body) for one in self.state.devices.get(token, {}).values()]

    def said(self, name: str) -> list[str]:
        """What a webhook was told."""
        return [one["content"] for one in self.state.hooks.get(name, [])]


@contextlib.asynccontextmanager
async def running_sandbox() -> AsyncIterator[Sandbox]:
    """A sandbox on a free port."""
    app = make_app()
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        yield Sandbox(app, f"http://{host}:{port}")
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def sending(
    db: Database, kinds: NoticeKinds = KINDS, clock: Clock | None = None, identity: Any = None, **values: Any
) -> AsyncIterator[NoticeSender]:
    """A sender with settings of the test's own."""
    identity = identity or IdentitySettings(_env_file=None)  # type: ignore[call-arg]
    mailer = Mailer(identity, Clock())
    sender = NoticeSender(db, clock or Clock(), notify_settings(**values), kinds, VAULT, mailer)
    try:
        yield sender
    finally:
        await sender.close()
        await mailer.close()


async def rows(db: Database, table: str = "notification_log", order: str = "id") -> list[dict[str, Any]]:
    """All rows of a table."""
    async with db.read() as tx:
        return [dict(row) for row in await tx.connection.fetch(f"select * from core.{table} order by {order}")]


async def execute(db: Database, sql: str, *args: Any) -> None:
    """A statement of the test's own."""
    async with db.write() as tx:
        await tx.connection.execute(sql, *args)


async def until(holds: Callable[[], Awaitable[bool]], patience: float = 15.0) -> None:
    """Return when something has become true. Raises TimeoutError."""
    async with asyncio.timeout(patience):
        while not await holds():  # noqa: ASYNC110 (what it looks at is in the database)
            await asyncio.sleep(0.02)


class Events:
    """A reader of an event stream."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self.status = response.status

    async def next(self, patience: float = 5.0) -> dict[str, Any] | None:
        """The next event as its fields, `data` read as JSON; None at the end. Signs of life are passed over."""
        fields: dict[str, Any] = {}
        async with asyncio.timeout(patience):
            while line := await self._response.content.readline():
                text = line.decode().rstrip("\n")
                if text and not text.startswith(":"):
                    name, _, value = text.partition(": ")
                    fields[name] = msgspec.json.decode(value) if name == "data" else value
                elif not text and fields:
                    return fields
        return None


def ago(**span: float) -> datetime:
    """A time that has passed."""
    return Clock().now() - timedelta(**span)


__all__ = ["ATTACK", "KINDS", "ORDER", "SKILL", "Events", "Sent", "ago", "make_user", "notice"]
