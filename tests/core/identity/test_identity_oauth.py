"""Signing in at providers, and everything by which somebody might pretend to have."""

import asyncio
import io
from urllib.parse import urlencode

import pytest

from guildhall import log
from guildhall.core.identity.principals.schemas import DOORKEEPER
from guildhall.core.identity.sandbox.faults import Fault
from guildhall.core.identity.sign_in.oauth.pkce import challenge_of
from tests.core.identity.make import Browser, query_of, stand_ins


@pytest.fixture
async def servers():
    async with stand_ins() as running:
        yield running


@pytest.fixture
async def house(start_guildhall, servers):
    return await start_guildhall(identity={**servers.settings, "return_to": ["mygame://signed-in"]}, poe2=servers.poe2)


async def events(house, kind):
    """Outcome and details of the recorded events of a kind."""
    async with house.runtime.db.write(DOORKEEPER) as tx:
        rows = await tx.connection.fetch(
            "select outcome, details from core.security_events where kind = $1 order by at, id", kind
        )
    return [(row["outcome"], row["details"]) for row in rows]


async def test_the_sign_ins_that_are_on_are_told(house):
    answer = await house.get("/api/v1/auth/providers")

    assert [one["name"] for one in answer.json] == ["oidc", "steam", "eve", "poe"]


@pytest.mark.parametrize(
    ("provider", "person", "name"),
    [
        ("oidc", "ann", "Ann of the Sandbox"),
        ("poe", "Exile_One", "Exile_One#1001"),
        ("steam", "76561198000000001", "Steam 76561198000000001"),
    ],
)
async def test_a_person_signs_in_and_is_the_same_user_again(house, servers, provider, person, name):
    first = await Browser(house).sign_in(servers, person, provider)
    again = await Browser(house).sign_in(servers, person, provider)

    assert first.status == again.status == 200, (first.body, again.body)
    assert first.json["identity"]["name"] == name
    assert first.json["identity"]["id"] == again.json["identity"]["id"]
    assert first.json["token_type"] == "Bearer"
    assert first.headers["cache-control"] == "no-store"
    headers = {"Authorization": f"Bearer {first.json['access_token']}"}
    sessions = await house.get("/api/v1/me/sessions", headers=headers)
    assert [one["method"] for one in sessions.json["items"]] == [provider, provider]
    assert [outcome for outcome, _ in await events(house, "sign_in")] == ["ok", "ok"]


async def test_a_browser_gets_cookies_and_goes_where_it_wanted(house, servers):
    browser = Browser(house)
    start = await browser.request("GET", "/api/v1/auth/oidc/start?return_to=/account")

    back = await browser.come_back(await servers.approve(start.headers["location"], "ann"))

    assert (start.status, back.status, back.headers["location"]) == (302, 302, "/account")
    assert (await browser.request("GET", "/api/v1/me/sessions")).status == 200
    cookies = {text.partition("=")[0]: text for text in back.headers.getall("set-cookie")}
    for name in ("guildhall_access", "guildhall_refresh"):
        assert "HttpOnly" in cookies[name]
        assert "SameSite=lax" in cookies[name]


@pytest.mark.parametrize(
    ("forge", "code"),
    [
        ("alg_none", "identity.proof_forged"),
        ("hs256_by_public_key", "identity.proof_forged"),
        ("foreign_key", "identity.proof_forged"),
        ("tampered", "identity.proof_forged"),
        ("unknown_kid", "identity.proof_forged"),
        ("foreign_issuer", "identity.proof_issuer"),
        ("wrong_audience", "identity.proof_audience"),
        ("other_party", "identity.proof_audience"),
        ("expired", "identity.proof_expired"),
        ("wrong_nonce", "identity.proof_replayed"),
        ("no_subject", "identity.proof_refused"),
        ("unknown_crit", "identity.proof_forged"),
    ],
)
async def test_a_forged_proof_is_refused_and_recorded(house, servers, forge, code):
    servers.world.forge = forge

    answer = await Browser(house).sign_in(servers, "ann")

    assert (answer.status, answer.code) == (401, code)
    assert await events(house, "sign_in") == [("refused", {"provider": "oidc", "code": code})]
    assert await events(house, "account_created") == []


async def test_a_header_that_is_not_critical_is_ignored(house, servers):
    servers.world.forge = "private_header"

    assert (await Browser(house).sign_in(servers, "ann")).status == 200


async def test_a_state_is_good_once(house, servers):
    browser = Browser(house)
    back = await servers.approve(await browser.begin(), "ann")

    assert (await browser.come_back(back)).status == 200
    again = await browser.come_back(back)

    assert (again.status, again.code) == (400, "identity.bad_state")
    assert (await events(house, "sign_in"))[-1] == ("refused", {"provider": "oidc", "code": "identity.bad_state"})


async def test_a_code_of_another_sign_in_is_refused(house, servers):
    mine, theirs = Browser(house), Browser(house)
    stolen = query_of(await servers.approve(await theirs.begin(), "ann"))
    back = await servers.approve(await mine.begin(), "ben")
    query = {**query_of(back), "code": stolen["code"]}

    answer = await mine.request("GET", f"/api/v1/auth/oidc/callback?{urlencode(query)}")

    assert (answer.status, answer.code) == (400, "identity.grant_refused")  # PKCE: the code was made for their verifier


async def test_the_callback_wants_the_browser_that_began(house, servers):
    back = await servers.approve(await Browser(house).begin(), "ann")

    victim = await Browser(house).come_back(back)

    assert (victim.status, victim.code) == (403, "identity.other_browser")
    assert (await Browser(house).come_back(back)).code == "identity.bad_state"


async def test_the_answer_of_another_provider_is_refused(house, servers):
    browser = Browser(house)
    query = query_of(await servers.approve(await browser.begin(), "ann"))

    answer = await browser.request("GET", f"/api/v1/auth/poe/callback?{urlencode(query)}")

    assert (answer.status, answer.code) == (400, "identity.mixed_up")


@pytest.mark.parametrize("issuer", ["https://elsewhere.example", None])
async def test_the_issuer_of_the_answer_must_be_the_one_that_was_asked(house, servers, issuer):
    browser = Browser(house)
    query = query_of(await servers.approve(await browser.begin(), "ann"))
    del query["iss"]

    answer = await browser.request(
        "GET", f"/api/v1/auth/oidc/callback?{urlencode(query | ({'iss': issuer} if issuer else {}))}"
    )

    assert (answer.status, answer.code) == (400, "identity.mixed_up")


async def test_who_says_no_is_not_signed_in(house, servers):
    answer = await Browser(house).sign_in(servers, "nobody")

    assert (answer.status, answer.code) == (403, "identity.denied")


@pytest.mark.parametrize(
    "place",
    [
        "https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)",
        "mygame://other", "http://127.0.0.1:8000@elsewhere.example/", "/a\nb",
    ],
)  # fmt: skip
async def test_a_sign_in_leads_to_no_strange_place(house, place):
    answer = await house.post("/api/v1/auth/oidc/start", json={"return_to": place, "code_challenge": "a" * 43})

    assert (answer.status, answer.code) == (400, "identity.bad_return")


async def test_an_app_completes_what_came_back_to_it(house, servers):
    app, verifier = Browser(house), "v" * 43
    address = await app.begin(return_to="mygame://signed-in", code_challenge=challenge_of(verifier), device_type="ios")
    assert app.cookies == {}
    back = await Browser(house).come_back(await servers.approve(address, "ann"))
    assert back.headers["location"].startswith("mygame://signed-in?")
    assert query_of(back.headers["location"]).keys() == {"code", "state", "iss"}
    answer = query_of(back.headers["location"])

    thief = await house.post("/api/v1/auth/oidc/complete", json={"answer": answer, "code_verifier": "w" * 43})
    assert (thief.status, thief.code) == (403, "identity.other_browser")

    address = await app.begin(return_to="mygame://signed-in", code_challenge=challenge_of(verifier), device_type="ios")
    back = await Browser(house).come_back(await servers.approve(address, "ann"))
    done = await house.post(
        "/api/v1/auth/oidc/complete",
        json={"answer": query_of(back.headers["location"]), "code_verifier": verifier, "device_token": "push-1"},
    )
    assert done.status == 200, done.body
    assert done.headers["cache-control"] == "no-store"
    assert done.json["identity"]["provider"] == "oidc"
    headers = {"Authorization": f"Bearer {done.json['access_token']}"}
    (session,) = (await house.get("/api/v1/me/sessions", headers=headers)).json["items"]
    assert (session["device_type"], session["push"]) == ("ios", True)


async def test_keys_that_are_rotated_are_fetched_once(house, servers):
    assert (await Browser(house).sign_in(servers, "ann")).status == 200
    servers.world.rotate()
    del servers.world.keys[1:]
    fetched = servers.world.calls["jwks"]

    for _ in range(3):
        assert (await Browser(house).sign_in(servers, "ann")).status == 200

    assert servers.world.calls["jwks"] == fetched + 1


async def test_unknown_keys_are_asked_for_no_oftener_than_the_cooldown(start_guildhall, servers):
    house = await start_guildhall(identity={**servers.settings, "oauth_keys_cooldown_seconds": 60}, poe2=servers.poe2)
    assert (await Browser(house).sign_in(servers, "ann")).status == 200
    servers.world.forge = "unknown_kid"

    for _ in range(3):
        assert (await Browser(house).sign_in(servers, "ann")).code == "identity.proof_forged"

    assert servers.world.calls["jwks"] == 1


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (Fault("token", 500), 503, "identity.provider_down"),
        (Fault("token", 429), 503, "identity.provider_down"),
        (Fault("token", 403, "<html>", "text/html"), 503, "identity.provider_down"),
        (Fault("token", 200, "[]"), 503, "identity.provider_down"),
        (Fault("token", 200, "x" * 300_000), 503, "identity.provider_down"),
        (Fault("token", 307, location="http://127.0.0.1:1/"), 503, "identity.provider_down"),
        (Fault("token", 200, "{}", delay=1.0), 503, "identity.provider_down"),
        (Fault("token", 401, '{"error": "invalid_client"}'), 503, "identity.provider_misconfigured"),
        (Fault("token", 400, '{"error": "invalid_grant"}'), 400, "identity.grant_refused"),
    ],
)
async def test_failures_of_the_provider_are_told_apart(start_guildhall, servers, fault, status, code):
    house = await start_guildhall(identity={**servers.settings, "oauth_timeout_seconds": 0.4}, poe2=servers.poe2)
    browser = Browser(house)
    back = await servers.approve(await browser.begin(), "ann")
    servers.world.faults.set(fault)

    answer = await browser.come_back(back)

    assert (answer.status, answer.code) == (status, code)


async def test_a_steam_assertion_that_was_changed_is_refused(house, servers):
    browser = Browser(house)
    query = query_of(await servers.approve(await browser.begin("steam"), "76561198000000001"))
    other = "https://steamcommunity.com/openid/id/76561198000000002"
    changed = {**query, "openid.claimed_id": other, "openid.identity": other}

    answer = await browser.request("GET", f"/api/v1/auth/steam/callback?{urlencode(changed)}")

    assert (answer.status, answer.code) == (401, "identity.proof_forged")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"openid.op_endpoint": "https://elsewhere.example/"}, "identity.proof_issuer"),
        ({"openid.return_to": "https://elsewhere.example/"}, "identity.proof_audience"),
        ({"openid.signed": "signed,op_endpoint"}, "identity.proof_forged"),
        ({"openid.response_nonce": "2020-01-01T00:00:00Zabc"}, "identity.proof_expired"),
        (dict.fromkeys(("openid.claimed_id", "openid.identity"), "https://evil.example/openid/id/76561198000000001"),
         "identity.proof_refused"),
        ({"openid.mode": "cancel"}, "identity.denied"),
    ],
)  # fmt: skip
async def test_a_steam_assertion_must_say_all_that_matters(house, servers, change, code):
    browser = Browser(house)
    query = query_of(await servers.approve(await browser.begin("steam"), "76561198000000001"))

    answer = await browser.request("GET", f"/api/v1/auth/steam/callback?{urlencode(query | change)}")

    assert answer.code == code


async def test_nothing_that_is_logged_or_told_lets_anybody_in(house, servers, capfd, monkeypatch):
    lines = io.StringIO()
    monkeypatch.setattr(log._output, "stream", lines)
    browser = Browser(house)
    begun = await browser.begin()
    back = await servers.approve(begun, "ann")
    done = await browser.come_back(back)
    refreshed = await house.post("/api/v1/auth/refresh", json={"refresh_token": done.json["refresh_token"]})
    servers.world.forge = "tampered"
    await browser.sign_in(servers, "ann")
    servers.world.faults.set(Fault("token", 500))
    broken = await browser.sign_in(servers, "ann")

    secrets = {
        *query_of(begun).values(), *query_of(back).values(), *browser.cookies.values(),
        *servers.world.access, *servers.world.refresh, *servers.world.codes,
        *(answer.json[name] for answer in (refreshed, done) for name in ("access_token", "refresh_token")),
    } - {"code", "S256", "openid profile", "guildhall", f"{servers.address}/oidc"}  # fmt: skip
    secrets = {one for one in secrets if len(one) > 20 and not one.startswith("http")}
    async with asyncio.timeout(5):
        while lines.getvalue().count("/api/v1/auth/oidc/callback") < 3:  # noqa: ASYNC110 (written in batches)
            await asyncio.sleep(0.02)
    output = capfd.readouterr()
    said = lines.getvalue() + output.out + output.err + broken.body.decode()
    async with house.runtime.db.write(DOORKEEPER) as tx:
        for table in ("core.users", "core.identities", "core.sessions", "core.oauth_flows", "core.security_events"):
            said += str(await tx.connection.fetch(f"select t::text from {table} t"))
    assert len(secrets) > 8
    assert [one for one in secrets if one in said] == []
