"""The description of the API is made once, and nobody else waits for it."""

import asyncio
import threading
from typing import Any

import msgspec
from litestar import Litestar, Request, get
from litestar.openapi.config import OpenAPIConfig

from guildhall.web.documentation import SCHEMA, Description

MADE: list[None] = []
GO = threading.Event()


class Slow(Description):
    """Takes until it is let go."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        MADE.append(None)
        assert GO.wait(30)
        return super().render(request, openapi_schema)


@get("/other", sync_to_thread=False)
def other() -> str:
    """Answer something else."""
    return "at once"


async def ask(app: Litestar, path: str) -> tuple[int, dict[bytes, bytes], bytes]:
    """Status, headers and body of the answer to a GET, as a server reads them."""
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope: Any = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "root_path": "", "query_string": b"", "headers": [],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2),
    }  # fmt: skip
    await app(scope, receive, send)
    return sent[0]["status"], dict(sent[0]["headers"]), b"".join(message.get("body", b"") for message in sent[1:])


async def test_others_are_answered_while_the_description_is_made_and_it_is_made_once():
    document = Slow(path="/")
    app = Litestar(
        [other],
        openapi_config=OpenAPIConfig(
            title="x", version="1", path=SCHEMA, render_plugins=[document], openapi_router=document.router(SCHEMA)
        ),
    )
    asking = [asyncio.create_task(ask(app, SCHEMA)) for _ in range(3)]
    while not MADE:  # noqa: ASYNC110 (a thread makes it)
        await asyncio.sleep(0.01)

    assert (await ask(app, "/other"))[2] == b"at once"
    assert not any(task.done() for task in asking)

    GO.set()
    answers = await asyncio.gather(*asking)

    assert {status for status, _, _ in answers} == {200}
    assert {headers[b"content-type"] for _, headers, _ in answers} == {b"application/vnd.oai.openapi+json"}
    assert msgspec.json.decode(answers[0][2])["paths"].keys() == {"/other"}
    assert (await ask(app, SCHEMA))[2] == answers[1][2]
    assert (await ask(app, f"{SCHEMA}/nothing"))[0] == 404
    assert len(MADE) == 1
