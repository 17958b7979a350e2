"""The game's OAuth server as a provider of identities, and what a refresh asks of it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from guildhall.clock import Clock
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.sign_in.oauth.client import OAuthClient
from guildhall.core.identity.sign_in.oauth.http import ProviderCalls
from guildhall.core.identity.sign_in.schemas import Claims, Provider
from guildhall.packs.poe2.settings import Poe2Settings

NAME = "poe"
_LONGEST = 255


def read_claims(found: Mapping[str, Any]) -> Claims:
    """Return the claims of a profile: the person's uuid, for the name may change. Raises ValueError."""
    name = found.get("name")
    if not isinstance(name, str) or not 1 <= len(name) <= _LONGEST:
        raise ValueError("the name is missing")
    return Claims(str(UUID(found["uuid"])), name)


def poe_provider(settings: Poe2Settings, client_id: str) -> Provider:
    """The declaration of the provider. There is no ID token: the profile is the proof."""
    address = settings.sign_in_url.rstrip("/")
    return Provider(
        name=NAME,
        title="Path of Exile",
        client_id=client_id,
        client_secret=settings.client_secret,
        authorize_url=f"{address}/oauth/authorize",
        token_url=f"{address}/oauth/token",
        revoke_url=f"{address}/oauth/token/revoke",
        profile_url=f"{settings.api_url.rstrip('/')}/profile",
        scopes=tuple(settings.scopes),
        client_auth="post" if settings.client_secret is not None else "none",
        proof="profile",
        read_claims=read_claims,
    )


class PoeOAuth(OAuthClient):
    """The OAuth server as refreshes ask it: one for each process. `agent` is how calls to the API name us."""

    def __init__(self, settings: Poe2Settings, calls: ProviderCalls, identity: IdentitySettings, clock: Clock) -> None:
        super().__init__(poe_provider(settings, settings.client_id or ""), calls, identity, clock)

    @property
    def agent(self) -> str:
        """The User-Agent of the form that the game asks for: the application, and whom to contact."""
        return self._agent
