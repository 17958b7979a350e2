"""The stand-ins of the packs under test, running, with faults that a test switches on."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Literal

from aiohttp import web
from msgspec import Struct

from guildhall.boot.configuration import Configuration
from guildhall.pack import Pack
from guildhall.sandbox.context import CLOCK, FAULTS
from guildhall.sandbox.modes import Fault as KitFault
from guildhall.testing.running import run_app
from guildhall.testing.settings import configuration

_GARBAGE = b"<html>Something went wrong</html>"


class Fault(Struct):
    """A fault in force: an error status, a late answer, an answer that is no JSON, or none at all."""

    mode: Literal["fail", "slow", "garble", "drop"]
    api: str | None
    path: str
    left: int | None
    """The calls that it still hits; None for a fault that does not heal by itself."""
    status: int = 503
    seconds: float = 0.0
    headers: Mapping[str, str] = {}

    def strikes(self, path: str) -> bool:
        """Return whether it hits a call now, which counts."""
        if self.left == 0 or not _hits(self.api, self.path, path):
            return False
        if self.left is not None:
            self.left -= 1
        return True


class Call(Struct, frozen=True):
    """A call of the product to a stand-in.

    `path` is the path below the stand-in, decoded, as patterns see it; `target` is path and query as they were sent.
    """

    api: str
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    status: int
    target: str


class Sandbox:
    """Every stand-in of the packs under test, each below its name, and the calls that came.

    A fault hits the calls whose path contains `path`, of all stand-ins or of `api`; after `times` of them it heals.
    `path` is a regular expression, searched in the decoded path below the stand-in: `/players/#ABC`. `address` is the
    address of all; that of one is `{address}/{name}`.
    """

    def __init__(self, packs: Sequence[Pack]) -> None:
        self.address = ""
        self._apps: dict[str, web.Application] = {}
        self._calls: list[Call] = []
        self._faults: list[Fault] = []
        self._configuration: Configuration = configuration(packs)
        self._packs = packs

    def app(self, name: str) -> web.Application:
        """Return the application of a stand-in, for its own parts."""
        return self._apps[name]

    @property
    def environment(self) -> dict[str, str]:
        """The environment that leads the packs here."""
        return {
            name: value
            for pack in self._packs
            for one in pack.sandboxes()
            for name, value in one.overrides(
                self._configuration.of_slices[pack.name], f"{self.address}/{one.name}"
            ).items()
        }

    def advance(self, by: timedelta) -> None:
        """Move on the clocks of the stand-ins that the kit has made."""
        for app in self._apps.values():
            if CLOCK in app:
                app[CLOCK].advance(by.total_seconds())

    def calls(self, path: str = "", api: str | None = None) -> int:
        """Return the number of calls whose path contains `path`, a regular expression."""
        return len(self.called(path, api))

    def called(self, path: str = "", api: str | None = None) -> list[Call]:
        """Return the calls whose path contains `path`, a regular expression, oldest first."""
        return [call for call in self._calls if api in (None, call.api) and re.search(path, call.path) is not None]

    def fail(
        self,
        status: int = 503,
        *,
        path: str = "",
        api: str | None = None,
        times: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Answer with an error status from now on."""
        self._add(Fault("fail", api, path, times, status=status, headers=headers or {}))

    def slow(self, seconds: float, *, path: str = "", api: str | None = None, times: int | None = None) -> None:
        """Answer that late from now on."""
        self._add(Fault("slow", api, path, times, seconds=seconds))

    def garble(self, *, path: str = "", api: str | None = None, times: int | None = None) -> None:
        """Answer with a page of HTML from now on, with the status of success. `spoil` has other odd answers."""
        self._add(Fault("garble", api, path, times))

    def drop(self, *, path: str = "", api: str | None = None, times: int | None = None) -> None:
        """Close the connection instead of answering from now on."""
        self._add(Fault("drop", api, path, times))

    def spoil(self, fault: KitFault, api: str | None = None) -> None:
        """Switch on a fault of the sandbox kit, such as answers of wrong types; of all stand-ins made with it, or one.

        Raises LookupError if there is none.
        """
        spoiled = [app for name, app in self._apps.items() if api in (None, name) and FAULTS in app]
        if not spoiled:
            raise LookupError(f"there is no stand-in {api or ''} that is made with guildhall.sandbox")
        for app in spoiled:
            app[FAULTS].add(fault)

    def heal(self) -> None:
        """Switch all faults off."""
        self._faults.clear()
        for app in self._apps.values():
            if FAULTS in app:
                app[FAULTS].clear()

    def _add(self, fault: Fault) -> None:
        if fault.api is not None and fault.api not in self._apps:
            raise LookupError(f"there is no stand-in {fault.api}; there are {', '.join(self._apps) or 'none'}")
        self._faults.append(fault)

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        answer = await self._answer(request, handler)
        api, path = _split(request.path)
        sent = dict(request.headers)
        target = _split(request.raw_path)[1]
        self._calls.append(Call(api, request.method, path, dict(request.query), sent, answer.status, target))
        return answer

    async def _answer(self, request: web.Request, handler: Any) -> web.StreamResponse:
        # The fault that was switched on last decides.
        fault = next((one for one in reversed(self._faults) if one.strikes(request.path)), None)
        if fault is None:
            return await self._well(request, handler)
        if fault.mode == "slow":
            await asyncio.sleep(fault.seconds)
            return await self._well(request, handler)
        if fault.mode == "garble":
            return web.Response(body=_GARBAGE, content_type="text/html")
        if fault.mode == "drop" and request.transport is not None:
            request.transport.close()
        return web.json_response({"error": "a fault"}, status=fault.status, headers=fault.headers)

    async def _well(self, request: web.Request, handler: Any) -> web.StreamResponse:
        try:
            answer: web.StreamResponse = await handler(request)
        except web.HTTPException as error:
            return error
        return answer

    @asynccontextmanager
    async def running(self) -> "AsyncIterator[Sandbox]":
        """Run the stand-ins on a free port."""
        outer = web.Application(middlewares=[self._guard])
        for pack in self._packs:
            for one in pack.sandboxes():
                self._apps[one.name] = one.make(self._configuration.of_slices[pack.name])
                outer.add_subapp(f"/{one.name}", self._apps[one.name])
        async with run_app(outer) as address:
            self.address = address
            yield self


def _split(path: str) -> tuple[str, str]:
    """Return a stand-in's name, and the path below it."""
    name, _, rest = path.removeprefix("/").partition("/")
    return name, f"/{rest}"


def _hits(api: str | None, pattern: str, path: str) -> bool:
    """Return whether a path, which begins with a stand-in's name, is one of an API and contains a pattern."""
    name, below = _split(path)
    return (api is None or api == name) and re.search(pattern, below) is not None
