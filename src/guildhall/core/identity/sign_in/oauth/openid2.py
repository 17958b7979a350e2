"""The client's side of OpenID 2.0, as Steam speaks it: no tokens, a claim that the provider confirms when asked."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from guildhall.clock import Clock
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.sign_in.oauth.errors import (
    ProofExpired,
    ProofForged,
    ProofForOthers,
    ProofOfOtherIssuer,
    ProofRefused,
    ProviderDown,
)
from guildhall.core.identity.sign_in.oauth.http import ProviderCalls
from guildhall.core.identity.sign_in.schemas import Claims, Provider

_NS = "http://specs.openid.net/auth/2.0"
_SELECT = "http://specs.openid.net/auth/2.0/identifier_select"
_NONCE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)([\x21-\x7e]{0,235})")
_SIGNED = frozenset({"op_endpoint", "return_to", "response_nonce", "claimed_id", "identity"})
_FIELDS = re.compile(r"openid\.[a-z_]{1,40}")
_OLDEST = timedelta(minutes=5)


class OpenIdClient:
    """Speaks with one provider, whose endpoint is fixed: nothing is discovered from what a browser brings."""

    def __init__(self, provider: Provider, calls: ProviderCalls, settings: IdentitySettings, clock: Clock) -> None:
        assert provider.authorize_url is not None
        self.provider = provider
        self._endpoint = provider.authorize_url
        self._realm = settings.public_url
        self._calls = calls
        self._clock = clock
        self._leeway = timedelta(seconds=settings.oauth_leeway_seconds)

    def authorize_url(self, return_to: str) -> str:
        """Return the URL at which a browser signs in."""
        parameters = {
            "openid.ns": _NS,
            "openid.mode": "checkid_setup",
            "openid.return_to": return_to,
            "openid.realm": self._realm,
            "openid.identity": _SELECT,
            "openid.claimed_id": _SELECT,
        }
        return f"{self._endpoint}?{urlencode(parameters)}"

    async def verify(self, answer: Mapping[str, str], return_to: str) -> Claims:
        """Verify an assertion and return its claims. Raises ProofRefused, ProviderDown.

        `return_to` holds a state that is good once, and the signature covers it: so the assertion is good once too.
        """
        fields = {name: value for name, value in answer.items() if _FIELDS.fullmatch(name)}
        if fields.get("openid.ns") != _NS or fields.get("openid.mode") != "id_res":
            raise ProofRefused(detail=f"{self.provider.title} did not confirm the sign-in.")
        if fields.get("openid.op_endpoint") != self._endpoint:
            raise ProofOfOtherIssuer(detail="The assertion comes from another provider.")
        if fields.get("openid.return_to") != return_to:
            raise ProofForOthers(detail="The assertion was made for another address.")
        if not set(fields.get("openid.signed", "").split(",")) >= _SIGNED:
            raise ProofForged(detail="The assertion leaves fields unsigned that must be signed.")
        if fields.get("openid.identity") != fields.get("openid.claimed_id"):
            raise ProofForged(detail="The assertion names two people.")
        self._require_recent(fields.get("openid.response_nonce", ""))
        claims = self._claims(fields)
        confirmed = await self._calls.call(
            "POST", self._endpoint, form={**fields, "openid.mode": "check_authentication"}
        )
        if confirmed.status != 200:
            raise ProviderDown(
                detail=f"{self.provider.title} answered with status {confirmed.status}.",
                retry_after=confirmed.retry_after,
            )
        lines = confirmed.body.decode("utf-8", "replace").splitlines()
        if "is_valid:true" not in lines or f"ns:{_NS}" not in lines:
            raise ProofForged(detail=f"{self.provider.title} did not make this assertion.")
        return claims

    def _require_recent(self, nonce: str) -> None:
        match = _NONCE.fullmatch(nonce)
        try:
            at = datetime.strptime(match[1], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) if match else None
        except ValueError:
            at = None
        if at is None:
            raise ProofForged(detail="The assertion's nonce has the wrong form.")
        now = self._clock.now()
        if not now - _OLDEST - self._leeway <= at <= now + self._leeway:
            raise ProofExpired(detail="The assertion is too old.")

    def _claims(self, fields: Mapping[str, str]) -> Claims:
        try:
            return self.provider.read_claims(fields)
        except (ValueError, KeyError) as error:
            raise ProofRefused(detail="The assertion names nobody.") from error
