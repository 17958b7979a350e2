"""Grants of the SSO: authorization codes, access tokens, refresh tokens."""

import hmac
from base64 import b64decode, b64encode
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from random import Random
from typing import Any

import msgspec

from guildhall.packs.eve.sandbox import kinds
from guildhall.packs.eve.sandbox.keys import KeyRing, to_text
from guildhall.packs.eve.sandbox.options import SandboxOptions
from guildhall.packs.eve.sandbox.pilots import Pilot
from guildhall.sandbox.clock import DAY
from guildhall.sandbox.dice import Dice

_CODES_KEPT = 10_000
_FAMILIES_KEPT = 200_000
_SEAL = 24

MISSING = "Invalid refresh token. Token missing/expired."
NO_GRANT = "Invalid refresh token. Character grant missing/expired."
OTHER_CLIENT = "The refresh token does not match the client specified."
EXPIRED = "The refresh token is expired."
NO_CODE = "The authorization grant could not be found"


class GrantRefused(Exception):
    """The token endpoint's refusal: its error code and description."""

    def __init__(self, error: str, description: str, superseded: bool = False) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.superseded = superseded


@dataclass(frozen=True, slots=True)
class Code:
    """The data of an authorization code."""

    pilot: Pilot
    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    challenge: str | None
    expires: float


class RefreshToken(msgspec.Struct, frozen=True, array_like=True):
    """The content of a refresh token: `number` counts the rotations of its family."""

    character_id: int
    client_id: str
    scopes: str
    family: int
    number: int
    generation: int
    issued: int


def _seal(options: SandboxOptions, data: bytes) -> bytes:
    key = sha256(f"guildhall eve sandbox {options.seed}".encode()).digest()
    return hmac.new(key, data, sha256).digest()[:_SEAL]


def written(options: SandboxOptions, token: RefreshToken) -> str:
    """A refresh token's text: base64 with "+", "/" and "=", as the SSO's are."""
    data = msgspec.json.encode(token)
    return b64encode(_seal(options, data) + data).decode()


def read(options: SandboxOptions, text: str) -> RefreshToken | None:
    """The content of a refresh token of this seed, None of any other text."""
    try:
        raw = b64decode(text.encode("ascii"), validate=True)
        seal, data = raw[:_SEAL], raw[_SEAL:]
        return msgspec.json.decode(data, type=RefreshToken) if hmac.compare_digest(seal, _seal(options, data)) else None
    except (ValueError, msgspec.DecodeError):
        return None


def refresh_token(options: SandboxOptions, character_id: int, scopes: tuple[str, ...], issued: int = 0) -> str:
    """A refresh token that any sandbox of these options takes, without a walk through the sign-in."""
    family = Dice(options.seed).number(kinds.FAMILY, character_id)
    return written(options, RefreshToken(character_id, options.client_id, " ".join(scopes), family, 0, 0, issued))


class Grants:
    """Codes and tokens of one sandbox.

    Refresh tokens are sealed rather than remembered, so those of a sandbox before its restart still work.
    """

    def __init__(self, options: SandboxOptions) -> None:
        self.options = options
        self.keys = KeyRing(options.signing)
        self.rotate = options.rotate
        self._codes: OrderedDict[str, Code] = OrderedDict()
        self._current: OrderedDict[int, int] = OrderedDict()
        self._dead: set[int] = set()
        self._random = Random(options.seed)  # noqa: S311 - codes of made-up pilots

    def code(self, code: Code) -> str:
        """A new authorization code, good for one use."""
        text = to_text(self._random.randbytes(24))
        self._codes[text] = code
        while len(self._codes) > _CODES_KEPT:
            self._codes.popitem(last=False)
        return text

    def redeem(self, text: str, client_id: str, now: float) -> Code:
        """Use a code; GrantRefused for an unknown, used or old one, or one of another client."""
        code = self._codes.pop(text, None)
        if code is None or code.expires <= now or code.client_id != client_id:
            raise GrantRefused("invalid_grant", NO_CODE)
        return code

    def first_token(self, code: Code, now: float) -> str | None:
        """The refresh token of a redeemed code; none where no scope was asked for."""
        if not code.scopes:
            return None
        family = self._random.getrandbits(62)
        pilot = code.pilot
        token = RefreshToken(pilot.id, code.client_id, " ".join(code.scopes), family, 0, pilot.generation, int(now))
        return written(self.options, token)

    def refresh(self, token: RefreshToken, pilot: Pilot | None, client_id: str, now: float) -> tuple[Pilot, str]:
        """Use a refresh token: its pilot and the next token. GrantRefused with the SSO's reason."""
        if token.client_id != client_id:
            raise GrantRefused("invalid_token", OTHER_CLIENT)
        if pilot is None or pilot.deleted or token.generation < pilot.generation:
            raise GrantRefused("invalid_grant", NO_GRANT)
        days = self.options.refresh_days
        if days is not None and token.issued + days * DAY <= now:
            raise GrantRefused("invalid_token", EXPIRED)
        current = self._current.get(token.family, token.number)
        if token.family in self._dead or token.number > current:
            raise GrantRefused("invalid_grant", MISSING)
        if token.number < current:
            raise GrantRefused("invalid_grant", MISSING, superseded=True)
        if not self.rotate:
            return pilot, written(self.options, token)
        number = current + 1
        self._current[token.family] = number
        self._current.move_to_end(token.family)
        while len(self._current) > _FAMILIES_KEPT:
            self._current.popitem(last=False)
        followed = RefreshToken(pilot.id, client_id, token.scopes, token.family, number, pilot.generation, int(now))
        return pilot, written(self.options, followed)

    def kill(self, token: RefreshToken) -> None:
        """Revoke one refresh token with its whole family."""
        self._dead.add(token.family)

    def claims(self, pilot: Pilot, scopes: tuple[str, ...], client_id: str, issuer: str, now: float) -> dict[str, Any]:
        """The claims of an access token; `scp` is a plain string for one scope and absent for none."""
        bits = f"{self._random.getrandbits(112):028x}"
        generation = pilot.access_generation % 65_536
        claims: dict[str, Any] = {
            "jti": f"{bits[:8]}-{generation:04x}-{bits[8:12]}-{bits[12:16]}-{bits[16:28]}",
            "kid": self.keys.current.id,
            "sub": f"CHARACTER:EVE:{pilot.id}",
            "azp": client_id,
            "tenant": "tranquility",
            "tier": "live",
            "region": "world",
            "aud": [client_id, "EVE Online"],
            "name": pilot.name,
            "owner": pilot.owner,
            "exp": int(now) + self.options.access_seconds,
            "iat": int(now),
            "iss": issuer,
        }
        if scopes:
            claims["scp"] = list(scopes) if len(scopes) > 1 else scopes[0]
        return claims


def is_dead(pilot: Pilot, claims: dict[str, Any]) -> bool:
    """Return whether an access token was made before the pilot's tokens were ended."""
    jti = str(claims.get("jti", ""))
    try:
        return int(jti.split("-")[1], 16) != pilot.access_generation % 65_536
    except (IndexError, ValueError):
        return False
