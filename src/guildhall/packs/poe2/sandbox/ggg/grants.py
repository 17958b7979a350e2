"""Codes and tokens: codes of thirty seconds, refresh tokens that rotate and keep their first expiry.

A token says itself what it is, so one that was given before a restart is good after it.
"""

import base64
import hmac
import secrets
from hashlib import sha256

import msgspec
from msgspec import Struct

from guildhall.packs.poe2.sandbox.ggg.options import GggOptions
from guildhall.packs.poe2.sandbox.ggg.world import Account, World


class GrantRefused(Exception):
    """A refusal of the token endpoint, with its error of RFC 6749."""


class Code(Struct, frozen=True):
    """A code that waits to be exchanged."""

    account: Account
    redirect_uri: str
    scopes: tuple[str, ...]
    challenge: str
    until: float


class Token(Struct, frozen=True, array_like=True):
    """An access or refresh token. Those of one sign-in are a family, in which the last number alone is good."""

    sub: str
    scopes: tuple[str, ...]
    until: float
    family: int
    number: int
    generation: int
    access: bool


class Given(Struct, frozen=True):
    """The answer of the token endpoint."""

    access: str
    refresh: str
    token: Token


_encode = msgspec.json.Encoder().encode
_tokens = msgspec.json.Decoder(Token)


def written(options: GggOptions, token: Token) -> str:
    """Return a token as text."""
    body = base64.urlsafe_b64encode(_encode(token)).rstrip(b"=")
    return f"{body.decode()}.{_sealed(options, body)}"


def refresh_token(options: GggOptions, sub: str, scopes: tuple[str, ...], now: float) -> str:
    """Return a refresh token as a sign-in at this moment would give it, for a development database."""
    family = int.from_bytes(sha256(f"{options.seed} {sub}".encode()).digest()[:6])
    return written(options, Token(sub, scopes, now + options.refresh_seconds, family, 0, 0, False))


def _sealed(options: GggOptions, body: bytes) -> str:
    return hmac.new(f"sandbox {options.seed} {options.client_id}".encode(), body, sha256).hexdigest()[:32]


class Grants:
    """Codes, and the families of tokens."""

    def __init__(self, options: GggOptions, world: World) -> None:
        self.options = options
        self.refreshes = 0
        self.reused = 0
        """Refreshes that were asked for with a token which was used before."""
        self._world = world
        self._codes: dict[str, Code] = {}
        self._numbers: dict[int, int] = {}
        self._dead: set[int] = set()
        self._families: dict[int, Token] = {}

    def code(self, code: Code) -> str:
        """A text for a code."""
        text = secrets.token_urlsafe(24)
        self._codes[text] = code
        return text

    def redeem(self, text: str, redirect_uri: str, challenge: str, now: float) -> Given:
        """Exchange a code, once. Raises GrantRefused."""
        code = self._codes.pop(text, None)
        if code is None or code.until <= now or code.redirect_uri != redirect_uri or code.challenge != challenge:
            raise GrantRefused("invalid_grant")
        until, account = now + self.options.refresh_seconds, code.account
        family = secrets.randbits(48)
        return self._give(Token(account.sub, code.scopes, until, family, 0, account.generation, False), now)

    def refresh(self, text: str, now: float) -> Given:
        """Exchange a refresh token, which ends by that; the next one ends when it would have. Raises GrantRefused."""
        token = self._read(text)
        if token is not None and token.number < self._numbers.get(token.family, token.number):
            self.reused += 1
        if token is None or token.access or not self._alive(token, now):
            raise GrantRefused("invalid_grant")
        self.refreshes += 1
        return self._give(msgspec.structs.replace(token, number=token.number + 1), now)

    def token(self, text: str, now: float) -> Token | None:
        """A token that is good."""
        token = self._read(text)
        return token if token is not None and self._alive(token, now) else None

    def revoke(self, text: str) -> None:
        """End a token's family; an unknown one is fine."""
        if (token := self._read(text)) is not None:
            self._dead.add(token.family)

    def living(self, account: Account, now: float) -> int:
        """The number of sign-ins of a person that are good, as far as they were used since the start."""
        return sum(one.sub == account.sub and self._alive(one, now) for one in self._families.values())

    def _read(self, text: str) -> Token | None:
        body, _, seal = text.partition(".")
        if not hmac.compare_digest(seal.encode(), _sealed(self.options, body.encode()).encode()):
            return None
        return _tokens.decode(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))

    def _alive(self, token: Token, now: float) -> bool:
        """Return whether a token is good: in time, the last of its family, and not revoked."""
        account = self._world.accounts.get(token.sub)
        return (
            account is not None
            and now < token.until
            and token.generation == account.generation
            and token.family not in self._dead
            and token.number == self._numbers.get(token.family, token.number)
        )

    def _give(self, refresh: Token, now: float) -> Given:
        self._numbers[refresh.family] = refresh.number
        self._families[refresh.family] = refresh
        access = msgspec.structs.replace(refresh, access=True, until=now + self.options.access_seconds)
        return Given(written(self.options, access), written(self.options, refresh), access)
