"""What users do with what they were told, over HTTP."""

from datetime import timedelta
from uuid import uuid4

import pytest

from guildhall.core.notify.feature import NOTIFY
from guildhall.core.notify.jobs import clean_up_notices
from guildhall.core.notify.kinds import NoticeKinds
from guildhall.core.notify.messages import CleanUpNotices
from guildhall.core.notify.sandbox.state import Fault
from guildhall.db.policies import Viewer
from guildhall.ids import first_id
from guildhall.testing.people import sign_in
from tests.core.notify.make import (
    ATTACK,
    KINDS,
    ORDER,
    SKILL,
    ago,
    execute,
    make_device,
    make_pilot,
    notice,
    notify_settings,
    rows,
    sending,
    tell,
)

LIST = "/api/v1/notifications"


@pytest.fixture
async def app(start_guildhall, phones):
    """A web process whose slices send the tests' kinds."""
    guildhall = await start_guildhall(notify=phones.settings)
    guildhall.runtime.provided[NoticeKinds].by_type = KINDS.by_type
    return guildhall


@pytest.fixture
async def pilot(app):
    return await sign_in(app)


async def as_told(app, person, method, path, **options):
    return await app.request(method, f"{LIST}{path}", headers=person.headers, **options)


async def test_the_list_is_the_viewers_newest_first_page_by_page(app, pilot, jobs_db):
    other = await sign_in(app)
    for number in range(5):
        await tell(jobs_db, notice(pilot.id, str(number), body="b", data={"n": number}, character_id=7))
    await tell(jobs_db, notice(other.id))

    first = await as_told(app, pilot, "GET", "?limit=3")
    second = await as_told(app, pilot, "GET", f"?limit=3&after={first.json['next']}")

    assert first.status == second.status == 200
    listed = [one for page in (first, second) for one in page.json["items"]]
    assert sorted(one["title"] for one in listed) == [f"Skill finished {number}" for number in range(5)]
    assert [one["id"] for one in listed] == sorted((one["id"] for one in listed), reverse=True)
    assert (first.json["unread"], second.json["next"]) == (5, None)
    newest = first.json["items"][0]
    assert newest["title"] == f"Skill finished {newest['data']['n']}"
    assert (newest["character_id"], newest["status"]) == (7, "pending")
    assert set(newest) == {
        "id", "character_id", "type", "title", "body", "data", "status", "happened_at", "created_at", "sent_at",
        "read_at", "error",
    }  # fmt: skip


async def test_filters(app, pilot, jobs_db):
    await tell(jobs_db, notice(pilot.id, "1", ORDER), notice(pilot.id, "2"), notice(pilot.id, "3"))
    async with sending(jobs_db) as sender:
        await sender.run()
    listed = (await as_told(app, pilot, "GET", "?type=skill_complete")).json["items"]
    assert len(listed) == 2
    await as_told(app, pilot, "POST", f"/{listed[0]['id']}/read")

    async def count(query):
        return len((await as_told(app, pilot, "GET", query)).json["items"])

    assert await count("?status=sent") == 2
    assert await count("?status=read") == 1
    assert await count("?unread=true") == 2
    assert await count("?unread=true&type=market_order_filled&status=sent") == 1
    for bad in ("?status=nonsense", "?limit=0", "?after=nonsense", "?type=%00"):
        assert (await as_told(app, pilot, "GET", bad)).status == 400


async def test_nobody_reads_without_signing_in(app):
    for method, path in [
        ("GET", ""), ("POST", "/read"), ("POST", f"/{uuid4()}/read"), ("GET", f"/{uuid4()}/deliveries"),
        ("GET", "/preferences"), ("GET", "/webhooks"), ("GET", "/stream"),
    ]:  # fmt: skip
        answer = await app.request(method, LIST + path)
        assert (answer.status, answer.code) == (401, "identity.unauthenticated")


async def test_reading_one_and_all(app, pilot, jobs_db):
    for number in range(4):
        await tell(jobs_db, notice(pilot.id, str(number)))
    ids = [one["id"] for one in (await as_told(app, pilot, "GET", "")).json["items"]]

    one = await as_told(app, pilot, "POST", f"/{ids[3]}/read")
    again = await as_told(app, pilot, "POST", f"/{ids[3]}/read")
    up_to = await as_told(app, pilot, "POST", "/read", json={"up_to": ids[2]})
    rest = await as_told(app, pilot, "POST", "/read")

    assert (one.status, one.json["status"]) == (200, "read")
    assert again.json["read_at"] == one.json["read_at"]
    assert (up_to.json, rest.json) == ({"read": 1, "unread": 2}, {"read": 2, "unread": 0})
    assert [row["due_at"] for row in await rows(jobs_db)] == [None] * 4


async def test_what_is_anothers_is_not_there(app, pilot, jobs_db):
    other = await sign_in(app)
    await tell(jobs_db, notice(other.id))
    (row,) = await rows(jobs_db)
    for method, path in [("POST", f"/{row['id']}/read"), ("GET", f"/{row['id']}/deliveries")]:
        answer = await as_told(app, pilot, method, path)
        assert (answer.status, answer.code) == (404, "notify.notification_not_found")
    assert (await as_told(app, pilot, "POST", "/read")).json == {"read": 0, "unread": 0}
    assert (await rows(jobs_db))[0]["read_at"] is None


async def test_muted_ones_are_shown_to_nobody(app, pilot, jobs_db):
    await execute(
        jobs_db,
        "insert into core.user_settings (id, user_id, notify_skill_complete) values ($1, $1, false)",
        pilot.id,
    )
    await tell(jobs_db, notice(pilot.id))
    async with sending(jobs_db) as sender:
        await sender.run()
    (row,) = await rows(jobs_db)
    assert (await as_told(app, pilot, "GET", "")).json == {"items": [], "unread": 0, "next": None}
    assert (await as_told(app, pilot, "POST", f"/{row['id']}/read")).status == 404


async def test_receipts_of_each_device(app, pilot, jobs_db, clone, phones):
    phone = await make_device(clone, pilot.id, "phone")
    tablet = await make_device(clone, pilot.id, "tablet")
    phones.state.faults.append(Fault("unregistered", token="tablet"))
    await tell(jobs_db, notice(pilot.id))
    (row,) = await rows(jobs_db)
    before = await as_told(app, pilot, "GET", f"/{row['id']}/deliveries")
    async with sending(jobs_db, **phones.settings) as sender:
        await sender.run()
    after = await as_told(app, pilot, "GET", f"/{row['id']}/deliveries")

    assert before.json == {"items": []}
    told = {one["target"]: one for one in after.json["items"]}
    assert told[str(phone)]["status"] == "sent"
    assert told[str(phone)]["provider_id"].startswith("projects/")
    assert (told[str(tablet)]["status"], told[str(tablet)]["error"]) == ("failed", "FCM 404 UNREGISTERED")
    assert "phone" not in after.body.decode()  # the device's token is nobody's to read


async def test_preferences_have_defaults_and_remember_what_differs(app, pilot):
    before = (await as_told(app, pilot, "GET", "/preferences")).json
    change = {
        "preferences": [
            {"type": SKILL.type, "channel": "push", "enabled": False},
            {"type": ORDER.type, "channel": "email", "enabled": True},
        ],
        "quiet_hours": {"time_zone": "Europe/Vienna", "starts_at": "22:00", "ends_at": "07:30"},
    }
    changed = await as_told(app, pilot, "PUT", "/preferences", json=change)
    kept = await as_told(app, pilot, "PUT", "/preferences", json={})
    ended = await as_told(app, pilot, "PUT", "/preferences", json={"quiet_hours": None})

    defaults = {"push": True, "email": False, "webhook": True, "in_app": True}
    assert before["quiet_hours"] is None
    assert {one["type"]: one["channels"] for one in before["types"]} == {
        kind.type: defaults for kind in (SKILL, ORDER, ATTACK)
    }
    assert changed.status == 200
    assert {one["type"]: one["channels"] for one in changed.json["types"]} == {
        SKILL.type: {**defaults, "push": False}, ORDER.type: {**defaults, "email": True}, ATTACK.type: defaults,
    }  # fmt: skip
    assert changed.json["types"][0]["setting"] == "notify_skill_complete"
    assert kept.json == changed.json
    assert ended.json == {**changed.json, "quiet_hours": None}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"preferences": [{"type": "nonsense", "channel": "push", "enabled": True}]}, "notify.unknown_type"),
        ({"preferences": [{"type": "skill_complete", "channel": "fax", "enabled": True}]}, "bad_request"),
        (
            {"quiet_hours": {"time_zone": "Mars/Base", "starts_at": "22:00", "ends_at": "07:00"}},
            "notify.bad_quiet_hours",
        ),
        ({"quiet_hours": {"time_zone": "../etc", "starts_at": "22:00", "ends_at": "07:00"}}, "notify.bad_quiet_hours"),
        ({"quiet_hours": {"time_zone": "UTC", "starts_at": "22:00", "ends_at": "22:00"}}, "notify.bad_quiet_hours"),
        ({"quiet_hours": {"time_zone": "UTC", "starts_at": "25:00", "ends_at": "7:00"}}, "notify.bad_quiet_hours"),
    ],
)
async def test_preferences_that_make_no_sense(app, pilot, change, code):
    answer = await as_told(app, pilot, "PUT", "/preferences", json=change)
    assert (answer.status, answer.code) == (400, code)


async def test_quiet_hours_that_are_ended_let_go_of_what_they_held(app, pilot, jobs_db, clone, phones):
    await make_device(clone, pilot.id, "phone")
    hours = {"time_zone": "UTC", "starts_at": "00:00", "ends_at": "23:59"}
    await as_told(app, pilot, "PUT", "/preferences", json={"quiet_hours": hours})
    await tell(jobs_db, notice(pilot.id))
    async with sending(jobs_db, **phones.settings) as sender:
        await sender.run()
        (held,) = await rows(jobs_db)
        if held["held_until"] - held["created_at"] > timedelta(minutes=2):  # not in the last minute of a day
            assert phones.shown("phone") == []
        await as_told(app, pilot, "PUT", "/preferences", json={"quiet_hours": None})
        await sender.run()
    assert len(phones.shown("phone")) == 1


async def test_webhooks_are_added_tried_changed_and_removed(app, pilot, phones, jobs_db):
    url = f"{phones.address}/webhooks/secret-path"
    added = await as_told(app, pilot, "POST", "/webhooks", json={"name": " my  server ", "url": url})
    hook = added.json["id"]
    tried = await as_told(app, pilot, "POST", f"/webhooks/{hook}/test")
    phones.state.faults.append(Fault("unregistered"))
    refused = await as_told(app, pilot, "POST", f"/webhooks/{hook}/test")
    changed = await as_told(app, pilot, "PATCH", f"/webhooks/{hook}", json={"name": "other", "enabled": False})
    on_again = await as_told(app, pilot, "PATCH", f"/webhooks/{hook}", json={"enabled": True})
    listed = await as_told(app, pilot, "GET", "/webhooks")

    assert (added.status, added.json["name"], added.json["host"]) == (201, "my server", "127.0.0.1")
    assert tried.json == {"sent": True, "error": None}
    assert refused.json == {"sent": False, "error": "the webhook answered 404"}
    assert phones.said("secret-path") == ["**Guildhall**\nThis webhook works."]
    assert (changed.json["name"], changed.json["disabled_at"] is None) == ("other", False)
    assert (on_again.json["disabled_at"], on_again.json["name"]) == (None, "other")
    assert [one["id"] for one in listed.json["items"]] == [hook]
    assert "secret-path" not in b"".join(one.body for one in (added, listed, changed)).decode()
    (stored,) = await rows(jobs_db, "notification_webhooks")
    assert "secret-path" not in stored["url"]

    other = await sign_in(app)
    for method, path, options in [
        ("PATCH", "", {"json": {"name": "x"}}), ("DELETE", "", {}), ("POST", "/test", {}),
    ]:  # fmt: skip
        answer = await as_told(app, other, method, f"/webhooks/{hook}{path}", **options)
        assert (answer.status, answer.code) == (404, "notify.webhook_not_found")
    assert (await as_told(app, pilot, "DELETE", f"/webhooks/{hook}")).status == 204
    assert (await as_told(app, pilot, "DELETE", f"/webhooks/{hook}")).status == 404


async def test_webhooks_are_limited_in_number_and_address(start_guildhall):
    guildhall = await start_guildhall(notify={"webhooks_most": 2})
    person = await sign_in(guildhall)
    good = {"name": "a", "url": "https://discord.com/api/webhooks/1/x"}
    answers = [await as_told(guildhall, person, "POST", "/webhooks", json=good) for _ in range(3)]
    assert [one.status for one in answers] == [201, 201, 409]
    assert answers[2].code == "notify.too_many_webhooks"
    for url in ("https://127.0.0.1/x", "http://discord.com/x", "x" * 3000):
        answer = await as_told(guildhall, person, "POST", "/webhooks", json={"name": "a", "url": url})
        assert (answer.status, answer.code) == (400, "notify.bad_webhook")
    answer = await as_told(guildhall, person, "POST", "/webhooks", json={**good, "name": " "})
    assert answer.code == "notify.bad_webhook"


async def test_clean_up_forgets_what_is_past_its_time(jobs_db, clone):
    user = await make_pilot(clone)
    await tell(jobs_db, *(notice(user, key) for key in ("read long ago", "read", "old", "new")))
    read = (
        "update core.notification_log set status = 'read', read_at = now() - $1::interval where occurrence_key like $2"
    )
    await execute(jobs_db, read, timedelta(days=31), "%:read long ago")
    await execute(jobs_db, read, timedelta(days=29), "%:read")
    old = first_id(ago(days=181))
    await execute(jobs_db, "update core.notification_log set id = $1 where occurrence_key like '%:old'", old)
    delivery = """
        insert into core.notification_deliveries (id, user_id, batch_id, channel, notices, status, due_at, created_at)
        values ($1, $2, $1, 'email', array[$1::uuid], $3, $4, now())
    """
    for days, status, due in ((31, "sent", None), (31, "pending", ago(days=1)), (29, "failed", None)):
        await execute(jobs_db, delivery, first_id(ago(days=days, seconds=len(status))), user, status, due)

    done = await clean_up_notices(CleanUpNotices(), jobs_db, notify_settings())

    assert done == {"read": 1, "old": 1, "deliveries": 1}
    keys = {row["occurrence_key"] for row in await rows(jobs_db)}
    assert keys == {"skill_complete:read", "skill_complete:new"}
    assert {row["status"] for row in await rows(jobs_db, "notification_deliveries")} == {"pending", "failed"}


async def test_the_export_has_everything_but_secrets(app, pilot, jobs_db, clone, phones):
    await make_device(clone, pilot.id, "phone")
    url = f"{phones.address}/webhooks/secret-path"
    await as_told(app, pilot, "POST", "/webhooks", json={"name": "mine", "url": url})
    await as_told(
        app, pilot, "PUT", "/preferences",
        json={
            "preferences": [{"type": SKILL.type, "channel": "email", "enabled": True}],
            "quiet_hours": {"time_zone": "UTC", "starts_at": "01:00", "ends_at": "01:01"},
        },
    )  # fmt: skip
    await tell(jobs_db, notice(pilot.id, kind=ATTACK))
    async with sending(jobs_db, **phones.settings) as sender:
        await sender.run()
    other = await sign_in(app)
    exports = [export for part in NOTIFY.process_parts() for export in part.exports]
    async with jobs_db.read() as tx:
        for export in exports:
            own = await tx.connection.fetch(export.sql, pilot.id)
            assert len(own) >= 1, export.table
            assert await tx.connection.fetch(export.sql, other.id) == [], export.table
            assert "secret" not in str(own)
    assert {export.table for export in exports} == {
        f"core.notification_{name}" for name in ("log", "preferences", "quiet_hours", "webhooks", "deliveries")
    }


async def test_rows_are_their_owners_alone(app, pilot, jobs_db, db):
    """The role of requests sees nothing of others, and writes no receipts."""
    await tell(jobs_db, notice(pilot.id))
    other = await sign_in(app)
    async with db.read(Viewer(other.id)) as tx:
        assert await tx.connection.fetchval("select count(*) from core.notification_log") == 0
    async with db.read() as tx:
        assert await tx.connection.fetchval("select count(*) from core.notification_log") == 0
    async with db.read(Viewer(pilot.id)) as tx:
        assert await tx.connection.fetchval("select count(*) from core.notification_log") == 1
