"""The OAuth client by itself: what each failure of a refresh means, and what travels on the wire."""

import base64
import hashlib
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr

from guildhall.clock import Clock
from guildhall.core.identity.sandbox.faults import Fault
from guildhall.core.identity.sandbox.id_tokens import CLIENT_ID, CLIENT_SECRET
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.sign_in.errors import BadReturn
from guildhall.core.identity.sign_in.oauth.client import OAuthClient
from guildhall.core.identity.sign_in.oauth.errors import GrantRefused, ProofForged, ProviderDown, ProviderMisconfigured
from guildhall.core.identity.sign_in.oauth.http import ProviderCalls
from guildhall.core.identity.sign_in.oauth.pkce import challenge_of, new_verifier
from guildhall.core.identity.sign_in.rules import require_return
from guildhall.core.identity.sign_in.schemas import Claims, Provider
from guildhall.core.vault.schemas import Secret
from tests.core.identity.make import query_of, stand_ins

REDIRECT = "http://127.0.0.1:8000/api/v1/auth/oidc/callback"


@pytest.fixture
async def servers():
    async with stand_ins() as running:
        yield running


def settings_of(**values: Any) -> IdentitySettings:
    """Settings that owe nothing to a file."""
    return IdentitySettings(**{"_env_file": None, "oauth_timeout_seconds": 0.5, **values})


@pytest.fixture
async def client(servers):
    calls = ProviderCalls(settings_of())
    yield client_of(servers, calls)
    await calls.close()


def client_of(servers, calls, **changes):
    declared = {
        "name": "oidc",
        "title": "Sandbox",
        "client_id": CLIENT_ID,
        "client_secret": SecretStr(CLIENT_SECRET),
        "metadata_url": f"{servers.address}/oidc/.well-known/openid-configuration",
        "issuers": (f"{servers.address}/oidc",),
        "read_claims": lambda found: Claims(found["sub"], found.get("name", "")),
        **changes,
    }
    return OAuthClient(Provider(**declared), calls, settings_of(), Clock())


async def signed_in(client, servers, person="ann"):
    """The tokens of a person."""
    verifier = new_verifier()
    address = await client.authorize_url(state="s", nonce="n", verifier=verifier, redirect_uri=REDIRECT)
    code = query_of(await servers.approve(address, person))["code"]
    return await client.exchange(code, verifier, REDIRECT)


def test_a_verifier_is_32_random_bytes_without_padding():
    verifiers = {new_verifier() for _ in range(100)}

    assert len(verifiers) == 100
    for verifier in verifiers:
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", verifier)
        assert (
            challenge_of(verifier) + "="
            == base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode()
        )
    # RFC 7636, appendix B
    assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


async def test_the_authorization_request_says_what_it_must(client, servers):
    address = await client.authorize_url(state="s", nonce="n", verifier="v" * 43, redirect_uri=REDIRECT)

    assert urlsplit(address).path == "/oidc/authorize"
    assert query_of(address) == {
        "response_type": "code", "client_id": CLIENT_ID, "redirect_uri": REDIRECT, "state": "s", "nonce": "n",
        "code_challenge": challenge_of("v" * 43), "code_challenge_method": "S256",
    }  # fmt: skip


@pytest.mark.parametrize("way", ["basic", "post"])
async def test_tokens_are_refreshed_and_the_former_refresh_token_is_spent(servers, way):
    calls = ProviderCalls(settings_of())
    client = client_of(servers, calls, client_auth=way)
    first = await signed_in(client, servers)
    assert first.refresh_token is not None

    second = await client.refresh(first.refresh_token)

    assert second.refresh_token is not None
    assert second.refresh_token.reveal() != first.refresh_token.reveal()
    with pytest.raises(GrantRefused) as refused:
        await client.refresh(first.refresh_token)
    assert refused.value.reason == "invalid_grant"
    await client.revoke(second.refresh_token)
    with pytest.raises(GrantRefused):
        await client.refresh(second.refresh_token)
    await calls.close()


@pytest.mark.parametrize(
    ("fault", "means"),
    [
        (Fault(status=400, body='{"error": "invalid_grant"}'), GrantRefused),
        (Fault(status=400, body='{"error": "invalid_token"}'), GrantRefused),
        (Fault(status=401, body='{"error": "invalid_client"}'), ProviderMisconfigured),
        (Fault(status=400, body='{"error": "unauthorized_client"}'), ProviderMisconfigured),
        (Fault(status=400, body='{"error": "something new"}'), ProviderDown),
        (Fault(status=400, body="not JSON"), ProviderDown),
        (Fault(status=403, body="<html>blocked</html>"), ProviderDown),
        (Fault(status=429, body='{"error": "invalid_grant"}'), ProviderDown),
        (Fault(status=500, body='{"error": "invalid_grant"}'), ProviderDown),
        (Fault(status=502), ProviderDown),
        (Fault(status=200, body="{}"), ProviderDown),
        (Fault(status=200, body='{"access_token": 1}'), ProviderDown),
        (Fault(status=200, body="["), ProviderDown),
        (Fault(status=302, location="http://127.0.0.1:1/"), ProviderDown),
        (Fault(status=200, body="{}", delay=1), ProviderDown),
        (Fault(status=200, body="x" * 300_000), ProviderDown),
    ],
)
async def test_each_failure_of_a_refresh_means_one_of_three_things(client, servers, fault, means):
    tokens = await signed_in(client, servers)
    fault.path = "token"
    servers.world.faults.set(fault)

    with pytest.raises(means) as error:
        await client.refresh(tokens.refresh_token)

    assert type(error.value) is means
    assert tokens.refresh_token.reveal() not in str(error.value)
    servers.world.faults.clear()
    assert (await client.refresh(tokens.refresh_token)).access_token


async def test_a_provider_that_is_away_is_down(client, servers):
    calls = ProviderCalls(settings_of())
    nowhere = {"authorize_url": "http://127.0.0.1:1/a", "token_url": "http://127.0.0.1:1/t"}
    away = client_of(servers, calls, metadata_url=None, **nowhere)

    with pytest.raises(ProviderDown):
        await away.refresh(Secret("a token"))
    await calls.close()


async def test_metadata_of_another_issuer_are_refused(servers):
    calls = ProviderCalls(settings_of())
    with pytest.raises(ProviderMisconfigured):
        await client_of(servers, calls, issuers=("https://elsewhere.example",)).metadata()
    await calls.close()


async def test_keys_that_are_known_outlive_an_outage(client, servers):
    tokens = await signed_in(client, servers)
    await client.claims(tokens, "n")
    servers.world.faults.set(Fault("jwks", 500))

    assert (await client.claims(await signed_in(client, servers), "n")).subject == "ann"
    servers.world.rotate()
    with pytest.raises(ProofForged):
        await client.claims(await signed_in(client, servers), "n")


@pytest.mark.parametrize(
    ("place", "good"),
    [
        ("/", True), ("/account?tab=1", True), ("https://app.example/signed-in", True),
        ("https://app.example/signed-in/deep?x=1", True), ("mygame://signed-in", True), ("mygame://other", False),
        ("othergame://anything/at/all", True), ("https://app.example/signed-into", False),
        ("https://app.example", False), ("http://app.example/signed-in", False),
        ("https://app.example.evil.example/signed-in", False),
        ("https://app.example@evil.example/signed-in", False), ("https://app.example:444/signed-in", False),
        ("https://app.example/signed-in/../admin", False), ("//evil.example", False), ("/\\evil.example", False),
        ("javascript:alert(1)", False), ("/a\r\nSet-Cookie: x", False), ("", False), ("/a#b", False),
        ("http://127.0.0.1:8000/page", True), ("http://127.0.0.1:80000/page", False), ("http://[::1", False),
        ("/" + "a" * 3000, False), ("data:text/html,x", False),
    ],
)  # fmt: skip
def test_a_place_to_return_to_is_on_the_list_or_refused(place, good):
    settings = settings_of(return_to=["https://app.example/signed-in", "mygame://signed-in", "othergame://"])
    try:
        found = require_return(place, settings) == place
    except BadReturn:
        found = False

    assert found == good
