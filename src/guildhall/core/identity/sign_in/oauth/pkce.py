"""The proof key of a code exchange (RFC 7636)."""

import base64
import hashlib
import secrets


def new_verifier() -> str:
    """A PKCE code_verifier: 32 random bytes, base64url without padding (RFC 7636)."""
    return _base64url(secrets.token_bytes(32))


def challenge_of(verifier: str) -> str:
    """The S256 code_challenge of a verifier."""
    return _base64url(hashlib.sha256(verifier.encode()).digest())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
