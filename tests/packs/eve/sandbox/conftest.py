"""EVE sandboxes on loopback, mounted below a path as the product mounts them."""

from base64 import b64encode
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from guildhall.packs.eve.sandbox import ALL_SCOPES, CLOCK, REPRESENTATIONS, SandboxOptions, make_app, pilot_ids

EPOCH = datetime(2026, 9, 1, 15, tzinfo=UTC)
REDIRECT = "http://localhost/callback"


class Sandbox:
    """A running sandbox and the shortest way to ask it."""

    def __init__(self, app, client, options) -> None:
        self.app = app
        self.client = client
        self.options = options
        self.pilots = pilot_ids(options)

    @property
    def basic(self):
        """The client's Authorization header."""
        pair = f"{self.options.client_id}:{self.options.client_secret}"
        return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}

    async def control(self, path, body=None, method="POST"):
        """The body of a successful call to the control plane."""
        async with self.client.request(method, f"/eve/_sandbox{path}", json=body) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def authorize(self, character, scopes=ALL_SCOPES, **query):
        """The query of the address that the SSO sends the browser back to."""
        asked = {
            "response_type": "code",
            "client_id": self.options.client_id,
            "redirect_uri": REDIRECT,
            "scope": " ".join(scopes),
            "state": "of mind",
            "character": str(character),
            **query,
        }
        async with self.client.get("/eve/sso/v2/oauth/authorize", params=asked, allow_redirects=False) as response:
            assert response.status == 302, await response.text()
            location = response.headers["Location"]
            assert location.startswith(f"{REDIRECT}?")
            return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}

    async def token(self, form, headers=None):
        """Status and body of the token endpoint."""
        headers = self.basic if headers is None else headers
        async with self.client.post("/eve/sso/v2/oauth/token", data=form, headers=headers) as response:
            return response.status, await response.json()

    async def sign_in(self, character, scopes=ALL_SCOPES):
        """The token answer of a walk through the sign-in."""
        back = await self.authorize(character, scopes)
        status, body = await self.token({"grant_type": "authorization_code", "code": back["code"]})
        assert status == 200, body
        return body

    async def refresh(self, refresh_token, **form):
        """Status and body of a refresh."""
        return await self.token({"grant_type": "refresh_token", "refresh_token": refresh_token, **form})

    async def mint(self, character, kind="good", **wanted):
        """An access token without a sign-in."""
        made = await self.control("/tokens", {"character_id": character, "kind": kind, **wanted})
        return made["access_token"]

    async def esi(self, path, token=None, method="GET", **kwargs):
        """Status, headers and body (JSON where it is) of an ESI call."""
        headers = {"X-Compatibility-Date": "2026-07-21", **kwargs.pop("headers", {})}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        async with self.client.request(method, f"/eve/esi{path}", headers=headers, **kwargs) as response:
            body = await response.read()
            is_json = response.content_type == "application/json" and body
            return response.status, response.headers, await response.json() if is_json else body

    def pass_time(self, seconds):
        """Move the world on."""
        self.app[CLOCK].advance(seconds)

    def forget(self):
        """Changes show at once."""
        self.app[REPRESENTATIONS].clear()


@pytest.fixture
async def start():
    """Starts sandboxes that end with the test."""
    clients = []

    async def begin(options):
        outer, app = web.Application(), make_app(options)
        outer.add_subapp("/eve", app)
        client = TestClient(TestServer(outer))
        await client.start_server()
        clients.append(client)
        return Sandbox(app, client, options)

    yield begin
    for client in clients:
        await client.close()


@pytest.fixture
def options():
    """A world that is the same in every run."""
    return SandboxOptions(epoch=EPOCH, signing="ES256")


@pytest.fixture
async def sandbox(start, options):
    """A sandbox with its limits on."""
    return await start(options)
