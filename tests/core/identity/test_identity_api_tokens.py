"""API tokens: made once, asked for their scope, revoked at once."""

from datetime import timedelta

import pytest

from guildhall.core.identity.principals.schemas import DOORKEEPER
from guildhall.core.identity.principals.tokens import token_hash
from guildhall.core.identity.sessions.authenticator import Authenticator
from guildhall.testing.people import sign_in

TOKENS = "/api/v1/me/api-tokens"


async def made(guildhall, person, **body):
    answer = await guildhall.post(
        TOKENS, headers=person.headers, json={"name": "a machine", "scopes": ["account:read"], **body}
    )
    assert answer.status == 201, answer.body
    return answer.json


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


async def test_a_token_is_shown_once_and_kept_as_its_hash(guildhall):
    ann = await sign_in(guildhall)

    token = (await made(guildhall, ann))["token"]

    listed = await guildhall.get(TOKENS, headers=ann.headers)
    assert token.startswith("gh_")
    assert token.encode() not in listed.body
    async with guildhall.runtime.db.write(DOORKEEPER) as tx:
        assert await tx.connection.fetchval("select token_hash from core.api_tokens") == token_hash(token)


async def test_a_machine_may_do_what_its_scopes_say_and_nothing_else(guildhall):
    ann = await sign_in(guildhall)
    reader = (await made(guildhall, ann))["token"]
    other = (await made(guildhall, ann, scopes=["eve:read"]))["token"]

    assert (await guildhall.get("/api/v1/me/security-events", headers=bearer(reader))).status == 200
    for token, path in ((other, "/api/v1/me/security-events"), (reader, "/api/v1/me/sessions"), (reader, TOKENS)):
        answer = await guildhall.get(path, headers=bearer(token))
        assert (answer.status, answer.code) == (403, "identity.scope_missing")
    answer = await guildhall.post(TOKENS, headers=bearer(reader), json={"name": "more", "scopes": ["account:read"]})
    assert (answer.status, answer.code) == (403, "identity.scope_missing")


async def test_a_revoked_token_is_dead_at_once(guildhall):
    ann = await sign_in(guildhall)
    given = await made(guildhall, ann)
    path = "/api/v1/me/security-events"
    assert (await guildhall.get(path, headers=bearer(given["token"]))).status == 200

    gone = await guildhall.request("DELETE", f"{TOKENS}/{given['details']['id']}", headers=ann.headers)

    assert gone.status == 204
    assert (await guildhall.get(path, headers=bearer(given["token"]))).code == "identity.unauthenticated"
    again = await guildhall.request("DELETE", f"{TOKENS}/{given['details']['id']}", headers=ann.headers)
    assert (again.status, again.code) == (404, "identity.api_token_not_found")


async def test_a_token_expires_and_outlives_no_account(guildhall, jobs_db):
    ann = await sign_in(guildhall)
    first, second = await made(guildhall, ann), await made(guildhall, ann, days=None)
    async with jobs_db.write() as tx:
        await tx.connection.execute(
            "update core.api_tokens set expires_at = $2 where id = $1", first["details"]["id"], tx.now - timedelta(1)
        )
    path = "/api/v1/me/security-events"

    assert second["details"]["expires_at"] is None
    assert (await guildhall.get(path, headers=bearer(first["token"]))).status == 401
    assert (await guildhall.get(path, headers=bearer(second["token"]))).status == 200
    async with jobs_db.write() as tx:
        await tx.connection.execute("update core.users set suspended_at = now() where id = $1", ann.id)
    guildhall.runtime.provided[Authenticator]._machines.clear()
    assert (await guildhall.get(path, headers=bearer(second["token"]))).status == 401


async def test_another_s_token_is_not_revoked(guildhall):
    ann, ben = await sign_in(guildhall), await sign_in(guildhall)
    given = await made(guildhall, ann)

    answer = await guildhall.request("DELETE", f"{TOKENS}/{given['details']['id']}", headers=ben.headers)

    assert answer.status == 404
    assert (await guildhall.get(TOKENS, headers=ben.headers)).json == {"items": [], "next": None}


@pytest.mark.parametrize(
    "body", [{"scopes": []}, {"scopes": ["ALL"]}, {"scopes": ["x"]}, {"name": ""}, {"days": 0}, {"days": 9999}]
)
async def test_a_token_that_makes_no_sense_is_not_made(guildhall, body):
    ann = await sign_in(guildhall)

    answer = await guildhall.post(TOKENS, headers=ann.headers, json={"name": "a", "scopes": ["a:b"], **body})

    assert answer.status == 400


async def test_there_are_no_more_than_the_settings_allow(start_guildhall):
    house = await start_guildhall(identity={"api_tokens_most": 1})
    ann = await sign_in(house)
    await made(house, ann)

    answer = await house.post(TOKENS, headers=ann.headers, json={"name": "more", "scopes": ["a:b"]})

    assert (answer.status, answer.code) == (409, "identity.too_many_api_tokens")
