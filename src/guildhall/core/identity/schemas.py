"""Structs of principals, of providers of identities, and of exports."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType
from pydantic import SecretStr

from guildhall.core.vault.schemas import SealedColumn, Secret
from guildhall.db.policies import Viewer
from guildhall.text import LINE, WITHOUT_NUL

DOORKEEPER = Viewer(UUID("00000000-0000-4000-8000-000000000001"))
"""The system user of sign-in, which looks for a person who is not known yet. Sees accounts, never a pack's rows."""

Role = Literal["member", "moderator", "admin"]


class Principal(Struct, frozen=True):
    """The result of authentication.

    `scopes` are an API token's; None is a person's own session, which may do everything.

    `token` is the API token's id.
    """

    viewer: Viewer
    session: UUID | None
    role: Role
    scopes: frozenset[str] | None = None
    token: UUID | None = None


class Claims(Struct, frozen=True):
    """A provider's claims about a person. `owner_hash` changes when the subject changes hands."""

    subject: str
    name: str
    owner_hash: str | None = None
    email: str | None = None
    email_verified: bool = False
    scopes: tuple[str, ...] = ()


class Grant(Struct, frozen=True):
    """The result of a sign-in or a link at a provider: the claims, the user here, and the tokens."""

    user_id: UUID
    provider: str
    claims: Claims
    access_token: Secret
    refresh_token: Secret | None
    expires_at: datetime


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


class Export(Struct, frozen=True):
    """A table's part of an account's export: a SELECT of the user ($1 uuid) whose rows become JSON objects.

    Its columns have no secrets, no hashes and no data of others.
    """

    table: str
    sql: str


DeviceType = Literal["ios", "android", "web"]
ShortName = Annotated[str, Meta(min_length=1, max_length=100, pattern=LINE, examples=["My phone"])]
PushToken = Annotated[str, Meta(min_length=1, max_length=4096, pattern=WITHOUT_NUL, examples=["phone-1"])]


class Device(Struct, frozen=True):
    """The device of a sign-in. `token` is its address for pushes."""

    name: ShortName | None = None
    type: DeviceType | None = None
    token: PushToken | None = None


class IdentityView(Struct, frozen=True):
    """An identity as its owner sees it."""

    id: UUID
    provider: str
    subject: str
    name: str
    linked_at: datetime
    last_used_at: datetime


class SessionTokens(Struct, frozen=True):
    """The tokens of a session, in the field names of RFC 6749 section 5.1, the same from every way to sign in.

    `expires_in` is the access token's lifetime in seconds. `identity` is there after a sign-in at a provider.
    """

    access_token: str
    refresh_token: str
    expires_in: int
    session_id: UUID
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 (no secret)
    identity: IdentityView | UnsetType = UNSET

    def __repr__(self) -> str:
        return f"SessionTokens(session_id={self.session_id})"


class Standing(Struct, frozen=True):
    """The role of an account, and its suspension."""

    role: Role
    suspended_at: datetime | None


class TokenHolder(Struct, frozen=True):
    """The session whose present refresh token was shown."""

    id: UUID
    user_id: UUID
    expires_at: datetime
    ended_at: datetime | None
    role: Role
    suspended_at: datetime | None


class SpentToken(Struct, frozen=True):
    """A refresh token that was used before."""

    session_id: UUID
    user_id: UUID
    spent_at: datetime
    ended_at: datetime | None


class LiveSession(Struct, frozen=True):
    """A session that is good now."""

    id: UUID
    user_id: UUID
    role: Role


class SessionView(Struct, frozen=True):
    """A session as its owner sees it. `push` says whether the device takes pushes."""

    id: UUID
    method: str
    device_name: str | None
    device_type: str | None
    push: bool
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    current: bool


class SecurityEvent(Struct, frozen=True):
    """An event of an account that concerns its security."""

    id: UUID
    at: datetime
    kind: str
    outcome: Literal["ok", "refused"]
    session_id: UUID | None
    agent: str | None
    details: dict[str, Any]


class ApiTokenHolder(Struct, frozen=True):
    """An API token and its owner."""

    id: UUID
    user_id: UUID
    role: Role
    scopes: list[str]
    expires_at: datetime | None
    last_used_at: datetime | None


class ApiTokenView(Struct, frozen=True):
    """An API token as its owner sees it."""

    id: UUID
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class Flow(Struct, frozen=True):
    """A sign-in that is under way at a provider. `user_id` is who links a further identity."""

    id: UUID
    provider: str
    browser_hash: bytes
    nonce: str
    verifier: str
    redirect_uri: str
    return_to: str
    user_id: UUID | None
    session_id: UUID | None
    device_name: str | None
    device_type: DeviceType | None
    expires_at: datetime


class IdentityRow(Struct, frozen=True):
    """The owner here of an identity at a provider."""

    id: UUID
    user_id: UUID
    owner_hash: str | None


class ProviderView(Struct, frozen=True):
    """A sign-in that is on."""

    name: str
    title: str


FLOW_VERIFIER = SealedColumn("core.oauth_flows", "verifier")


class PageSession(Struct, frozen=True):
    """The session as its page sees it; the tokens are in cookies that it cannot read."""

    session_id: UUID
    expires_in: int
