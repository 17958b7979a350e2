"""The SSO as applications meet it."""

import asyncio
import re
from base64 import urlsafe_b64encode
from dataclasses import replace
from hashlib import sha256

import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from guildhall.packs.eve.sandbox import ALL_SCOPES, make_pilots, refresh_token

MISSING = "Invalid refresh token. Token missing/expired."
NO_GRANT = "Invalid refresh token. Character grant missing/expired."


async def get(sandbox, path):
    async with sandbox.client.get(f"/eve/sso{path}") as response:
        assert response.status == 200
        return await response.json()


async def verified(sandbox, token):
    """The claims of a token whose signature one of the published keys made."""
    keys = KeySet.import_key_set(await get(sandbox, "/oauth/jwks"))
    return jwt.decode(token, keys, algorithms=[sandbox.options.signing]).claims


def challenge_of(verifier):
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


async def test_metadata_names_addresses_that_work(sandbox):
    found = await get(sandbox, "/.well-known/oauth-authorization-server")
    base = str(sandbox.client.make_url("/eve/sso"))
    assert found["issuer"] == base
    assert found["authorization_endpoint"] == f"{base}/v2/oauth/authorize"
    assert found["code_challenge_methods_supported"] == ["S256"]
    async with sandbox.client.session.get(found["jwks_uri"]) as response:
        assert (await response.json())["keys"][0]["kid"].startswith("JWT-Signature-Key")


async def test_a_set_address_is_used_everywhere(start, options):
    sandbox = await start(replace(options, address="https://games.example/eve/"))
    found = await get(sandbox, "/.well-known/oauth-authorization-server")
    assert found["token_endpoint"] == "https://games.example/eve/sso/v2/oauth/token"
    body = await sandbox.sign_in(sandbox.pilots[0])
    assert (await verified(sandbox, body["access_token"]))["iss"] == "https://games.example/eve/sso"
    minted = await sandbox.mint(sandbox.pilots[0])
    assert (await verified(sandbox, minted))["iss"] == "https://games.example/eve/sso"


@pytest.mark.parametrize("signing", ["RS256", "ES256"])
async def test_a_sign_in_gives_a_token_with_the_true_claims(start, options, signing):
    sandbox = await start(replace(options, signing=signing))
    pilot = make_pilots(options)[0]
    body = await sandbox.sign_in(pilot.id, ["esi-skills.read_skills.v1", "esi-mail.read_mail.v1"])
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 1199)
    claims = await verified(sandbox, body["access_token"])
    assert claims["sub"] == f"CHARACTER:EVE:{pilot.id}"
    assert (claims["name"], claims["owner"]) == (pilot.name, pilot.owner)
    assert len(claims["owner"]) == 28
    assert claims["aud"] == [options.client_id, "EVE Online"]
    assert claims["azp"] == options.client_id
    assert claims["scp"] == ["esi-skills.read_skills.v1", "esi-mail.read_mail.v1"]
    assert claims["exp"] - claims["iat"] == 1200
    assert claims["iss"] == str(sandbox.client.make_url("/eve/sso"))


async def test_one_scope_is_a_string_and_none_is_absent(sandbox):
    one = await sandbox.sign_in(sandbox.pilots[0], ["publicData"])
    assert (await verified(sandbox, one["access_token"]))["scp"] == "publicData"
    none = await sandbox.sign_in(sandbox.pilots[0], [])
    assert "scp" not in await verified(sandbox, none["access_token"])
    assert none["refresh_token"] is None


async def test_the_page_lists_pilots_and_leads_back(sandbox):
    asked = {
        "response_type": "code",
        "client_id": sandbox.options.client_id,
        "redirect_uri": "http://localhost/callback",
        "scope": "publicData",
        "state": '"><script>',
    }
    async with sandbox.client.get("/eve/sso/v2/oauth/authorize", params=asked) as response:
        page = await response.text()
    assert response.status == 200
    assert "<script>" not in page
    assert re.findall(r'name="character" value="(\d+)"', page) == [str(one) for one in sandbox.pilots]
    back = await sandbox.authorize(sandbox.pilots[1], state=asked["state"])
    assert back["state"] == asked["state"]


async def test_an_approval_needs_no_page(sandbox):
    await sandbox.control("/switches", {"approve": sandbox.pilots[2]})
    asked = {
        "response_type": "code",
        "client_id": sandbox.options.client_id,
        "redirect_uri": "http://localhost/callback?tab=1",
        "state": "s",
    }
    async with sandbox.client.get("/eve/sso/v2/oauth/authorize", params=asked, allow_redirects=False) as response:
        assert response.status == 302
        assert response.headers["Location"].startswith("http://localhost/callback?tab=1&code=")


@pytest.mark.parametrize(
    "wrong",
    [
        {"response_type": "token"},
        {"client_id": "somebody"},
        {"redirect_uri": "nowhere"},
        {"state": ""},
        {"code_challenge": "x", "code_challenge_method": "plain"},
        {"character": "1"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
async def test_a_wrong_request_never_leads_back(sandbox, wrong):
    asked = {
        "response_type": "code",
        "client_id": sandbox.options.client_id,
        "redirect_uri": "http://localhost/callback",
        "state": "s",
        "character": str(sandbox.pilots[0]),
        **wrong,
    }
    async with sandbox.client.get("/eve/sso/v2/oauth/authorize", params=asked, allow_redirects=False) as response:
        assert response.status == 400


async def test_registered_addresses_are_the_only_ones(start, options):
    sandbox = await start(replace(options, redirect_uris=("http://localhost/callback",)))
    assert "code" in await sandbox.authorize(sandbox.pilots[0])
    with pytest.raises(AssertionError, match="callback URI"):
        await sandbox.authorize(sandbox.pilots[0], redirect_uri="http://localhost/callback/")


async def test_refusals_lead_back_with_an_error(sandbox):
    denied = await sandbox.authorize(sandbox.pilots[0], deny="1")
    assert denied["error"] == "access_denied"
    unknown = await sandbox.authorize(sandbox.pilots[0], ["esi-unheard.of.v1"])
    assert unknown["error"] == "invalid_scope"


async def test_a_code_works_once(sandbox):
    back = await sandbox.authorize(sandbox.pilots[0])
    form = {"grant_type": "authorization_code", "code": back["code"]}
    assert (await sandbox.token(form))[0] == 200
    status, body = await sandbox.token(form)
    assert status == 400
    assert body == {
        "error": "invalid_grant",
        "error_description": "The authorization grant could not be found",
    }


async def test_a_code_lives_five_minutes(sandbox):
    back = await sandbox.authorize(sandbox.pilots[0])
    sandbox.pass_time(301)
    status, body = await sandbox.token({"grant_type": "authorization_code", "code": back["code"]})
    assert (status, body["error"]) == (400, "invalid_grant")


async def test_an_application_without_secret_proves_itself(sandbox):
    verifier = "v" * 43
    form = {"grant_type": "authorization_code", "client_id": sandbox.options.client_id}
    proof = {"code_challenge": challenge_of(verifier), "code_challenge_method": "S256"}
    back = await sandbox.authorize(sandbox.pilots[0], **proof)
    status, _ = await sandbox.token({**form, "code": back["code"], "code_verifier": verifier}, headers={})
    assert status == 200
    back = await sandbox.authorize(sandbox.pilots[0], **proof)
    # With the trailing "=" that a known example sends.
    status, body = await sandbox.token({**form, "code": back["code"], "code_verifier": f"{verifier}="}, headers={})
    assert (status, body["error"]) == (400, "invalid_grant")
    back = await sandbox.authorize(sandbox.pilots[0])
    status, body = await sandbox.token({**form, "code": back["code"]}, headers={})
    assert (status, body["error"]) == (400, "invalid_grant")


async def test_tokens_are_asked_for_by_a_form_only(sandbox):
    async with sandbox.client.post(
        "/eve/sso/v2/oauth/token", json={"grant_type": "refresh_token"}, headers=sandbox.basic
    ) as response:
        assert (response.status, (await response.json())["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("header", ["Basic Z3VpbGRoYWxsLXNhbmRib3g6d3Jvbmc=", "Basic !", "Bearer x"])
async def test_a_wrong_secret_is_invalid_client(sandbox, header):
    status, body = await sandbox.token({"grant_type": "refresh_token"}, {"Authorization": header})
    assert (status, body) == (401, {"error": "invalid_client"})


async def test_refreshing_rotates(sandbox):
    first = (await sandbox.sign_in(sandbox.pilots[0]))["refresh_token"]
    status, second = await sandbox.refresh(first)
    assert status == 200
    assert second["refresh_token"] != first
    status, body = await sandbox.refresh(first)
    assert (status, body) == (400, {"error": "invalid_grant", "error_description": MISSING})
    assert (await sandbox.refresh(second["refresh_token"]))[0] == 200
    calls = await sandbox.control("/calls", method="GET")
    assert calls["refreshes"][str(sandbox.pilots[0])] == {
        "refreshed": 2,
        "superseded": 1,
        "refused": 0,
        "most_at_once": 1,
    }


async def test_two_refreshes_at_once_are_noticed(sandbox):
    token = (await sandbox.sign_in(sandbox.pilots[0]))["refresh_token"]
    await sandbox.control("/switches", {"token_seconds": 0.1})
    answers = await asyncio.gather(sandbox.refresh(token), sandbox.refresh(token))
    assert sorted(status for status, _ in answers) == [200, 400]
    view = (await sandbox.control("/calls", method="GET"))["refreshes"][str(sandbox.pilots[0])]
    assert (view["most_at_once"], view["superseded"]) == (2, 1)


async def test_without_rotation_the_token_stays(sandbox):
    await sandbox.control("/switches", {"rotate": False})
    first = (await sandbox.sign_in(sandbox.pilots[0]))["refresh_token"]
    sandbox.pass_time(5)
    for _ in range(2):
        assert (await sandbox.refresh(first))[1]["refresh_token"] == first


async def test_refresh_tokens_need_encoding(sandbox):
    texts = [(await sandbox.sign_in(sandbox.pilots[0]))["refresh_token"] for _ in range(20)]
    assert all(any(sign in text for text in texts) for sign in "+/=")


async def test_a_refresh_may_ask_for_fewer_scopes_not_for_more(sandbox):
    token = (await sandbox.sign_in(sandbox.pilots[0], ALL_SCOPES[:3]))["refresh_token"]
    status, body = await sandbox.refresh(token, scope=ALL_SCOPES[1])
    assert (await verified(sandbox, body["access_token"]))["scp"] == ALL_SCOPES[1]
    status, body = await sandbox.refresh(body["refresh_token"], scope=ALL_SCOPES[9])
    assert (status, body["error"]) == (400, "invalid_scope")


async def test_a_token_of_another_application_is_invalid(sandbox, options):
    foreign = refresh_token(replace(options, client_id="somebody"), sandbox.pilots[0], ALL_SCOPES)
    status, body = await sandbox.refresh(foreign)
    assert (status, body["error"]) == (400, "invalid_token")
    status, body = await sandbox.refresh("nonsense")
    assert (status, body["error_description"]) == (400, MISSING)
    other_seed = refresh_token(replace(options, seed=9), sandbox.pilots[0], ALL_SCOPES)
    assert (await sandbox.refresh(other_seed))[0] == 400


async def test_old_refresh_tokens_expire_where_they_do(start, options):
    sandbox = await start(replace(options, refresh_days=30))
    token = (await sandbox.sign_in(sandbox.pilots[0]))["refresh_token"]
    sandbox.pass_time(31 * 86_400)
    status, body = await sandbox.refresh(token)
    assert (status, body) == (
        400,
        {"error": "invalid_token", "error_description": "The refresh token is expired."},
    )


async def test_tokens_of_a_sandbox_before_its_restart_work(start, options):
    before, after = await start(options), await start(options)
    token = (await before.sign_in(before.pilots[0]))["refresh_token"]
    _, body = await before.refresh(token)
    assert (await after.refresh(body["refresh_token"]))[0] == 200
    made = refresh_token(options, after.pilots[1], ALL_SCOPES)
    assert (await after.refresh(made))[0] == 200


async def test_revoking_ends_a_token_and_says_nothing(sandbox):
    token = (await sandbox.sign_in(sandbox.pilots[0]))["refresh_token"]
    for text in (token, "nonsense"):
        async with sandbox.client.post(
            "/eve/sso/v2/oauth/revoke", data={"token": text, "token_type_hint": "refresh_token"}, headers=sandbox.basic
        ) as response:
            assert response.status == 200
    assert (await sandbox.refresh(token))[0] == 400


async def test_keys_rotate(sandbox):
    old = await sandbox.mint(sandbox.pilots[0])
    await sandbox.control("/keys", {"keep": True})
    new = await sandbox.mint(sandbox.pilots[0])
    assert (await verified(sandbox, old))["sub"] == (await verified(sandbox, new))["sub"]
    await sandbox.control("/keys", {"keep": False})
    with pytest.raises((JoseError, ValueError)):
        await verified(sandbox, new)
    assert (await sandbox.esi(f"/characters/{sandbox.pilots[0]}/wallet", new))[0] == 401


async def test_a_revoked_pilot_has_to_sign_in_again(sandbox):
    one, other = sandbox.pilots[:2]
    token, others = await sandbox.sign_in(one), await sandbox.sign_in(other)
    await sandbox.control(f"/pilots/{one}/tokens", {"action": "expire"})
    assert (await sandbox.esi(f"/characters/{one}/wallet", token["access_token"]))[0] == 401
    status, token = await sandbox.refresh(token["refresh_token"])
    assert status == 200
    assert (await sandbox.esi(f"/characters/{one}/wallet", token["access_token"]))[0] == 200
    await sandbox.control(f"/pilots/{one}/tokens", {"action": "revoke"})
    status, body = await sandbox.refresh(token["refresh_token"])
    assert (status, body) == (400, {"error": "invalid_grant", "error_description": NO_GRANT})
    assert (await sandbox.refresh(others["refresh_token"]))[0] == 200
    assert (await sandbox.refresh((await sandbox.sign_in(one))["refresh_token"]))[0] == 200


@pytest.mark.parametrize(("tokens", "status"), [("revoked", 400), ("refresh", 200)])
async def test_a_sold_pilot_has_another_owner(sandbox, tokens, status):
    pilot = sandbox.pilots[0]
    token = await sandbox.sign_in(pilot)
    before = (await verified(sandbox, token["access_token"]))["owner"]
    sold = await sandbox.control(f"/pilots/{pilot}/sale", {"tokens": tokens})
    answered, body = await sandbox.refresh(token["refresh_token"])
    assert answered == status
    if status == 200:
        assert (await verified(sandbox, body["access_token"]))["owner"] == sold["owner"] != before
    else:
        assert body["error"] == "invalid_grant"
    assert (await verified(sandbox, await sandbox.mint(pilot)))["owner"] == sold["owner"] != before


async def test_a_deleted_pilot_is_gone(sandbox):
    pilot = sandbox.pilots[0]
    token = await sandbox.sign_in(pilot)
    await sandbox.control(f"/pilots/{pilot}", method="DELETE")
    assert (await sandbox.refresh(token["refresh_token"]))[0] == 400
    status, _, body = await sandbox.esi(f"/characters/{pilot}")
    assert (status, body["error"]) == (404, "Character has been deleted!")
    assert (await sandbox.esi(f"/characters/{pilot}/wallet", token["access_token"]))[0] == 401


@pytest.mark.parametrize(
    "kind", ["tampered", "foreign", "none", "hmac", "unknown_key", "no_key_id", "expired", "bad_subject", "long"]
)
async def test_bad_tokens_open_nothing(sandbox, kind):
    pilot = sandbox.pilots[0]
    token = await sandbox.mint(pilot, kind)
    assert (await sandbox.esi(f"/characters/{pilot}/wallet", token))[0] == 401


@pytest.mark.parametrize("kind", ["tampered", "foreign", "none", "hmac", "unknown_key"])
async def test_bad_signatures_are_bad(sandbox, kind):
    with pytest.raises((JoseError, ValueError)):
        await verified(sandbox, await sandbox.mint(sandbox.pilots[0], kind))


async def test_minted_claims_are_as_asked_for(sandbox):
    pilot = sandbox.pilots[0]
    assert (await verified(sandbox, await sandbox.mint(pilot, "wrong_audience")))["azp"] == "another-application"
    assert (await verified(sandbox, await sandbox.mint(pilot, "wrong_issuer")))["iss"].endswith(".invalid")
    assert "owner" not in await verified(sandbox, await sandbox.mint(pilot, "no_owner"))
    claims = await verified(sandbox, await sandbox.mint(pilot, claims={"iss": "login.eveonline.com", "name": None}))
    assert claims["iss"] == "login.eveonline.com"
    assert "name" not in claims
    assert len(await sandbox.mint(pilot, "long")) > 4096


@pytest.mark.parametrize(
    ("fault", "status", "error"),
    [
        ({"mode": "error"}, 500, None),
        ({"mode": "error", "status": 503}, 503, None),
        ({"mode": "rate_limited"}, 429, None),
        ({"mode": "invalid_client"}, 401, "invalid_client"),
        ({"mode": "invalid_grant", "text": NO_GRANT}, 400, "invalid_grant"),
    ],
    ids=lambda value: str(value),
)
async def test_sso_faults_leave_the_token_as_it_was(sandbox, fault, status, error):
    token = (await sandbox.sign_in(sandbox.pilots[0]))["refresh_token"]
    other = (await sandbox.sign_in(sandbox.pilots[1]))["refresh_token"]
    await sandbox.control("/faults", {**fault, "path": "/sso/v2/oauth/token", "pilots": [sandbox.pilots[0]]})
    answered, body = await sandbox.refresh(token)
    assert answered == status
    assert error is None or body["error"] == error
    assert (await sandbox.refresh(other))[0] == 200
    await sandbox.control("/faults", method="DELETE")
    assert (await sandbox.refresh(token))[0] == 200


async def test_the_clock_of_the_sso_may_be_wrong(sandbox):
    await sandbox.control("/clock", {"sso_offset_seconds": -600})
    claims = await verified(sandbox, await sandbox.mint(sandbox.pilots[0]))
    now = (await sandbox.control("/clock", method="GET"))["unix"]
    assert -602 < claims["iat"] - now < -598
    await sandbox.control("/clock", {"sso_offset_seconds": 0})
    await sandbox.control("/clock", {"advance_seconds": 3600, "sso": False})
    claims = await verified(sandbox, await sandbox.mint(sandbox.pilots[0]))
    assert abs(claims["iat"] - now) < 5
