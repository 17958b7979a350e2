"""Signing in with EVE over real HTTP, and what an access token may say."""

import aiohttp
import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.packs.eve.settings import EveSettings
from guildhall.packs.eve.tokens.sso import read_claims, sso_provider
from tests.core.identity.make import Browser, query_of
from tests.packs.eve.make import running_sandbox

GOOD = {"sub": "CHARACTER:EVE:2112000042", "name": "Mirelle Aduyer", "owner": "t3nRhQ8vMZ1pLk9sXw2bYc7dEfA="}


@pytest.fixture
async def sandbox():
    async with running_sandbox(signing="RS256") as running:
        yield running


async def walk(guildhall, sandbox, character_id, browser=None, headers=None):
    """A sign-in from the first click to the callback's answer."""
    browser = browser or Browser(guildhall)
    address = await browser.begin("eve", headers)
    await sandbox.control("/switches", {"approve": character_id})
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{address}&character={character_id}", allow_redirects=False) as answer,
    ):
        assert answer.status == 302, await answer.text()
        location = answer.headers["Location"]
    return await browser.come_back(location), browser


async def test_a_sign_in_keeps_the_character_with_sealed_tokens_and_a_worker_fills_it(
    start_guildhall, start_worker, sandbox
):
    guildhall = await start_guildhall(eve=sandbox.settings)
    worker = await start_worker(eve=sandbox.settings)
    me = sandbox.pilots[0]

    answer, _ = await walk(guildhall, sandbox, me)

    assert answer.status in (200, 302, 303), answer.body
    await worker.idle()
    async with worker.runtime.db.read() as tx:
        row = await tx.connection.fetchrow("select * from eve.characters")
        skills = await tx.connection.fetchval("select count(*) from eve.skills")
        told = await tx.connection.fetchval("select count(*) from core.notification_log")
        failed = await tx.connection.fetch("select job_type, error from core.jobs where status = 'failed'")
    assert failed == []
    assert (row["character_id"], row["token_state"]) == (me, "valid")
    assert row["access_token"].count(":") == row["refresh_token"].count(":") == 2
    assert row["corporation_id"] is not None
    assert row["last_sync_at"] is not None
    assert skills > 0
    assert told == 0


async def test_a_second_sign_in_is_the_same_user_and_the_same_row(start_guildhall, sandbox):
    guildhall = await start_guildhall(eve=sandbox.settings)
    await walk(guildhall, sandbox, sandbox.pilots[0])
    await walk(guildhall, sandbox, sandbox.pilots[0])

    connection = await asyncpg.connect(guildhall.runtime.url)
    try:
        assert await connection.fetchval("select count(*) from core.users") == 1
        assert await connection.fetchval("select count(*) from eve.characters") == 1
        assert await connection.fetchval("select count(*) from eve.section_syncs") == 14
    finally:
        await connection.close()


async def test_what_the_sign_in_asks_for(start_guildhall, sandbox):
    guildhall = await start_guildhall(eve=sandbox.settings)
    asked = query_of(await Browser(guildhall).begin("eve"))

    assert asked["client_id"] == sandbox.options.client_id
    assert asked["code_challenge_method"] == "S256"
    assert "=" not in asked["code_challenge"]
    assert "esi-skills.read_skills.v1" in asked["scope"].split()


def test_claims_are_read():
    found = read_claims({**GOOD, "scp": ["a", "b"]})

    assert (found.subject, found.name, found.scopes) == ("2112000042", "Mirelle Aduyer", ("a", "b"))
    assert found.owner_hash == GOOD["owner"]
    assert read_claims({**GOOD, "scp": "a"}).scopes == ("a",)
    assert read_claims(GOOD).scopes == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"sub": "EVE:CHARACTER:2112000042"},
        {"sub": "CHARACTER:EVE:0"},
        {"sub": "CHARACTER:EVE:2112000042 "},
        {"sub": "CHARACTER:EVE:٢١١"},
        {"sub": None},
        {"name": ""},
        {"name": 5},
        {"owner": None},
        {"scp": {"a": 1}},
        {"scp": [1]},
    ],
)
def test_claims_that_do_not_fit_are_refused(wrong):
    with pytest.raises(ValueError, match="the "):
        read_claims({**GOOD, **wrong})


@given(st.dictionaries(st.sampled_from(["sub", "name", "owner", "scp"]), st.recursive(
    st.none() | st.text() | st.integers(), lambda inner: st.lists(inner, max_size=3), max_leaves=4)))  # fmt: skip
def test_claims_of_any_shape_are_read_or_refused(token):
    try:
        found = read_claims(token)
    except ValueError:
        return
    assert found.subject.isdecimal()


def test_the_provider_takes_the_three_forms_of_the_issuer_and_demands_both_audiences():
    provider = sso_provider(EveSettings(_env_file=None, client_id="mine"))  # type: ignore[call-arg]

    assert set(provider.issuers) == {
        "login.eveonline.com", "https://login.eveonline.com", "https://login.eveonline.com/",
    }  # fmt: skip
    assert provider.audiences == ("EVE Online",)
    assert provider.proof == "access_token"
    assert provider.client_auth == "none"


async def test_a_tier_has_its_most_characters_and_signing_in_again_is_no_further_one(start_guildhall):
    async with running_sandbox(pilots=4) as sandbox:
        guildhall = await start_guildhall(eve={**sandbox.settings, "characters_free": 2, "characters_premium": 3})
        first, second, third, fourth = sandbox.pilots

        async def link(character_id, browser, headers):
            answer = await browser.request("POST", "/api/v1/me/identities/eve/start", headers, json={})
            assert answer.status == 200, answer.body
            async with (
                aiohttp.ClientSession() as http,
                http.get(f"{answer.json['authorize_url']}&character={character_id}", allow_redirects=False) as approved,
            ):
                return await browser.come_back(approved.headers["Location"])

        answer, browser = await walk(guildhall, sandbox, first)
        mine = {"Authorization": f"Bearer {answer.json['access_token']}"}
        linked = await link(second, browser, mine)
        refused = await link(third, browser, mine)
        again, _ = await walk(guildhall, sandbox, first)
        connection = await asyncpg.connect(guildhall.runtime.url)
        await connection.execute("update core.users set subscription_tier = 'premium'")
        bought = await link(third, browser, mine)
        refused_too = await link(fourth, browser, mine)
        kept = await connection.fetch("select character_id from eve.characters order by 1")
        identities = await connection.fetchval("select count(*) from core.identities")
        await connection.close()

    assert linked.status == again.status == bought.status == 200
    assert (refused.status, refused.code) == (refused_too.status, refused_too.code) == (409, "identity.limit_reached")
    assert sorted(row["character_id"] for row in kept) == sorted([first, second, third])
    assert identities == 3
