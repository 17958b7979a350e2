"""Codes and tokens: codes of thirty seconds, refresh tokens that rotate and keep their first expiry."""

import secrets

from msgspec import Struct

from guildhall.packs.poe2.sandbox.ggg.options import GggOptions
from guildhall.packs.poe2.sandbox.ggg.world import Account


class GrantRefused(Exception):
    """A refusal of the token endpoint, with its error of RFC 6749."""


class Code(Struct, frozen=True):
    """A code that waits to be exchanged."""

    account: Account
    redirect_uri: str
    scopes: tuple[str, ...]
    challenge: str
    until: float


class Token(Struct, frozen=True):
    """An access or refresh token. Tokens of one sign-in are a family."""

    account: Account
    scopes: tuple[str, ...]
    until: float
    family: int
    generation: int
    access: bool

    def alive(self, now: float) -> bool:
        """Return whether it is good: in time, and not revoked by its person."""
        return now < self.until and self.generation == self.account.generation


class Given(Struct, frozen=True):
    """The answer of the token endpoint."""

    access: str
    refresh: str
    token: Token


class Grants:
    """Codes and tokens by their texts."""

    def __init__(self, options: GggOptions) -> None:
        self.options = options
        self.refreshes = 0
        self.reused = 0
        """Refreshes that were asked for with a token which was used before."""
        self._codes: dict[str, Code] = {}
        self._tokens: dict[str, Token] = {}
        self._spent: set[str] = set()
        self._families = 0

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
        self._families += 1
        return self._give(code.account, code.scopes, now + self.options.refresh_seconds, self._families, now)

    def refresh(self, text: str, now: float) -> Given:
        """Exchange a refresh token, which ends by that; the next one ends when it would have. Raises GrantRefused."""
        token = self._tokens.get(text)
        if text in self._spent:
            self.reused += 1
        if token is None or token.access or not token.alive(now):
            raise GrantRefused("invalid_grant")
        self._end(token.family)
        self._spent.add(text)
        self.refreshes += 1
        return self._give(token.account, token.scopes, token.until, token.family, now)

    def token(self, text: str, now: float) -> Token | None:
        """A token that is good."""
        token = self._tokens.get(text)
        return token if token is not None and token.alive(now) else None

    def revoke(self, text: str) -> None:
        """End a token's family; an unknown one is fine."""
        if (token := self._tokens.get(text)) is not None:
            self._end(token.family)

    def living(self, account: Account, now: float) -> int:
        """How many tokens of a person are good."""
        return sum(one.account is account and one.alive(now) for one in self._tokens.values())

    def _end(self, family: int) -> None:
        for text in [text for text, one in self._tokens.items() if one.family == family]:
            del self._tokens[text]

    def _give(self, account: Account, scopes: tuple[str, ...], until: float, family: int, now: float) -> Given:
        access, refresh = secrets.token_hex(20), secrets.token_hex(20)
        token = Token(account, scopes, now + self.options.access_seconds, family, account.generation, True)
        self._tokens[access] = token
        self._tokens[refresh] = Token(account, scopes, until, family, account.generation, False)
        return Given(access, refresh, token)
