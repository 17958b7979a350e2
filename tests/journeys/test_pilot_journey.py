"""A pilot's whole way over real HTTP: sign-in, a second pilot, a notification, an outage, export, deletion.

The product's own sandbox, web process and worker, wired by the settings that `guildhall demo` would make. Everything
that is said on the way (answers, logs, the audit of jobs, the whole database) is searched for tokens at the end.
"""

import asyncio
import contextlib
import io
import socket
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import msgspec
import pytest
from aiohttp import web

from guildhall import log
from guildhall.boot.app import make_app
from guildhall.boot.configuration import configure
from guildhall.boot.runtime import open_web
from guildhall.boot.sandbox import make_sandbox, overrides
from guildhall.boot.server import make_server
from guildhall.boot.worker import make_worker, open_worker
from guildhall.clock import Clock
from guildhall.db.connection import connect
from guildhall.packs.eve.sandbox.options import SandboxOptions
from guildhall.packs.eve.sandbox.pilots import pilot_ids

pytestmark = pytest.mark.slow

PHONE = "phone-of-the-journey"
SKILL = 3300
"""Gunnery."""
SOON = 15
"""Seconds until it is learnt: signing in and the first sync take some five."""


class Journey:
    """A client, what it was told, and the tokens that it came to know."""

    def __init__(self, http: aiohttp.ClientSession, address: str, sandbox: str, database: str) -> None:
        self.http = http
        self.address = address
        self.sandbox = sandbox
        self.database = database
        self.answers: list[str] = []
        self.issued: list[str] = []
        """What the sandbox's token endpoints have given out: the SSO's tokens and FCM's."""
        self.headers: dict[str, str] = {}

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """The status and the JSON of an answer of ours."""
        async with self.http.request(
            method, self.address + path, json=body, headers={**self.headers, **headers}, allow_redirects=False
        ) as answer:
            text = await answer.text()
            self.answers.append(f"{path} {answer.status} {dict(answer.headers)} {text}")
            is_json = "json" in answer.headers.get("content-type", "")
            return answer.status, msgspec.json.decode(text) if is_json and text else text

    async def get(self, path: str) -> Any:
        """The JSON of a good answer."""
        status, found = await self.ask("GET", path)
        assert status == 200, (path, status, found)
        return found

    async def control(self, path: str, body: Any, method: str = "POST") -> Any:
        """Have something happen in the sandbox."""
        async with self.http.request(method, f"{self.sandbox}{path}", json=body) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def through_the_sso(self, start: str, pilot: int) -> tuple[int, Any]:
        """Begin a flow, approve it at the SSO as a pilot, and follow the browser back."""
        status, begun = await self.ask("POST", start, {"device_name": "Journey's phone", "device_type": "android"})
        assert status == 200, begun
        async with self.http.get(f"{begun['authorize_url']}&character={pilot}", allow_redirects=False) as approved:
            assert approved.status == 302, await approved.text()
            back = urlsplit(approved.headers["location"])
        assert f"{back.scheme}://{back.netloc}" == self.address
        assert dict(parse_qsl(back.query))["state"]
        return await self.ask("GET", f"{back.path}?{back.query}")

    async def until(self, holds: Any, patience: float = 90.0) -> Any:
        """What a question gives once it gives something."""
        async with asyncio.timeout(patience):
            while not (found := await holds()):  # noqa: ASYNC110 (what it looks at is elsewhere)
                await asyncio.sleep(0.1)
            return found


@contextlib.asynccontextmanager
async def listening() -> AsyncIterator[tuple[socket.socket, str]]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(256)
        yield listener, f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """All log lines, from debug on."""
    stream = io.StringIO()
    with monkeypatch.context() as patched:
        patched.setattr("sys.stderr", stream)
        log.configure(json=True, level="debug", requests=True)
    return stream


@pytest.fixture
async def journey(clone, tmp_path, monkeypatch, said) -> AsyncIterator[Journey]:
    monkeypatch.chdir(tmp_path)
    async with contextlib.AsyncExitStack() as stack:
        sandbox_listener, sandbox = await stack.enter_async_context(listening())
        listener, address = await stack.enter_async_context(listening())
        for name, value in {
            "GUILDHALL_HOME": str(tmp_path / "home"),
            "GUILDHALL_DATABASE_URL": clone,
            "GUILDHALL_IDENTITY_PUBLIC_URL": address.replace("127.0.0.1", "localhost"),
            "GUILDHALL_NOTIFY_GATHER_SECONDS": "0.5",
            "GUILDHALL_WEB_RATE_PER_MINUTE": "0",
            "GUILDHALL_JOBS_POLL_INTERVAL": "0.2",
            "GUILDHALL_POOL_SIZE": "8",
        }.items():
            monkeypatch.setenv(name, value)
        first = configure()
        issued: list[str] = []
        app = make_sandbox(first)
        app.middlewares.append(recorder(issued))
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.SockSite(runner, sandbox_listener).start()
        for name, value in overrides(first, sandbox).items():
            monkeypatch.setenv(name, value)
        chosen = configure()

        runtime = await stack.enter_async_context(open_web(chosen, clone, Clock()))
        server = make_server(make_app(runtime), chosen)
        server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment]
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        worker = make_worker(await stack.enter_async_context(open_worker(chosen, clone, Clock())))
        working = asyncio.create_task(worker.run())
        http = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)))
        while not server.started:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        made = Journey(http, str(chosen.of_slices["identity"].public_url), sandbox, clone)  # type: ignore[attr-defined]
        made.issued = issued
        yield made
        worker.stop()
        await asyncio.wait_for(working, 20)
        server.should_exit = True
        await serving


def recorder(issued: list[str]) -> Any:
    """Middleware that notes the tokens in the answers of token endpoints."""

    @web.middleware
    async def record(request: web.Request, handler: Any) -> web.StreamResponse:
        answer: web.StreamResponse = await handler(request)
        if request.path.endswith("/token") and isinstance(answer, web.Response) and answer.status == 200:
            given = msgspec.json.decode(answer.text or "")
            issued.extend(given[name] for name in ("access_token", "refresh_token") if given.get(name))
        return answer

    return record


async def test_a_pilot_signs_in_is_told_survives_an_outage_takes_everything_along_and_leaves(journey, said):
    first, second = pilot_ids(SandboxOptions())[:2]

    # Gunnery V is done in a quarter of a minute.
    queue_of_first = f"/eve/_sandbox/pilots/{first}/queue"
    await journey.control(queue_of_first, {"action": "clear"})
    await journey.control(queue_of_first, {"action": "add", "skill_id": SKILL, "level": 5, "seconds": SOON})

    # Sign in with the SSO.
    assert (await journey.ask("GET", "/api/v1/eve/overview"))[0] == 401
    status, signed_in = await journey.through_the_sso("/api/v1/auth/eve/start", first)
    assert status == 200, signed_in
    assert signed_in["identity"]["subject"] == str(first)
    journey.headers = {"Authorization": f"Bearer {signed_in['access_token']}"}
    phone = {"type": "android", "token": PHONE}
    assert (await journey.ask("PUT", "/api/v1/me/sessions/current/device", phone))[0] == 200

    # Link a second pilot: the session and the SSO both vouch.
    status, linked = await journey.through_the_sso("/api/v1/me/identities/eve/start", second)
    assert status == 200, linked
    assert {one["subject"] for one in await journey.get("/api/v1/me/identities")} == {str(first), str(second)}

    # See both pilots and the queue, once the worker has been at work.
    async def synced() -> bool:
        found = (await journey.get("/api/v1/eve/characters"))["items"]
        return len(found) == 2 and all(one["last_sync_at"] for one in found)

    await journey.until(synced)
    queue = await journey.get(f"/api/v1/eve/characters/{first}/skill-queue")
    assert queue["as_of"]
    assert [(one["skill_id"], one["finished_level"]) for one in queue["items"]] == [(SKILL, 5)]

    # The skill ends, and the phone buzzes, once.
    async def told() -> list[Any]:
        found = (await journey.get("/api/v1/notifications"))["items"]
        mine = [one for one in found if (one["type"], one["character_id"]) == ("skill_complete", first)]
        return [one for one in mine if one["status"] != "pending"]

    (notification,) = await journey.until(told)
    assert notification["body"] == "Gunnery V"
    shown = await journey.http.get(f"{journey.sandbox}/notify/_sandbox/devices/{PHONE}")
    (buzzed,) = [one for one in (await shown.json())["shows"] if "Gunnery V" in one["body"]]
    assert buzzed["arrivals"] == 1

    # ESI is dead: everything is still there, and says how old it is.
    await journey.control("/eve/_sandbox/faults", {"mode": "dead", "path": "/esi/"})
    status, problem = await journey.ask("GET", "/api/v1/eve/types/35")
    assert (status, problem["code"]) == (503, "upstream_down")
    overview = await journey.get("/api/v1/eve/overview")
    assert {one["character_id"] for one in overview["characters"]} == {first, second}
    skills = await journey.get(f"/api/v1/eve/characters/{second}/skills")
    assert skills["total_sp"] > 0
    assert skills["as_of"]

    # Everything goes along as one file, and then it is gone.
    export = await journey.get("/api/v1/me/export")
    text = msgspec.json.encode(export).decode()
    assert str(first) in text
    assert str(second) in text
    assert notification["id"] in text
    status, gone = await journey.ask("DELETE", "/api/v1/me", {})
    assert status == 204, gone
    assert (await journey.ask("GET", "/api/v1/me"))[0] == 401
    left = await rows_left(journey.database)
    assert left == {}

    # Nobody has said a token aloud.
    ours = [signed_in["access_token"], signed_in["refresh_token"]]
    theirs = list(journey.issued)
    assert len(theirs) >= 5, "two of each pilot, one of FCM"
    log._output.flush()
    lines = said.getvalue()
    assert '"event":"request"' in lines or "/api/v1/eve/overview" in lines
    everything = await dump(journey.database)
    assert "eve.sync_character" in everything
    own_answers = "\n".join(answer for answer in journey.answers if "/callback" not in answer.split()[0])
    for secret in theirs:
        assert secret not in lines
        assert secret not in everything
        assert secret not in "\n".join(journey.answers)
    for secret in ours:
        assert secret not in lines
        assert secret not in everything
        assert secret not in own_answers


async def rows_left(database: str) -> dict[str, int]:
    """How many rows each table that has users' rows still holds, but for the audit and what is being revoked."""
    connection = await connect(database)
    try:
        tables = await connection.fetch(
            """
            select distinct table_schema || '.' || table_name as name
            from information_schema.columns
            where column_name = 'user_id' and table_schema in ('core', 'eve', 'dota2')
              and table_name not like 'security_events%' and table_name !~ '_[0-9]{4}_[0-9]{2}$'
            """
        )
        counts = {row["name"]: await connection.fetchval(f"select count(user_id) from {row['name']}") for row in tables}
        return {name: count for name, count in counts.items() if count}
    finally:
        await connection.close()


async def dump(database: str) -> str:
    """Every row of every table as text."""
    connection = await connect(database)
    try:
        tables = await connection.fetch(
            """
            select format('%I.%I', schemaname, tablename) as name from pg_tables
            where schemaname in ('core', 'eve', 'dota2')
            """
        )
        parts = []
        for row in tables:
            parts += [line["t"] for line in await connection.fetch(f"select x::text as t from {row['name']} x")]
        return "\n".join(parts)
    finally:
        await connection.close()
