"""The ID tokens of the stand-in, good and forged."""

import base64
import hmac
import time
from typing import Any, Literal

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from joserfc import jwt
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry

CLIENT_ID = "guildhall"
CLIENT_SECRET = "secret-of-the-sandbox"  # noqa: S105 (a stand-in's)
PEOPLE = {"ann": "Ann of the Sandbox", "ben": "Ben of the Sandbox", "cy": "Cy of the Sandbox"}

Forgery = Literal[
    "none",
    "alg_none",
    "hs256_by_public_key",
    "foreign_key",
    "foreign_issuer",
    "wrong_audience",
    "other_party",
    "tampered",
    "expired",
    "wrong_nonce",
    "unknown_kid",
    "no_subject",
    "private_header",
    "unknown_crit",
]


def make_id_token(key: RSAKey, issuer: str, person: str, nonce: str, forge: Forgery) -> str:
    """Return the ID token of a person, or a forgery of it."""
    now = int(time.time())
    claims: dict[str, Any] = {
        "iss": "https://elsewhere.example" if forge == "foreign_issuer" else issuer,
        "aud": "somebody-else" if forge == "wrong_audience" else CLIENT_ID,
        "sub": person,
        "name": PEOPLE[person],
        "email": f"{person}@sandbox.example",
        "email_verified": True,
        "nonce": "of another sign-in" if forge == "wrong_nonce" else nonce,
        "iat": now,
        "exp": now - 3600 if forge == "expired" else now + 600,
    }
    if forge == "other_party":
        claims["azp"] = "somebody-else"
    if forge == "no_subject":
        del claims["sub"]
    header = {"alg": "RS256", "kid": "unknown" if forge == "unknown_kid" else key.kid, "typ": "JWT"}
    if forge in ("private_header", "unknown_crit"):  # RFC 7515, 4.3: only the second is to be refused
        header["x-sandbox"] = "1"
    if forge == "unknown_crit":
        signed = f"{_part({**header, 'crit': ['x-sandbox']})}.{_part(claims)}"
        private: Any = key.private_key
        return f"{signed}.{_text(private.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"
    if forge == "alg_none":
        return f"{_part({**header, 'alg': 'none'})}.{_part(claims)}."
    if forge == "hs256_by_public_key":
        signed = f"{_part({**header, 'alg': 'HS256'})}.{_part(claims)}"
        return f"{signed}.{_text(hmac.digest(key.as_pem(private=False), signed.encode(), 'sha256'))}"
    if forge == "foreign_key":
        return jwt.encode(header, claims, RSAKey.generate_key(2048))
    token = jwt.encode(header, claims, key, registry=JWSRegistry(algorithms=["RS256"], strict_check_header=False))
    if forge == "tampered":
        first, _, last = token.split(".")
        return f"{first}.{_part({**claims, 'sub': 'ben'})}.{last}"
    return token


def _part(value: object) -> str:
    return _text(msgspec.json.encode(value))


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
