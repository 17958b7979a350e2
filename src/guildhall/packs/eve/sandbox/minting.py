"""Access tokens for tests: good ones, and all the ways in which one can be wrong."""

import hmac
from enum import StrEnum
from hashlib import sha256
from typing import Any

from msgspec import Struct

from guildhall.packs.eve.sandbox.grants import Grants
from guildhall.packs.eve.sandbox.keys import encode, signing_key, to_text
from guildhall.packs.eve.sandbox.pilots import Pilot
from guildhall.packs.eve.sandbox.scopes import ALL_SCOPES

_DAY = 86_400


class TokenKind(StrEnum):
    """The kind of a token: good, or one with a fault."""

    GOOD = "good"
    EXPIRED = "expired"
    TAMPERED = "tampered"
    FOREIGN = "foreign"
    NONE = "none"
    HMAC = "hmac"
    UNKNOWN_KEY = "unknown_key"
    NO_KEY_ID = "no_key_id"
    WRONG_AUDIENCE = "wrong_audience"
    WRONG_ISSUER = "wrong_issuer"
    OTHER_CLIENT = "other_client"
    NO_OWNER = "no_owner"
    BAD_SUBJECT = "bad_subject"
    FUTURE = "future"
    LONG = "long"


class WantedToken(Struct, forbid_unknown_fields=True):
    """A token to make: whose, wrong in what way, for which scopes; `claims` replace, null removes."""

    character_id: int
    kind: TokenKind = TokenKind.GOOD
    scopes: list[str] | None = None
    claims: dict[str, Any] = {}


def minted(grants: Grants, pilot: Pilot, wanted: WantedToken, issuer: str, now: float) -> str:
    """The token asked for."""
    client = grants.options.client_id
    scopes = tuple(ALL_SCOPES if wanted.scopes is None else wanted.scopes)
    claims = grants.claims(pilot, scopes, client, issuer, now)
    _spoil_claims(claims, wanted.kind)
    for name, value in wanted.claims.items():
        claims[name] = value
        if value is None:
            del claims[name]
    return _signed(grants, claims, wanted.kind)


def _spoil_claims(claims: dict[str, Any], kind: TokenKind) -> None:
    match kind:
        case TokenKind.EXPIRED:
            claims["exp"] -= _DAY
            claims["iat"] -= _DAY
        case TokenKind.FUTURE:
            claims["exp"] += _DAY
            claims["iat"] += _DAY
        case TokenKind.WRONG_AUDIENCE:
            claims["aud"] = ["another-application", "EVE Online"]
            claims["azp"] = "another-application"
        case TokenKind.OTHER_CLIENT:
            claims["aud"] = ["another-application"]
        case TokenKind.WRONG_ISSUER:
            claims["iss"] = "https://login.evil.invalid"
        case TokenKind.NO_OWNER:
            del claims["owner"]
        case TokenKind.BAD_SUBJECT:
            claims["sub"] = "EVE:CHARACTER:" + claims["sub"].rpartition(":")[2]
        case TokenKind.LONG:
            claims["scp"] = [f"esi-filling.scope_number_{number:04d}.v1" for number in range(120)]


def _signed(grants: Grants, claims: dict[str, Any], kind: TokenKind) -> str:
    key = grants.keys.current
    match kind:
        case TokenKind.TAMPERED:
            head, _, signature = key.sign(claims).split(".")
            return f"{head}.{to_text(encode({**claims, 'sub': 'CHARACTER:EVE:90000001'}))}.{signature}"
        case TokenKind.FOREIGN:
            # A stranger's key under the name of ours.
            stranger = signing_key(key.algorithm, -1)
            return stranger.sign(claims, {"alg": key.algorithm, "kid": key.id, "typ": "JWT"})
        case TokenKind.UNKNOWN_KEY:
            return signing_key(key.algorithm, -1).sign(claims)
        case TokenKind.NO_KEY_ID:
            return key.sign(claims, {"alg": key.algorithm, "typ": "JWT"})
        case TokenKind.NONE:
            return f"{to_text(encode({'alg': 'none', 'typ': 'JWT'}))}.{to_text(encode(claims))}."
        case TokenKind.HMAC:
            # Signed with the public key as the secret, which a confused verifier takes.
            head = to_text(encode({"alg": "HS256", "kid": key.id, "typ": "JWT"}))
            signed = f"{head}.{to_text(encode(claims))}"
            return f"{signed}.{to_text(hmac.new(encode(key.public), signed.encode(), sha256).digest())}"
    return key.sign(claims)
