"""The cookies of pages, and the proof that a request comes from one of our own."""

import hmac
from collections.abc import Mapping

from litestar.datastructures import Cookie

from guildhall.core.identity.ids import SessionId
from guildhall.core.identity.principals.tokens import AccessTokens
from guildhall.core.identity.sessions.errors import CrossSite
from guildhall.core.identity.sessions.schemas import SessionTokens
from guildhall.core.identity.settings import IdentitySettings

CSRF_HEADER = "x-csrf-token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Cookies:
    """Sets, clears and reads the cookies of a browser.

    With an https address they are Secure and carry the `__Host-` prefix, so that no other host and no
    plain connection can set or read them; with http, which is for this machine alone, they have neither.
    """

    def __init__(self, settings: IdentitySettings, tokens: AccessTokens) -> None:
        self._origin = settings.public_url
        self._secure = settings.public_url.startswith("https:")
        prefix = "__Host-" if self._secure else ""
        self.access = f"{prefix}guildhall_access"
        self.refresh = f"{prefix}guildhall_refresh"
        self.csrf = f"{prefix}guildhall_csrf"
        self.flow = f"{prefix}guildhall_flow"
        self._tokens = tokens

    def of_session(self, given: SessionTokens) -> list[Cookie]:
        """Return the cookies of a session; the third is for the page, which sends it back as X-CSRF-Token."""
        days = int(self._tokens.session_lifetime.total_seconds())
        return [
            self.cookie(self.access, given.access_token, given.expires_in),
            self.cookie(self.refresh, given.refresh_token, days),
            self.cookie(self.csrf, self._tokens.csrf(given.session_id), days, httponly=False),
        ]

    def none(self) -> list[Cookie]:
        """Return the cookies that make a browser forget its session."""
        return [self.cookie(name, "", 0, httponly=name != self.csrf) for name in (self.access, self.refresh, self.csrf)]

    def cookie(self, name: str, value: str, seconds: int, *, httponly: bool = True) -> Cookie:
        """A cookie of this host alone; 0 seconds takes it away."""
        return Cookie(
            key=name, value=value, max_age=seconds, path="/", secure=self._secure, httponly=httponly, samesite="lax"
        )

    def require_own_page(self, headers: Mapping[str, str]) -> None:
        """Raises CrossSite for a request that a browser says another site has made."""
        site = headers.get("sec-fetch-site")
        if site is not None and site not in ("same-origin", "none"):
            raise CrossSite
        origin = headers.get("origin")
        if origin is not None and origin != self._origin and origin.partition("://")[2] != headers.get("host"):
            raise CrossSite

    def require_csrf(self, headers: Mapping[str, str], cookies: Mapping[str, str], session_id: SessionId) -> None:
        """Raises CrossSite unless the page has shown the token of its session in X-CSRF-Token."""
        expected = self._tokens.csrf(session_id).encode()
        shown = (headers.get(CSRF_HEADER) or "", cookies.get(self.csrf) or "")
        if not all(hmac.compare_digest(one.encode(), expected) for one in shown):
            raise CrossSite(detail="X-CSRF-Token must be equal to the csrf cookie.")

    def require_page(
        self, method: str, headers: Mapping[str, str], cookies: Mapping[str, str], session_id: SessionId
    ) -> None:
        """Raises CrossSite for a request that changes something and is not proven to be from our own page."""
        if method not in _SAFE:
            self.require_own_page(headers)
            self.require_csrf(headers, cookies, session_id)
