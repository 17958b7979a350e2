"""A change of credentials against all that is under way: whoever comes second sees what the first has done."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pyotp
import pytest

from guildhall.core.identity.credentials.actions import hold_account
from guildhall.core.identity.credentials.passwords import Passwords
from guildhall.core.identity.emails.queries import set_email
from guildhall.core.identity.ids import ApiTokenId
from guildhall.core.identity.principals.errors import SessionEnded
from guildhall.core.identity.principals.schemas import DOORKEEPER, Principal
from guildhall.core.identity.principals.tokens import token_hash
from guildhall.core.identity.second_factors import actions as second_factors
from guildhall.db.policies import Viewer
from guildhall.ids import uuid7
from guildhall.testing.people import make_user, sign_in
from tests.core.identity.test_identity_passkeys import Authenticator

EMAIL, OLD, NEW = "ann@example.com", "correct horse battery", "staple staple staple"
AT_ONCE = 24


class Ann:
    """Somebody with a password, signed in."""

    def __init__(self, server, person) -> None:
        self.server, self.person = server, person

    async def ask(self, method, path, **body):
        return await self.server.request(method, f"/api/v1{path}", json=body, headers=self.person.headers)

    async def sign_in(self, password=OLD):
        return await self.server.post("/api/v1/auth/sign-in", json={"email": EMAIL, "password": password})

    async def fetch(self, sql, *values: object):
        connection = await asyncpg.connect(self.server.runtime.url)
        try:
            return await connection.fetch(sql, *values)
        finally:
            await connection.close()

    async def totp(self):
        """Turn the second factor on; its secret."""
        secret = (await self.ask("POST", "/me/totp", password=OLD)).json["secret"]
        on = await self.ask("POST", "/me/totp/confirm", code=pyotp.TOTP(secret).now())
        assert on.status == 200, on.body
        return secret


@pytest.fixture
async def ann(start_guildhall):
    quick = {"argon2_memory_kb": 64, "argon2_passes": 1, "smtp_host": "127.0.0.1", "argon2_threads": 4}
    limits = {"sign_in_tries": 500, "sign_in_account_tries": 500, "sign_in_address_tries": 500}
    server = await start_guildhall(identity={**quick, **limits}, web={"rate_per_minute": 0})
    stored = await server.runtime.provided[Passwords].hash(OLD)
    user = await make_user(server.runtime.url, email=EMAIL, email_verified_at=datetime.now(UTC), password_hash=stored)
    return Ann(server, await sign_in(server, user))


async def change(ann):
    answer = await ann.ask("PUT", "/me/password", current_password=OLD, new_password=NEW)
    assert answer.status == 204, answer.body


async def reset(ann):
    secret = f"token of {uuid7()}"
    await ann.fetch(
        "insert into core.email_tokens (token_hash, user_id, purpose, email, created_at, expires_at) "
        "values ($1, $2, 'reset_password', $3, now(), now() + interval '1 hour')",
        token_hash(secret), ann.person.id, EMAIL,
    )  # fmt: skip
    answer = await ann.server.post("/api/v1/auth/password-reset/confirm", json={"token": secret, "password": NEW})
    assert answer.status == 204, answer.body


async def totp_on(ann):
    await ann.totp()


async def move(ann):
    async with ann.server.runtime.db.write(DOORKEEPER) as tx:
        await set_email.run(tx, ann.person.id, "new@example.com", tx.now)


CHANGES = {"change": change, "reset": reset, "second factor on": totp_on, "address": move}


@pytest.mark.parametrize("name", CHANGES)
async def test_no_sign_in_that_began_before_a_change_ends_after_it(ann, name, monkeypatch):
    """All have shown the right password of the time; none has a session of it when the change is through."""
    passwords = ann.server.runtime.provided[Passwords]
    really, verified, go = passwords.verify, asyncio.Semaphore(0), asyncio.Event()
    waiting = True

    async def held(password, stored):
        verdict = await really(password, stored)
        if waiting:
            verified.release()
            await go.wait()
        return verdict

    monkeypatch.setattr(passwords, "verify", held)
    under_way = [asyncio.create_task(ann.sign_in()) for _ in range(AT_ONCE)]
    for _ in range(AT_ONCE):
        await verified.acquire()
    waiting = False
    await CHANGES[name](ann)
    go.set()
    answers = await asyncio.gather(*under_way)

    assert [(answer.status, answer.code) for answer in answers] == [(401, "identity.wrong_credentials")] * AT_ONCE
    assert await ann.fetch("select 1 from core.sessions where method = 'password' and ended_at is null") == []


@pytest.mark.parametrize("change_", [change, reset])
async def test_sign_ins_and_a_change_at_once_leave_no_session_of_the_former_password(ann, change_):
    """Without a gate: whichever comes first, at 24 connections."""
    under_way = [asyncio.create_task(ann.sign_in()) for _ in range(AT_ONCE)]
    await asyncio.sleep(0.01)
    await change_(ann)
    answers = await asyncio.gather(*under_way)

    assert {answer.status for answer in answers} <= {200, 401}
    assert await ann.fetch("select 1 from core.sessions where method = 'password' and ended_at is null") == []
    assert (await ann.sign_in(NEW)).status == 200


@pytest.mark.parametrize("change_", [change, reset])
async def test_a_second_factors_challenge_dies_with_the_password_that_led_to_it(ann, change_):
    secret = await ann.totp()
    challenges = [(await ann.sign_in()).json["challenge"] for _ in range(3)]
    await change_(ann)

    for challenge in challenges:
        body = {"challenge": challenge, "code": pyotp.TOTP(secret).now()}
        answer = await ann.server.post("/api/v1/auth/second-factor", json=body)
        assert (answer.status, answer.code) == (400, "identity.challenge_spent")
    assert await ann.fetch("select 1 from core.sessions where method like 'password+%' and ended_at is null") == []


@pytest.mark.parametrize("change_", [change, reset])
async def test_no_mailed_link_of_before_works_after_a_change(ann, change_):
    """Who had the session may have asked for another address: the link went there."""
    asked = await ann.ask("POST", "/me/email", email="thief@example.com", password=OLD)
    assert asked.status == 202, asked.body
    await change_(ann)

    assert await ann.fetch("select purpose from core.email_tokens where user_id = $1", ann.person.id) == []


async def test_a_reset_revokes_api_tokens_and_a_change_leaves_them(ann):
    made = await ann.ask("POST", "/me/api-tokens", name="machine", scopes=["account:read"])
    assert made.status == 201, made.body
    live = "select 1 from core.api_tokens where user_id = $1 and revoked_at is null"
    await change(ann)
    assert len(await ann.fetch(live, ann.person.id)) == 1

    await reset(ann)

    assert await ann.fetch(live, ann.person.id) == []
    mails = await ann.fetch("select payload from core.jobs where job_type = 'identity.send_account_mail'")
    assert sorted("password_reset" in str(row["payload"]) for row in mails) == [False, True]


BLOCKED = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
ENTRANCES = [
    ("PUT", "/me/password", {"current_password": OLD, "new_password": NEW}),
    ("POST", "/me/totp", {"password": OLD}),
    ("POST", "/me/email", {"email": "new@example.com", "password": OLD}),
    ("POST", "/me/api-tokens", {"name": "machine", "scopes": ["account:read"]}),
    ("DELETE", f"/me/identities/{UUID(int=1)}", {}),
    ("DELETE", f"/me/passkeys/{UUID(int=1)}", {}),
    ("DELETE", "/me/totp", {"password": OLD}),
    ("DELETE", "/me", {"password": OLD}),
]


@pytest.mark.parametrize(("method", "path", "body"), ENTRANCES)
async def test_no_entrance_changes_an_account_after_its_session_has_ended(ann, method, path, body):
    """The request has shown a good session; it ends while the request waits for the account's row."""
    connection = await asyncpg.connect(ann.server.runtime.url)
    try:
        async with connection.transaction():
            await connection.execute("select 1 from core.users where id = $1 for no key update", ann.person.id)
            waiting = asyncio.create_task(ann.ask(method, path, **body))
            async with asyncio.timeout(8):
                while not await connection.fetchval(BLOCKED):
                    assert not waiting.done(), waiting.result().body
                    await asyncio.sleep(0.02)
                    await connection.execute("select pg_stat_clear_snapshot()")  # else it shows the first look again
            await connection.execute("update core.sessions set ended_at = clock_timestamp(), end_reason = 'revoked'")
        answer = await waiting
    finally:
        await connection.close()

    assert (answer.status, answer.code) == (401, "identity.session_ended")


async def test_a_revoked_token_holds_no_account(ann):
    principal = Principal(Viewer(ann.person.id), None, "member", frozenset(), ApiTokenId(uuid7()))
    with pytest.raises(SessionEnded):
        async with ann.server.runtime.db.write(principal.viewer) as tx:
            await hold_account(tx, principal)


async def test_a_passkey_that_was_begun_before_a_change_is_not_registered_after_it(ann):
    begun = (await ann.ask("POST", "/me/passkeys/options", password=OLD)).json["publicKey"]
    await change(ann)

    late = await ann.ask("POST", "/me/passkeys", credential=Authenticator().create(begun), name="late")

    assert (late.status, late.code) == (403, "identity.proof_needed")
    assert await ann.fetch("select 1 from core.passkeys") == []
    again = (await ann.ask("POST", "/me/passkeys/options", password=NEW)).json["publicKey"]
    made = await ann.ask("POST", "/me/passkeys", credential=Authenticator().create(again), name="in time")
    assert made.status == 201, made.body


@pytest.mark.parametrize("change_", [change, reset])
async def test_a_second_factor_that_was_begun_before_a_change_is_not_confirmed_after_it(ann, change_):
    secret = (await ann.ask("POST", "/me/totp", password=OLD)).json["secret"]
    await change_(ann)
    if change_ is reset:  # which ends the session too
        ann.person = await sign_in(ann.server, ann.person.id)

    late = await ann.ask("POST", "/me/totp/confirm", code=pyotp.TOTP(secret).now())

    assert (late.status, late.code) == (409, "identity.totp_not_begun")
    assert await ann.fetch("select 1 from core.totp") == []


@pytest.mark.parametrize(("method", "path"), [("POST", "/me/totp/recovery-codes"), ("DELETE", "/me/totp")])
async def test_a_code_of_a_replaced_second_factor_changes_nothing(ann, method, path, monkeypatch):
    """The code was right when it was shown; then the factor is turned off with the password, and another one on."""
    secret = await ann.totp()
    await ann.fetch("update core.totp set last_step = 0")
    really, shown, go = second_factors.show_code, asyncio.Event(), asyncio.Event()

    async def held(*arguments: Any) -> int:
        proven = await really(*arguments)
        shown.set()
        await go.wait()
        return proven

    monkeypatch.setattr(second_factors, "show_code", held)
    under_way = asyncio.create_task(ann.ask(method, path, code=pyotp.TOTP(secret).now()))
    await asyncio.wait_for(shown.wait(), 20)
    assert (await ann.ask("DELETE", "/me/totp", password=OLD)).status == 204
    await ann.totp()
    codes = await ann.fetch("select code_hash from core.recovery_codes order by code_hash")
    go.set()

    late = await under_way

    assert (late.status, late.code) == (403, "identity.proof_needed")
    assert await ann.fetch("select code_hash from core.recovery_codes order by code_hash") == codes
    assert len(await ann.fetch("select 1 from core.totp where confirmed_at is not null")) == 1
