"""The client's side of OAuth 2 with PKCE and of OIDC, for one provider."""

import base64
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import msgspec

from guildhall import __version__
from guildhall.clock import Clock
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.sign_in.oauth.errors import (
    GrantRefused,
    ProofExpired,
    ProofForged,
    ProofForOthers,
    ProofOfOtherIssuer,
    ProofRefused,
    ProofReplayed,
    ProviderDown,
    ProviderMisconfigured,
)
from guildhall.core.identity.sign_in.oauth.http import Answer, ProviderCalls
from guildhall.core.identity.sign_in.oauth.keys import SigningKeys
from guildhall.core.identity.sign_in.oauth.pkce import challenge_of
from guildhall.core.identity.sign_in.oauth.schemas import Metadata, Tokens
from guildhall.core.identity.sign_in.schemas import Claims, Provider
from guildhall.core.vault.schemas import Secret

_METADATA_SECONDS = 3600.0
_LONGEST_TOKEN = 16_384
"""Characters; an EVE token with every scope has some 4,200."""
_LONGEST_LIFE = 366 * 86_400
_GRANT_ERRORS = frozenset({"invalid_grant", "invalid_token"})
_OUR_ERRORS = frozenset(
    {"invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope", "invalid_request"}
)


class OAuthClient:
    """Speaks with one provider. Everything can raise ProviderDown (transient) and ProviderMisconfigured (ours)."""

    def __init__(self, provider: Provider, calls: ProviderCalls, settings: IdentitySettings, clock: Clock) -> None:
        self.provider = provider
        self._calls = calls
        self._clock = clock
        # the form that Path of Exile insists on, and that nobody minds
        self._agent = f"OAuth {provider.client_id}/{__version__} (contact: {settings.contact})"
        self._leeway = settings.oauth_leeway_seconds
        self._keys = SigningKeys(
            calls, clock, keep=settings.oauth_keys_minutes * 60, cooldown=settings.oauth_keys_cooldown_seconds
        )
        self._metadata: Metadata | None = None
        self._metadata_until = float("-inf")

    async def metadata(self) -> Metadata:
        """The endpoints: those that the provider's declaration names, the others from its metadata document."""
        now = self._clock.timestamp()
        if self._metadata is None or now >= self._metadata_until:
            try:
                self._metadata = await self._read_metadata()
                self._metadata_until = now + _METADATA_SECONDS
            except ProviderDown:
                if self._metadata is None:
                    raise
                self._metadata_until = now + 60  # what was true an hour ago still is, most likely
        return self._metadata

    async def authorize_url(self, *, state: str, nonce: str, verifier: str, redirect_uri: str) -> str:
        """Return the URL at which a browser signs in."""
        provider = self.provider
        address = (await self.metadata()).authorize_url
        parameters = {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(provider.scopes),
            "state": state,
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
        }
        if provider.proof == "id_token":
            parameters["nonce"] = nonce
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(parameters)}"

    async def exchange(self, code: str, verifier: str, redirect_uri: str) -> Tokens:
        """The tokens for a code. Raises GrantRefused for one that was used, has expired or is another's."""
        return await self._ask_for_tokens(
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": redirect_uri,
                "code_verifier": verifier,
            }
        )

    async def refresh(self, refresh_token: Secret) -> Tokens:
        """Exchange a refresh token for new tokens.

        Save them before their use, for the former refresh token may be spent.

        Raises GrantRefused (permanent), ProviderMisconfigured (ours; the token is good), ProviderDown (transient).
        """
        return await self._ask_for_tokens({"grant_type": "refresh_token", "refresh_token": refresh_token.reveal()})

    async def revoke(self, refresh_token: Secret) -> None:
        """Revoke a refresh token at the provider; an unknown one is fine (RFC 7009)."""
        address = (await self.metadata()).revoke_url
        if address is None:
            return
        form = {"token": refresh_token.reveal(), "token_type_hint": "refresh_token"}
        answer = await self._post(address, form)
        if answer.status != 200:
            self._refuse(answer)

    async def verify(self, access_token: Secret) -> Claims:
        """Verify an access token that is a JWT of the provider's for us, and return its claims.

        Raises ProofRefused.
        """
        return self._read(await self._verified(access_token.reveal()))

    async def claims(self, tokens: Tokens, nonce: str) -> Claims:
        """Return the claims of the person, by the proof that the provider's declaration names. Raises ProofRefused."""
        kind = self.provider.proof
        if kind == "profile":
            return self._read(await self._profile(tokens.access_token))
        if kind == "access_token":
            return await self.verify(tokens.access_token)
        if tokens.id_token is None:
            raise ProofRefused(detail=f"{self.provider.title} gave no ID token.")
        claims = await self._verified(tokens.id_token.reveal())
        if claims.get("nonce") != nonce:
            raise ProofReplayed(detail="The ID token is of another sign-in.")
        return self._read(claims)

    def accepts_issuer(self, issuer: str | None, metadata: Metadata) -> bool:
        """Return whether `iss` of an authorization response is the provider's (RFC 9207)."""
        if issuer is None:
            return not metadata.tells_issuer
        return issuer in self._issuers(metadata)

    def _issuers(self, metadata: Metadata) -> tuple[str, ...]:
        return self.provider.issuers or ((metadata.issuer,) if metadata.issuer is not None else ())

    async def _read_metadata(self) -> Metadata:
        provider = self.provider
        found: dict[str, Any] = {}
        if provider.metadata_url is not None:
            answer = await self._calls.call("GET", provider.metadata_url)
            if answer.status != 200 or (document := answer.object()) is None:
                raise ProviderDown(
                    detail=f"The metadata of {provider.title} cannot be read (status {answer.status}).",
                    retry_after=answer.retry_after,
                )
            found = document

        def one(declared: str | None, name: str) -> str | None:
            value = declared if declared is not None else found.get(name)
            if value is not None and not (isinstance(value, str) and urlsplit(value).scheme in ("http", "https")):
                raise ProviderMisconfigured(detail=f"{name} in the metadata of {provider.title} is not an address.")
            return value

        issuer = found.get("issuer")
        if provider.issuers and found and issuer not in provider.issuers:
            raise ProviderMisconfigured(detail=f"The metadata of {provider.title} belong to another issuer.")
        authorize_url = one(provider.authorize_url, "authorization_endpoint")
        token_url = one(provider.token_url, "token_endpoint")
        if authorize_url is None or token_url is None:
            raise ProviderMisconfigured(detail=f"The endpoints of {provider.title} are not known.")
        return Metadata(
            issuer if isinstance(issuer, str) else None,
            authorize_url,
            token_url,
            one(provider.jwks_url, "jwks_uri"),
            one(provider.revoke_url, "revocation_endpoint"),
            one(provider.profile_url, "userinfo_endpoint"),
            found.get("authorization_response_iss_parameter_supported") is True,
        )

    async def _post(self, address: str, form: Mapping[str, str]) -> Answer:
        """A request that says who we are, in the one way that the provider takes."""
        provider = self.provider
        fields, headers = dict(form), {"User-Agent": self._agent}
        secret = provider.client_secret.get_secret_value() if provider.client_secret is not None else ""
        if provider.client_auth == "basic":
            pair = f"{quote_plus(provider.client_id)}:{quote_plus(secret)}"  # encoded first: RFC 6749, 2.3.1
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            fields["client_id"] = provider.client_id
            if provider.client_auth == "post":
                fields["client_secret"] = secret
        return await self._calls.call("POST", address, form=fields, headers=headers)

    async def _ask_for_tokens(self, form: Mapping[str, str]) -> Tokens:
        answer = await self._post((await self.metadata()).token_url, form)
        if answer.status != 200:
            self._refuse(answer)
        found = answer.object() or {}
        access_token, refresh_token, id_token = (
            found.get(name) for name in ("access_token", "refresh_token", "id_token")
        )
        if not isinstance(access_token, str) or not access_token:
            raise ProviderDown(detail=f"{self.provider.title} answered without a token.")
        lasts = found.get("expires_in")
        seconds = min(float(lasts), _LONGEST_LIFE) if isinstance(lasts, int | float | str) and _number(lasts) else 300.0
        scope = found.get("scope")
        return Tokens(
            Secret(access_token),
            Secret(refresh_token) if isinstance(refresh_token, str) and refresh_token else None,
            Secret(id_token) if isinstance(id_token, str) and id_token else None,
            self._clock.now() + timedelta(seconds=seconds),
            tuple(scope.split()) if isinstance(scope, str) else None,
        )

    def _refuse(self, answer: Answer) -> None:
        """Raise the error for a status other than 200.

        Refusals of the grant or of us are permanent, others temporary.
        """
        title = self.provider.title
        error = (answer.object() or {}).get("error")
        reason = error if isinstance(error, str) and len(error) <= 60 else ""
        if 400 <= answer.status < 500 and answer.status not in (408, 429):
            if reason in _GRANT_ERRORS:
                raise GrantRefused(provider=title, reason=reason)
            if reason in _OUR_ERRORS:
                raise ProviderMisconfigured(detail=f"{title} refused us ({reason}).")
        raise ProviderDown(detail=f"{title} answered with status {answer.status}.", retry_after=answer.retry_after)

    async def _verified(self, text: str) -> dict[str, Any]:
        """The claims of a JWT of the provider's that is meant for us and good now. Raises ProofRefused."""
        from joserfc import jwt  # by the first token: a worker without sign-ins at EVE sees none
        from joserfc.errors import JoseError
        from joserfc.jws import JWSRegistry

        metadata = await self.metadata()
        header = _header(text)
        if header.get("alg") not in self.provider.algorithms:
            raise ProofForged(detail="The token is signed with an algorithm that is not accepted here.")
        kid = header.get("kid")
        if metadata.jwks_url is None:
            raise ProviderMisconfigured(detail=f"The keys of {self.provider.title} are not known.")
        key = await self._keys.key(metadata.jwks_url, kid if isinstance(kid, str) else None)
        # Parameters of the header that are not critical are the provider's own affair (RFC 7515, 4).
        registry = JWSRegistry(algorithms=list(self.provider.algorithms), strict_check_header=False)
        try:
            claims: dict[str, Any] = jwt.decode(text, key, registry=registry).claims
        except (JoseError, ValueError, TypeError, RecursionError) as error:
            raise ProofForged(detail="The token is not signed by the provider.") from error
        if claims.get("iss") not in self._issuers(metadata):
            raise ProofOfOtherIssuer(detail="The token is of another issuer.")
        audience = claims.get("aud")
        among = set(audience) if isinstance(audience, list) else {audience}
        if not among >= {self.provider.client_id, *self.provider.audiences}:
            raise ProofForOthers(detail="The token is for another application.")
        if claims.get("azp", self.provider.client_id) != self.provider.client_id:
            raise ProofForOthers(detail="The token was given to another application.")
        now = self._clock.timestamp()
        expires_at, begins_at = claims.get("exp"), claims.get("nbf", 0)
        if not isinstance(expires_at, int | float) or now >= expires_at + self._leeway:
            raise ProofExpired(detail="The token has expired.")
        if not isinstance(begins_at, int | float) or now < begins_at - self._leeway:
            raise ProofExpired(detail="The token is not valid yet.")
        return claims

    async def _profile(self, access_token: Secret) -> dict[str, Any]:
        metadata = await self.metadata()
        if metadata.profile_url is None:
            raise ProviderMisconfigured(detail=f"The profile of {self.provider.title} is not known.")
        headers = {"Authorization": f"Bearer {access_token.reveal()}", "User-Agent": self._agent}
        answer = await self._calls.call("GET", metadata.profile_url, headers=headers)
        if answer.status in (401, 403):
            raise ProofRefused(detail=f"{self.provider.title} does not accept its own token.")
        found = answer.object()
        if answer.status != 200 or found is None:
            raise ProviderDown(
                detail=f"{self.provider.title} answered with status {answer.status}.", retry_after=answer.retry_after
            )
        return found

    def _read(self, found: Mapping[str, Any]) -> Claims:
        try:
            claims = self.provider.read_claims(found)
            if "\x00" in f"{claims.subject}{claims.owner_hash}" or not 1 <= len(claims.subject) <= 255:
                raise ValueError("no text that names somebody")
            return claims
        except (ValueError, KeyError, TypeError, msgspec.ValidationError) as error:
            raise ProofRefused(
                detail=f"{self.provider.title} describes the person in a way that cannot be read."
            ) from error


def _header(text: str) -> dict[str, Any]:
    """The header of a JWT, nothing of it proven. Raises ProofForged."""
    if len(text) > _LONGEST_TOKEN or text.count(".") != 2 or not text.isascii():
        raise ProofForged(detail="This is not a signed token.")
    first = text.partition(".")[0]
    try:
        header = msgspec.json.decode(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except (ValueError, msgspec.DecodeError, RecursionError) as error:
        raise ProofForged(detail="This is not a signed token.") from error
    if not isinstance(header, dict):
        raise ProofForged(detail="This is not a signed token.")
    return header


def _number(value: float | str) -> bool:
    try:
        return 0 < float(value) < float("inf")
    except ValueError:
        return False
