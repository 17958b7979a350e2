"""Calls to providers of identities: short, small, never redirected."""

from collections.abc import Mapping
from typing import Any

import aiohttp
import msgspec
from msgspec import Struct

from guildhall import __version__
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.sign_in.oauth.errors import ProviderDown

_AT_ONCE = 20
"""Connections to all providers."""


class Answer(Struct, frozen=True):
    """An answer of a provider."""

    status: int
    body: bytes
    retry_after: int

    def object(self) -> dict[str, Any] | None:
        """The body if it is a JSON object."""
        try:
            found = msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        return found if isinstance(found, dict) else None


class ProviderCalls:
    """The connections of a process to providers of identities."""

    def __init__(self, settings: IdentitySettings) -> None:
        self._timeout = settings.oauth_timeout_seconds
        self._largest = settings.oauth_largest_kb * 1000
        self._agent = f"Guildhall/{__version__} (contact: {settings.contact})"
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Hang up."""
        if self._session is not None:
            await self._session.close()

    async def call(
        self,
        method: str,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request, not repeated. Raises ProviderDown when there is no whole answer in time."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=self._timeout, connect=min(5.0, self._timeout)),
                connector=aiohttp.TCPConnector(limit=_AT_ONCE, ttl_dns_cache=60),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self._agent, "Accept": "application/json"},
            )
        host = url.partition("://")[2].partition("/")[0]
        try:
            async with self._session.request(method, url, data=form, headers=headers, allow_redirects=False) as answer:
                body = bytearray()
                async for chunk in answer.content.iter_any():
                    body += chunk
                    if len(body) > self._largest:
                        raise ProviderDown(detail=f"{host} answered more than {self._largest} bytes.")
                return Answer(answer.status, bytes(body), _seconds(answer.headers.get("Retry-After")))
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            raise ProviderDown(detail=f"{host} does not answer ({type(error).__name__}).") from error


def _seconds(text: str | None) -> int:
    return min(int(text), 3600) if text is not None and len(text) < 10 and text.isascii() and text.isdigit() else 5
