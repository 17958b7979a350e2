"""The API for one person at a time: within its limits, with 401, 403 and outages told apart.

A token belongs to a call, so these are methods and no declared routes. No answer is stored here.
"""

from typing import TypeVar
from urllib.parse import quote

import msgspec
from msgspec import Struct

from guildhall.core.upstream.client import UpstreamClient
from guildhall.core.upstream.errors import UpstreamDown, UpstreamNotFound, UpstreamRefused, UpstreamResting
from guildhall.core.upstream.rows import Found, NoSoundRow, Rows, without_nul
from guildhall.core.upstream.schemas import Exchange, UpstreamOptions
from guildhall.core.upstream.upstream import Upstream
from guildhall.core.vault.schemas import Secret
from guildhall.ids import UserId
from guildhall.packs.poe2.ggg.errors import GggLimited, ScopeMissing, TokenRefused
from guildhall.packs.poe2.ggg.limits import GggLimits
from guildhall.packs.poe2.ggg.rules.headers import read_limits, read_wait
from guildhall.packs.poe2.settings import Poe2Settings

Shape = TypeVar("Shape")
_LOST_AFTER = 30.0
"""Seconds beyond a call's deadline after which it counts as answered although nobody has said so."""


class Route(Struct, frozen=True):
    """A route of the API: its path, and the scope that a token needs."""

    path: str
    scope: str

    def target(self, **parts: str) -> str:
        """The path with its parts, encoded."""
        return self.path.format(**{name: quote(value, safe="") for name, value in parts.items()})


PROFILE = Route("/profile", "account:profile")
LEAGUES = Route("/account/leagues/poe2", "account:leagues")
CHARACTERS = Route("/character/poe2", "account:characters")
CHARACTER = Route("/character/poe2/{name}", "account:characters")


class Ggg(Upstream[Poe2Settings]):
    """Asks the API. One for each process; its limits are shared by all through PostgreSQL."""

    def __init__(self, client: UpstreamClient, settings: Poe2Settings) -> None:
        super().__init__(client, settings)
        self.limits = GggLimits(client.db, settings.ggg_reserve, settings.ggg_deadline_seconds + _LOST_AFTER)

    @classmethod
    def options(cls, settings: Poe2Settings) -> UpstreamOptions:
        """Return the options of calls. The API's answers tell its limits, so there is no budget to count here."""
        return UpstreamOptions(
            base_url=settings.api_url,
            attempt_timeout=settings.ggg_deadline_seconds,
            concurrency=settings.ggg_concurrency,
            largest_bytes=8_000_000,
        )

    async def ask(
        self, route: Route, target: str, user_id: UserId, token: Secret, agent: str, *, interactive: bool
    ) -> bytes:
        """Ask for a person's data, and return the JSON of the answer.

        Raises GggLimited or AccountLimited, TokenRefused (401), ScopeMissing (403), UpstreamNotFound (404),
        UpstreamRefused (other 4xx), UpstreamDown, UpstreamLied.
        """
        try:
            permit = await self.limits.take(route.path, user_id, interactive=interactive)
        except GggLimited:
            self.client.counts[route.path, "no_budget"] += 1
            raise
        headers = {"Authorization": f"Bearer {token.reveal()}", "User-Agent": agent}
        try:
            exchange = await self.client.exchange(route.path, target, headers=headers)
        except UpstreamResting:
            await self.limits.not_sent(permit)
            raise
        except BaseException:
            await self.limits.unanswered(permit)
            raise
        told, wait = read_limits(exchange.headers), read_wait(exchange.headers)
        await self.limits.answered(route.path, permit, told, status=exchange.status, wait=wait)
        return self._body(route, exchange, wait)

    def decode(self, route: Route, body: bytes, rows: Rows[Shape]) -> Shape:
        """Decode an answer without its odd rows. Raises UpstreamLied if no row is sound."""
        return self.read(route, body, rows).value

    def read(self, route: Route, body: bytes, rows: Rows[Shape]) -> Found[Shape]:
        """Decode an answer, and count its odd rows. Raises UpstreamLied if no row is sound."""
        try:
            found = rows.read(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, NoSoundRow) as error:
            raise self.client.lied(route.path, f"an unknown shape: {error}") from error
        self.client.sound(route.path, found)
        return found

    def _body(self, route: Route, exchange: Exchange, wait: int | None) -> bytes:
        """Return the body of an answer, or raise what its status means."""
        status, counts, name = exchange.status, self.client.counts, route.path
        kind = exchange.headers.get("Content-Type", "").partition(";")[0].strip()
        if status == 200:
            if not kind.endswith("json"):
                raise self.client.lied(name, f"{kind or 'no content type'} instead of JSON")
            counts[name, "ok"] += 1
            return without_nul(exchange.body)
        if status == 429:
            counts[name, "limited"] += 1
            raise GggLimited(
                detail="Path of Exile says that a limit is used up.", retry_after=60 if wait is None else max(1, wait)
            )
        if status >= 500 or (status in (401, 403, 404) and not kind.endswith("json")):
            # a page in front of the API knows nothing of tokens and characters
            counts[name, "failed"] += 1
            raise UpstreamDown(detail=f"Path of Exile failed at {name} with status {status}.", retry_after=30)
        counts[name, "not_found" if status == 404 else "refused"] += 1
        if status == 401:
            raise TokenRefused
        if status == 403:
            raise ScopeMissing(scope=route.scope)
        if status == 404:
            raise UpstreamNotFound(name)
        raise UpstreamRefused(detail=f"Path of Exile refused {name} with status {status}.", retry_after=300)
