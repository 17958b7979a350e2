"""What a pilot reads over HTTP, from our tables, while ESI is down."""

import asyncio

import asyncpg
import pytest

from guildhall.packs.eve.characters.schemas import OVERVIEW
from guildhall.testing.people import sign_in
from tests.packs.eve.stored import make_character

ME = 2112000042
BASE = f"/api/v1/eve/characters/{ME}"
READS = [
    "", "/authorisation", "/skills", "/skill-queue", "/attributes", "/mail", "/mail/labels", "/mail/1001", "/orders",
    "/orders/history", "/industry", "/planets", "/wallet", "/wallet/journal", "/wallet/transactions", "/location",
    "/notifications",
]  # fmt: skip


@pytest.fixture
async def server(start_guildhall):
    return await start_guildhall()


@pytest.fixture
async def pilot(server):
    person = await sign_in(server, name="Pilot")
    await make_character(server.runtime.url, person.id, ME)
    return person


async def test_everything_is_served_with_its_age_while_esi_is_down(server, pilot):
    for path in READS:
        answer = await server.get(BASE + path, headers=pilot.headers)

        assert answer.status == 200, (path, answer.body)
        assert answer.headers["cache-control"].startswith("private")
        for secret in (b"d:e:f", b"a:b:c", b"refresh_token"):
            assert secret not in answer.body
        if path != "/authorisation":
            assert 59 <= int(answer.headers["age"]) <= 90
            assert answer.json["age"] == int(answer.headers["age"])
            assert answer.json["as_of"] is not None


async def test_what_was_never_synced_is_empty_and_has_no_age(server):
    person = await sign_in(server)
    await make_character(server.runtime.url, person.id, ME, data=False, last_sync_at=None)
    for path in READS:
        answer = await server.get(BASE + path, headers=person.headers)
        if path == "/mail/1001":
            assert (answer.status, answer.code) == (404, "eve.mail_not_found")
            continue
        assert answer.status == 200, (path, answer.body)
        assert "age" not in answer.headers
        assert answer.json.get("as_of") is None
        assert answer.json.get("items", []) == []


def _placed(path):
    values = {"character_id": str(ME), "mail_id": "1001"}
    for name, value in values.items():
        path = path.replace("{" + name + "}", value)
    return path


async def test_another_users_character_is_not_found_on_any_route(server, pilot):
    stranger = await sign_in(server, name="Stranger")
    await make_character(server.runtime.url, stranger.id, ME + 1, "Tovan Halkor")
    schema = (await server.get("/openapi.json")).json
    walked = 0
    for path, operations in schema["paths"].items():
        if not path.startswith("/api/v1/eve/") or "{character_id}" not in path:
            continue
        for method in operations:
            if method not in ("get", "put", "post", "delete", "patch"):
                continue
            walked += 1
            answer = await server.request(method.upper(), _placed(path), headers=stranger.headers)
            assert (answer.status, answer.code) == (404, "eve.character_not_found"), (method, path)
            nobody = await server.request(method.upper(), _placed(path))
            assert nobody.status == 401, (method, path)
    assert walked == len(READS) + 2
    assert (await server.get(BASE, headers=pilot.headers)).status == 200


async def test_bad_ids_are_refused(server, pilot):
    for bad in ("x", "0", "-1", "1e3", "9" * 30, "%00", "２", "1.5"):
        for path in ("", "/skills", "/mail", "/wallet/journal"):
            answer = await server.get(f"/api/v1/eve/characters/{bad}{path}", headers=pilot.headers)
            assert (answer.status, answer.code) == (400, "eve.bad_character_id"), (bad, path)
        assert (await server.get(f"{BASE}/mail/{bad}", headers=pilot.headers)).code == "eve.bad_id"


PAGED = (
    "/mail?", "/orders?", "/orders/history?", "/industry?which=all&", "/wallet/journal?", "/wallet/transactions?",
    "/notifications?",
)  # fmt: skip


async def test_pages_join_without_loss_and_bad_cursors_are_refused(server, pilot):
    for path in PAGED:
        await _pages_join(server, pilot, path)


async def _pages_join(server, pilot, path):
    whole = (await server.get(f"{BASE}{path}limit=100", headers=pilot.headers)).json["items"]
    joined, after = [], ""
    while True:
        page = (await server.get(f"{BASE}{path}limit=1{after}", headers=pilot.headers)).json
        joined += page["items"]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"

    def still(items):
        return [{name: value for name, value in item.items() if name != "remaining_seconds"} for item in items]

    assert len(whole) > 1
    assert still(joined) == still(whole)
    for bad in ("x", "é", "e30", "A" * 700):
        answer = await server.get(f"{BASE}{path}after={bad}", headers=pilot.headers)
        assert answer.status == 400, bad
    assert (await server.get(f"{BASE}{path}limit=0", headers=pilot.headers)).status == 400


async def test_the_queue_is_told_by_the_clock(server, pilot):
    queue = (await server.get(f"{BASE}/skill-queue", headers=pilot.headers)).json

    assert queue["state"] == "training"
    assert [item["state"] for item in queue["items"]] == ["finished", "training", "waiting"]
    assert 3500 <= queue["items"][1]["remaining_seconds"] <= 3600
    assert 49 <= queue["items"][1]["percent"] <= 51
    assert queue["entries_left"] == 2
    assert (queue["paused"], queue["empty"], queue["ending"]) == (False, False, False)


async def test_finished_entries_are_laid_over_the_skills(server, pilot):
    answer = await server.get(f"{BASE}/skills", headers=pilot.headers)
    skills = {item["skill_id"]: item for item in answer.json["items"]}

    assert (skills[3301]["trained_skill_level"], skills[3301]["finished_in_queue"]) == (4, True)
    assert (skills[3301]["active_skill_level"], skills[3300]["trained_skill_level"]) == (3, 4)
    assert skills[3300]["name"] == "Gunnery"


async def test_mail_is_filtered_and_harmless(server, pilot):
    mails = (await server.get(f"{BASE}/mail?labels=2", headers=pilot.headers)).json
    assert ([mail["mail_id"] for mail in mails["items"]], mails["unread"]) == ([1000], 2)
    unread = (await server.get(f"{BASE}/mail?unread=true", headers=pilot.headers)).json["items"]
    assert [mail["mail_id"] for mail in unread] == [1000, 1001]
    mail = (await server.get(f"{BASE}/mail/1001", headers=pilot.headers)).json
    assert (mail["html"], mail["text"]) == ("<b>o7</b>", "o7")


async def test_the_overview_has_all_characters_and_changes_with_them(server, pilot):
    await make_character(
        server.runtime.url, pilot.id, ME + 5, "Ysolde Karn", data=False, token_state="needs_authorisation"
    )
    first = await server.get("/api/v1/eve/overview", headers=pilot.headers)
    again = await server.get("/api/v1/eve/overview", headers={**pilot.headers, "If-None-Match": first.headers["etag"]})

    assert (first.status, again.status, again.body) == (200, 304, b"")
    assert first.headers["cache-control"].startswith("private")
    one, two = first.json["characters"]
    assert (one["character_name"], two["character_name"]) == ("Mirelle Aduyer", "Ysolde Karn")
    assert one["queue"]["training"]["skill_name"] == "Gunnery"
    assert (one["orders"]["sell"], one["orders"]["buy"], one["orders"]["unknown"]) == (1, 1, 1)
    assert (one["industry"]["active"], one["industry"]["ready"]) == (1, 1)
    assert (one["planets"]["extractors"], one["planets"]["expired"]) == (2, 1)
    assert one["alerts"] == ["jobs_ready", "extractors_expired"]
    assert (two["queue"]["state"], two["alerts"]) == ("unknown", ["token_needs_authorisation"])
    assert first.json["balance"] == "1234567.89"

    chosen = await server.request("PUT", f"/api/v1/eve/characters/{ME + 5}/default", headers=pilot.headers)
    assert (chosen.status, chosen.json) == (200, {"default_character_id": ME + 5})
    async with asyncio.timeout(5):
        while True:
            fresh = await server.get("/api/v1/eve/overview", headers=pilot.headers)
            if fresh.json["characters"][0]["is_default"]:
                break
            await asyncio.sleep(0.01)
    assert fresh.json["characters"][0]["character_id"] == ME + 5
    assert fresh.headers["etag"] != first.headers["etag"]


async def test_overviews_never_cross_users(server, pilot):
    """Many people at once, each again and again, with the same bytes on the wire but for the token."""
    people = [await sign_in(server, name=f"P{number}") for number in range(8)]
    for number, person in enumerate(people):
        await make_character(server.runtime.url, person.id, ME + 100 + number, f"Pilot {number}", data=False)

    async def ask(number, person):
        for _ in range(15):
            answer = await server.get("/api/v1/eve/overview", headers=person.headers)
            assert [one["character_id"] for one in answer.json["characters"]] == [ME + 100 + number]

    await asyncio.gather(*(ask(number, person) for number, person in enumerate(people)))
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": ""}):
        assert (await server.get("/api/v1/eve/overview", headers=headers)).status == 401
    memory = server.runtime.cache.memory
    # No private answer is found by its address alone: a request's target never has a space in it.
    assert all(b" /" in target for target in memory.by_target)
    assert {memory.get(OVERVIEW.key(person.id)).body for person in people} == {
        (await server.get("/api/v1/eve/overview", headers=person.headers)).body for person in people
    }


async def test_the_overview_expires_when_the_clock_changes_it(server):
    person = await sign_in(server)
    character = await make_character(server.runtime.url, person.id, ME)
    connection = await asyncpg.connect(server.runtime.url)
    await connection.execute(
        "update eve.industry_jobs set end_date = now() + interval '1.2 seconds' where character = $1 and job_id = 7000",
        character,
    )
    await connection.close()
    first = await server.get("/api/v1/eve/overview", headers=person.headers)
    assert first.json["characters"][0]["industry"]["ready"] == 1
    await asyncio.sleep(1.3)
    second = await server.get("/api/v1/eve/overview", headers=person.headers)
    assert second.json["characters"][0]["industry"]["ready"] == 2
    assert first.headers["etag"] != second.headers["etag"]


async def test_a_removed_character_leaves_nothing(server, pilot):
    await server.request("PUT", f"{BASE}/default", headers=pilot.headers)
    answer = await server.request("DELETE", BASE, headers=pilot.headers)
    again = await server.request("DELETE", BASE, headers=pilot.headers)

    assert (answer.status, again.status) == (204, 404)
    connection = await asyncpg.connect(server.runtime.url)
    try:
        tables = await connection.fetch(
            "select c.table_name from information_schema.columns c "
            "where c.table_schema = 'eve' and c.column_name = 'character'"
        )
        assert len(tables) > 20
        for row in tables:
            assert await connection.fetchval(f"select count(*) from eve.{row['table_name']}") == 0, row["table_name"]
        assert await connection.fetchval("select count(*) from eve.characters") == 0
        assert await connection.fetchval("select default_character_id from core.user_settings") is None
        # The token waits, sealed, to be revoked, and the worker was sent for it.
        assert await connection.fetchval("select refresh_token from eve.pending_revocations") == "d:e:f"
        assert await connection.fetchval("select job_type from core.jobs") == "eve.revoke_tokens"
    finally:
        await connection.close()


async def test_a_sold_characters_history_stays_with_its_former_owner(server):
    former, present = await sign_in(server, name="Former"), await sign_in(server, name="Present")
    await make_character(server.runtime.url, former.id, ME, token_state="sold", access_token=None, refresh_token=None)
    await make_character(server.runtime.url, present.id, ME, data=False)

    assert len((await server.get(f"{BASE}/mail", headers=former.headers)).json["items"]) == 5
    assert (await server.get(f"{BASE}/mail", headers=present.headers)).json["items"] == []
    alerts = (await server.get("/api/v1/eve/overview", headers=former.headers)).json["characters"][0]["alerts"]
    assert "character_sold" in alerts


async def test_the_servers_status_needs_no_sign_in(server):
    answer = await server.get("/api/v1/eve/status")
    assert (answer.status, answer.json["online"]) == (200, None)


REFUSED: tuple[tuple[str, str, object, int], ...] = (
    ("GET", "/types/x", None, 400),
    ("GET", "/types/99999999999", None, 404),
    ("GET", "/types/34", None, 200),  # known from a sync
    ("GET", "/types/35", None, 503),
    ("GET", "/market/x/orders", None, 400),
    ("GET", "/market/10000002/orders", None, 503),
    ("GET", "/market/10000002/history", None, 400),
    ("GET", "/market/10000002/orders?order_type=both", None, 400),
    ("GET", "/market/prices", None, 503),
    ("POST", "/names", {"ids": []}, 400),
    ("POST", "/names", {"ids": [0]}, 400),
    ("POST", "/names", {"ids": "x"}, 400),
    ("POST", "/names", {}, 400),
)


async def test_the_universe_refuses_what_it_cannot_answer(server, pilot):
    for method, path, body, status in REFUSED:
        answer = await server.request(method, f"/api/v1/eve{path}", headers=pilot.headers, json=body)
        assert answer.status == status, (path, answer.body)
        assert (await server.request(method, f"/api/v1/eve{path}", json=body)).status in (400, 401)


async def test_names_that_are_known_are_told_while_esi_is_down(server, pilot):
    answer = await server.post("/api/v1/eve/names", headers=pilot.headers, json={"ids": [60003760, 5, 60003760]})
    assert answer.status == 200, answer.body
    assert answer.json["items"] == [{"id": 60003760, "name": "Jita IV - Moon 4", "category": "station"}]
    assert answer.json["missing"] == [5]
