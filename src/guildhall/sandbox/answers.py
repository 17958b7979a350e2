"""Answers in JSON."""

import msgspec
from aiohttp import web

JSON_TYPE = "application/json; charset=utf-8"

encode = msgspec.json.Encoder().encode


def reply(body: object, status: int = 200) -> web.Response:
    """Return an answer in JSON."""
    return web.Response(status=status, body=encode(body), headers={"Content-Type": JSON_TYPE})
