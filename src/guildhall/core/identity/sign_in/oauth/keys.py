"""The keys by which a provider signs."""

import asyncio
from typing import TYPE_CHECKING, Any

from guildhall.clock import Clock
from guildhall.core.identity.sign_in.oauth.errors import ProofForged, ProviderDown
from guildhall.core.identity.sign_in.oauth.http import ProviderCalls
from guildhall.log import get_logger

if TYPE_CHECKING:
    from joserfc.jwk import ECKey, OKPKey, RSAKey

    PublicKey = RSAKey | ECKey | OKPKey

log = get_logger(__name__)

_MOST = 50
"""Keys of one provider."""


class SigningKeys:
    """A provider's public keys by `kid`, fetched when needed and kept for `keep` seconds.

    A kid that is unknown has them fetched once more, but not within `cooldown` seconds of the last time: else
    anybody could have us call the provider as often as they like. While the provider is down, what was known
    stays good.
    """

    def __init__(self, calls: ProviderCalls, clock: Clock, *, keep: float, cooldown: float) -> None:
        self._calls = calls
        self._clock = clock
        self._keep = keep
        self._cooldown = cooldown
        self._keys: dict[str | None, PublicKey] = {}
        self._fetched_at = self._tried_at = float("-inf")
        self._lock = asyncio.Lock()

    async def key(self, url: str, kid: str | None) -> "PublicKey":
        """The key. Raises ProofForged for one that the provider does not have, ProviderDown."""
        if not self._fresh or self._find(kid) is None:
            async with self._lock:
                now = self._clock.timestamp()
                due = not self._fresh or self._find(kid) is None
                if due and not 0 <= now - self._tried_at < self._cooldown:
                    await self._fetch(url)
        if (found := self._find(kid)) is None:
            if not self._keys:
                raise ProviderDown(detail="The provider's keys cannot be fetched.")
            raise ProofForged(detail="The provider has no such key.")
        return found

    @property
    def _fresh(self) -> bool:
        return 0 <= self._clock.timestamp() - self._fetched_at < self._keep

    def _find(self, kid: str | None) -> "PublicKey | None":
        if kid is None:
            return next(iter(self._keys.values())) if len(self._keys) == 1 else None
        return self._keys.get(kid)

    async def _fetch(self, url: str) -> None:
        self._tried_at = self._clock.timestamp()
        try:
            answer = await self._calls.call("GET", url)
            document = answer.object() if answer.status == 200 else None
            if document is None or not isinstance(document.get("keys"), list):
                raise ProviderDown(detail=f"The provider's keys cannot be read (status {answer.status}).")
        except ProviderDown as error:
            log.warning("provider_keys_not_fetched", why=str(error), known=len(self._keys))
            return
        found = _readable(document["keys"][:_MOST])
        if not found and document["keys"]:  # not one that can be read: what was known stays good
            log.warning("provider_keys_unreadable", keys=len(document["keys"]), known=len(self._keys))
            return
        self._keys = found
        self._fetched_at = self._tried_at


def _readable(keys: list[Any]) -> "dict[str | None, PublicKey]":
    """The signing keys of a kind that we know; another one may be what we look for."""
    from joserfc.errors import JoseError  # 3 MB, and most workers never look at a token
    from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey

    found: dict[str | None, PublicKey] = {}
    for one in keys:
        if not isinstance(one, dict) or one.get("use", "sig") != "sig":
            continue
        kid = one.get("kid")
        if not isinstance(kid, str | None):
            continue
        try:
            key = JWKRegistry.import_key(one)
        except (JoseError, ValueError, KeyError, TypeError):
            continue
        if isinstance(key, RSAKey | ECKey | OKPKey):
            found[kid] = key
    return found
