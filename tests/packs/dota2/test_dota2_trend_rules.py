"""Trend rules of users: their own, bounded, and told through notifications."""

import asyncio

import msgspec

from guildhall.db.connection import connect
from guildhall.testing.people import sign_in
from tests.packs.dota2 import make

RULES = "/api/v1/analytics/trend-rules"


async def test_a_users_rules_are_theirs_alone(guildhall):
    anna, bert = await sign_in(guildhall), await sign_in(guildhall)

    made = await guildhall.post(RULES, headers=anna.headers, json={"kind": "hero_win_rate", "hero_id": 5})
    hers = await guildhall.get(RULES, headers=anna.headers)
    his = await guildhall.get(RULES, headers=bert.headers)
    refused = await guildhall.request("DELETE", f"{RULES}/{made.json['id']}", headers=bert.headers)
    removed = await guildhall.request("DELETE", f"{RULES}/{made.json['id']}", headers=anna.headers)

    assert (made.status, made.json["threshold"], made.json["armed"]) == (201, 0.03, True)
    assert [rule["id"] for rule in hers.json["items"]] == [made.json["id"]]
    assert his.json["items"] == []
    assert (refused.status, refused.code) == (404, "dota2.rule_not_found")
    assert removed.status == 204
    assert (await guildhall.get(RULES)).code == "identity.unauthenticated"


async def test_bad_rules_are_refused(guildhall):
    anna = await sign_in(guildhall)
    for body in (
        {}, {"kind": "gold"}, {"kind": "hero_win_rate", "hero_id": 0}, {"kind": "player_rank", "account_id": "x"},
        {"kind": "hero_win_rate", "hero_id": 1, "window_days": 31}, {"kind": "player_rank"},
    ):  # fmt: skip
        answer = await guildhall.post(RULES, headers=anna.headers, json=body)
        assert answer.status == 400, body


async def test_many_requests_at_once_make_no_more_rules_than_one_may_have(start_guildhall, sandbox):
    guildhall = await start_guildhall(sandbox, dota2={"rules_free": 3})
    anna = await sign_in(guildhall)

    answers = await asyncio.gather(
        *(
            guildhall.post(RULES, headers=anna.headers, json={"kind": "hero_win_rate", "hero_id": n})
            for n in range(1, 17)
        )
    )

    assert sorted(answer.status for answer in answers) == [201] * 3 + [409] * 13
    assert {answer.code for answer in answers if answer.status == 409} == {"identity.limit_reached"}


async def test_whoever_waits_for_a_players_rank_is_told_of_it_once(guildhall, sandbox, start_worker):
    player = make.ids(sandbox)[0]
    anna = await sign_in(guildhall)
    worker = await start_worker(sandbox)
    assert (await guildhall.get(f"/api/v1/opendota_proxy/players/{player}")).status == 200
    made = await guildhall.post(RULES, headers=anna.headers, json={"kind": "player_rank", "account_id": str(player)})
    assert made.status == 201, made.body

    before = (await guildhall.get(f"/api/v1/opendota_proxy/players/{player}")).json["rank_tier"]
    after = 44 if before != 44 else 64
    async with guildhall.session.post(
        f"{sandbox.address}/_sandbox/players/{player}", data=msgspec.json.encode({"rank_tier": after})
    ) as control:
        assert control.status == 200
    assert (await guildhall.post(f"/api/v1/opendota_proxy/players/{player}/refresh")).status == 202
    await worker.idle()

    told = (await guildhall.get("/api/v1/notifications", headers=anna.headers)).json["items"]
    assert [(one["type"], one["data"]) for one in told] == [
        ("player_rank", {"rule_id": made.json["id"], "account_id": str(player)})
    ]
    assert "stars" in told[0]["body"]


async def test_a_rule_goes_with_its_user(guildhall, clone):
    anna = await sign_in(guildhall)
    await guildhall.post(RULES, headers=anna.headers, json={"kind": "hero_win_rate", "hero_id": 5})
    connection = await connect(clone)
    await connection.execute("delete from core.users where id = $1", anna.id)
    left = await connection.fetchval("select count(*) from dota2.trend_rules")
    await connection.close()

    assert left == 0
