"""Access tokens, and the other things that are made from the signing key."""

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import get_args
from uuid import UUID

from msgspec import Struct

from guildhall.clock import Clock
from guildhall.core.identity.ids import SessionId
from guildhall.core.identity.principals.errors import TokenExpired, Unauthenticated
from guildhall.core.identity.principals.schemas import Role
from guildhall.core.identity.principals.signing import Signer
from guildhall.core.identity.settings import IdentitySettings
from guildhall.errors import Misconfigured
from guildhall.ids import UserId, uuid7

AUDIENCE = "guildhall"
API_TOKEN_PREFIX = "gh_"  # noqa: S105 (no secret)
"""Begins every API token, so that scanners for leaked secrets know one."""
_LONGEST = 2048
"""Characters of an access token; ours have some 400."""
_ROLES = frozenset(get_args(Role))
_SKEW = 30
"""Seconds by which the clocks of our own processes may differ."""


class Access(Struct, frozen=True):
    """The claims of an access token. Times are in seconds since the epoch."""

    user_id: UserId
    session_id: SessionId
    role: Role
    issued_at: int
    expires_at: int


class AccessTokens:
    """Signs short-lived access tokens (JWT, HS256 and nothing else) and reads them back."""

    def __init__(self, settings: IdentitySettings, clock: Clock) -> None:
        root = _root(settings)
        self._signer = Signer(_derived(root, "access tokens"))
        self._csrf_key = _derived(root, "csrf")
        self._issuer = settings.public_url
        self._lifetime = int(settings.access_minutes * 60)
        self.session_lifetime = timedelta(days=settings.session_days)
        """How long a session lives without being used."""
        self._clock = clock

    @property
    def lifetime(self) -> int:
        """Seconds that a token is good for."""
        return self._lifetime

    def issue(self, user_id: UserId, session_id: SessionId, role: Role) -> str:
        """A token for a session."""
        now = int(self._clock.timestamp())
        return self._signer.sign(
            {
                "iss": self._issuer,
                "aud": AUDIENCE,
                "sub": str(user_id),
                "sid": str(session_id),
                "role": role,
                "iat": now,
                "exp": now + self._lifetime,
                "jti": str(uuid7()),
            }
        )

    def read(self, text: str) -> Access:
        """Verify a token of ours and return its claims. Raises TokenExpired, Unauthenticated."""
        if len(text) > _LONGEST:
            raise Unauthenticated(detail="The token is not an access token.")
        try:
            claims = self._signer.claims(text)
            if claims["iss"] != self._issuer or claims["aud"] != AUDIENCE:
                raise ValueError
            issued_at, expires_at = int(claims["iat"]), int(claims["exp"])
            access = Access(
                UserId(UUID(claims["sub"])), SessionId(UUID(claims["sid"])), claims["role"], issued_at, expires_at
            )
            if access.role not in _ROLES:
                raise ValueError
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise Unauthenticated(detail="The access token is not valid.") from error
        now = self._clock.timestamp()
        if issued_at > now + _SKEW:
            raise Unauthenticated(detail="The access token is not valid yet.")
        if now >= expires_at:
            raise TokenExpired
        return access

    def csrf(self, session_id: SessionId) -> str:
        """Return the token that a page of a session sends with every request that changes something."""
        return hmac.new(self._csrf_key, session_id.bytes, hashlib.sha256).hexdigest()


class KeyedHash:
    """Hashes that tell nobody without the key what was hashed: addresses, account names."""

    def __init__(self, settings: IdentitySettings) -> None:
        self._key = _derived(_root(settings), "keyed hashes")

    def of(self, purpose: str, text: str) -> bytes:
        """32 bytes; the same text under another purpose gives others."""
        return hmac.new(self._key, f"{purpose}\0{text}".encode(), hashlib.sha256).digest()


def random_token(prefix: str = "") -> str:
    """A secret of 256 random bits as text."""
    return prefix + secrets.token_urlsafe(32)


def token_hash(text: str) -> bytes:
    """SHA-256 of a random token: what the database keeps of it."""
    return hashlib.sha256(text.encode()).digest()


def _root(settings: IdentitySettings) -> bytes:
    if settings.jwt_secret is None:
        raise Misconfigured("GUILDHALL_IDENTITY_JWT_SECRET is not set; make one with: openssl rand -base64 32")
    return settings.jwt_secret.get_secret_value().encode()


def _derived(root: bytes, purpose: str) -> bytes:
    """A key of its own for each purpose (HKDF's expand step, one block)."""
    return hmac.new(hashlib.sha256(root).digest(), f"guildhall {purpose}".encode(), hashlib.sha256).digest()
