"""Requests and commands that are refused before anything is looked at or changed."""

import asyncio
from uuid import UUID

import asyncpg
import pytest

from guildhall.core.identity.accounts import actions as accounts
from guildhall.core.identity.accounts.queries import users_between
from guildhall.db.prefixes import AmbiguousId, find_id
from guildhall.errors import NotFound
from guildhall.ids import UserId, uuid7
from guildhall.testing.people import make_user

NEW = {"password": "correct horse battery", "name": "Ann"}
WITH_ADDRESS = {"sign-up": NEW, "sign-in": {"password": NEW["password"]}, "password-reset": {}}


@pytest.mark.parametrize("email", ["a..b@example.com", ".ann@example.com", "ann@-example.com"])
@pytest.mark.parametrize("path", WITH_ADDRESS)
async def test_what_is_no_address_is_refused(start_guildhall, post, path, email):
    guildhall = await start_guildhall(identity=post.settings)
    answer = await guildhall.post(f"/api/v1/auth/{path}", json={**WITH_ADDRESS[path], "email": email})

    assert (answer.status, answer.code) == (400, "identity.bad_email")
    assert post.box.messages == []
    connection = await asyncpg.connect(guildhall.runtime.url)
    assert await connection.fetchval("select count(*) from core.users") == 0
    await connection.close()


async def test_sign_ins_beyond_what_can_be_hashed_are_told_to_come_back(start_guildhall):
    limits = {"sign_in_tries": 500, "sign_in_account_tries": 500, "sign_in_address_tries": 500}
    slow = {"hash_threads": 1, "hash_queue": 1, "argon2_memory_kb": 65_536}
    guildhall = await start_guildhall(identity={**limits, **slow})
    body = {"email": "ann@example.com", "password": NEW["password"]}

    answers = await asyncio.gather(*(guildhall.post("/api/v1/auth/sign-in", json=body) for _ in range(12)))

    busy = [one for one in answers if one.status == 503]
    assert {one.code for one in busy} == {"identity.hashing_busy"}
    assert {one.headers["retry-after"] for one in busy} == {"2"}
    assert {one.status for one in answers} == {401, 503}
    assert (await guildhall.post("/api/v1/auth/sign-in", json=body)).code == "identity.wrong_credentials"


async def test_an_account_that_is_not_there_is_not_changed(tx):
    for change in (
        accounts.suspend(tx, UserId(uuid7())),
        accounts.restore(tx, UserId(uuid7())),
        accounts.set_role(tx, UserId(uuid7()), "admin"),
        accounts.delete_account(tx, UserId(uuid7())),
    ):
        with pytest.raises(NotFound, match="No such account") as refused:
            await change
        assert refused.value.code == "identity.user_not_found"


async def test_a_beginning_of_several_ids_is_no_id(tx):
    first, second = UUID("01a1fb98-52be-7de4-8a0f-f9086c7b128f"), UUID("01a1fb98-52be-7de4-8a0f-f9086c7b1290")
    for user in (first, second):
        await make_user(tx, id=user)

    with pytest.raises(AmbiguousId) as refused:
        await find_id(tx, "01a1fb98-52be", users_between, "account")

    assert f"({first}, {second})" in str(refused.value)
    assert await find_id(tx, str(second)[:-1], users_between, "account") == second
