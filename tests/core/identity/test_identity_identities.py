"""Identities: linked with both proofs, unlinked, never stolen, and taken off who has sold them."""

import asyncio

import asyncpg
import msgspec
import pytest

from guildhall.core.identity.credentials.errors import LastWayIn
from guildhall.core.identity.principals.schemas import DOORKEEPER
from guildhall.core.identity.sign_in.actions.identities import find_or_add_user, link_identity, unlink_identity
from guildhall.core.identity.sign_in.errors import LinkedElsewhere, TooManyIdentities
from guildhall.core.identity.sign_in.messages import IdentityUnlinked
from guildhall.core.identity.sign_in.oauth.pkce import challenge_of
from guildhall.core.identity.sign_in.schemas import Claims
from guildhall.testing.people import make_user
from tests.core.identity.make import Browser, query_of, stand_ins


@pytest.fixture
async def servers():
    async with stand_ins() as running:
        yield running


@pytest.fixture
async def house(start_guildhall, servers):
    return await start_guildhall(identity={**servers.settings, "return_to": ["mygame://"]}, poe2=servers.poe2)


def bearer(answer):
    """The headers of who has signed in."""
    return {"Authorization": f"Bearer {answer.json['access_token']}"}


async def link(house, browser, servers, headers, person, provider="poe"):
    """Link a person while signed in; the answer of the callback."""
    begun = await browser.request("POST", f"/api/v1/me/identities/{provider}/start", headers, json={})
    assert begun.status == 200, begun.body
    return await browser.come_back(await servers.approve(begun.json["authorize_url"], person))


async def messages(house):
    """What was sent of identities."""
    owner = await asyncpg.connect(house.runtime.url)
    rows = await owner.fetch(
        "select job_type, payload::text from core.jobs where job_type like 'identity.%' order by created_at, id"
    )
    await owner.close()
    return [(row["job_type"], msgspec.json.decode(row["payload"])) for row in rows]


async def test_a_second_identity_is_linked_and_signs_in_to_the_same_account(house, servers):
    browser = Browser(house)
    ann = await browser.sign_in(servers, "ann")

    linked = await link(house, browser, servers, bearer(ann), "Exile_One")

    assert linked.status == 200, linked.body
    assert linked.json.keys() == {"identity"}
    again = await Browser(house).sign_in(servers, "Exile_One", "poe")
    identities = await house.get("/api/v1/me/identities", headers=bearer(again))
    assert [(one["provider"], one["name"]) for one in identities.json] == [
        ("oidc", "Ann of the Sandbox"), ("poe", "Exile_One#1001"),
    ]  # fmt: skip


async def test_what_is_another_s_is_not_linked(house, servers):
    await Browser(house).sign_in(servers, "Exile_One", "poe")
    browser = Browser(house)
    ann = await browser.sign_in(servers, "ann")

    answer = await link(house, browser, servers, bearer(ann), "Exile_One")

    assert (answer.status, answer.code) == (409, "identity.linked_elsewhere")
    assert len((await house.get("/api/v1/me/identities", headers=bearer(ann))).json) == 1
    events = (await house.get("/api/v1/me/security-events", headers=bearer(ann))).json["items"]
    assert events[0]["kind"] == "identity_link"
    assert (events[0]["outcome"], events[0]["details"]["code"]) == ("refused", "identity.linked_elsewhere")


async def test_a_link_wants_the_browser_that_asked_for_it(house, servers):
    browser = Browser(house)
    ann = await browser.sign_in(servers, "ann")
    begun = await browser.request("POST", "/api/v1/me/identities/poe/start", bearer(ann), json={})
    back = await servers.approve(begun.json["authorize_url"], "Exile_One")

    victim = await Browser(house).come_back(back)

    assert (victim.status, victim.code) == (403, "identity.other_browser")
    assert len((await house.get("/api/v1/me/identities", headers=bearer(ann))).json) == 1


async def test_a_link_of_a_session_that_ended_meanwhile_is_refused(house, servers):
    browser = Browser(house)
    ann = await browser.sign_in(servers, "ann")
    begun = await browser.request("POST", "/api/v1/me/identities/poe/start", bearer(ann), json={})
    back = await servers.approve(begun.json["authorize_url"], "Exile_One")
    await house.request("DELETE", "/api/v1/me/sessions", headers=bearer(ann))

    answer = await browser.come_back(back)

    assert (answer.status, answer.code) == (401, "identity.session_ended")


async def test_an_app_links_with_its_own_session_alone(house, servers):
    ann = await Browser(house).sign_in(servers, "ann")
    ben = await Browser(house).sign_in(servers, "ben")
    verifier, body = "v" * 43, {"return_to": "mygame://linked", "code_challenge": challenge_of("v" * 43)}

    async def relayed():
        begun = await house.post("/api/v1/me/identities/poe/start", headers=bearer(ann), json=body)
        back = await Browser(house).come_back(await servers.approve(begun.json["authorize_url"], "Exile_One"))
        return {"answer": query_of(back.headers["location"]), "code_verifier": verifier}

    refused = await house.post("/api/v1/auth/poe/complete", headers=bearer(ben), json=await relayed())
    linked = await house.post("/api/v1/auth/poe/complete", headers=bearer(ann), json=await relayed())

    assert (refused.status, refused.code) == (403, "identity.other_browser")
    assert (linked.status, linked.json["identity"]["provider"]) == (200, "poe")


async def test_the_last_way_in_stays(house, servers):
    browser = Browser(house)
    ann = await browser.sign_in(servers, "ann")
    first = ann.json["identity"]["id"]

    refused = await house.request("DELETE", f"/api/v1/me/identities/{first}", headers=bearer(ann))
    await link(house, browser, servers, bearer(ann), "Exile_One")
    done = await house.request("DELETE", f"/api/v1/me/identities/{first}", headers=bearer(ann))
    again = await house.request("DELETE", f"/api/v1/me/identities/{first}", headers=bearer(ann))

    assert (refused.status, refused.code) == (409, "identity.last_way_in")
    assert done.status == 204
    assert (again.status, again.code) == (404, "identity.identity_not_found")
    ((kind, payload),) = await messages(house)
    assert kind == "identity.identity_unlinked"
    assert (payload["provider"], payload["subject"], payload.get("reason")) == ("oidc", "ann", None)
    assert msgspec.convert(payload, IdentityUnlinked).reason == "unlinked"  # by default, which is not sent


async def test_of_two_unlinkings_at_once_one_way_in_is_left(db):
    async with db.write(DOORKEEPER) as tx:
        user_id, first = await find_or_add_user(tx, "eve", Claims("1", "One"), None)
        second = await link_identity(tx, user_id, "eve", Claims("2", "Two"), 10, None)

    async def unlink(identity_id):
        async with db.write(DOORKEEPER) as tx:
            await unlink_identity(tx, user_id, identity_id, None)

    results = await asyncio.gather(unlink(first.id), unlink(second.id), return_exceptions=True)

    assert [type(one) for one in results if one is not None] == [LastWayIn]


async def test_a_person_who_signs_in_from_many_places_at_once_is_one_user(db):
    async def arrive():
        async with db.write(DOORKEEPER) as tx:
            return (await find_or_add_user(tx, "eve", Claims("1", "One", "owner"), None))[0]

    assert len(set(await asyncio.gather(*(arrive() for _ in range(16))))) == 1


async def test_what_was_sold_goes_to_the_new_owner_and_the_former_loses_it(db, jobs_db):
    async with db.write(DOORKEEPER) as tx:
        seller, _ = await find_or_add_user(tx, "eve", Claims("95", "Pilot", "owner one"), None)
        await link_identity(tx, seller, "eve", Claims("96", "Other", "owner one"), 10, None)
    async with db.write(DOORKEEPER) as tx:
        buyer = await make_user(tx)
        with pytest.raises(LinkedElsewhere):
            await link_identity(tx, buyer, "eve", Claims("95", "Pilot", "owner one"), 10, None)
    async with db.write(DOORKEEPER) as tx:
        buyer = await make_user(tx)
        await link_identity(tx, buyer, "eve", Claims("95", "Pilot", "owner two"), 10, None)

    async with db.write(DOORKEEPER) as tx:
        owners = await tx.connection.fetch("select subject, user_id from core.identities order by subject")
        events = await tx.connection.fetch("select user_id from core.security_events where kind like '%changed_hands'")
    async with jobs_db.read() as tx:
        jobs = await tx.connection.fetch("select payload from core.jobs")
    assert [tuple(row) for row in owners] == [("95", buyer), ("96", seller)]
    assert [row["payload"] for row in jobs] == [
        {"user_id": str(seller), "provider": "eve", "subject": "95", "reason": "owner_changed"}
    ]
    assert [row["user_id"] for row in events] == [seller]


async def test_an_account_has_no_more_identities_than_the_settings_allow(db):
    async with db.write(DOORKEEPER) as tx:
        user_id, _ = await find_or_add_user(tx, "eve", Claims("1", "One"), None)
        with pytest.raises(TooManyIdentities):
            await link_identity(tx, user_id, "eve", Claims("2", "Two"), 1, None)
