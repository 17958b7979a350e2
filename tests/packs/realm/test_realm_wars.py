"""Wars between guilds: what both sides are said to be always follows from them."""

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.core.jobs.actions import send
from guildhall.packs.realm.guilds.jobs import forget_invitations
from guildhall.packs.realm.guilds.messages import ForgetInvitations
from guildhall.packs.realm.wars.jobs import tend_wars
from guildhall.packs.realm.wars.messages import TendWars
from guildhall.packs.realm.wars.rules import leading, may_conquer, status_at
from tests.packs.realm.make import make_player, make_server

WARS = "/api/v1/realm/guild-wars"
GUILDS = "/api/v1/realm/guilds"


@pytest.fixture
async def guildhall(start_guildhall, sandbox):
    """Wars begin at once, unless a test says otherwise."""
    return await start_guildhall(sandbox, realm={"war_notice_minutes": 0})


@pytest.fixture
async def server(guildhall):
    return await make_server(guildhall.runtime.url)


@pytest.fixture
async def rows(guildhall):
    connection = await asyncpg.connect(guildhall.runtime.url)

    async def ask(sql: str, *args: object):
        return await connection.fetch(sql, *args)

    yield ask
    await connection.close()


class Side:
    """A guild and its leader."""

    def __init__(self, leader, guild) -> None:
        self.leader = leader
        self.headers = leader.headers
        self.id = guild["id"]


async def found(guildhall, server, name):
    leader = await make_player(guildhall, server)
    answer = await guildhall.post(GUILDS, headers=leader.headers, json={"name": name})
    assert answer.status == 201, answer.body
    return Side(leader, answer.json)


@pytest.fixture
async def sides(guildhall, server):
    return [await found(guildhall, server, name) for name in ("Attackers", "Defenders")]


@pytest.fixture
async def admin(guildhall, server):
    return await make_player(guildhall, server, badge="admin")


async def declare(guildhall, attacker, defender, territory=None):
    body = {"defender_id": defender.id, "territory_id": territory and territory["id"]}
    return await guildhall.post(f"{GUILDS}/{attacker.id}/wars", headers=attacker.headers, json=body)


async def add_territory(guildhall, server, admin, name="Ashen Pass", points=100, holder=None):
    answer = await guildhall.post(
        f"/api/v1/realm/servers/{server}/territories", headers=admin.headers,
        json={"name": name, "points": points, "guild_id": holder and holder.id},
    )  # fmt: skip
    assert answer.status == 201, answer.body
    return answer.json


async def score(guildhall, admin, war, side, points, key):
    return await guildhall.post(
        f"/api/v1/realm/game/guild-wars/{war['id']}/points", headers=admin.headers,
        json={"guild_id": side.id, "points": points, "client_key": key},
    )  # fmt: skip


async def do(guildhall, side, war, what, body=None, method="POST"):
    return await guildhall.request(
        method, f"{WARS}/{war['id']}/{what}", headers=side.headers, json=body if body is not None else None
    )


async def standing(guildhall, *guilds: Side):
    seen = [(await guildhall.get(f"{GUILDS}/{one.id}", headers=one.headers)).json for one in guilds]
    return [(one["war_status"], one["territory"], one["conquest_points"]) for one in seen]


async def test_a_territory_is_conquered(guildhall, server, sides, admin, rows):
    attacker, defender = sides
    pass_ = await add_territory(guildhall, server, admin, holder=defender)
    assert await standing(guildhall, attacker, defender) == [("peace", None, 0), ("peace", "Ashen Pass", 0)]

    war = (await declare(guildhall, attacker, defender, pass_)).json
    assert (war["status"], war["territory"], war["winner_id"]) == ("active", "Ashen Pass", None)
    assert await standing(guildhall, attacker, defender) == [("active_war", None, 0), ("active_war", "Ashen Pass", 0)]
    early = await do(guildhall, attacker, war, "conquest", {})
    await score(guildhall, admin, war, attacker, 100, "1")
    again = await score(guildhall, admin, war, attacker, 100, "1")
    reused = await score(guildhall, admin, war, attacker, 101, "1")
    await score(guildhall, admin, war, defender, 100, "2")
    behind = await do(guildhall, attacker, war, "conquest", {})
    last = await score(guildhall, admin, war, attacker, 1, "3")
    taken = await do(guildhall, attacker, war, "conquest", {})
    late = await score(guildhall, admin, war, defender, 5, "4")
    retried_late = await score(guildhall, admin, war, attacker, 1, "3")

    assert (early.code, behind.code) == ("realm.not_winning", "realm.not_winning")
    assert (again.json["again"], reused.code, late.code) == (True, "realm.key_reused", "realm.war_ended")
    assert (last.json["war"]["attacker_points"], last.json["war"]["defender_points"]) == (101, 100)
    assert (retried_late.status, retried_late.json["again"]) == (201, True)
    assert (taken.json["status"], taken.json["outcome"], taken.json["winner_id"], taken.json["taken"]) == (
        "ended", "conquest", attacker.id, True,
    )  # fmt: skip
    assert await standing(guildhall, attacker, defender) == [("peace", "Ashen Pass", 100), ("conquered", None, 0)]
    told = [
        (row["kind"], msgspec.json.decode(row["body"]).get("outcome"))
        for row in await rows(
            "select kind, body from core.live_events where topic = $1 order by seq", f"realm.guild:{defender.id}"
        )
    ]
    assert [kind for kind, _ in told] == [
        "war_declared", "war_started", "war_points", "war_points", "war_points", "war_ended",
    ]  # fmt: skip
    assert told[-1][1] == "conquest"
    acts = [row["act"] for row in await rows("select act from core.audit_log where actor_id = $1", attacker.leader.id)]
    assert acts == ["guild_war_declared", "guild_war_ended"]
    listed = await guildhall.get(f"/api/v1/realm/servers/{server}/territories", headers=attacker.headers)
    assert [(one["name"], one["guild_name"]) for one in listed.json["items"]] == [("Ashen Pass", "Attackers")]

    # It takes what it lost back: free again; and who wins a later war without losing anything is no longer conquered.
    back = (await declare(guildhall, defender, attacker, pass_)).json
    await score(guildhall, admin, back, defender, 500, "1")
    assert (await do(guildhall, defender, back, "conquest", {})).status == 200
    assert await standing(guildhall, attacker, defender) == [("conquered", None, 100), ("peace", "Ashen Pass", 100)]
    third = (await declare(guildhall, attacker, defender)).json
    await do(guildhall, attacker, third, "peace", method="PUT")
    assert (await do(guildhall, defender, third, "peace", method="PUT")).json["outcome"] == "peace"
    assert await standing(guildhall, attacker, defender) == [("peace", None, 100), ("peace", "Ashen Pass", 100)]


async def test_who_surrenders_hands_the_contested_territory_over(guildhall, server, sides, admin):
    attacker, defender = sides
    pass_ = await add_territory(guildhall, server, admin, holder=defender, points=40)
    await add_territory(guildhall, server, admin, "Green Vale", holder=defender)
    war = (await declare(guildhall, attacker, defender, pass_)).json

    lost = await do(guildhall, defender, war, "surrender")

    assert (lost.json["outcome"], lost.json["winner_id"], lost.json["taken"]) == ("surrender", attacker.id, True)
    assert await standing(guildhall, attacker, defender) == [("peace", "Ashen Pass", 40), ("peace", "Green Vale", 0)]
    war = (await declare(guildhall, attacker, defender)).json
    given_up = await do(guildhall, attacker, war, "surrender")
    assert (given_up.json["winner_id"], given_up.json["taken"]) == (defender.id, False)
    assert await standing(guildhall, attacker, defender) == [("peace", "Ashen Pass", 40), ("peace", "Green Vale", 0)]


async def test_what_cannot_be_taken(guildhall, server, sides, admin):
    attacker, defender = sides
    pass_ = await add_territory(guildhall, server, admin, holder=defender)
    vale = await add_territory(guildhall, server, admin, "Green Vale", holder=attacker)
    free = await add_territory(guildhall, server, admin, "No Man's Land")
    elsewhere = await make_server(guildhall.runtime.url)
    foreign = await found(guildhall, elsewhere, "Foreigners")

    assert (await declare(guildhall, attacker, attacker)).code == "realm.war_on_self"
    assert (await declare(guildhall, attacker, foreign)).code == "realm.guild_not_found"
    assert (await declare(guildhall, attacker, defender, free)).code == "realm.territory_not_held"
    assert (await declare(guildhall, attacker, defender, {"id": attacker.id})).code == "realm.territory_not_found"
    war = (await declare(guildhall, attacker, defender, pass_)).json
    assert (await declare(guildhall, attacker, defender)).code == "realm.war_running"
    assert (await declare(guildhall, defender, attacker)).code == "realm.war_running"
    await score(guildhall, admin, war, attacker, 1000, "1")
    other_one = await do(guildhall, attacker, war, "conquest", {"territory_id": vale["id"]})
    nothing_named = await do(guildhall, defender, war, "conquest", {})
    own_one = await do(guildhall, defender, war, "conquest", {"territory_id": pass_["id"]})
    losing = await do(guildhall, defender, war, "conquest", {"territory_id": vale["id"]})
    third = await found(guildhall, server, "Bystanders")
    meddling = await do(guildhall, third, war, "surrender")
    abroad = await do(guildhall, foreign, war, "surrender")
    not_a_side = await score(guildhall, admin, war, third, 1, "2")

    assert (other_one.code, own_one.code) == ("realm.territory_not_held", "realm.territory_not_held")
    assert (nothing_named.code, losing.code) == ("realm.territory_not_found", "realm.not_winning")
    assert (meddling.status, meddling.code) == (403, "realm.rank_too_low")
    assert (abroad.status, abroad.code) == (404, "realm.war_not_found")
    assert (await guildhall.get(f"{WARS}/{war['id']}", headers=foreign.headers)).status == 404
    assert not_a_side.code == "realm.guild_not_found"
    await score(guildhall, admin, war, defender, 2000, "3")
    turned = await do(guildhall, defender, war, "conquest", {"territory_id": vale["id"]})
    assert (turned.json["winner_id"], turned.json["territory"]) == (defender.id, "Green Vale")


async def test_a_declared_war_begins_when_it_is_due_whether_or_not_a_job_has_run(start_guildhall, sandbox, jobs_db):
    guildhall = await start_guildhall(sandbox)
    server = await make_server(guildhall.runtime.url)
    attacker, defender = [await found(guildhall, server, name) for name in ("Attackers", "Defenders")]
    admin = await make_player(guildhall, server, badge="admin")
    connection = await asyncpg.connect(guildhall.runtime.url)

    war = (await declare(guildhall, attacker, defender)).json
    starts = datetime.fromisoformat(war["starts_at"]) - datetime.fromisoformat(war["declared_at"])
    early = await score(guildhall, admin, war, attacker, 5, "1")
    given_up = await do(guildhall, attacker, war, "surrender")
    before = await standing(guildhall, attacker, defender)
    nothing_due = await tend_wars(TendWars(), jobs_db)
    await connection.execute("update realm.guild_wars set declared_at = declared_at - interval '2 hours', "
                             "starts_at = starts_at - interval '1 hour'")  # fmt: skip
    seen = (await guildhall.get(f"{WARS}/{war['id']}", headers=attacker.headers)).json
    of_guild = (await guildhall.get(f"{GUILDS}/{attacker.id}/wars", headers=defender.headers)).json["items"]
    due = await standing(guildhall, attacker, defender)
    listed = (await guildhall.get(f"/api/v1/realm/servers/{server}/guilds", headers=attacker.headers)).json["items"]
    stored = await connection.fetch("select war_status from realm.guilds")
    first = await tend_wars(TendWars(), jobs_db)
    told = await connection.fetch("select war_status from realm.guilds")
    second = await tend_wars(TendWars(), jobs_db)
    now_counts = await score(guildhall, admin, war, attacker, 5, "2")
    await connection.execute("update realm.guild_wars set starts_at = starts_at - interval '170 hours', "
                             "ends_at = ends_at - interval '170 hours', "
                             "declared_at = declared_at - interval '170 hours'")  # fmt: skip
    third = await tend_wars(TendWars(), jobs_db)
    ended = (await guildhall.get(f"{WARS}/{war['id']}", headers=attacker.headers)).json
    await connection.close()

    assert starts == timedelta(minutes=60)
    assert (early.code, given_up.code) == ("realm.war_not_active", "realm.war_not_active")
    assert [one[0] for one in before] == ["peace", "peace"]
    assert (war["status"], seen["status"], [one["status"] for one in of_guild]) == ("declared", "active", ["active"])
    assert [one[0] for one in due] == [one["war_status"] for one in listed] == ["active_war", "active_war"]
    assert [row["war_status"] for row in stored] == ["peace", "peace"]
    assert [row["war_status"] for row in told] == ["active_war", "active_war"]
    assert (nothing_due, first, second, third) == (0, 1, 0, 1)
    assert now_counts.json["war"]["attacker_points"] == 5
    assert (ended["outcome"], ended["winner_id"], ended["taken"]) == ("time", attacker.id, False)
    assert [one[0] for one in await standing(guildhall, attacker, defender)] == ["peace", "peace"]


async def test_peace_takes_both_and_an_offer_can_be_taken_back(guildhall, sides, rows):
    attacker, defender = sides
    war = (await declare(guildhall, attacker, defender)).json

    offered = await do(guildhall, attacker, war, "peace", method="PUT")
    twice = await do(guildhall, attacker, war, "peace", method="PUT")
    not_theirs = await do(guildhall, defender, war, "peace", method="DELETE")
    back = await do(guildhall, attacker, war, "peace", method="DELETE")
    other = await do(guildhall, defender, war, "peace", method="PUT")
    agreed = await do(guildhall, attacker, war, "peace", method="PUT")
    late = await do(guildhall, attacker, war, "peace", method="PUT")

    assert [one.json["peace_offered_by"] for one in (offered, twice, not_theirs, back, other)] == [
        attacker.id, attacker.id, attacker.id, None, defender.id,
    ]  # fmt: skip
    assert (agreed.json["outcome"], agreed.json["winner_id"], late.code) == ("peace", None, "realm.war_ended")
    assert [one[0] for one in await standing(guildhall, attacker, defender)] == ["peace", "peace"]


async def test_moderators_stop_wars_and_others_do_not(guildhall, server, sides):
    attacker, defender = sides
    moderator = await make_player(guildhall, server, badge="moderator")
    war = (await declare(guildhall, attacker, defender)).json

    refused = await do(guildhall, attacker, war, "stop")
    stopped = await guildhall.post(f"{WARS}/{war['id']}/stop", headers=moderator.headers)

    assert refused.code == "realm.forbidden"
    assert (stopped.json["outcome"], stopped.json["winner_id"]) == ("stopped", None)
    assert [one[0] for one in await standing(guildhall, attacker, defender)] == ["peace", "peace"]


async def test_a_guild_that_ends_loses_its_wars_and_frees_its_territories(guildhall, server, sides, admin):
    attacker, defender = sides
    await add_territory(guildhall, server, admin, holder=defender)
    war = (await declare(guildhall, attacker, defender)).json

    ended = await guildhall.request("DELETE", f"{GUILDS}/{defender.id}", headers=defender.headers)

    assert ended.status == 204
    seen = (await guildhall.get(f"{WARS}/{war['id']}", headers=attacker.headers)).json
    assert (seen["outcome"], seen["winner_id"]) == ("disbanded", attacker.id)
    assert await standing(guildhall, attacker) == [("peace", None, 0)]
    listed = await guildhall.get(f"/api/v1/realm/servers/{server}/territories", headers=attacker.headers)
    assert [one["guild_id"] for one in listed.json["items"]] == [None]
    assert (await declare(guildhall, attacker, defender)).code == "realm.guild_disbanded"


async def test_administrators_keep_the_territories(guildhall, server, sides, admin):
    attacker, defender = sides
    pass_ = await add_territory(guildhall, server, admin)
    url = f"/api/v1/realm/servers/{server}/territories"

    taken = await guildhall.post(url, headers=admin.headers, json={"name": "ASHEN pass"})
    not_admin = await guildhall.post(url, headers=attacker.headers, json={"name": "Mine"})
    holder = f"/api/v1/realm/territories/{pass_['id']}/holder"
    given = await guildhall.request("PUT", holder, headers=admin.headers, json={"guild_id": attacker.id})
    refused = await guildhall.request("PUT", holder, headers=attacker.headers, json={"guild_id": defender.id})
    nowhere = await guildhall.request("PUT", holder, headers=admin.headers, json={"guild_id": pass_["id"]})
    held = await standing(guildhall, attacker, defender)
    moved = await guildhall.request("PUT", holder, headers=admin.headers, json={"guild_id": defender.id})
    then = await standing(guildhall, attacker, defender)
    freed = await guildhall.request("PUT", holder, headers=admin.headers, json={"guild_id": None})
    for number in range(3):
        await add_territory(guildhall, server, admin, f"Hill {number}")
    first = await guildhall.get(f"{url}?limit=2", headers=attacker.headers)
    second = await guildhall.get(f"{url}?limit=2&after={first.json['next']}", headers=attacker.headers)

    assert (taken.code, not_admin.status, refused.status) == ("realm.territory_name_taken", 403, 403)
    assert (nowhere.code, given.json["guild_name"]) == ("realm.guild_not_found", "Attackers")
    assert [one[1] for one in held] == ["Ashen Pass", None]
    assert (moved.json["guild_name"], freed.json["guild_id"]) == ("Defenders", None)
    assert [one[1] for one in then] == [None, "Ashen Pass"]
    assert [one["name"] for one in first.json["items"] + second.json["items"]] == [
        "Ashen Pass", "Hill 0", "Hill 1", "Hill 2",
    ]  # fmt: skip
    assert second.json["next"] is None


async def test_two_who_declare_on_each_other_at_once_have_one_war(guildhall, sides, rows):
    answers = await asyncio.gather(*(declare(guildhall, *pair) for pair in [sides, sides[::-1]] * 8))

    assert sorted(answer.status for answer in answers) == [201] + [409] * 15
    assert len(await rows("select 1 from realm.guild_wars")) == 1


async def test_a_war_ends_once_and_points_count_once_however_many_speak(guildhall, server, sides, admin, rows):
    attacker, defender = sides
    pass_ = await add_territory(guildhall, server, admin, holder=defender)
    war = (await declare(guildhall, attacker, defender, pass_)).json
    points = await asyncio.gather(
        *(score(guildhall, admin, war, attacker, 10, f"{number % 20}") for number in range(60)),
        *(score(guildhall, admin, war, defender, 3, f"d{number}") for number in range(20)),
    )
    ends = await asyncio.gather(
        *(do(guildhall, attacker, war, "conquest", {}) for _ in range(5)),
        *(do(guildhall, defender, war, "surrender") for _ in range(5)),
        *(do(guildhall, attacker, war, "surrender") for _ in range(5)),
        *(do(guildhall, side, war, "peace", method="PUT") for side in sides for _ in range(3)),
    )

    assert {answer.status for answer in points} == {201}
    assert sum(not answer.json["again"] for answer in points) == 40
    assert sum(answer.status == 200 and answer.json["status"] == "ended" for answer in ends) == 1
    (ended,) = await rows("select * from realm.guild_wars")
    assert (ended["attacker_points"], ended["defender_points"]) == (200, 60)
    (territory,) = await rows("select guild_id from realm.territories")
    winner = {"conquest": attacker.id, "surrender": str(ended["winner_id"])}.get(ended["outcome"])
    if ended["taken"]:
        assert str(territory["guild_id"]) == winner == attacker.id
    else:
        assert str(territory["guild_id"]) == defender.id
    sums = await rows("select guild_id, sum(points) from realm.guild_war_points group by 1")
    assert {str(row["guild_id"]): row["sum"] for row in sums} == {attacker.id: 200, defender.id: 60}


async def test_the_wars_of_a_server_in_pages(guildhall, server, rows):
    guilds = [await found(guildhall, server, f"Guild {number}") for number in range(4)]
    made = [(await declare(guildhall, guilds[0], other)).json for other in guilds[1:]]
    await do(guildhall, guilds[1], made[0], "surrender")
    url = f"/api/v1/realm/servers/{server}/guild-wars"

    first = await guildhall.get(f"{url}?limit=2", headers=guilds[0].headers)
    second = await guildhall.get(f"{url}?limit=2&after={first.json['next']}", headers=guilds[0].headers)
    running = await guildhall.get(f"{url}?running=true", headers=guilds[0].headers)
    of_one = await guildhall.get(f"{GUILDS}/{guilds[0].id}/wars?limit=2", headers=guilds[3].headers)
    rest = await guildhall.get(
        f"{GUILDS}/{guilds[0].id}/wars?limit=2&after={of_one.json['next']}", headers=guilds[3].headers
    )

    expected = sorted((one["id"] for one in made), reverse=True)
    assert [one["id"] for one in first.json["items"] + second.json["items"]] == expected
    assert [one["id"] for one in of_one.json["items"] + rest.json["items"]] == expected
    assert {one["id"] for one in running.json["items"]} == {made[1]["id"], made[2]["id"]}


async def test_the_worker_begins_what_is_due(start_guildhall, start_worker, sandbox, jobs_db):
    guildhall = await start_guildhall(sandbox)
    server = await make_server(guildhall.runtime.url)
    attacker, defender = [await found(guildhall, server, name) for name in ("Attackers", "Defenders")]
    await declare(guildhall, attacker, defender)
    connection = await asyncpg.connect(guildhall.runtime.url)
    await connection.execute("update realm.guild_wars set declared_at = declared_at - interval '2 hours', "
                             "starts_at = starts_at - interval '1 hour'")  # fmt: skip

    worker = await start_worker(sandbox)
    async with jobs_db.write() as tx:
        await send(tx, TendWars())
    await worker.idle()

    stored = await connection.fetch("select status from realm.guild_wars")
    standings = await connection.fetch("select war_status from realm.guilds")
    await connection.close()
    assert [row["status"] for row in stored] == ["active"]
    assert [row["war_status"] for row in standings] == ["active_war", "active_war"]


async def test_expired_invitations_are_forgotten(guildhall, server, sides, rows, jobs_db):
    person = await make_player(guildhall, server)
    await rows("insert into realm.guild_invitations (guild_id, user_id, expires_at) values ($1, $2, now()), "
               "($1, $3, now() + interval '1 hour')", sides[0].id, person.id, sides[1].leader.id)  # fmt: skip

    assert await forget_invitations(ForgetInvitations(), jobs_db) == 1
    assert len(await rows("select 1 from realm.guild_invitations")) == 1


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 10_000))
def test_two_sides_never_win_at_once(points, others, needed):
    assert not (may_conquer(points, others, needed) and may_conquer(others, points, needed))
    if may_conquer(points, others, needed):
        assert leading(points, others) == "attacker"
    assert leading(points, others) != leading(others, points) or points == others


@given(st.sampled_from(["declared", "active", "ended"]), st.integers(-5, 5))
def test_a_war_is_active_from_its_beginning_on(status, minutes):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    seen = status_at(status, now + timedelta(minutes=minutes), now)

    assert seen == ("active" if status == "declared" and minutes <= 0 else status)
