"""The second factor: each code once, and a way back for who has lost the device."""

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.clock import SetClock
from guildhall.core.identity.credentials.passwords import Passwords
from guildhall.core.identity.second_factors.rules import matching_step, recovery_codes, recovery_hash
from guildhall.ids import UserId, uuid7
from guildhall.testing.people import make_user, sign_in

GOOD = "correct horse battery"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW = datetime(2026, 11, 21, 12, 0, 15, tzinfo=UTC)
STEP = int(NOW.timestamp()) // 30


@pytest.mark.parametrize(("step", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_is_good_one_step_early_and_late(step, good):
    code = pyotp.TOTP(SECRET).generate_otp(STEP + step)

    assert matching_step(SECRET, code, NOW, 0) == (STEP + step if good else None)


def test_codes_up_to_the_last_one_used_are_spent():
    codes = {step: pyotp.TOTP(SECRET).generate_otp(STEP + step) for step in (-1, 0, 1)}

    assert matching_step(SECRET, codes[0], NOW, STEP) is None
    assert matching_step(SECRET, codes[-1], NOW, STEP) is None
    assert matching_step(SECRET, codes[1], NOW, STEP) == STEP + 1


@given(st.text(max_size=12))
def test_nothing_but_the_six_digits_is_a_code(text):
    good = {pyotp.TOTP(SECRET).generate_otp(STEP + step) for step in (-1, 0, 1)}

    assert (matching_step(SECRET, text, NOW, 0) is not None) == (text.replace(" ", "") in good)


def test_recovery_codes_are_read_however_they_are_typed():
    user, codes = UserId(uuid7()), recovery_codes()

    assert len(set(codes)) == 10
    assert recovery_hash(user, codes[0].upper().replace("-", " ")) == recovery_hash(user, codes[0])
    assert recovery_hash(UserId(uuid7()), codes[0]) != recovery_hash(user, codes[0])


@pytest.fixture
def clock():
    return SetClock(datetime.now(UTC))


@pytest.fixture
async def server(start_guildhall, clock):
    return await start_guildhall(clock=clock)


class Pilot:
    """Somebody with a password, an authenticator and a clock."""

    def __init__(self, server, clock, session, secret=None, codes=()) -> None:
        self.server, self.clock, self.session = server, clock, session
        self.secret, self.codes = secret, list(codes)

    def code(self):
        """The next code: thirty seconds later each time, since each is good once."""
        self.clock.advance(timedelta(seconds=30))
        return pyotp.TOTP(self.secret).at(self.clock.now())

    async def me(self, method, path, **body):
        return await self.server.request(method, f"/api/v1{path}", json=body, headers=self.session.headers)

    async def challenge(self):
        answer = await self.server.post("/api/v1/auth/sign-in", json={"email": "ann@example.com", "password": GOOD})
        assert answer.json["second_factor_required"] is True, answer.body
        assert "access_token" not in answer.json
        return answer.json["challenge"]

    async def show(self, challenge, code):
        body = {"challenge": challenge, "code": code, "device": {"name": "Phone"}}
        return await self.server.post("/api/v1/auth/second-factor", json=body)


@pytest.fixture
async def pilot(server, clock):
    stored = await server.runtime.provided[Passwords].hash(GOOD)
    user = await make_user(
        server.runtime.url, email="ann@example.com", email_verified_at=clock.now(), password_hash=stored
    )
    pilot = Pilot(server, clock, await sign_in(server, user))
    begun = await pilot.me("POST", "/me/totp", password=GOOD)
    assert begun.status == 201, begun.body
    pilot.secret = begun.json["secret"]
    confirmed = await pilot.me("POST", "/me/totp/confirm", code=pilot.code())
    assert confirmed.status == 200, confirmed.body
    pilot.codes = confirmed.json["recovery_codes"]
    return pilot


async def test_a_second_factor_counts_once_it_is_confirmed(server, clock):
    stored = await server.runtime.provided[Passwords].hash(GOOD)
    ann = await sign_in(server, email="ann@example.com", password_hash=stored)
    pilot = Pilot(server, clock, ann)

    assert (await pilot.me("POST", "/me/totp")).code == "identity.proof_needed"
    begun = (await pilot.me("POST", "/me/totp", password=GOOD)).json
    assert pyotp.parse_uri(begun["uri"]).secret == begun["secret"]
    assert pyotp.parse_uri(begun["uri"]).name == "ann@example.com"
    signed_in = await server.post("/api/v1/auth/sign-in", json={"email": "ann@example.com", "password": GOOD})
    assert "access_token" in signed_in.json
    assert (await pilot.me("POST", "/me/totp/confirm", code="000000")).code == "identity.wrong_code"

    assert (await pilot.me("GET", "/me")).json["totp"] is False


async def test_a_sign_in_asks_for_the_code(pilot):
    challenge = await pilot.challenge()

    wrong = await pilot.show(challenge, "000000")
    right = await pilot.show(challenge, pilot.code())

    assert (wrong.status, wrong.code) == (401, "identity.wrong_code")
    assert right.status == 200
    headers = {"Authorization": f"Bearer {right.json['access_token']}"}
    sessions = (await pilot.server.get("/api/v1/me/sessions", headers=headers)).json["items"]
    assert (sessions[0]["method"], sessions[0]["device_name"]) == ("password+totp", "Phone")


async def test_a_code_is_good_once(pilot):
    code = pilot.code()
    assert (await pilot.show(await pilot.challenge(), code)).status == 200

    again = await pilot.show(await pilot.challenge(), code)

    assert (again.status, again.code) == (401, "identity.wrong_code")


async def test_of_32_that_show_one_code_at_once_one_is_let_in(pilot):
    challenges = [await pilot.challenge() for _ in range(4)]
    code = pilot.code()

    answers = await asyncio.gather(*(pilot.show(challenges[number % 4], code) for number in range(32)))

    assert [one.status for one in answers].count(200) == 1


async def test_a_challenge_is_used_once_and_ends(pilot):
    challenge = await pilot.challenge()
    assert (await pilot.show(challenge, pilot.code())).status == 200
    spent = await pilot.show(challenge, pilot.code())
    late = await pilot.challenge()
    pilot.clock.advance(timedelta(minutes=5))

    assert spent.code == "identity.challenge_spent"
    assert (await pilot.show(late, pilot.code())).code == "identity.challenge_spent"
    assert (await pilot.show("never given", pilot.code())).code == "identity.challenge_spent"


async def test_codes_are_not_guessed_by_who_has_the_password(pilot):
    answers = []
    for _ in range(3):  # each new challenge would be five more guesses
        challenge = await pilot.challenge()
        answers += [await pilot.show(challenge, "000000") for _ in range(4)]

    assert [one.status for one in answers] == [401] * 5 + [429] * 7
    assert (await pilot.show(await pilot.challenge(), pilot.codes[0])).status in (200, 429)


async def test_of_64_that_show_one_recovery_code_at_once_one_is_let_in(start_guildhall, clock, pilot):
    server = await start_guildhall(clock=clock, identity={"sign_in_tries": 1000})
    many = Pilot(server, clock, pilot.session, pilot.secret, pilot.codes)
    challenges = [await many.challenge() for _ in range(16)]

    answers = await asyncio.gather(*(many.show(challenges[number % 16], many.codes[3]) for number in range(64)))

    assert sorted({one.status for one in answers}) in ([200, 400, 401], [200, 401])
    assert [one.status for one in answers].count(200) == 1
    assert (await many.me("GET", "/me")).json["recovery_codes_left"] == 9


async def test_new_recovery_codes_take_the_place_of_the_old_ones(pilot):
    assert (await pilot.me("POST", "/me/totp/recovery-codes", code="000000")).status == 401
    renewed = await pilot.me("POST", "/me/totp/recovery-codes", code=pilot.code())

    assert renewed.status == 201
    assert not set(renewed.json["recovery_codes"]) & set(pilot.codes)
    assert (await pilot.show(await pilot.challenge(), pilot.codes[0])).status == 401
    assert (await pilot.show(await pilot.challenge(), renewed.json["recovery_codes"][0])).status == 200


@pytest.mark.parametrize("proof", ["code", "password"])
async def test_it_is_turned_off_by_a_code_or_the_password(pilot, proof):
    assert (await pilot.me("DELETE", "/me/totp")).code == "identity.proof_needed"
    assert (await pilot.me("DELETE", "/me/totp", code="000000")).status == 401
    assert (await pilot.me("DELETE", "/me/totp", password="wrong")).status == 403

    body = {"code": pilot.code()} if proof == "code" else {"password": GOOD}
    assert (await pilot.me("DELETE", "/me/totp", **body)).status == 204

    answer = await pilot.server.post("/api/v1/auth/sign-in", json={"email": "ann@example.com", "password": GOOD})
    assert "access_token" in answer.json
    assert (await pilot.me("GET", "/me")).json["recovery_codes_left"] == 0


async def test_a_session_cannot_put_another_secret_in_place_of_one_that_counts(pilot):
    answer = await pilot.me("POST", "/me/totp", password=GOOD)

    assert (answer.status, answer.code) == (409, "identity.totp_already_on")


async def test_the_secret_is_sealed_and_the_codes_are_hashed(pilot):
    connection = await asyncpg.connect(pilot.server.runtime.url)
    secret = await connection.fetchval("select secret from core.totp")
    hashes = [row["code_hash"] for row in await connection.fetch("select code_hash from core.recovery_codes")]
    await connection.close()

    assert pilot.secret not in secret
    assert [len(part) for part in secret.split(":")] == [24, 24, 44]
    assert {recovery_hash(pilot.session.id, code) for code in pilot.codes} == set(hashes)
