"""Sessions: refreshed, replayed, listed, ended."""

import asyncio

from guildhall.core.identity.actions.sessions import rotate
from guildhall.core.identity.errors import RefreshTokenReused
from guildhall.core.identity.revocations import Revocations
from guildhall.core.identity.schemas import DOORKEEPER, SessionTokens
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.tokens import AccessTokens
from tests.core.identity.make import make_user, sign_in


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
