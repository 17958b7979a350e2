"""Signing in with Path of Exile, the account that is kept, and the ends of a link."""

import asyncio
from datetime import timedelta

import pytest

from guildhall.core.identity.accounts.messages import AccountDeleted
from guildhall.packs.poe2.ggg.messages import KeepLinks, RevokeTokens
from tests.core.identity.make import Browser, query_of
from tests.packs.poe2.make import ALL, ANN, running_ggg

ACCOUNT = "/api/v1/poe2/account"
LEAGUES = f"{ACCOUNT}/leagues"
BEN = "Exile_Two#1002"


async def account(house):
    """The one account that is kept."""
    (row,) = await house.rows("select * from poe2.accounts")
    return row


async def notices(house):
    """What people were told, oldest first."""
    rows = await house.rows("select type, title, body from core.notification_log order by created_at, id")
    return [(row["type"], row["body"]) for row in rows]


async def test_a_sign_in_keeps_the_account_by_its_uuid_with_sealed_tokens(house, ggg):
    asked = query_of(await Browser(house).begin("poe"))
    exile = await ggg.sign_in(house)

    row, card = await account(house), (await exile.get(ACCOUNT)).json

    assert (asked["code_challenge_method"], asked["scope"]) == ("S256", " ".join(ALL))
    assert asked["state"]
    assert (str(row["sub"]), row["poe_account_name"]) == (ggg.account().sub, ANN)
    assert row["access_token"].count(":") == row["refresh_token"].count(":") == 2
    assert (card["poe_account_name"], card["state"], card["missing_scopes"]) == (ANN, "linked", [])
    lasts = row["refresh_expires_at"] - row["signed_in_at"]
    assert lasts == timedelta(days=90)


async def test_who_never_signed_in_with_path_of_exile_is_told_so(house):
    person = await house.sign_in(name="Ann")

    answers = [await person.get(ACCOUNT), await person.get(LEAGUES), await person.delete(ACCOUNT)]

    assert [(one.status, one.code) for one in answers] == [(404, "poe2.account_not_linked")] * 3


async def test_another_name_is_the_same_account(house, ggg):
    first = await ggg.sign_in(house)
    await ggg.control("/accounts/Exile_One", {"name": "Renamed#7777"})

    again = await ggg.sign_in(house, "Renamed#7777")

    assert again.id == first.id
    assert (await account(house))["poe_account_name"] == "Renamed#7777"


async def test_a_name_that_somebody_else_has_now_leaves_its_former_owner(house, ggg):
    ann = await ggg.sign_in(house)
    await ggg.control("/accounts/Exile_One", {"name": "Renamed#7777"})
    await ggg.control("/accounts/Exile_Two", {"name": ANN})

    await ggg.sign_in(house, ANN)

    rows = await house.rows("select user_id, poe_account_name from poe2.accounts order by user_id")
    assert {row["poe_account_name"] for row in rows} == {ANN, ggg.world.named("Renamed").sub}
    assert (await ann.get(ACCOUNT)).json["state"] == "linked"


async def test_a_second_account_is_refused_and_the_first_stays(house, ggg):
    browser = Browser(house)
    first = await ggg.walk(house, ANN, browser)
    headers = {"Authorization": f"Bearer {first.json['access_token']}"}
    begun = await browser.request("POST", "/api/v1/me/identities/poe/start", headers, json={})

    refused = await browser.come_back(await ggg.approve(begun.json["authorize_url"], BEN))

    assert (refused.status, refused.code) == (409, "poe2.other_account_linked")
    assert ANN in refused.json["detail"]
    assert (await account(house))["poe_account_name"] == ANN
    assert len(await house.rows("select from core.identities")) == 1


async def test_leagues_are_those_of_the_account_and_come_from_memory_then(house, ggg):
    exile = await ggg.sign_in(house)

    first, again = await exile.get(LEAGUES), await exile.get(LEAGUES)

    assert first.status == 200, first.body
    by_name = {one["name"]: one["private"] for one in first.json["items"]}
    assert by_name == {**dict.fromkeys(by_name, False), "Guild Race (PL48213)": True}
    assert again.headers["cache-control"].startswith("private")
    assert ggg.asked("/account/leagues/poe2") == 1
    assert again.json == first.json


async def test_a_token_near_its_end_is_refreshed_and_the_link_ends_when_it_would_have(house, ggg):
    exile = await ggg.sign_in(house)
    before = await account(house)
    await ggg.pass_time(house, timedelta(days=28))

    answer = await ask_again(house, exile)

    after = await account(house)
    assert answer.status == 200, answer.body
    assert ggg.grants.refreshes == 1
    assert after["refresh_token"] != before["refresh_token"]
    assert after["refresh_expires_at"] == before["refresh_expires_at"]
    assert after["access_expires_at"] > before["access_expires_at"]


async def ask_again(house, exile, path=LEAGUES):
    """Ask in a new session: the passing of time has ended the first one, which is not what is tested."""
    return await (await house.sign_in(exile.id)).get(path)


async def test_two_processes_refresh_one_token_once(start_guildhall, ggg):
    one, other = [await start_guildhall(clock=ggg.clock, poe2=ggg.settings) for _ in range(2)]
    exile = await ggg.sign_in(one)
    await ggg.pass_time(one, timedelta(days=28))
    ggg.fault("slow", "/oauth/token$", delay=0.3)
    here, there = await one.sign_in(exile.id), await other.sign_in(exile.id)

    answers = await asyncio.gather(*(person.get(LEAGUES) for person in (here, there, here, there)))

    assert [answer.status for answer in answers] == [200] * 4
    assert (ggg.grants.refreshes, ggg.grants.reused) == (1, 0)


async def test_a_refresh_that_fails_keeps_the_token_for_another_try(house, ggg):
    exile = await ggg.sign_in(house)
    before = await account(house)
    await ggg.pass_time(house, timedelta(days=28))
    ggg.fault("error", "/oauth/token", status=503)

    down = await ask_again(house, exile)
    at_once = await ask_again(house, exile)
    ggg.heal()
    await ggg.pass_time(house, timedelta(minutes=1))
    well = await ask_again(house, exile)

    assert [(one.status, one.code) for one in (down, at_once)] == [(503, "poe2.token_delayed")] * 2
    assert ggg.asked("/oauth/token") == 3, "the sign-in, one failure, one success"
    assert well.status == 200
    assert (await account(house))["refresh_expires_at"] == before["refresh_expires_at"]
    assert await notices(house) == []


async def test_our_own_wrong_secret_costs_nobody_a_link(start_guildhall, ggg):
    house = await start_guildhall(clock=ggg.clock, poe2=ggg.settings)
    exile = await ggg.sign_in(house)
    await ggg.pass_time(house, timedelta(days=28))
    wrong = await start_guildhall(clock=ggg.clock, poe2={**ggg.settings, "client_secret": "wrong"})

    answer = await ask_again(wrong, exile)

    assert (answer.status, answer.code) == (503, "poe2.token_delayed")
    assert (await account(house))["state"] == "linked"


async def test_a_revocation_at_the_game_ends_the_link_and_is_told_once(house, ggg):
    exile = await ggg.sign_in(house)
    await ggg.control("/accounts/Exile_One", {"revoke": True})

    refused = [await exile.get(LEAGUES) for _ in range(2)]
    await house.work()

    row = await account(house)
    assert [(one.status, one.code) for one in refused] == [(409, "poe2.link_ended")] * 2
    assert (row["state"], row["ended_why"], row["access_token"], row["refresh_token"]) == (
        "ended", "revoked", None, None,
    )  # fmt: skip
    assert row["forget_at"] - row["ended_at"] == timedelta(days=7)
    ((kind, body),) = await notices(house)
    assert kind == "poe2_link_ended"
    assert f"{row['forget_at']:%d %B}" in body
    assert (await exile.get(ACCOUNT)).json["ended_why"] == "revoked"


async def test_what_was_revoked_is_deleted_a_week_later_unless_somebody_signs_in_again(house, ggg):
    ann, ben = await ggg.sign_in(house, ANN), await ggg.sign_in(house, BEN)
    for name, exile in (("Exile_One", ann), ("Exile_Two", ben)):
        await ggg.control(f"/accounts/{name}", {"revoke": True})
        await exile.get(LEAGUES)
    await ggg.pass_time(house, timedelta(days=6))
    await ggg.sign_in(house, ANN)

    await house.work(KeepLinks())
    assert len(await house.rows("select from poe2.accounts")) == 2
    await ggg.pass_time(house, timedelta(days=2))
    await house.work(KeepLinks())

    (left,) = await house.rows("select poe_account_name, state, forget_at from poe2.accounts")
    assert left == {"poe_account_name": ANN, "state": "linked", "forget_at": None}


async def test_the_end_of_the_link_is_announced_and_then_told(house, ggg):
    await ggg.sign_in(house)
    await house.work(KeepLinks())
    await ggg.pass_time(house, timedelta(days=84))
    await house.work(KeepLinks())
    await house.work(KeepLinks())
    announced = await notices(house)

    await ggg.pass_time(house, timedelta(days=7))
    await house.work(KeepLinks())

    row = await account(house)
    assert [kind for kind, _ in announced] == ["poe2_link_ends"]
    assert [kind for kind, _ in await notices(house)] == ["poe2_link_ends", "poe2_link_ended"]
    assert (row["state"], row["ended_why"], row["forget_at"]) == ("ended", "expired", None)


async def test_a_missing_scope_is_no_end_of_the_link_and_not_asked_for(start_guildhall, ggg):
    few = await start_guildhall(clock=ggg.clock, poe2={**ggg.settings, "scopes": ["account:profile"]})
    exile = await ggg.sign_in(few)
    house = await start_guildhall(clock=ggg.clock, poe2=ggg.settings)

    answer = await (await house.sign_in(exile.id)).get(LEAGUES)
    card = (await (await house.sign_in(exile.id)).get(ACCOUNT)).json

    assert (answer.status, answer.code) == (409, "poe2.scope_missing")
    assert "account:leagues" in answer.json["detail"]
    assert ggg.asked("/account/leagues/poe2") == 0
    assert (card["state"], card["missing_scopes"]) == ("linked", ALL[1:])


@pytest.mark.parametrize(
    ("fault", "status", "code", "state"),
    [
        ({"mode": "error", "status": 403}, 409, "poe2.scope_missing", "linked"),
        ({"mode": "error", "status": 401}, 503, "poe2.token_delayed", "linked"),
        ({"mode": "html", "status": 401}, 503, "upstream_down", "linked"),
        ({"mode": "html", "status": 403}, 503, "upstream_down", "linked"),
        ({"mode": "error", "status": 500}, 503, "upstream_down", "linked"),
        ({"mode": "html", "status": 503}, 503, "upstream_down", "linked"),
        ({"mode": "dead"}, 503, "upstream_down", "linked"),
        ({"mode": "html", "status": 200}, 503, "upstream_lied", "linked"),
        ({"mode": "wrong_types"}, 503, "upstream_lied", "linked"),
        ({"mode": "rate_limited"}, 503, "poe2.ggg_limited", "linked"),
    ],
)  # fmt: skip
async def test_refusals_and_outages_are_told_apart_and_none_ends_a_link(house, ggg, fault, status, code, state):
    exile = await ggg.sign_in(house)
    ggg.fault(path="/api/account", **fault)

    answer = await exile.get(LEAGUES)

    assert (answer.status, answer.code) == (status, code), answer.body
    assert (await account(house))["state"] == state


async def test_unlinking_deletes_the_account_and_revokes_its_token(house, ggg):
    exile = await ggg.sign_in(house)
    await exile.get(LEAGUES)
    assert ggg.grants.living(ggg.account(), ggg.app_now()) == 1

    gone = await exile.delete(ACCOUNT)
    await house.work()

    assert gone.status == 204
    assert await house.rows("select from poe2.accounts") == []
    assert await house.rows("select from poe2.pending_revocations") == []
    assert ggg.grants.living(ggg.account(), ggg.app_now()) == 0
    assert await house.rows("select from core.cached_data where cache_key like 'poe2%'") == []
    assert (await exile.get(LEAGUES)).code == "poe2.account_not_linked"


async def test_a_revocation_that_fails_is_tried_again(house, ggg):
    exile = await ggg.sign_in(house)
    ggg.fault("error", "/oauth/token/revoke", status=503)

    await exile.delete(ACCOUNT)
    (failed,) = [job for job in await house.work() if job.job_type == "poe2.revoke_tokens"]
    ggg.heal()
    await house.execute("update poe2.pending_revocations set due_at = now()")
    await house.work(RevokeTokens())

    assert failed.result == {"revoked": 0, "waiting": 1}
    assert await house.rows("select from poe2.pending_revocations") == []
    assert ggg.grants.living(ggg.account(), ggg.app_now()) == 0


async def test_unlinking_the_identity_or_deleting_the_account_here_does_the_same(house, ggg):
    ann, ben = await ggg.sign_in(house, ANN), await ggg.sign_in(house, BEN)
    await house.execute("update core.users set password_hash = 'x' where id = $1", ann.id)
    (identity,) = (await ann.get("/api/v1/me/identities")).json

    unlinked = await ann.delete(f"/api/v1/me/identities/{identity['id']}")
    await house.execute("delete from core.users where id = $1", ben.id)
    await house.work(AccountDeleted(ben.id))

    assert unlinked.status == 204, unlinked.body
    assert await house.rows("select from poe2.accounts") == []
    assert [ggg.grants.living(ggg.account(name), ggg.app_now()) for name in (ANN, BEN)] == [0, 0]


async def test_nobody_reads_the_account_of_another(house, ggg):
    ann, ben = await ggg.sign_in(house, ANN), await ggg.sign_in(house, BEN)

    cards = [(await exile.get(ACCOUNT)).json["poe_account_name"] for exile in (ann, ben)]
    async with house.runtime.db.read() as tx:
        nobody = await tx.connection.fetch("select from poe2.accounts")

    assert cards == [ANN, BEN]
    assert nobody == []


async def test_a_public_client_s_link_lasts_a_week(start_guildhall):
    async with running_ggg(client_secret=None) as ggg:
        house = await start_guildhall(clock=ggg.clock, poe2={**ggg.settings, "client_secret": None})
        await ggg.sign_in(house)

        row = await account(house)

    assert row["refresh_expires_at"] - row["signed_in_at"] == timedelta(days=7)
