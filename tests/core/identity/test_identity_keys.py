"""A provider's list of keys with odd ones in it: the sound ones are used, and none sound leaves what was known."""

from typing import Any

import msgspec
import pytest
from aiohttp import web
from joserfc.jwk import ECKey

from guildhall.clock import Clock
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.sign_in.oauth.http import ProviderCalls
from guildhall.core.identity.sign_in.oauth.keys import SigningKeys
from tests.conftest import configuration

ODD: list[Any] = [
    5, None, [], "key", {}, {"kty": "EC"}, {"kty": 7}, {"kty": "EC", "kid": []}, {"kty": "EC", "kid": {}, "crv": "P-0"},
    {"kty": "RSA", "n": "x", "e": None}, {"kty": "oct", "k": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"}, {"use": []},
]  # fmt: skip
GOOD = {**ECKey.generate_key("P-256").as_dict(private=False), "kid": "good"}


@pytest.fixture
async def provider():
    told: dict[str, Any] = {"keys": []}

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=msgspec.json.encode(told), content_type="application/json")

    app = web.Application()
    app.router.add_get("/jwks", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    yield told, f"http://{host}:{port}/jwks"
    await runner.cleanup()


@pytest.fixture
async def keys():
    settings = configuration(identity={"oauth_timeout_seconds": 5}).of_slices["identity"]
    assert isinstance(settings, IdentitySettings)
    calls = ProviderCalls(settings)
    yield SigningKeys(calls, Clock(), keep=0.0, cooldown=0.0)
    await calls.close()


@pytest.mark.parametrize("odd", ODD)
async def test_an_odd_key_keeps_no_other_from_being_used(provider, keys, odd):
    told, url = provider
    told["keys"] = [odd, GOOD, odd]

    assert (await keys.key(url, "good")).as_dict(private=False)["x"] == GOOD["x"]


async def test_a_list_without_a_sound_key_leaves_what_was_known(provider, keys):
    told, url = provider
    told["keys"] = [GOOD]
    await keys.key(url, "good")
    told["keys"] = ODD

    assert await keys.key(url, "good")
