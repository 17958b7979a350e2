"""The stand-in of the game's OAuth and API keeps the rules that the true one has."""

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from guildhall.packs.poe2.sandbox.ggg.growth import experience_of, level_of, progress
from tests.packs.poe2.make import ALL, ANN

VERIFIER = "v" * 43
AGENT = {"User-Agent": "OAuth guildhall/1 (contact: us)"}


@pytest.fixture
async def http():
    """A client that names itself as the game asks for."""
    async with aiohttp.ClientSession(headers=AGENT) as session:
        yield session


async def code_of(ggg, http, scopes=(*ALL, "oauth:introspect"), **query):
    """A code."""
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    asked = {
        "client_id": "guildhall", "redirect_uri": "https://us/callback", "response_type": "code", "state": "s",
        "scope": " ".join(scopes), "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256", "person": ANN, **query,
    }  # fmt: skip
    async with http.get(f"{ggg.address}/oauth/authorize", params=asked, allow_redirects=False) as answer:
        assert answer.status == 302, await answer.text()
        return {name: one for name, (one,) in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


async def post(ggg, http, path="/oauth/token", **form):
    """Status and body of a form."""
    form = {"client_id": "guildhall", "client_secret": ggg.options.client_secret, **form}
    async with http.post(f"{ggg.address}{path}", data=form) as answer:
        return answer.status, await answer.json()


async def redeem(ggg, http, code):
    """The answer to a code."""
    form = {"code": code, "redirect_uri": "https://us/callback", "code_verifier": VERIFIER}
    return await post(ggg, http, grant_type="authorization_code", **form)


async def tokens(ggg, http, **more):
    """Tokens of a whole sign-in."""
    status, body = await redeem(ggg, http, (await code_of(ggg, http, **more))["code"])
    assert status == 200, body
    return body


async def ask(ggg, http, path, token):
    """Status and headers of a call to the API."""
    async with http.get(f"{ggg.address}/api{path}", headers={"Authorization": f"Bearer {token}"}) as answer:
        return answer.status, answer.headers


async def test_a_code_lives_thirty_seconds_and_is_good_once(ggg, http):
    first, late = (await code_of(ggg, http))["code"], (await code_of(ggg, http))["code"]

    assert (await redeem(ggg, http, first))[0] == 200
    assert await redeem(ggg, http, first) == (400, {"error": "invalid_grant"})
    ggg.app_pass(31)
    assert await redeem(ggg, http, late) == (400, {"error": "invalid_grant"})


async def test_a_refresh_token_rotates_and_its_end_stays(ggg, http):
    first = await tokens(ggg, http)
    ggg.app_pass(60 * 86_400)

    status, second = await post(ggg, http, grant_type="refresh_token", refresh_token=first["refresh_token"])
    reused = await post(ggg, http, grant_type="refresh_token", refresh_token=first["refresh_token"])
    dead = await ask(ggg, http, "/profile", first["access_token"])
    good = await ask(ggg, http, "/profile", second["access_token"])
    ggg.app_pass(31 * 86_400)
    late = await post(ggg, http, grant_type="refresh_token", refresh_token=second["refresh_token"])

    assert (status, second["sub"], second["username"]) == (200, ggg.account().sub, ANN)
    assert reused == late == (400, {"error": "invalid_grant"})
    assert (dead[0], good[0]) == (401, 200)


async def test_scopes_clients_and_agents_are_checked(ggg, http):
    few = await tokens(ggg, http, scopes=("account:profile",))

    assert (await code_of(ggg, http, scopes=("account:everything",)))["error"] == "invalid_scope"
    assert (await code_of(ggg, http, deny="1"))["error"] == "access_denied"
    assert (await ask(ggg, http, "/character/poe2", few["access_token"]))[0] == 403
    assert (await ask(ggg, http, "/profile", few["refresh_token"]))[0] == 401
    assert (await post(ggg, http, client_secret="x"))[1] == {"error": "invalid_client"}
    assert await post(ggg, http, "/oauth/token/revoke", token=few["access_token"]) == (
        403, {"error": "insufficient_scope"},
    )  # fmt: skip
    async with aiohttp.ClientSession() as nameless:
        assert (await ask(ggg, nameless, "/profile", few["access_token"]))[0] == 403


async def test_tokens_are_introspected_and_revoked_with_their_family(ggg, http):
    given = await tokens(ggg, http)

    status, before = await post(ggg, http, "/oauth/token/introspect", token=given["access_token"])
    await post(ggg, http, "/oauth/token/revoke", token=given["refresh_token"])
    _, after = await post(ggg, http, "/oauth/token/introspect", token=given["access_token"])

    assert (status, before["active"], before["username"]) == (200, True, ANN)
    assert after == {"active": False}


async def test_limits_are_told_and_a_call_too_many_is_a_penalty(ggg, http):
    token = (await tokens(ggg, http))["access_token"]

    answers = [await ask(ggg, http, "/character/poe2", token) for _ in range(3)]
    ggg.app_pass(30)
    still = await ask(ggg, http, "/character/poe2", token)
    ggg.app_pass(61)
    well = await ask(ggg, http, "/character/poe2", token)

    assert [status for status, _ in answers] == [200, 200, 429]
    first, last = answers[0][1], answers[2][1]
    assert first["X-Rate-Limit-Policy"] == "character-list-request-limit-poe2"
    assert first["X-Rate-Limit-Account-State"] == "1:10:0,1:300:0"
    assert last["X-Rate-Limit-Account-State"].startswith("3:10:60")
    assert 60 <= int(last["Retry-After"]) <= 61
    assert (still[0], well[0]) == (429, 200)
    assert ggg.policies.violations == 1


async def test_characters_grow_and_what_means_nothing_changes_all_the_time(ggg, http):
    character = ggg.sheet(0)

    now = ggg.app_now()
    levels = [character.level(now + day * 86_400) for day in range(30)]

    assert levels == sorted(levels)
    assert levels[-1] > levels[0]
    steps = [progress(hours) for hours in range(500)]
    assert [level_of(one) for one in steps] == sorted(level_of(one) for one in steps)
    assert [experience_of(one) for one in steps] == sorted({experience_of(one) for one in steps})
    assert level_of(steps[-1]) <= 100
