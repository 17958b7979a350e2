"""The providers of identities that are on: the core's, by its settings, and those that packs bring."""

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_type_hints

from msgspec import Struct

from guildhall.clock import Clock
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.sign_in.errors import ProviderUnknown
from guildhall.core.identity.sign_in.oauth.client import OAuthClient
from guildhall.core.identity.sign_in.oauth.http import ProviderCalls
from guildhall.core.identity.sign_in.oauth.openid2 import OpenIdClient
from guildhall.core.identity.sign_in.schemas import Claims, Grant, Provider
from guildhall.core.jobs.bindings import Provided
from guildhall.db.pool import Transaction
from guildhall.errors import Misconfigured

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_STEAM_ID = re.compile(r"https?://steamcommunity\.com/openid/id/(7656119[0-9]{10})")


class DeclaredProviders(Struct, frozen=True):
    """The providers of the packs, and what their `keep` may ask for by type."""

    of_packs: Sequence[Provider]
    provided: Provided


class Providers:
    """All providers by name, with the clients that speak to them. Raises Misconfigured for two of one name."""

    def __init__(
        self, settings: IdentitySettings, declared: DeclaredProviders, calls: ProviderCalls, clock: Clock
    ) -> None:
        self._provided = declared.provided
        self._by_name: dict[str, Provider] = {}
        self._oauth: dict[str, OAuthClient] = {}
        self._openid: dict[str, OpenIdClient] = {}
        for provider in (*_of_settings(settings), *declared.of_packs):
            name = provider.name
            if not _NAME.fullmatch(name):
                raise Misconfigured(f"'{name}' is no name of a provider: small letters, digits, - and _.")
            if name in self._by_name:
                raise Misconfigured(f"Two providers of identities are called '{name}'.")
            self._by_name[name] = provider
            if provider.kind == "oauth":
                self._oauth[name] = OAuthClient(provider, calls, settings, clock)
            else:
                self._openid[name] = OpenIdClient(provider, calls, settings, clock)

    def __iter__(self) -> Iterator[Provider]:
        return iter(self._by_name.values())

    def __getitem__(self, name: str) -> Provider:
        """The provider. Raises ProviderUnknown."""
        if name not in self._by_name:
            raise ProviderUnknown(name=name[:40])
        return self._by_name[name]

    def oauth(self, name: str) -> OAuthClient:
        """The client of an OAuth provider. Raises ProviderUnknown."""
        if name not in self._oauth:
            raise ProviderUnknown(kind="OAuth ", name=name[:40])
        return self._oauth[name]

    def openid(self, name: str) -> OpenIdClient:
        """The client of an OpenID 2.0 provider. Raises ProviderUnknown."""
        if name not in self._openid:
            raise ProviderUnknown(kind="OpenID ", name=name[:40])
        return self._openid[name]

    async def keep(self, tx: Transaction, grant: Grant) -> None:
        """Give a grant to the pack whose provider it is of, in the transaction of the sign-in."""
        keep = self[grant.provider].keep
        if keep is None:
            return
        hints = get_type_hints(keep)
        wanted = {name: hints.get(name) for name in list(inspect.signature(keep).parameters)[2:]}
        missing = [name for name, kind in wanted.items() if kind not in self._provided]
        if missing:
            raise Misconfigured(
                f"keep of the provider '{grant.provider}' asks for {missing[0]}, which nothing provides."
            )
        await keep(tx, grant, **{name: self._provided[kind] for name, kind in wanted.items() if kind is not None})


def _of_settings(settings: IdentitySettings) -> Iterator[Provider]:
    for one in settings.oidc:
        yield Provider(
            name=one.name,
            title=one.title or one.name,
            client_id=one.client_id,
            client_secret=one.client_secret,
            metadata_url=one.metadata_url or f"{one.issuer.rstrip('/')}/.well-known/openid-configuration",
            issuers=(one.issuer,),
            scopes=tuple(one.scopes),
            client_auth=one.client_auth if one.client_secret is not None else "none",
            algorithms=("RS256", "ES256", "EdDSA"),
            read_claims=_oidc_claims,
        )
    if settings.steam:
        yield Provider(
            name="steam",
            title="Steam",
            client_id="",
            kind="openid2",
            authorize_url=settings.steam_url,
            read_claims=_steam_claims,
        )


def _oidc_claims(found: Mapping[str, Any]) -> Claims:
    email = found.get("email")
    return Claims(
        _text(found["sub"]),
        next((str(found[key]) for key in ("name", "preferred_username", "nickname") if found.get(key)), ""),
        email=email if isinstance(email, str) else None,
        email_verified=found.get("email_verified") is True,
    )


def _steam_claims(found: Mapping[str, Any]) -> Claims:
    match = _STEAM_ID.fullmatch(found["openid.claimed_id"])
    if match is None:
        raise ValueError("not a Steam id")
    return Claims(match[1], f"Steam {match[1]}")


def _text(value: object) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= 255:
        raise ValueError("not a text of 1 to 255 characters")
    return value
