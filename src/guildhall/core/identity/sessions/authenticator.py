"""Authentication of a request: a bearer token of an app, an API token of a machine, or the cookies of a page."""

from collections import OrderedDict
from datetime import timedelta
from hashlib import blake2b
from typing import Any

from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from msgspec import Struct

from guildhall.clock import Clock
from guildhall.core.cache.api import HOLDER
from guildhall.core.identity.api_tokens.queries import api_token_holder, note_api_token_use
from guildhall.core.identity.ids import ApiTokenId
from guildhall.core.identity.principals.errors import (
    ScopeMissing,
    SessionEnded,
    TokenExpired,
    Unauthenticated,
)
from guildhall.core.identity.principals.revocations import Revocations
from guildhall.core.identity.principals.schemas import DOORKEEPER, Principal, Role
from guildhall.core.identity.principals.tokens import API_TOKEN_PREFIX, Access, AccessTokens, token_hash
from guildhall.core.identity.sessions.cookies import Cookies
from guildhall.core.identity.sessions.queries import live_session
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.ids import UserId

_SKEW = 60
"""Seconds: an access token this much younger than a change of its account is still checked against it."""
_TOKEN_SECONDS = 60.0
"""The time for which a looked-up API token is believed; revocations are known at once."""
_TOKENS_KEPT = 10_000
_SEEN_MOST = 100_000
"""People who are remembered as seen until somebody takes them."""


def _shown_key(authorization: bytes) -> bytes:
    """A header is remembered by its hash, so that no token is kept."""
    return blake2b(authorization, digest_size=24).digest()


class _Known(Struct, frozen=True):
    """An API token that was looked up; times in seconds since the epoch."""

    token_id: ApiTokenId
    principal: Principal
    looked_up_at: float
    good_until: float


class Authenticator:
    """Finds out who makes a request, as a rule without a question to the database."""

    def __init__(
        self, db: Database, clock: Clock, tokens: AccessTokens, revocations: Revocations, cookies: Cookies
    ) -> None:
        self._db = db
        self._clock = clock
        self._tokens = tokens
        self._revocations = revocations
        self._cookies = cookies
        self._machines: OrderedDict[bytes, _Known] = OrderedDict()
        self._shown: OrderedDict[bytes, Access] = OrderedDict()
        self._seen: dict[UserId, float] = {}

    async def principal(self, connection: ASGIConnection[Any, Any, Any, Any], scope: str | None) -> Principal:
        """Return the principal. Raises Unauthenticated for an anonymous request, and as `visitor`."""
        found = await self.visitor(connection, scope)
        if found is None:
            raise Unauthenticated
        return found

    async def visitor(self, connection: ASGIConnection[Any, Any, Any, Any], required: str | None) -> Principal | None:
        """Return the principal, or None for an anonymous request.

        `required` is the scope that an API token needs; None if no API token is taken. Raises Unauthenticated,
        TokenExpired, SessionEnded, CrossSite, ScopeMissing.
        """
        authorization = connection.headers.get("authorization")
        if authorization is None:
            return await self._of_cookies(connection)
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated(detail="The Authorization header must be 'Bearer TOKEN'.")
        if not token.startswith(API_TOKEN_PREFIX):
            access = self._tokens.read(token)
            found = await self._of_access(access)
            self._note_shown(connection, authorization, access)
            return found
        principal = await self._of_machine(token)
        if required is None:
            raise ScopeMissing(detail="API tokens may not do this.")
        if required not in (principal.scopes or ()):
            raise ScopeMissing(detail=f"The API token lacks the scope '{required}'.")
        return principal

    async def bearer(self, token: str, scope: str) -> tuple[Principal, float]:
        """Return the principal of a token outside a request's header, and its expiry in seconds since the epoch.

        `scope` is required of an API token. Raises Unauthenticated, TokenExpired, SessionEnded, ScopeMissing.
        """
        if not token.startswith(API_TOKEN_PREFIX):
            access = self._tokens.read(token)
            return await self._of_access(access), float(access.expires_at)
        principal = await self._of_machine(token)
        if scope not in (principal.scopes or ()):
            raise ScopeMissing(detail=f"The API token lacks the scope '{scope}'.")
        return principal, self._clock.timestamp() + self._tokens.lifetime

    async def page(self, connection: ASGIConnection[Any, Any, Any, Any]) -> tuple[Principal, float] | None:
        """Return the principal of a page's cookies and their expiry; None without cookies. Raises CrossSite."""
        principal = await self._of_cookies(connection)
        if principal is None:
            return None
        return principal, float(self._tokens.read(connection.cookies[self._cookies.access]).expires_at)

    def take_seen(self) -> dict[UserId, float]:
        """Return the people with a session who made a request since the last call, and when that was.

        In seconds since the epoch. Requests that the fast path answers do not count, nor do those of API tokens.
        """
        seen, self._seen = self._seen, {}
        return seen

    async def _of_cookies(self, connection: ASGIConnection[Any, Any, Any, Any]) -> Principal | None:
        text = connection.cookies.get(self._cookies.access)
        if not text:
            return None
        try:
            access = self._tokens.read(text)
            if connection.scope["type"] == ScopeType.WEBSOCKET:  # a browser sends no header of ours with its handshake
                self._cookies.require_own_page(connection.headers)
            else:
                method = str(connection.scope.get("method"))
                self._cookies.require_page(method, connection.headers, connection.cookies, access.session_id)
            return await self._of_access(access)
        except (TokenExpired, SessionEnded):
            return None  # a browser goes on showing old cookies; a page that needs more says 401 itself

    async def _of_access(self, access: Access) -> Principal:
        known = self._revocations
        role = access.role
        if known.current:
            if known.revoked_at(access.session_id) is not None:
                raise SessionEnded
            changed_at = known.revoked_at(access.user_id)
            if changed_at is not None and access.issued_at < changed_at + _SKEW:
                role = await self._ask(access)
        else:
            role = await self._ask(access)
        if len(self._seen) < _SEEN_MOST:
            self._seen[access.user_id] = self._clock.timestamp()
        return Principal(Viewer(access.user_id), access.session_id, role)

    def _note_shown(self, connection: ASGIConnection[Any, Any, Any, Any], authorization: str, access: Access) -> None:
        """Remember a token that has just been checked, so that the fast lane knows whose it is."""
        key = _shown_key(authorization.encode("latin-1"))
        self._shown[key] = access
        self._shown.move_to_end(key)
        if len(self._shown) > _TOKENS_KEPT:
            self._shown.popitem(last=False)
        connection.scope[HOLDER] = access.user_id.bytes  # type: ignore[literal-required]

    def holder(self, authorization: bytes, now: float) -> bytes | None:
        """Return the user id of an Authorization header that was checked before and is good beyond doubt.

        The id is in bytes. None sends the request the long way, which finds out what is wrong, if anything is.
        """
        access = self._shown.get(_shown_key(authorization))
        if access is None or now >= access.expires_at or not self._revocations.current:
            return None
        changed_at = self._revocations.revoked_at(access.user_id)
        if self._revocations.revoked_at(access.session_id) is not None or (
            changed_at is not None and access.issued_at < changed_at + _SKEW
        ):
            return None
        return access.user_id.bytes

    async def _ask(self, access: Access) -> Role:
        """The role that the session's account has now. On the primary, for a replica may not know yet."""
        async with self._db.write(DOORKEEPER) as tx:
            found = await live_session.one_or_none(tx, access.session_id, tx.now)
        if found is None or found.user_id != access.user_id:
            raise SessionEnded
        return found.role

    async def _of_machine(self, token: str) -> Principal:
        key = token_hash(token)
        now = self._clock.timestamp()
        known = self._machines.get(key)
        if known is not None and now < known.good_until and self._still_good(known):
            self._machines.move_to_end(key)
            return known.principal
        self._machines.pop(key, None)
        async with self._db.write(DOORKEEPER) as tx:
            holder = await api_token_holder.one_or_none(tx, key, tx.now)
            if holder is not None:
                await note_api_token_use.run(tx, holder.id, tx.now, tx.now - timedelta(hours=1))
        if holder is None:
            raise Unauthenticated(detail="The API token is not valid.")
        until = now + _TOKEN_SECONDS
        if holder.expires_at is not None:
            until = min(until, holder.expires_at.timestamp())
        principal = Principal(Viewer(holder.user_id), None, holder.role, frozenset(holder.scopes), holder.id)
        self._machines[key] = _Known(holder.id, principal, now, until)
        if len(self._machines) > _TOKENS_KEPT:
            self._machines.popitem(last=False)
        return principal

    def _still_good(self, known: _Known) -> bool:
        if not self._revocations.current:
            return False
        changes = (known.token_id, known.principal.viewer.id)
        return all((self._revocations.revoked_at(one) or 0.0) + _SKEW <= known.looked_up_at for one in changes)
