"""Faults of a provider's stand-in, on demand."""

import asyncio

from aiohttp import web
from msgspec import Struct


class Fault(Struct, forbid_unknown_fields=True):
    """An answer in place of the true one: a status and a body, after `delay` seconds, `count` times.

    `path` is the last part of the endpoint's path; empty is every endpoint.
    """

    path: str = ""
    status: int = 503
    body: str = ""
    content_type: str = "application/json"
    location: str | None = None
    delay: float = 0.0
    count: int | None = None


class Faults:
    """The fault in force, one at a time."""

    def __init__(self) -> None:
        self._fault: Fault | None = None

    def set(self, fault: Fault) -> None:
        """Put a fault in force."""
        self._fault = fault

    def clear(self) -> None:
        """End all faults."""
        self._fault = None

    async def answer(self, name: str) -> web.Response | None:
        """The wrong answer of an endpoint, or None when it shall work."""
        fault = self._fault
        if fault is None or fault.path not in ("", name):
            return None
        if fault.count is not None:
            fault.count -= 1
            if fault.count <= 0:
                self._fault = None
        if fault.delay:
            await asyncio.sleep(fault.delay)
        headers = {"Location": fault.location} if fault.location else {}
        return web.Response(status=fault.status, text=fault.body, content_type=fault.content_type, headers=headers)
