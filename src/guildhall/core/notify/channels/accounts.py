"""The service account by which FCM knows us, and the access token that it is worth."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import msgspec
from msgspec import Struct
from pydantic import SecretStr

from guildhall.clock import Clock
from guildhall.errors import Misconfigured

_SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
_MARGIN = 120.0
"""Seconds before its end from which on a token is not used any more."""
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class ServiceAccount(Struct, frozen=True):
    """The fields of the account's JSON."""

    project_id: str
    client_email: str
    private_key: str
    token_uri: str
    private_key_id: str = ""

    def __repr__(self) -> str:
        return f"ServiceAccount({self.client_email})"


class TokenRefused(Exception):
    """No access token: the account is refused, or the token endpoint does not answer. `wait` is in seconds."""

    def __init__(self, why: str, wait: float) -> None:
        super().__init__(why)
        self.wait = wait


class FcmTokens:
    """The access token of a service account: asked for once, shared until shortly before its end."""

    def __init__(self, setting: SecretStr, session: aiohttp.ClientSession, clock: Clock) -> None:
        self._setting = setting
        self._session = session
        self._clock = clock
        self._account: ServiceAccount | None = None
        self._token = ""
        self._ends = 0.0
        self._asking = asyncio.Lock()
        self.asked = 0
        """How often the token endpoint was asked."""

    async def current(self) -> tuple[ServiceAccount, str]:
        """The account and a token that is good for some time. Raises TokenRefused."""
        if self._account is None or self._clock.timestamp() >= self._ends:
            async with self._asking:
                if self._account is None or self._clock.timestamp() >= self._ends:
                    await self._ask()
        assert self._account is not None
        return self._account, self._token

    def forget(self, token: str) -> None:
        """Ask anew before the next message: this token was refused."""
        if token == self._token:
            self._ends = 0.0

    async def _ask(self) -> None:
        try:
            account = self._account or await self._load()
            assertion = _assertion(account, self._clock.timestamp())
            form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
            self.asked += 1
            async with self._session.post(account.token_uri, data=form, allow_redirects=False) as answer:
                body = await answer.read()
                status = answer.status
        except (aiohttp.ClientError, TimeoutError) as error:
            raise TokenRefused(f"the token endpoint does not answer ({type(error).__name__})", 15) from error
        if status >= 500 or status == 429:
            raise TokenRefused(f"the token endpoint answered {status}", 15)
        try:
            granted = msgspec.json.decode(body, type=_Granted)
        except (msgspec.MsgspecError, RecursionError) as error:
            self._account = None  # what is configured may be another account by now
            raise TokenRefused(f"the service account was refused ({status})", 60) from error
        self._account, self._token = account, granted.access_token
        self._ends = self._clock.timestamp() + max(granted.expires_in - _MARGIN, 1.0)

    async def _load(self) -> ServiceAccount:
        """The account from the setting. Raises TokenRefused, told in the log and tried again."""
        text = self._setting.get_secret_value().strip()
        if text.startswith("http://") and urlsplit(text).hostname in _LOOPBACK:
            async with self._session.get(text) as answer:
                text = await answer.text()
        try:
            return parse_account(text)
        except Misconfigured as error:
            raise TokenRefused(str(error), 60) from error


class _Granted(Struct):
    access_token: str
    expires_in: float = 3600.0


def parse_account(text: str) -> ServiceAccount:
    """The account of a setting: its JSON, or the path of a file of it. Raises Misconfigured."""
    name = "GUILDHALL_NOTIFY_FCM_SERVICE_ACCOUNT"
    if not text.startswith("{"):
        try:
            text = Path(text).expanduser().read_text()
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "it is no path"
            raise Misconfigured(f"{name}: the file cannot be read ({why}).") from None
    try:
        return msgspec.json.decode(text, type=ServiceAccount)
    except (msgspec.MsgspecError, RecursionError):
        raise Misconfigured(f"{name}: this is not the JSON of a service account.") from None


def _assertion(account: ServiceAccount, now: float) -> str:
    """Return the assertion of RFC 7523: our identity, signed with the account's key, for an hour."""
    from joserfc import jwt  # 3 MB that a worker without FCM and EVE never needs
    from joserfc.errors import JoseError
    from joserfc.jwk import RSAKey

    claims = {
        "iss": account.client_email,
        "scope": _SCOPE,
        "aud": account.token_uri,
        "iat": int(now),
        "exp": int(now) + 3600,
    }
    header = {"alg": "RS256", "typ": "JWT", "kid": account.private_key_id}
    try:
        return jwt.encode(header, claims, RSAKey.import_key(account.private_key), algorithms=["RS256"])
    except (JoseError, ValueError) as error:
        raise TokenRefused("the service account's private key cannot be used", 60) from error
