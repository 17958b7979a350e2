"""Sessions: refreshed, replayed, listed, ended."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import ANY

import pytest

from guildhall.clock import Clock, SetClock
from guildhall.core.identity.api_tokens.actions import make_api_token
from guildhall.core.identity.principals.revocations import Revocations
from guildhall.core.identity.principals.schemas import DOORKEEPER
from guildhall.core.identity.principals.tokens import AccessTokens
from guildhall.core.identity.sessions.actions import end_session, rotate, start_session
from guildhall.core.identity.sessions.errors import AccountSuspended, RefreshTokenReused
from guildhall.core.identity.sessions.schemas import Device, SessionTokens
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.upkeep.jobs import clean_up_sessions
from guildhall.core.identity.upkeep.messages import CleanUpSessions
from guildhall.db.policies import Viewer
from guildhall.testing.people import make_user, sign_in


def settings_of(**values: Any) -> IdentitySettings:
    """Settings that owe nothing to a file."""
    return IdentitySettings(**{"_env_file": None, "jwt_secret": "the secret of the tests", **values})


async def refresh(guildhall, token):
    """The answer to a refresh token."""
    return await guildhall.post("/api/v1/auth/refresh", json={"refresh_token": token})


async def test_the_viewer_lists_the_devices(guildhall):
    ann = await sign_in(guildhall)
    again = await sign_in(guildhall, ann.id)
    await sign_in(guildhall)

    answer = await guildhall.get("/api/v1/me/sessions", headers=ann.headers)

    assert answer.status == 200, answer.body
    assert [(s["id"], s["current"]) for s in answer.json["items"]] == [
        (str(again.session_id), False),
        (str(ann.session_id), True),
    ]


async def test_nobody_is_told_to_sign_in(guildhall):
    answer = await guildhall.get("/api/v1/me/sessions")

    assert (answer.status, answer.code) == (401, "identity.unauthenticated")


async def test_of_64_refreshes_of_one_token_one_wins_and_the_session_ends(guildhall):
    ann = await sign_in(guildhall)
    tokens = guildhall.runtime.provided[AccessTokens]
    settings = guildhall.runtime.provided[IdentitySettings]

    async def refresh():
        async with guildhall.runtime.db.write(DOORKEEPER) as tx:
            return await rotate(tx, ann.tokens.refresh_token, tokens=tokens, settings=settings, caller=None)

    results = await asyncio.gather(*(refresh() for _ in range(64)))

    won = [one for one in results if isinstance(one, SessionTokens)]
    assert len(won) == 1
    assert sum(isinstance(one, RefreshTokenReused) for one in results) == 63


async def test_an_ended_session_is_dead_at_once_in_every_process(guildhall, start_guildhall):
    other = await start_guildhall()
    ann = await sign_in(guildhall)
    laptop = await sign_in(guildhall, ann.id)
    for server in (guildhall, other):
        assert (await server.get("/api/v1/me/sessions", headers=laptop.headers)).status == 200

    ended = await guildhall.request("DELETE", f"/api/v1/me/sessions/{laptop.session_id}", headers=ann.headers)

    assert ended.status == 204
    answer = await guildhall.get("/api/v1/me/sessions", headers=laptop.headers)
    assert (answer.status, answer.code) == (401, "identity.session_ended")
    await other.runtime.provided[Revocations].settle()
    assert (await other.get("/api/v1/me/sessions", headers=laptop.headers)).code == "identity.session_ended"
    assert (await other.get("/api/v1/me/sessions", headers=ann.headers)).status == 200


async def test_a_deleted_user_is_out_at_once(guildhall, jobs_db):
    ann = await sign_in(guildhall, await make_user(guildhall.runtime.url))
    assert (await guildhall.get("/api/v1/me/sessions", headers=ann.headers)).status == 200

    async with jobs_db.write() as tx:
        await tx.connection.execute("delete from core.users where id = $1", ann.id)
    await guildhall.runtime.provided[Revocations].settle()

    assert (await guildhall.get("/api/v1/me/sessions", headers=ann.headers)).code == "identity.session_ended"


async def test_a_refresh_gives_new_tokens_and_spends_the_old(guildhall):
    ann = await sign_in(guildhall)

    first = await refresh(guildhall, ann.tokens.refresh_token)
    second = await refresh(guildhall, first.json["refresh_token"])

    assert (first.status, second.status) == (200, 200)
    assert first.headers["cache-control"] == "no-store"
    headers = {"Authorization": f"Bearer {second.json['access_token']}"}
    assert (await guildhall.get("/api/v1/me/sessions", headers=headers)).status == 200
    assert second.json["session_id"] == str(ann.session_id)


async def test_a_replayed_refresh_token_ends_the_whole_session(guildhall):
    ann = await sign_in(guildhall)
    phone = await sign_in(guildhall, ann.id)
    newest = (await refresh(guildhall, ann.tokens.refresh_token)).json

    replayed = await refresh(guildhall, ann.tokens.refresh_token)
    after = await refresh(guildhall, newest["refresh_token"])
    again = await refresh(guildhall, ann.tokens.refresh_token)

    assert (replayed.status, replayed.code) == (401, "identity.refresh_token_reused")
    assert (after.status, after.code) == (401, "identity.refresh_token_invalid")
    assert (again.status, again.code) == (401, "identity.refresh_token_reused")
    await guildhall.runtime.provided[Revocations].settle()
    stolen = await guildhall.get("/api/v1/me/sessions", headers={"Authorization": f"Bearer {newest['access_token']}"})
    assert (stolen.status, stolen.code) == (401, "identity.session_ended")
    events = (await guildhall.get("/api/v1/me/security-events", headers=phone.headers)).json["items"]
    assert [(event["kind"], event["outcome"], event["session_id"]) for event in events] == [
        ("token_reused", "refused", str(ann.session_id))
    ]


async def test_with_a_grace_the_other_tab_is_told_to_try_again(start_guildhall):
    house = await start_guildhall(identity={"refresh_grace_seconds": 30})
    ann = await sign_in(house)
    newest = (await refresh(house, ann.tokens.refresh_token)).json

    raced = await refresh(house, ann.tokens.refresh_token)

    assert (raced.status, raced.code) == (409, "identity.refresh_raced")
    assert (await refresh(house, newest["refresh_token"])).status == 200


@pytest.mark.parametrize("token", ["ghr_unknown", "x", "\u0000", "\u00fc" * 50])
async def test_an_unknown_refresh_token_is_refused(guildhall, token):
    answer = await refresh(guildhall, token)

    assert (answer.status, answer.code) == (401, "identity.refresh_token_invalid")


async def test_a_session_lives_seven_days_from_its_last_use(start_guildhall):
    clock = SetClock(datetime.now(UTC))
    house = await start_guildhall(clock=clock)
    ann = await sign_in(house)

    clock.advance(timedelta(days=6, hours=23))
    used = await refresh(house, ann.tokens.refresh_token)
    clock.advance(timedelta(days=6, hours=23))
    again = await refresh(house, used.json["refresh_token"])
    clock.advance(timedelta(days=7))
    late = await refresh(house, again.json["refresh_token"])

    assert (used.status, again.status) == (200, 200)
    assert (late.status, late.code) == (401, "identity.refresh_token_invalid")


async def test_an_access_token_is_good_for_fifteen_minutes(start_guildhall):
    clock = SetClock(datetime.now(UTC))
    house = await start_guildhall(clock=clock)
    ann = await sign_in(house)

    clock.advance(timedelta(minutes=14))
    assert (await house.get("/api/v1/me/sessions", headers=ann.headers)).status == 200
    clock.advance(timedelta(minutes=1))
    answer = await house.get("/api/v1/me/sessions", headers=ann.headers)

    assert (answer.status, answer.code) == (401, "identity.token_expired")


async def test_a_suspended_person_gets_no_tokens(guildhall, jobs_db):
    ann = await sign_in(guildhall)
    async with jobs_db.write() as tx:
        await tx.connection.execute("update core.users set suspended_at = now() where id = $1", ann.id)

    answer = await refresh(guildhall, ann.tokens.refresh_token)

    assert (answer.status, answer.code) == (403, "identity.suspended")
    with pytest.raises(AccountSuspended):
        await sign_in(guildhall, ann.id)


async def test_signing_out_ends_this_session_and_no_other(guildhall):
    ann = await sign_in(guildhall)
    phone = await sign_in(guildhall, ann.id)

    gone = await guildhall.post("/api/v1/auth/sign-out", headers=ann.headers, json={})

    assert gone.status == 204
    assert (await guildhall.get("/api/v1/me/sessions", headers=ann.headers)).code == "identity.session_ended"
    assert (await guildhall.get("/api/v1/me/sessions", headers=phone.headers)).status == 200
    assert (await refresh(guildhall, ann.tokens.refresh_token)).code == "identity.refresh_token_invalid"


@pytest.mark.parametrize(("keep", "left"), [("true", 1), ("false", 0)])
async def test_all_sessions_end_at_once(guildhall, keep, left):
    ann = await sign_in(guildhall)
    others = [await sign_in(guildhall, ann.id) for _ in range(3)]
    ben = await sign_in(guildhall)

    answer = await guildhall.request("DELETE", f"/api/v1/me/sessions?keep_current={keep}", headers=ann.headers)

    assert answer.json == {"ended": 4 - left}
    for one in others:
        assert (await guildhall.get("/api/v1/me/sessions", headers=one.headers)).code == "identity.session_ended"
    assert (await guildhall.get("/api/v1/me/sessions", headers=ann.headers)).status == (200 if left else 401)
    assert (await guildhall.get("/api/v1/me/sessions", headers=ben.headers)).status == 200


async def test_another_s_session_is_not_there(guildhall):
    ann, ben = await sign_in(guildhall), await sign_in(guildhall)

    answer = await guildhall.request("DELETE", f"/api/v1/me/sessions/{ann.session_id}", headers=ben.headers)

    assert (answer.status, answer.code) == (404, "identity.session_not_found")
    assert (await guildhall.get("/api/v1/me/sessions", headers=ann.headers)).status == 200


async def test_lists_are_pages(guildhall):
    ann = await sign_in(guildhall)
    for _ in range(4):
        await sign_in(guildhall, ann.id)
    for path in ("/api/v1/me/sessions", "/api/v1/me/security-events"):
        if path.endswith("events"):
            await guildhall.request("DELETE", "/api/v1/me/sessions?keep_current=true", headers=ann.headers)
        page = (await guildhall.get(f"{path}?limit=2", headers=ann.headers)).json
        seen = [item["id"] for item in page["items"]]
        while page["next"]:
            page = (await guildhall.get(f"{path}?limit=2&after={page['next']}", headers=ann.headers)).json
            seen += [item["id"] for item in page["items"]]
        assert len(seen) == len(set(seen)) > 0
        assert seen == sorted(seen, reverse=True)
    assert (await guildhall.get("/api/v1/me/sessions?after=junk", headers=ann.headers)).code == "bad_cursor"


async def test_a_device_is_named_and_pushes_go_to_who_used_it_last(guildhall):
    ann, ben = await sign_in(guildhall), await sign_in(guildhall)
    path, device = "/api/v1/me/sessions/current/device", {"name": "Ann's phone", "type": "ios", "token": "push-1"}

    first = await guildhall.request("PUT", path, headers=ann.headers, json=device)
    second = await guildhall.request("PUT", path, headers=ben.headers, json={**device, "name": "Now Ben's"})

    assert (first.status, first.json["device_name"], first.json["push"]) == (200, "Ann's phone", True)
    assert second.json["push"]
    (mine,) = (await guildhall.get("/api/v1/me/sessions", headers=ann.headers)).json["items"]
    assert not mine["push"]
    assert b"push-1" not in second.body
    for bad in ({"type": "fridge"}, {"name": ""}, {"name": "a\u0000b"}, {"token": "x" * 5000}):
        assert (await guildhall.request("PUT", path, headers=ann.headers, json=bad)).status == 400


async def test_signing_in_again_on_a_device_replaces_the_session_there(guildhall):
    ann = await sign_in(guildhall, device=Device("phone", "ios", "push-1"))
    again = await sign_in(guildhall, ann.id, device=Device("phone", "ios", "push-1"))
    ben = await sign_in(guildhall, device=Device("phone", "ios", "push-1"))

    await guildhall.runtime.provided[Revocations].settle()
    assert (await guildhall.get("/api/v1/me/sessions", headers=ann.headers)).code == "identity.session_ended"
    for person, push in ((again, False), (ben, True)):
        (session,) = (await guildhall.get("/api/v1/me/sessions", headers=person.headers)).json["items"]
        assert session["push"] is push


async def test_many_sign_ins_on_one_device_at_once_leave_one_with_pushes(guildhall):
    people = [await make_user(guildhall.runtime.url) for _ in range(8)]

    await asyncio.gather(*(sign_in(guildhall, one, device=Device(token="push-1")) for one in people))

    async with guildhall.runtime.db.write(DOORKEEPER) as tx:
        assert await tx.connection.fetchval("select count(*) from core.sessions where device_token is not null") == 1


async def test_the_upkeep_forgets_what_is_over(jobs_db):
    tokens, now = AccessTokens(settings_of(), Clock()), datetime.now(UTC)
    async with jobs_db.write() as tx:
        user_id = await make_user(tx)
        given = [await start_session(tx, user_id, method="t", device=Device(), tokens=tokens) for _ in range(3)]
        await rotate(tx, given[0].refresh_token, tokens=tokens, settings=settings_of(), caller=None)
        await rotate(tx, given[1].refresh_token, tokens=tokens, settings=settings_of(), caller=None)
        await end_session(tx, given[2].session_id, "signed_out")
        age = "update core.sessions set expires_at = $2 where id = $1"
        await tx.connection.execute(age, given[0].session_id, now - timedelta(seconds=1))
        await tx.connection.execute(
            "update core.spent_refresh_tokens set spent_at = $2 where session_id = $1",
            given[1].session_id, now - timedelta(days=8),
        )  # fmt: skip
        _, old = await make_api_token(tx, user_id, "old", frozenset(["a:b"]), None, 9, None)
        await make_api_token(tx, user_id, "good", frozenset(["a:b"]), now + timedelta(days=9), 9, None)
        await tx.connection.execute(
            "update core.api_tokens set revoked_at = $2 where id = $1", old.id, now - timedelta(days=91)
        )
        await tx.connection.execute("update core.revocations set at = $1", now - timedelta(hours=3))

    done = await clean_up_sessions(CleanUpSessions(), jobs_db, settings_of())

    assert done == {"sessions": 1, "spent_tokens": 1, "flows": 0, "api_tokens": 1, "revocations": 2}
    async with jobs_db.read() as tx:
        left = await tx.connection.fetch("select id from core.sessions order by id")
    assert {row["id"] for row in left} == {given[1].session_id, given[2].session_id}
    assert await clean_up_sessions(CleanUpSessions(), jobs_db, settings_of()) == {
        "sessions": 0, "spent_tokens": 0, "flows": 0, "api_tokens": 0, "revocations": ANY,
    }  # fmt: skip


async def test_what_signs_people_in_is_hidden_from_other_viewers_and_from_nobody_s(guildhall):
    ann, ben = await sign_in(guildhall, device=Device("phone", "ios", "push-1")), await sign_in(guildhall)
    await refresh(guildhall, ann.tokens.refresh_token)
    tables = ("core.users", "core.sessions", "core.spent_refresh_tokens")

    async def seen(viewer):
        async with guildhall.runtime.db.read(viewer, snapshot=True) as tx:
            return [await tx.connection.fetchval(f"select count(*) from {table}") for table in tables]

    assert await seen(Viewer(ann.id)) == [1, 1, 1]
    assert await seen(Viewer(ben.id)) == [1, 1, 0]
    assert await seen(None) == [0, 0, 0]
    assert await seen(DOORKEEPER) == [2, 2, 1]
