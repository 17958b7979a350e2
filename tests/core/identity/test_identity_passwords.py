"""Passwords: hashed, verified, upgraded, refused, changed."""

import asyncio

import asyncpg
import bcrypt
import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from hypothesis import given
from hypothesis import strategies as st

from guildhall.core.identity.credentials.errors import HashingBusy
from guildhall.core.identity.credentials.passwords import Passwords
from guildhall.core.identity.emails.rules import normal_email
from guildhall.core.identity.passwords.rules import weakness
from guildhall.core.identity.settings import IdentitySettings
from guildhall.testing.people import make_user, sign_in

GOOD = "correct horse battery"
OLD = "$2b$04$"


def quick(**settings):
    return Passwords(IdentitySettings.model_construct(**{"argon2_memory_kb": 64, "argon2_passes": 1, **settings}))


@pytest.fixture
async def passwords():
    made = quick()
    yield made
    await made.close()


def bcrypt_hash(password: str, prefix: str = "$2b$") -> str:
    made = bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(4)).decode()
    return made.replace("$2b$", prefix)


async def test_a_hash_is_argon2id_and_verifies_its_password_alone(passwords):
    stored = await passwords.hash(GOOD)

    assert stored.startswith("$argon2id$")
    assert await passwords.verify(GOOD, stored) == (verdict := await passwords.verify(GOOD, stored))
    assert verdict.right
    assert verdict.new_hash is None
    assert not (await passwords.verify(GOOD + "x", stored)).right


async def test_letters_typed_in_either_spelling_are_the_same_password(passwords):
    stored = await passwords.hash("cafe\u0301 de flore")

    assert (await passwords.verify("caf\u00e9 de flore", stored)).right


@pytest.mark.parametrize("prefix", ["$2a$", "$2b$", "$2y$"])
async def test_a_bcrypt_hash_is_verified_and_due_for_an_upgrade(passwords, prefix):
    verdict = await passwords.verify(GOOD, bcrypt_hash(GOOD, prefix))

    assert verdict.right
    assert verdict.new_hash is not None
    assert verdict.new_hash.startswith("$argon2id$")
    assert (await passwords.verify(GOOD, verdict.new_hash)).right


async def test_a_long_password_of_the_old_place_still_works_as_it_did_there(passwords):
    long = "p" * 100

    verdict = await passwords.verify(long, bcrypt_hash(long))

    assert verdict.right
    assert not (await passwords.verify("p" * 72, verdict.new_hash)).right  # from now on all of it counts


async def test_weaker_parameters_of_before_are_upgraded(passwords):
    weak = quick(argon2_memory_kb=16)
    stored = await weak.hash(GOOD)
    await weak.close()

    verdict = await passwords.verify(GOOD, stored)

    assert verdict.right
    assert verdict.new_hash is not None


@pytest.mark.parametrize("stored", ["", "plain", "$1$abc$def", "$argon2id$v=19$m=1$broken", "$2b$04$short", None])
async def test_what_is_no_hash_lets_nobody_in(passwords, stored):
    assert not (await passwords.verify("plain", stored)).right


async def test_nobody_takes_a_hash_of_time_too(passwords, monkeypatch):
    asked = []
    really = passwords._verify_now

    def spied(*given: str):
        asked.append(given)
        return really(*given)

    monkeypatch.setattr(passwords, "_verify_now", spied)

    await passwords.verify(GOOD, None)

    assert len(asked) == 1
    assert asked[0][1].startswith("$argon2id$v=19$m=64,t=1,p=1$")
    of_somebody = await passwords.hash(GOOD)
    assert [len(part) for part in asked[0][1].split("$")] == [len(part) for part in of_somebody.split("$")]


async def test_the_hash_of_nobody_is_computed_and_not_refused_at_sight(passwords):
    with pytest.raises(VerifyMismatchError):
        PasswordHasher().verify(passwords._nobody, GOOD)


async def test_a_flood_is_refused_and_not_piled_up():
    passwords = quick(hash_threads=1, hash_queue=3, argon2_memory_kb=4096)
    try:
        done = await asyncio.gather(*(passwords.hash(GOOD) for _ in range(20)), return_exceptions=True)
    finally:
        await passwords.close()

    assert sum(isinstance(one, str) for one in done) == 4
    assert sum(isinstance(one, HashingBusy) for one in done) == 16


async def test_who_gives_up_waiting_keeps_no_place():
    passwords = quick(hash_threads=1, hash_queue=1, argon2_memory_kb=4096)
    try:
        for _ in range(5):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(passwords.hash(GOOD), 0.0001)
            await asyncio.sleep(0.05)
        assert (await passwords.hash(GOOD)).startswith("$argon2id$")
    finally:
        await passwords.close()


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "a" * 257,
        "password123",
        "PASSWORD123",
        "aaaaaaaaaaaa",
        "abababababab",
        "pilot1@example.com",
        "example.com",
    ],
)
def test_what_anybody_would_guess_is_refused(password):
    assert weakness(password, "pilot1@example.com") is not None


@given(st.text(min_size=10, max_size=256))
def test_the_policy_asks_for_no_more_than_variety(password):
    assert (weakness(password, None) is None) or len(set(password.casefold())) < 4 or password.isascii()


@pytest.mark.parametrize(
    ("text", "address"),
    [(" Pilot@Example.COM ", "pilot@example.com"), ("a+b@x.io", "a+b@x.io"), ("root@localhost", "root@localhost")],
)
def test_an_address_has_one_form(text, address):
    assert normal_email(text) == address


@pytest.mark.parametrize(
    "text",
    ["", "x", "@x.io", "a@", "a@@x.io", "a b@x.io", "a@x..io", "a@-x.io", ".a@x.io", "a..b@x.io", "a@x.io\nBcc: b@x.io",
     "ä@x.io", "a" * 65 + "@x.io", "a@" + "x" * 64 + ".io", "<a@x.io>", "a@x.io\x00"],
)  # fmt: skip
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        normal_email(text)


async def hash_of(url, user_id):
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval("select password_hash from core.users where id = $1", user_id)
    finally:
        await connection.close()


async def person(guildhall, **columns):
    hashed = await guildhall.runtime.provided[Passwords].hash(GOOD)
    return await make_user(guildhall.runtime.url, **{"email": "ann@example.com", "password_hash": hashed, **columns})


def credentials(password=GOOD, email="ann@example.com", **more):
    return {"json": {"email": email, "password": password, **more}}


async def test_a_sign_in_gives_tokens_that_work(guildhall):
    await person(guildhall)

    device = {"name": "Phone", "type": "ios", "token": "push-1"}
    answer = await guildhall.post("/api/v1/auth/sign-in", **credentials(email="Ann@Example.com", device=device))

    assert answer.status == 200, answer.body
    headers = {"Authorization": f"Bearer {answer.json['access_token']}"}
    sessions = (await guildhall.get("/api/v1/me/sessions", headers=headers)).json["items"]
    assert [(one["method"], one["device_name"], one["push"]) for one in sessions] == [("password", "Phone", True)]
    events = (await guildhall.get("/api/v1/me/security-events", headers=headers)).json["items"]
    assert [(one["kind"], one["outcome"]) for one in events] == [("sign_in", "ok")]


async def test_unknown_wrong_and_without_password_are_answered_alike(guildhall):
    await person(guildhall)
    await make_user(guildhall.runtime.url, email="sso@example.com")
    answers = [
        await guildhall.post("/api/v1/auth/sign-in", **credentials(email=email, password="not the right one"))
        for email in ("ann@example.com", "nobody@example.com", "sso@example.com")
    ]

    assert [(one.status, one.code) for one in answers] == [(401, "identity.wrong_credentials")] * 3
    assert len({(one.json["title"], one.json["detail"]) for one in answers}) == 1


async def test_a_bcrypt_hash_becomes_argon2id_at_the_sign_in(guildhall):
    ann = await person(guildhall, password_hash=bcrypt_hash(GOOD, "$2y$"))

    assert (await guildhall.post("/api/v1/auth/sign-in", **credentials("wrong wrong wrong"))).status == 401
    assert (await hash_of(guildhall.runtime.url, ann)).startswith("$2y$")
    assert (await guildhall.post("/api/v1/auth/sign-in", **credentials())).status == 200

    assert (await hash_of(guildhall.runtime.url, ann)).startswith("$argon2id$")
    assert (await guildhall.post("/api/v1/auth/sign-in", **credentials())).status == 200


async def test_only_who_knows_the_password_hears_of_a_suspension(guildhall):
    await person(guildhall, suspended_at=guildhall.runtime.clock.now())

    wrong = await guildhall.post("/api/v1/auth/sign-in", **credentials("wrong wrong wrong"))
    right = await guildhall.post("/api/v1/auth/sign-in", **credentials())

    assert (wrong.status, wrong.code) == (401, "identity.wrong_credentials")
    assert (right.status, right.code) == (403, "identity.suspended")


async def test_a_new_password_ends_the_other_sessions(guildhall):
    ann = await person(guildhall)
    here, there = await sign_in(guildhall, ann), await sign_in(guildhall, ann)

    answer = await guildhall.request(
        "PUT",
        "/api/v1/me/password",
        headers=here.headers,
        json={"current_password": GOOD, "new_password": "staple staple staple"},
    )

    assert answer.status == 204, answer.body
    assert (await guildhall.get("/api/v1/me", headers=here.headers)).status == 200
    assert (await guildhall.get("/api/v1/me", headers=there.headers)).status == 401
    assert (await guildhall.post("/api/v1/auth/sign-in", **credentials())).status == 401
    assert (await guildhall.post("/api/v1/auth/sign-in", **credentials("staple staple staple"))).status == 200


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"new_password": "staple staple staple"}, 403, "identity.proof_needed"),
        ({"new_password": "staple staple staple", "current_password": "wrong one"}, 403, "identity.wrong_password"),
        ({"new_password": "password123", "current_password": GOOD}, 422, "identity.password_refused"),
        ({"new_password": "ann@example.com", "current_password": GOOD}, 422, "identity.password_refused"),
        ({"current_password": GOOD}, 400, "bad_request"),
    ],
)
async def test_a_password_is_not_changed_by(guildhall, body, status, code):
    ann = await sign_in(guildhall, await person(guildhall))
    before = await hash_of(guildhall.runtime.url, ann.id)

    answer = await guildhall.request("PUT", "/api/v1/me/password", headers=ann.headers, json=body)

    assert (answer.status, answer.code) == (status, code)
    assert await hash_of(guildhall.runtime.url, ann.id) == before


async def test_who_has_no_password_yet_needs_an_address_and_a_sign_in_of_just_now(guildhall):
    without = await sign_in(guildhall)
    late = await sign_in(guildhall, email="late@example.com")
    soon = await sign_in(guildhall, email="soon@example.com")
    connection = await asyncpg.connect(guildhall.runtime.url)
    await connection.execute(
        "update core.sessions set created_at = created_at - interval '11 minutes' where id = $1", late.session_id
    )
    await connection.close()

    answers = [
        await guildhall.request("PUT", "/api/v1/me/password", headers=who.headers, json={"new_password": GOOD})
        for who in (without, late, soon)
    ]

    assert [one.status for one in answers] == [409, 403, 204]
    assert answers[0].code == "identity.email_needed"
    assert answers[1].code == "identity.proof_needed"


async def test_a_page_signs_in_with_cookies_and_no_other_site_does_it_for_it(guildhall):
    ann = await person(guildhall)
    page = {"origin": guildhall.runtime.provided[IdentitySettings].public_url}

    foreign = await guildhall.post(
        "/api/v1/auth/sign-in", **credentials(page=True), headers={"origin": "https://evil.example"}
    )
    answer = await guildhall.post("/api/v1/auth/sign-in", **credentials(page=True), headers=page)

    assert (foreign.status, foreign.code) == (403, "identity.cross_site")
    assert answer.status == 200
    assert set(answer.json) == {"session_id", "expires_in"}
    cookies = dict(one.split(";")[0].split("=", 1) for one in answer.headers.getall("set-cookie"))
    shown = {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    assert (await guildhall.get("/api/v1/me", headers=shown)).json["id"] == str(ann)
    assert (await guildhall.request("PATCH", "/api/v1/me", json={"name": "x"}, headers=shown)).status == 403
