"""Structs of providers, of what they say, and of linked identities."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct
from pydantic import SecretStr

from guildhall.core.identity.ids import FlowId, IdentityId, SessionId
from guildhall.core.identity.sessions.schemas import DeviceType
from guildhall.core.vault.schemas import SealedColumn, Secret
from guildhall.ids import UserId


class Claims(Struct, frozen=True):
    """A provider's claims about a person. `owner_hash` changes when the subject changes hands."""

    subject: str
    name: str
    owner_hash: str | None = None
    email: str | None = None
    email_verified: bool = False
    scopes: tuple[str, ...] = ()


class Grant(Struct, frozen=True):
    """The result of a sign-in or a link at a provider: the claims, the user here, and the tokens.

    `scopes` are those that the provider says it gave; None where it says nothing, which is those that were asked for.
    """

    user_id: UserId
    provider: str
    claims: Claims
    access_token: Secret
    refresh_token: Secret | None
    expires_at: datetime
    scopes: tuple[str, ...] | None = None


class Provider(Struct, frozen=True, kw_only=True):
    """A provider of identities: OAuth 2 with or without OIDC, or OpenID 2.0 (Steam).

    Addresses that are None come from the metadata document. `issuers` are the accepted `iss`; `audiences` must
    all be in `aud` beside the client id. `token_claims` says which token is the proof: the ID token of OIDC, the
    access token where it is a JWT (EVE), or what `profile_url` answers to it. `read_claims` turns the proof into
    Claims and raises ValueError for one that does not fit. `keep` is called in the transaction of the sign-in with
    `tx`, the Grant, and what its further parameters ask for by type.
    """

    name: str
    title: str
    client_id: str
    client_secret: SecretStr | None = None
    kind: Literal["oauth", "openid2"] = "oauth"
    metadata_url: str | None = None
    authorize_url: str | None = None
    token_url: str | None = None
    jwks_url: str | None = None
    revoke_url: str | None = None
    profile_url: str | None = None
    scopes: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    algorithms: tuple[str, ...] = ("RS256", "ES256")
    client_auth: Literal["basic", "post", "none"] = "basic"
    proof: Literal["id_token", "access_token", "profile"] = "id_token"
    read_claims: Callable[[Mapping[str, Any]], Claims]
    keep: Callable[..., Awaitable[None]] | None = None


class Flow(Struct, frozen=True):
    """A sign-in that is under way at a provider. `user_id` is who links a further identity, with their credentials."""

    id: FlowId
    provider: str
    browser_hash: bytes
    nonce: str
    verifier: str
    redirect_uri: str
    return_to: str
    user_id: UserId | None
    session_id: SessionId | None
    device_name: str | None
    device_type: DeviceType | None
    created_at: datetime
    expires_at: datetime
    credentials: int | None


class IdentityRow(Struct, frozen=True):
    """The owner here of an identity at a provider."""

    id: IdentityId
    user_id: UserId
    owner_hash: str | None


class ProviderView(Struct, frozen=True):
    """A sign-in that is on."""

    name: str
    title: str


FLOW_VERIFIER = SealedColumn("core.oauth_flows", "verifier")
