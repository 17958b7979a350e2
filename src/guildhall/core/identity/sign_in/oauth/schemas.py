"""Structs of OAuth: a provider's endpoints, and the tokens that it gives."""

from datetime import datetime

from msgspec import Struct

from guildhall.core.vault.schemas import Secret


class Metadata(Struct, frozen=True):
    """A provider's endpoints (RFC 8414). `tells_issuer`: its answers carry `iss` (RFC 9207)."""

    issuer: str | None
    authorize_url: str
    token_url: str
    jwks_url: str | None
    revoke_url: str | None
    profile_url: str | None
    tells_issuer: bool = False


class Tokens(Struct, frozen=True):
    """The answer of the token endpoint. `refresh_token` is None if it gave none: then the former one stays good."""

    access_token: Secret
    refresh_token: Secret | None
    id_token: Secret | None
    expires_at: datetime
    scopes: tuple[str, ...] | None
