"""The stand-ins of providers, and a browser that signs in there."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
from aiohttp import web

from guildhall.core.identity.sandbox.id_tokens import CLIENT_ID, CLIENT_SECRET
from guildhall.core.identity.sandbox.oidc import WORLD, World, make_oidc
from guildhall.core.identity.sandbox.steam import make_steam
from guildhall.packs.poe2.sandbox.ggg import GggOptions
from guildhall.packs.poe2.sandbox.ggg import make_app as make_poe
from guildhall.testing.running import run_app


class StandIns:
    """The running stand-ins of OIDC, Path of Exile and Steam, and a browser that has signed in there."""

    def __init__(self, app: web.Application, address: str) -> None:
        self.world: World = app[WORLD]
        self.address = address

    @property
    def settings(self) -> dict[str, Any]:
        """The settings of identity that lead here."""
        oidc = {
            "name": "oidc",
            "issuer": f"{self.address}/oidc",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
        }
        return {
            "oidc": [oidc],
            "steam": True,
            "steam_url": f"{self.address}/steam/openid/login",
            "oauth_keys_cooldown_seconds": 0,
        }

    @property
    def poe2(self) -> dict[str, Any]:
        """The settings of the poe2 pack that lead here: its provider has a profile as its proof."""
        options = GggOptions()
        return {
            "sign_in_url": f"{self.address}/poe",
            "api_url": f"{self.address}/poe/api",
            "client_id": options.client_id,
            "client_secret": options.client_secret,
        }

    async def approve(self, authorize_url: str, person: str) -> str:
        """Where the provider sends the browser when this person has pressed the button."""
        async with (
            aiohttp.ClientSession() as browser,
            browser.get(f"{authorize_url}&person={person}", allow_redirects=False) as answer,
        ):
            assert answer.status == 302, await answer.text()
            return answer.headers["Location"]


@contextlib.asynccontextmanager
async def stand_ins() -> AsyncIterator[StandIns]:
    """The stand-ins on a port of their own."""
    app, oidc = web.Application(), make_oidc()
    app.add_subapp("/oidc", oidc)
    app.add_subapp("/poe", make_poe())
    app.add_subapp("/steam", make_steam())
    async with run_app(app) as address:
        yield StandIns(oidc, address)


class Browser:
    """What a browser keeps between requests: cookies by name."""

    def __init__(self, guildhall: Any) -> None:
        self._guildhall = guildhall
        self.cookies: dict[str, str] = {}

    async def request(self, method: str, path: str, headers: Mapping[str, str] | None = None, **options: Any) -> Any:
        """A request with the cookies, which are kept from the answer."""
        sent = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = await self._guildhall.request(
            method, path, headers={**({"Cookie": sent} if sent else {}), **(headers or {})}, **options
        )
        for text in answer.headers.getall("set-cookie", []):
            name, _, value = text.partition(";")[0].partition("=")
            if value.strip('"'):
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return answer

    async def begin(self, provider: str = "oidc", headers: Mapping[str, str] | None = None, **body: Any) -> str:
        """Begin a sign-in; the address at the provider."""
        answer = await self.request("POST", f"/api/v1/auth/{provider}/start", headers, json=body)
        assert answer.status == 200, answer.body
        return str(answer.json["authorize_url"])

    async def come_back(self, location: str) -> Any:
        """Follow the provider's redirect to the callback."""
        parts = urlsplit(location)
        return await self.request("GET", f"{parts.path}?{parts.query}")

    async def sign_in(self, servers: StandIns, person: str, provider: str = "oidc", **body: Any) -> Any:
        """A whole sign-in; the answer of the callback."""
        return await self.come_back(await servers.approve(await self.begin(provider, **body), person))


def query_of(address: str) -> dict[str, str]:
    """The parameters of an address."""
    return dict(parse_qsl(urlsplit(address).query))
