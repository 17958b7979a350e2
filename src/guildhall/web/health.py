"""Health checks: whether the process is alive, and whether it is ready to serve."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from msgspec import Meta, Struct

from guildhall.errors import GuildhallError
from guildhall.log import get_logger
from guildhall.web import problems

log = get_logger(__name__)

Check = Callable[[], Awaitable[str | None]]
"""Returns None if all is well, else the fault in a few words; one that begins with `ok, ` does not end readiness."""

_TIMEOUT = 3.0
"""Seconds that a check may take."""


class Health(Struct, frozen=True):
    """`status` is `ok` or `unready`; `checks` has for each the fault, `ok`, or `ok, ` and a warning."""

    status: Annotated[str, Meta(examples=["ok"])]
    checks: Annotated[dict[str, str], Meta(examples=[{"database": "ok", "migrations": "ok", "worker": "ok"}])]


def health_routes(checks_of_process: Callable[[], Mapping[str, Check]]) -> list[HTTPRouteHandler]:
    """/healthz for a supervisor that restarts, /readyz for a balancer that routes."""

    @get("/healthz", summary="The process lives", responses=problems.documented())
    async def healthz() -> dict[str, str]:
        """Always 200 while the process answers at all."""
        return {"status": "ok"}

    async def run(check: Check) -> str:
        try:
            async with asyncio.timeout(_TIMEOUT):
                return await check() or "ok"
        except TimeoutError:
            return f"no answer in {_TIMEOUT:g} s"
        except GuildhallError as error:
            log.warning("unready", why=error.whole)
            return str(error)  # its words are a client's; addresses and the like are in the log
        except Exception as error:
            log.error("check_broken", exc_info=error)
            return type(error).__name__

    unready = ResponseSpec(Health, generate_examples=False, description="Not fit to serve; `checks` say why.")

    @get(
        "/readyz",
        summary="The process is fit to serve",
        responses={**problems.documented(), 503: unready},
    )
    async def readyz() -> Response[Health]:
        """200 when the database answers, its migrations are current and a worker lives; else 503 that says why."""
        checks = checks_of_process()
        names = list(checks)
        found = dict(zip(names, await asyncio.gather(*(run(checks[name]) for name in names)), strict=True))
        ready = all(words == "ok" or words.startswith("ok, ") for words in found.values())
        return Response(
            Health("ok" if ready else "unready", found),
            status_code=200 if ready else 503,
            headers={"cache-control": "no-store"},
        )

    routes: list[Any] = [healthz, readyz]
    return routes
