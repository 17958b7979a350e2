"""Limits on guessing: never passed, never for good, never the wrong person's."""

import asyncio
from datetime import timedelta

import pytest
from pydantic import SecretStr

from guildhall.core.identity.attempts.actions import count_try, forgive_try, sign_in_limits
from guildhall.core.identity.attempts.errors import TooManyTries
from guildhall.core.identity.credentials.passwords import Passwords
from guildhall.core.identity.principals.tokens import KeyedHash
from guildhall.core.identity.security_events.schemas import Caller
from guildhall.core.identity.settings import IdentitySettings
from guildhall.db.pool import Transaction
from guildhall.testing.people import make_user, sign_in

SETTINGS = IdentitySettings.model_construct(
    jwt_secret=SecretStr("k" * 20),
    sign_in_tries=3,
    sign_in_account_tries=6,
    sign_in_address_tries=8,
    sign_in_block_seconds=30,
    sign_in_longest_block_minutes=15,
    sign_in_window_minutes=15,
)
KEYED = KeyedHash(SETTINGS)


class Door:
    """Tries at a time that is set, in one transaction of the test."""

    def __init__(self, tx, settings=SETTINGS) -> None:
        self.settings = settings
        self.connection = tx.connection
        self.now = tx.now

    def at(self, seconds):
        self.now += timedelta(seconds=seconds)
        return self

    async def knock(self, email="ann@example.com", address=b"here"):
        """None, or the seconds to wait."""
        await self.connection.execute("savepoint knock")
        try:
            limits = sign_in_limits(email, Caller(address, None), KEYED, self.settings)
            await count_try(Transaction(self.connection, self.now), limits, self.settings)
        except TooManyTries as error:
            await self.connection.execute("rollback to savepoint knock")
            return error.retry_after
        return None

    async def enter(self, email="ann@example.com", address=b"here"):
        limits = sign_in_limits(email, Caller(address, None), KEYED, self.settings)
        await forgive_try(Transaction(self.connection, self.now), limits)


@pytest.fixture
def door(tx):
    return Door(tx)


async def test_the_wait_doubles_up_to_a_bound(tx):
    wide = {"sign_in_account_tries": 100, "sign_in_address_tries": 100}
    door = Door(tx, SETTINGS.model_copy(update=wide))
    assert [await door.knock() for _ in range(3)] == [None, None, None]
    waits = []
    for _ in range(7):
        wait = await door.knock()
        waits.append(wait)
        assert await door.at(wait - 1).knock() == 1  # knocking early neither counts nor lengthens it
        assert await door.at(1).knock(address=b"here") is None

    assert waits == [30, 60, 120, 240, 480, 900, 900]


async def test_a_quarter_of_an_hour_without_a_try_forgets_them(door):
    for _ in range(3):
        await door.knock()
    assert await door.at(30 + 15 * 60 + 1).knock() is None

    assert await door.knock() is None
    assert await door.knock() is None
    assert await door.knock() == 30


async def test_an_address_that_guesses_does_not_lock_the_owner_out(door):
    for _ in range(3):
        await door.knock(address=b"thief")

    assert await door.knock(address=b"thief") == 30
    assert await door.knock(address=b"home") is None


async def test_many_addresses_guess_one_account_no_more_often_than_its_own_limit(door):
    answers = [await door.knock(address=f"bot {number}".encode()) for number in range(10)]

    assert answers == [None] * 6 + [30] * 4
    assert await door.knock(email="ben@example.com", address=b"bot 1") is None


async def test_one_address_guesses_many_accounts_no_more_often_than_its_own_limit(door):
    answers = [await door.knock(email=f"user{number}@example.com") for number in range(12)]

    assert answers == [None] * 8 + [30] * 4
    assert await door.knock(email="user1@example.com", address=b"elsewhere") is None


async def test_a_success_forgets_the_pairs_tries_and_takes_its_own_back_from_the_others(door):
    for _ in range(4):
        await door.knock()
        await door.knock()
        await door.enter()
        await door.enter()

    assert [await door.knock() for _ in range(3)] == [None, None, None]


async def test_the_table_names_nobody(door, tx):
    await door.knock("ann@example.com", b"here")

    keys = [row["key"] for row in await tx.connection.fetch("select key from core.sign_in_attempts")]

    assert [len(key) for key in keys] == [32, 32, 32]
    assert not any(b"ann" in key or b"here" in key for key in keys)


async def test_64_connections_at_once_have_no_more_tries_than_one(start_guildhall):
    guildhall = await start_guildhall(identity={"sign_in_tries": 5, "hash_queue": 100})
    stored = await guildhall.runtime.provided[Passwords].hash("the right password")
    await make_user(guildhall.runtime.url, email="ann@example.com", password_hash=stored)

    async def guess(number):
        body = {"email": "ann@example.com", "password": f"guess number {number}"}
        return await guildhall.post("/api/v1/auth/sign-in", json=body)

    answers = await asyncio.gather(*(guess(number) for number in range(64)))

    assert sorted(one.status for one in answers) == [401] * 5 + [429] * 59
    refused = next(one for one in answers if one.status == 429)
    assert refused.code == "identity.too_many_tries"
    assert 1 <= int(refused.headers["retry-after"]) <= 31  # rounded up, and the block began a moment later
    right = {"email": "ann@example.com", "password": "the right password"}
    assert (await guildhall.post("/api/v1/auth/sign-in", json=right)).status == 429


async def test_a_stolen_session_guesses_the_password_no_more_often(start_guildhall):
    guildhall = await start_guildhall(identity={"sign_in_tries": 3})
    stored = await guildhall.runtime.provided[Passwords].hash("the right password")
    thief = await sign_in(guildhall, email="ann@example.com", password_hash=stored)

    answers = [
        await guildhall.request("DELETE", "/api/v1/me", headers=thief.headers, json={"password": f"guess {number}"})
        for number in range(5)
    ]

    assert [one.status for one in answers] == [403, 403, 403, 429, 429]
