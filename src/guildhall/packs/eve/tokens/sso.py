"""EVE's single sign-on as a provider of identities, and what the refresher asks of it."""

import re
from collections.abc import Mapping
from typing import Any

from guildhall.clock import Clock
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.sign_in.oauth.client import OAuthClient
from guildhall.core.identity.sign_in.oauth.http import ProviderCalls
from guildhall.core.identity.sign_in.schemas import Claims, Provider
from guildhall.packs.eve.settings import EveSettings

NAME = "eve"
_SUBJECT = re.compile(r"^CHARACTER:EVE:([1-9]\d{0,18})$")
_ISSUERS = ("login.eveonline.com", "https://login.eveonline.com", "https://login.eveonline.com/")


def read_claims(token: Mapping[str, Any]) -> Claims:
    """Return the claims of an access token of EVE's: the subject is the character's id in digits.

    Raises ValueError.
    """
    found = _SUBJECT.match(str(token.get("sub", "")))
    if found is None:
        raise ValueError("the subject is no character")
    name, owner, scopes = token.get("name"), token.get("owner"), token.get("scp", [])
    if not isinstance(name, str) or not 0 < len(name) <= 100 or not isinstance(owner, str) or not 0 < len(owner) <= 200:
        raise ValueError("the name or the owner is missing")
    # a list, but a plain text when there is one scope, and nothing at all when there is none
    given = [scopes] if isinstance(scopes, str) else scopes
    if not isinstance(given, list) or not all(isinstance(scope, str) for scope in given):
        raise ValueError("the scopes are no list")
    return Claims(found[1], name, owner_hash=owner, scopes=tuple(given))


def sso_provider(settings: EveSettings) -> Provider:
    """The declaration of EVE's single sign-on. Its proof is the access token, which is a JWT."""
    address = settings.sso_url.rstrip("/")
    return Provider(
        name=NAME,
        title="EVE Online",
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        metadata_url=f"{address}/.well-known/oauth-authorization-server",
        scopes=tuple(settings.scopes),
        # the three forms in which EVE's own documents write it; a sandbox is its own issuer
        issuers=_ISSUERS if address == "https://login.eveonline.com" else (address, f"{address}/", *_ISSUERS),
        audiences=("EVE Online",),
        client_auth="basic" if settings.client_secret is not None else "none",
        proof="access_token",
        read_claims=read_claims,
    )


class Sso(OAuthClient):
    """The single sign-on as the worker asks it: one for each process."""

    def __init__(self, settings: EveSettings, calls: ProviderCalls, identity: IdentitySettings, clock: Clock) -> None:
        super().__init__(sso_provider(settings), calls, identity, clock)
