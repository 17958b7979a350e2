"""Access to characters: refreshed by one at a time, saved before use, ended only when EVE says so for good."""

import asyncio
import base64
import os
import signal
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import aiohttp
import asyncpg
import msgspec
import pytest

from guildhall.core.vault.errors import SealBroken
from guildhall.ids import uuid7
from guildhall.packs.eve.characters.actions import unlink_character
from guildhall.packs.eve.ids import CharacterId
from guildhall.packs.eve.tokens.actions import revoke_tokens
from guildhall.packs.eve.tokens.errors import AccessEnded, RefreshDelayed
from guildhall.packs.eve.tokens.rules import refresh_at
from guildhall.packs.eve.tokens.schemas import REFRESH_TOKEN
from tests.packs.eve.make import SCOPES, running_engine, running_sandbox

TOKEN = "/sso/v2/oauth/token"


@pytest.fixture
async def sandbox():
    async with running_sandbox(pilots=40) as running:
        yield running


@pytest.fixture
async def engine(clone, sandbox):
    async with running_engine(clone, sandbox) as running:
        yield running


@pytest.fixture
def me(sandbox):
    return sandbox.pilots[0]


def refreshes(sandbox, character_id):
    """How a character's refreshes came out at the SSO."""
    return sandbox.calls.refreshes.get(str(character_id))


async def notices(engine):
    return [one["type"] for one in await engine.rows("select type from core.notification_log order by created_at")]


async def test_a_rotation_is_saved_and_the_next_refresh_uses_it(engine, sandbox, me):
    character = await engine.sign_in(me, seconds=30)
    first = (await engine.character(character))["refresh_token"]

    token = await engine.refresher.access_token(character)
    row = await engine.character(character)
    again = await engine.refresher.access_token(character)
    await engine.execute("update eve.characters set token_expires_at = now()")
    await engine.refresher.access_token(character)

    assert again.reveal() == token.reveal()
    assert row["refresh_token"] != first
    assert row["token_expires_at"] > engine.clock.now() + timedelta(minutes=19)
    assert row["leased_until"] is None
    seen = refreshes(sandbox, me)
    assert (seen.refreshed, seen.superseded, seen.refused) == (2, 0, 0)


async def test_sealed_tokens_are_bound_to_their_row(engine, sandbox, me):
    mine = await engine.sign_in(me)
    other = await engine.sign_in(sandbox.pilots[1])
    sealed = (await engine.character(mine))["refresh_token"]

    with pytest.raises(SealBroken):
        engine.vault.open(REFRESH_TOKEN, other, sealed)
    assert sealed.count(":") == 2
    assert "refresh" not in repr(await engine.rows("select * from eve.pending_revocations"))


async def test_from_two_workers_and_64_callers_one_refresh_goes_out(engine, clone, sandbox, me):
    character = await engine.sign_in(me, seconds=10)
    await sandbox.control("/switches", {"token_seconds": 0.3})
    async with running_engine(clone, sandbox) as second:
        tokens = await asyncio.gather(
            *(one.refresher.access_token(character) for one in (engine, second) for _ in range(32))
        )

    assert len({token.reveal() for token in tokens}) == 1
    seen = refreshes(sandbox, me)
    assert (seen.refreshed, seen.superseded, seen.refused, seen.most_at_once) == (1, 0, 0, 1)


async def test_what_is_due_is_refreshed_ahead_by_two_workers_none_twice(engine, clone, sandbox):
    characters = [await engine.sign_in(pilot, seconds=300) for pilot in sandbox.pilots]
    await engine.execute("update eve.characters set refresh_due_at = now() - interval '1 second'")
    async with running_engine(clone, sandbox) as second:
        counts = await asyncio.gather(engine.refresher.refresh_due(), second.refresher.refresh_due())

    assert sum(one["refreshed"] for one in counts) == len(characters)
    assert {view.refreshed for view in sandbox.calls.refreshes.values()} == {1}
    assert sandbox.calls.max_concurrency <= 16
    due = await engine.rows("select id, refresh_due_at, token_expires_at from eve.characters")
    assert all(row["refresh_due_at"] < row["token_expires_at"] - timedelta(seconds=60) for row in due)
    assert max(row["refresh_due_at"] for row in due) - min(row["refresh_due_at"] for row in due) > timedelta(minutes=4)


async def test_a_character_that_nobody_needs_is_not_refreshed(engine, sandbox, me):
    character = await engine.sign_in(me)
    await engine.execute("update eve.characters set refresh_due_at = now() - interval '1 second'")
    await engine.execute("update core.fresh_rows set due_at = now() + interval '1 hour'")

    assert await engine.refresher.refresh_due() == {"refreshed": 0, "failed": 0}
    assert (await engine.character(character))["refresh_due_at"] is None
    assert refreshes(sandbox, me) is None


async def test_a_revoked_token_ends_access_once_and_keeps_history(engine, sandbox, me):
    character = await engine.sign_in(me, seconds=10)
    await sandbox.control(f"/pilots/{me}/tokens", {"action": "revoke"})

    for _ in range(2):
        with pytest.raises(AccessEnded):
            await engine.refresher.access_token(character)

    row = await engine.character(character)
    assert (row["token_state"], row["access_token"], row["refresh_token"]) == ("needs_authorisation", None, None)
    assert await engine.kept(character) is None
    assert await notices(engine) == ["token_needs_authorisation"]

    again = await engine.sign_in(me, row["user_id"], refresh_token=await fresh_refresh_token(sandbox, me))
    assert again == character
    row = await engine.character(character)
    assert (row["token_state"], row["told_at"], row["token_error"]) == ("valid", None, None)
    assert (await engine.sync(character, requested=True)).failed == {}


async def fresh_refresh_token(sandbox, character_id):
    """A refresh token of a new sign-in at the SSO."""
    asked = {
        "response_type": "code", "client_id": sandbox.options.client_id, "redirect_uri": "http://localhost/callback",
        "scope": " ".join(SCOPES), "state": "x", "character": str(character_id),
    }  # fmt: skip
    http = sandbox._http
    async with http.get(f"{sandbox.address}/sso/v2/oauth/authorize", params=asked, allow_redirects=False) as response:
        code = parse_qs(urlsplit(response.headers["Location"]).query)["code"][0]
    pair = (sandbox.options.client_id, sandbox.options.client_secret)
    async with http.post(
        f"{sandbox.address}/sso/v2/oauth/token",
        data={"grant_type": "authorization_code", "code": code},
        headers={"Authorization": aiohttp.encode_basic_auth(*pair)},
    ) as response:
        found = await response.json()
        return found["refresh_token"]


async def test_a_sold_character_is_noticed_by_its_refresh(engine, sandbox, me):
    character = await engine.sign_in(me, seconds=10)
    await engine.execute(
        "insert into eve.alarms (id, character, user_id, kind, occurrence_key, fire_at) "
        "select gen_random_uuid(), id, user_id, 'skill_complete', 'k', now() + interval '1 hour' from eve.characters"
    )
    await sandbox.control(f"/pilots/{me}/sale", {"tokens": "refresh"})

    with pytest.raises(AccessEnded):
        await engine.refresher.access_token(character)

    row = await engine.character(character)
    assert (row["token_state"], row["access_token"], row["refresh_token"]) == ("sold", None, None)
    assert await notices(engine) == ["character_sold"]
    assert (await engine.row("select state from eve.alarms"))["state"] == "dropped"


@pytest.mark.parametrize("mode", ["error", "dead", "html", "empty"])
async def test_an_sso_that_is_down_costs_no_token(engine, sandbox, me, mode):
    character = await engine.sign_in(me, seconds=10)
    sealed = (await engine.character(character))["refresh_token"]
    number = sandbox.fault(mode, TOKEN)

    with pytest.raises(RefreshDelayed):
        await engine.refresher.access_token(character)
    with pytest.raises(RefreshDelayed):  # and is not asked again at once
        await engine.refresher.access_token(character)

    row = await engine.character(character)
    assert (row["token_state"], row["refresh_token"], row["refresh_failures"]) == ("valid", sealed, 1)
    assert row["refresh_due_at"] > engine.clock.now()
    hits = sum(sum(outcomes.values()) for route, outcomes in sandbox.calls.calls.items() if route.endswith("/token"))
    assert hits == 1
    assert number is not None

    sandbox.heal()
    sandbox.pass_time(60)
    await engine.refresher.access_token(character)
    assert (await engine.character(character))["refresh_failures"] == 0


async def test_a_wrong_client_secret_stops_refreshing_and_costs_no_token(engine, sandbox):
    characters = [await engine.sign_in(pilot, seconds=300) for pilot in sandbox.pilots[:20]]
    await engine.execute("update eve.characters set refresh_due_at = now() - interval '1 second'")
    sandbox.fault("invalid_client", TOKEN)

    await engine.refresher.refresh_due()

    asked = sum(sum(o.values()) for route, o in sandbox.calls.calls.items() if route.endswith("/token"))
    assert asked <= 8
    rows = await engine.rows("select token_state, refresh_token from eve.characters")
    assert {row["token_state"] for row in rows} == {"valid"}
    assert all(row["refresh_token"] for row in rows)
    assert await notices(engine) == []
    assert len(characters) == len(rows)


async def test_a_403_of_esi_ends_no_access(engine, sandbox, me):
    character = await engine.sign_in(me)
    sandbox.fault("sso_trouble", ".*/characters/.*")

    report = await engine.sync(character, requested=True, only=["skills", "wallet"])

    assert set(report.failed) == {"skills", "wallet"}
    row = await engine.character(character)
    assert row["token_state"] == "valid"
    assert row["refresh_token"] is not None
    assert await notices(engine) == []


async def test_an_access_token_that_esi_refuses_is_refreshed_once(engine, sandbox, me):
    character = await engine.sign_in(me)
    await sandbox.control(f"/pilots/{me}/tokens", {"action": "expire"})

    report = await engine.sync(character, requested=True, only=["skills", "skill_queue"])

    assert report.failed == {}
    assert refreshes(sandbox, me).refreshed == 1


async def test_keys_that_rotate_are_fetched_anew(clone, sandbox, me):
    async with running_engine(clone, sandbox) as engine:
        character = await engine.sign_in(me, seconds=10)
        await engine.refresher.access_token(character)
        await sandbox.control("/keys", {"keep": False})
        sandbox.pass_time(1300)

        token = await engine.refresher.access_token(character)

    assert subject_of(token) == f"CHARACTER:EVE:{me}"


def subject_of(token):
    """The subject that a token names, unproven."""
    payload = token.reveal().split(".")[1]
    return msgspec.json.decode(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["sub"]


@pytest.mark.parametrize("seconds", [-400, 400])
async def test_clocks_that_are_minutes_apart_do_no_harm(engine, sandbox, me, seconds):
    await sandbox.control("/clock", {"offset_seconds": seconds})
    character = await engine.sign_in(me, seconds=10)

    report = await engine.sync(character, requested=True)

    assert report.failed == {}
    expires_at = (await engine.section(character, "skills"))["expires_at"]
    assert timedelta(seconds=50) < expires_at - engine.clock.now() < timedelta(seconds=70)
    sandbox.pass_time(130)
    await engine.sync(character, requested=True)
    assert sandbox.calls.early == 0


async def test_while_keys_cannot_be_had_the_rotation_is_saved_and_nothing_is_used(clone, sandbox, me):
    async with running_engine(clone, sandbox) as engine:
        character = await engine.sign_in(me, seconds=10)
    async with running_engine(clone, sandbox) as engine:  # a process that has no keys yet
        before = (await engine.character(character))["refresh_token"]
        sandbox.fault("error", "/sso/oauth/jwks")
        with pytest.raises(RefreshDelayed):
            await engine.refresher.access_token(character)
        row = await engine.character(character)
        assert row["refresh_token"] != before
        assert (row["access_token"], row["token_state"]) == (None, "valid")

        sandbox.heal()
        sandbox.pass_time(120)
        await engine.refresher.access_token(character)
    seen = refreshes(sandbox, me)
    assert (seen.refreshed, seen.superseded) == (2, 0)


async def test_a_sign_in_during_a_refresh_is_not_overwritten(engine, sandbox, me):
    character = await engine.sign_in(me, seconds=10)
    user_id = (await engine.character(character))["user_id"]
    await sandbox.control("/switches", {"token_seconds": 0.5})
    refreshing = asyncio.create_task(engine.refresher.access_token(character))
    await asyncio.sleep(0.2)
    new = await fresh_refresh_token_quickly(sandbox, me)
    await engine.sign_in(me, user_id, refresh_token=new)

    with pytest.raises(RefreshDelayed):
        await refreshing

    row = await engine.character(character)
    assert engine.vault.open(REFRESH_TOKEN, character, row["refresh_token"]).reveal() == new
    assert row["leased_until"] is None


async def fresh_refresh_token_quickly(sandbox, character_id):
    await sandbox.control("/switches", {"token_seconds": 0})
    token = await fresh_refresh_token(sandbox, character_id)
    await sandbox.control("/switches", {"token_seconds": 0.5})
    return token


WORKER = """
import asyncio, sys
from guildhall.clock import Clock
from uuid import UUID
from tests.packs.eve.make import running_engine

class Far:
    pass

async def main(url, address, client_id, secret, character):
    sandbox = Far()
    sandbox.clock = Clock()
    sandbox.settings = dict(sso_url=address + "/sso", esi_url=address + "/esi", client_id=client_id,
                            client_secret=secret, downtime_minutes=0, refresh_lease_seconds=6)
    async with running_engine(url, sandbox) as engine:
        print("begins", flush=True)
        await engine.refresher.access_token(UUID(character))

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize("rotates", [False, True])
async def test_a_worker_killed_during_a_refresh_is_followed_by_another(clone, sandbox, me, rotates):
    """Where the SSO rotated and nobody could save what it answered, the user is asked to sign in: the one loss."""
    await sandbox.control("/switches", {"rotate": rotates})
    async with running_engine(clone, sandbox, refresh_lease_seconds=6) as engine:
        character = await engine.sign_in(me, seconds=10)
        await sandbox.control("/switches", {"token_seconds": 5})
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", textwrap.dedent(WORKER), clone, sandbox.address, sandbox.options.client_id,
            sandbox.options.client_secret, str(character), stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.getcwd()},
        )  # fmt: skip
        assert process.stdout is not None
        await asyncio.wait_for(process.stdout.readline(), 20)
        while str(me) not in sandbox.calls.refreshes:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        await process.wait()
        while sandbox.calls.refreshes[str(me)].refreshed == 0:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        await sandbox.control("/switches", {"token_seconds": 0})

        if not rotates:
            assert subject_of(await engine.refresher.access_token(character)) == f"CHARACTER:EVE:{me}"
            return
        with pytest.raises(AccessEnded):
            await engine.refresher.access_token(character)
        assert (await engine.character(character))["token_state"] == "needs_authorisation"
        assert await notices(engine) == ["token_needs_authorisation"]


async def test_a_caller_that_is_stopped_loses_no_rotation(engine, sandbox, me):
    character = await engine.sign_in(me, seconds=10)
    before = (await engine.character(character))["refresh_token"]
    await sandbox.control("/switches", {"token_seconds": 0.3})
    caller = asyncio.create_task(engine.refresher.access_token(character))
    await asyncio.sleep(0.15)
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    await engine.refresher.close()

    assert (await engine.character(character))["refresh_token"] != before


async def test_removal_gives_the_token_back_and_keeps_history(engine, sandbox, me):
    character = await engine.sign_in(me)
    await engine.sync(character, requested=True)
    user_id = (await engine.character(character))["user_id"]
    async with engine.db.write() as tx:
        await unlink_character(tx, user_id, me)
    row = await engine.character(character)
    assert (row["token_state"], row["refresh_token"]) == ("removed", None)

    assert await revoke_tokens(engine.db, engine.vault, engine.sso) == {"revoked": 1, "waiting": 0}
    assert await engine.rows("select 1 from eve.pending_revocations") == []
    assert await engine.of("mails", character)

    sandbox.fault("error", "/sso/v2/oauth/revoke")
    again = await engine.sign_in(me, user_id)
    assert again == character
    await engine.execute("delete from core.users where id = $1", user_id)
    assert await engine.of("mails", character) == []
    assert await revoke_tokens(engine.db, engine.vault, engine.sso) == {"revoked": 0, "waiting": 1}
    sandbox.heal()
    await engine.execute("update eve.pending_revocations set due_at = now()")
    assert await revoke_tokens(engine.db, engine.vault, engine.sso) == {"revoked": 1, "waiting": 0}


async def test_an_access_token_that_no_key_opens_is_refreshed_and_its_neighbours_sync(engine, sandbox):
    characters = [await engine.sign_in(pilot) for pilot in sandbox.pilots[:3]]
    other = (await engine.character(characters[0]))["access_token"]  # sealed for another row
    await engine.execute("update eve.characters set access_token = $2 where id = $1", characters[1], other)

    for character in characters:
        report = await engine.sync(character, requested=True, only=["skills"])
        assert (list(report.failed), len(await engine.of("skills", character)) > 0) == ([], True)

    assert (await engine.character(characters[1]))["access_token"] != other


async def test_a_revocation_that_cannot_be_deleted_holds_no_other_back(engine, clone, sandbox):
    for pilot in sandbox.pilots[:3]:
        character = await engine.sign_in(pilot)
        user_id = (await engine.character(character))["user_id"]
        async with engine.db.write() as tx:
            await unlink_character(tx, user_id, pilot)
    (first, *_) = await engine.rows("select id from eve.pending_revocations order by due_at")
    owner = await asyncpg.connect(clone)
    try:
        await owner.execute(
            "create function public.refuse() returns trigger language plpgsql as "
            "$$ begin raise exception 'refused'; end $$;"
            "create trigger refuse before delete on eve.pending_revocations for each row "
            f"when (old.id = '{first['id']}') execute function public.refuse()"
        )
    finally:
        await owner.close()

    assert await revoke_tokens(engine.db, engine.vault, engine.sso) == {"revoked": 2, "waiting": 1}

    assert [row["id"] for row in await engine.rows("select id from eve.pending_revocations")] == [first["id"]]


async def test_a_character_that_signs_in_for_a_new_owner_leaves_the_old_row_to_the_old(engine, sandbox, me):
    old = await engine.sign_in(me)
    await engine.sync(old, requested=True)
    sandbox.pilot(me).owners += 1
    buyer = await engine.user(name="Buyer")

    new = await engine.sign_in(me, buyer)

    assert new != old
    before, after = await engine.character(old), await engine.character(new)
    assert (before["token_state"], before["refresh_token"]) == ("sold", None)
    assert (after["token_state"], after["user_id"]) == ("valid", buyer)
    assert await engine.of("mails", old)
    assert await engine.of("mails", new) == []
    sent = await engine.rows("select job_type from core.jobs where job_type = 'eve.character_sold'")
    assert len(sent) == 1


async def test_the_same_person_in_another_account_ends_access_of_the_first_without_a_sale(engine, me):
    old = await engine.sign_in(me)
    other = await engine.user(name="Other account")

    await engine.sign_in(me, other)

    assert (await engine.character(old))["token_state"] == "removed"


def test_moments_of_refresh_are_spread_over_the_life_and_never_at_its_end():
    now = datetime(2026, 11, 21, tzinfo=UTC)
    end = now + timedelta(minutes=20)
    moments = [refresh_at(CharacterId(uuid7()), now, end) - now for _ in range(2000)]

    assert all(timedelta(minutes=10) <= moment <= timedelta(minutes=18) for moment in moments)
    minutes = [sum(1 for m in moments if int(m.total_seconds() // 60) == minute) for minute in range(10, 18)]
    assert all(150 < count < 350 for count in minutes)
