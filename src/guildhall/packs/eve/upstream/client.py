"""The client of ESI: freshness obeyed, both families of limits, one pilot's answers for that pilot alone.

No answer is stored here: ETags and contents are in the tables of their character, so that no answer can reach another.
Only the halts are: the times before which an address must not be asked again.
"""

import re
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec
from msgspec import Struct

from guildhall.core.upstream.client import AWAY, UpstreamClient
from guildhall.core.upstream.errors import UpstreamDown, UpstreamLied, UpstreamNotFound, UpstreamRefused
from guildhall.core.upstream.rows import Found, NoSoundRow, Rows
from guildhall.core.upstream.schemas import Exchange, UpstreamOptions
from guildhall.core.upstream.upstream import Upstream
from guildhall.core.vault.schemas import Secret
from guildhall.packs.eve.settings import EveSettings
from guildhall.packs.eve.upstream import freshness
from guildhall.packs.eve.upstream import limit_headers as rate_limits
from guildhall.packs.eve.upstream.errors import AskedEarly, EsiAway, EsiForbade, EsiHalted, TokenRefused
from guildhall.packs.eve.upstream.rate_limits import ERRORS, EVERYTHING, Halts
from guildhall.packs.eve.upstream.routes import Route

Shape = TypeVar("Shape")
_MAX_KNOWN = 100_000
"""Addresses whose freshness is remembered; their rows in the database say the same."""
_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")
"""A NUL in a JSON string, which PostgreSQL stores in no text."""


class Pilot(Struct, frozen=True):
    """The character of a call to ESI: the game's id, and its access token."""

    character_id: int
    token: Secret


class Answer(Struct, frozen=True):
    """An answer of ESI. `body` is None for a 304: the stored content still holds. Times are by our clock."""

    body: bytes | None
    expires_at: datetime
    as_of: datetime
    etag: str | None
    last_modified: str | None
    pages: int

    def lifetime(self, now: datetime) -> timedelta:
        """The time for which it still holds, at least a second."""
        return max(self.expires_at - now, timedelta(seconds=1))


class Esi(Upstream[EveSettings]):
    """Asks ESI. One for each process; halts are shared by all through PostgreSQL."""

    def __init__(self, client: UpstreamClient, settings: EveSettings) -> None:
        super().__init__(client, settings)
        self.clock = client.clock
        self.halts = Halts(client.db, client.clock)
        self._not_before: dict[tuple[str, int], float] = {}
        """Until when an address must not be asked again for a pilot (0 is nobody in particular)."""

    @classmethod
    def options(cls, settings: EveSettings) -> UpstreamOptions:
        """Return the options for calls to ESI. Its answers contain its limits, so there is no budget to count here."""
        return UpstreamOptions(
            base_url=settings.esi_url,
            headers={"X-Compatibility-Date": settings.compatibility_date, "User-Agent": settings.user_agent},
            attempt_timeout=settings.deadline_seconds,
            concurrency=settings.call_concurrency,
            largest_bytes=16_000_000,
        )

    async def get(
        self,
        route: Route,
        target: str,
        pilot: Pilot | None = None,
        *,
        etag: str | None = None,
        not_before: datetime | None = None,
        interactive: bool = False,
    ) -> Answer:
        """Ask for `target` (path and query). With `etag` the answer may be that nothing has changed.

        Raises AskedEarly before `not_before` or before our last answer from there has expired; EsiHalted for limits,
        routes that are down and downtime; TokenRefused (401), EsiForbade (403), UpstreamNotFound (404),
        UpstreamRefused (other 4xx), UpstreamDown.
        """
        await self._permit(route, target, pilot, not_before, interactive)
        headers: dict[str, str] = {}
        if pilot is not None:
            headers["Authorization"] = f"Bearer {pilot.token.reveal()}"
        if etag is not None:
            headers["If-None-Match"] = etag
        return await self._answer(route, target, pilot, await self.client.exchange(route.path, target, headers=headers))

    async def post(self, route: Route, body: bytes, *, interactive: bool = False) -> Answer:
        """Ask a public route that takes its question as JSON. Raises what `get` raises."""
        target = route.path
        await self._permit(route, target, None, None, interactive)
        exchange = await self.client.exchange(
            route.path, target, headers={"Content-Type": "application/json"}, method="POST", body=body
        )
        return await self._answer(route, None, None, exchange)

    def decode(self, route: Route, answer: Answer, rows: Rows[Shape]) -> Shape:
        """Decode an answer with a body, without its odd rows. Raises UpstreamLied if no row is sound."""
        return self.client.sound(route.path, self.read(route, answer, rows))

    def read(self, route: Route, answer: Answer, rows: Rows[Shape]) -> Found[Shape]:
        """Decode an answer with a body, and count its odd rows. Raises UpstreamLied."""
        body = answer.body or b""
        if b"\\u0000" in body:
            body = _NUL.sub(rb"\1\\ufffd", body)
        try:
            return rows.read(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, NoSoundRow) as error:
            self.client.counts[route.path, "lied"] += 1
            raise UpstreamLied(
                detail=f"ESI answered {route.path} with an unknown shape: {error}.", retry_after=60
            ) from error

    @property
    def in_downtime(self) -> bool:
        """True during the game's daily downtime."""
        return bool(freshness.downtime_left(self.clock.now(), self.settings.downtime_minutes))

    async def _permit(
        self, route: Route, target: str, pilot: Pilot | None, not_before: datetime | None, interactive: bool
    ) -> None:
        now = self.clock.timestamp()
        early = (
            max(
                self._not_before.get((target, pilot.character_id if pilot is not None else 0), 0.0),
                not_before.timestamp() if not_before is not None else 0.0,
            )
            - now
        )
        if early > 0:
            self.client.counts[route.path, "early"] += 1
            raise AskedEarly(route=route.path, retry_after=int(early) + 1)
        if not interactive and (left := freshness.downtime_left(self.clock.now(), self.settings.downtime_minutes)):
            raise EsiHalted(detail="It is EVE's daily downtime.", retry_after=int(left) + 1)
        await self.halts.look()
        try:
            self.halts.refuse(route, _bucket(route.group, pilot))
        except EsiHalted:
            self.client.counts[route.path, "halted"] += 1
            raise

    async def _answer(self, route: Route, target: str | None, pilot: Pilot | None, exchange: Exchange) -> Answer:
        status, headers = exchange.status, exchange.headers
        await self._learn(pilot, exchange)
        counts, name = self.client.counts, route.path
        if status == 200 or status == 304:
            lifetime = freshness.lifetime(headers)
            now = self.clock.now()
            if target is not None:
                self._remember((target, pilot.character_id if pilot is not None else 0), now.timestamp() + lifetime)
            counts[name, "ok" if status == 200 else "not_modified"] += 1
            pages = headers.get("X-Pages", "1")
            return Answer(
                exchange.body if status == 200 else None,
                now + timedelta(seconds=lifetime),
                freshness.as_of(headers, now),
                headers.get("ETag"),
                headers.get("Last-Modified"),
                int(pages) if pages.isdecimal() and len(pages) < 7 else 1,
            )
        if status in (420, 429):
            counts[name, "limited"] += 1
            raise EsiHalted(
                detail=f"ESI says that the limit of {name} is used up.",
                retry_after=await self._halt(route, pilot, exchange),
            )
        if status >= 500:
            counts[name, "failed"] += 1
            if status in AWAY:
                raise EsiAway(detail=f"ESI answered {name} with status {status}: the game is away.", retry_after=30)
            raise UpstreamDown(detail=f"ESI failed at {name} with status {status}.", retry_after=30)
        counts[name, "refused" if status != 404 else "not_found"] += 1
        if status == 401:
            raise TokenRefused(f"ESI does not take the token for {name}.")
        if status == 403:
            raise EsiForbade(f"ESI forbids {name}.")
        if status == 404:
            raise UpstreamNotFound(name)
        raise UpstreamRefused(detail=f"ESI refused {name} with status {status}.", retry_after=300)

    async def _learn(self, pilot: Pilot | None, exchange: Exchange) -> None:
        """Read the limits that the headers leave; halt calls near a limit before it is passed."""
        if (known := rate_limits.bucket(exchange.headers)) is not None:
            wait = rate_limits.scarce(known)
            if wait > 0 and exchange.status != 429:
                await self.halts.set(_bucket(known.group, pilot) or "", wait, f"{known.remaining} tokens left")
        elif (
            (errors := rate_limits.error_limit(exchange.headers)) is not None
            and errors.remain <= self.settings.error_reserve
            and exchange.status != 420
        ):
            await self.halts.set(ERRORS, errors.reset + 1, f"{errors.remain} errors left")

    async def _halt(self, route: Route, pilot: Pilot | None, exchange: Exchange) -> int:
        """Halt all calls until the window ends after a 420; after a 429 those of the bucket, or of the route."""
        headers = exchange.headers
        if exchange.status == 420:
            errors = rate_limits.error_limit(headers)
            wait = (errors.reset if errors is not None else rate_limits.retry_after(headers, 60.0)) + 1
            return await self.halts.set(EVERYTHING, wait, "420")
        wait = rate_limits.retry_after(headers, 60.0)
        # Without a header it is the bucket that the route is known to be counted by.
        group = headers.get("X-Ratelimit-Group") or route.group
        if group is not None and group == route.group:
            return await self.halts.set(_bucket(group, pilot) or "", wait, "429")
        if group is not None:
            await self.halts.set(_bucket(group, pilot) or "", wait, "429")
        return await self.halts.set(f"route:{route.name}", wait, "429 of another group" if group else "429 without one")

    def _remember(self, asked: tuple[str, int], until: float) -> None:
        if len(self._not_before) >= _MAX_KNOWN:
            now = self.clock.timestamp()
            self._not_before = {t: u for t, u in self._not_before.items() if u > now}
            if len(self._not_before) >= _MAX_KNOWN:
                self._not_before.clear()  # the rows of the sections still say it
        self._not_before[asked] = until


def _bucket(group: str | None, pilot: Pilot | None) -> str | None:
    """A bucket is a group's and a pilot's; public routes are counted by address."""
    return None if group is None else f"bucket:{group}:{pilot.character_id if pilot is not None else 'address'}"
