"""The sandbox's New Eden: what pilots have, and how it changes with time and on demand."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from guildhall.packs.eve.sandbox import SandboxOptions, make_pilots, pilot_ids

HOUR = 3600
DAY = 86_400


def seconds(text):
    return datetime.fromisoformat(text).timestamp()


class Sheet:
    """One pilot's routes."""

    def __init__(self, sandbox, pilot) -> None:
        self.sandbox = sandbox
        self.pilot = pilot

    async def get(self, path, method="GET", expected=200, **kwargs):
        self.sandbox.forget()
        token = await self.sandbox.mint(self.pilot)
        status, _, body = await self.sandbox.esi(f"/characters/{self.pilot}{path}", token, method, **kwargs)
        assert status == expected, body
        return body

    async def control(self, path, body=None):
        return await self.sandbox.control(f"/pilots/{self.pilot}{path}", body or {})

    async def now(self):
        return (await self.sandbox.control("/clock", method="GET"))["unix"]


@pytest.fixture
async def sheet(start, options):
    """The first pilot's routes, without limits."""
    sandbox = await start(replace(options, limits=False))
    return Sheet(sandbox, sandbox.pilots[0])


def test_pilots_are_those_of_the_seed():
    options = SandboxOptions()
    assert pilot_ids(options) == pilot_ids(replace(options, pilots=2000))[:3]
    assert pilot_ids(replace(options, seed=21)) != pilot_ids(options)
    pilots = make_pilots(replace(options, pilots=2000))
    assert len({pilot.id for pilot in pilots}) == len({pilot.name for pilot in pilots}) == 2000
    assert [pilot.account for pilot in pilots[:3]] == [0, 0, 1]
    assert (pilots[0].name, pilots[0].corporation) == ("Mirelle Aduyer", "Quiet Harbour Industries")


async def test_equal_options_give_equal_answers(start, options):
    bodies = []
    for _ in range(2):
        sandbox = await start(options)
        pilot = sandbox.pilots[0]
        token = await sandbox.mint(pilot)
        paths = ("mail", "orders", "orders/history", "skillqueue", "wallet/journal", "planets", "notifications")
        bodies.append([(await sandbox.esi(f"/characters/{pilot}/{path}", token))[2] for path in paths])
    assert bodies[0] == bodies[1]


async def test_skills_are_learnt_at_the_next_login(sheet):
    queue = await sheet.get("/skillqueue")
    done = [row for row in queue if seconds(row["finish_date"]) <= await sheet.now()]
    assert len(done) == 2
    before = await sheet.get("/skills")
    await sheet.control("/login")
    after, queue_after = await sheet.get("/skills"), await sheet.get("/skillqueue")
    assert queue_after == queue[2:]
    assert queue_after[0]["queue_position"] >= 2
    assert after["total_sp"] > before["total_sp"]
    assert after["total_sp"] == sum(row["skillpoints_in_skill"] for row in after["skills"])
    levels = {row["skill_id"]: row["trained_skill_level"] for row in after["skills"]}
    assert all(levels[row["skill_id"]] >= row["finished_level"] for row in done)


async def test_the_queue_trains_one_after_the_other_at_the_true_pace(sheet):
    queue = await sheet.get("/skillqueue")
    for former, row in pairwise(queue):
        assert row["start_date"] == former["finish_date"]
    now = await sheet.now()
    running = queue[2]
    assert seconds(running["start_date"]) <= now < seconds(running["finish_date"]) < now + HOUR
    attributes = await sheet.get("/attributes")
    for row in queue:
        assert row["level_start_sp"] <= row["training_start_sp"] < row["level_end_sp"]
        lasts = seconds(row["finish_date"]) - seconds(row["start_date"])
        pace = (row["level_end_sp"] - row["training_start_sp"]) / lasts * 60
        assert (
            pace <= 1.5 * max(attributes[name] for name in ("intelligence", "memory", "perception", "willpower")) * 1.05
        )
    sheet.sandbox.pass_time(HOUR)
    # Nothing moves before a login.
    assert await sheet.get("/skillqueue") == queue


async def test_a_paused_queue_has_no_dates(sheet):
    paused = Sheet(sheet.sandbox, sheet.sandbox.pilots[2])
    queue = await paused.get("/skillqueue")
    assert queue
    assert not [row for row in queue if "start_date" in row or "finish_date" in row]
    await paused.control("/queue", {"action": "resume"})
    queue = await paused.get("/skillqueue")
    assert abs(seconds(queue[0]["start_date"]) - await sheet.now()) < 2
    await paused.control("/queue", {"action": "pause"})
    assert "finish_date" not in (await paused.get("/skillqueue"))[0]


async def test_the_queue_changes_on_demand(sheet):
    await sheet.control("/queue", {"action": "clear"})
    assert await sheet.get("/skillqueue") == []
    await sheet.control("/queue", {"action": "add", "skill_id": 3436, "level": 5, "seconds": 90})
    row = (await sheet.get("/skillqueue"))[0]
    assert seconds(row["finish_date"]) - seconds(row["start_date"]) == 90
    for wrong, status in (({"action": "add", "skill_id": 1}, 404), ({"action": "add", "level": 6}, 400)):
        async with sheet.sandbox.client.post(f"/eve/_sandbox/pilots/{sheet.pilot}/queue", json=wrong) as response:
            assert response.status == status


async def test_mail_comes_fifty_at_a_time_back_to_the_first(sheet):
    rows, last = [], None
    while page := await sheet.get("/mail" if last is None else f"/mail?last_mail_id={last}"):
        assert len(page) <= 50
        rows += page
        last = page[-1]["mail_id"]
    assert len(rows) == 130
    assert [row["mail_id"] for row in rows] == sorted({row["mail_id"] for row in rows}, reverse=True)
    assert [row["timestamp"] for row in rows] == sorted((row["timestamp"] for row in rows), reverse=True)
    # Optional members are missing here and there, and what the pilot sent is among them.
    assert {"labels" in row for row in rows} == {True, False}
    assert {"is_read" in row for row in rows} == {True, False}
    assert {row["from"] == sheet.pilot for row in rows} == {True, False}
    sent = await sheet.get("/mail?labels=2")
    assert sent
    assert all(row["from"] == sheet.pilot for row in sent)
    bodies = [(await sheet.get(f"/mail/{row['mail_id']}"))["body"] for row in rows[:20]]
    assert any("showinfo:" in body for body in bodies)


async def test_mail_arrives_with_time_and_on_demand(sheet):
    before = await sheet.get("/mail")
    made = await sheet.control("/mail", {"subject": "Now"})
    assert (await sheet.get("/mail"))[0]["mail_id"] == made["mail_id"]
    sheet.sandbox.pass_time(5 * HOUR)
    after = await sheet.get("/mail")
    assert len([row for row in after if row["mail_id"] > before[0]["mail_id"]]) in (5, 6, 7)


async def test_mail_is_read_labelled_and_deleted(sheet):
    row = next(row for row in await sheet.get("/mail") if "is_read" not in row and row.get("labels") == [1])
    path = f"/mail/{row['mail_id']}"
    unread = (await sheet.get("/mail/labels"))["total_unread_count"]
    await sheet.get(path, "PUT", 204, json={"read": True, "labels": [1, 16]})
    changed = await sheet.get(path)
    assert (changed["read"], changed["labels"]) == (True, [1, 16])
    assert (await sheet.get("/mail/labels"))["total_unread_count"] == unread - 1
    await sheet.get(path, "PUT", 400, json={"labels": [999]})
    await sheet.get(path, "DELETE", 204)
    await sheet.get(path, expected=404)
    assert row["mail_id"] not in {row["mail_id"] for row in await sheet.get("/mail")}


async def test_labels_come_and_go(sheet):
    number = await sheet.get("/mail/labels", "POST", 201, json={"name": "Later", "color": "#ff6600"})
    names = {row["label_id"]: row["name"] for row in (await sheet.get("/mail/labels"))["labels"]}
    assert names[number] == "Later"
    assert names[2] == "Sent"
    await sheet.get(f"/mail/labels/{number}", "DELETE", 204)
    await sheet.get("/mail/labels/1", "DELETE", 422)
    await sheet.get(f"/mail/labels/{number}", "DELETE", 404)


async def test_mail_between_pilots_has_one_id(sheet):
    other = Sheet(sheet.sandbox, sheet.sandbox.pilots[1])
    recipients = [{"recipient_id": other.pilot, "recipient_type": "character"}]
    number = await sheet.get("/mail", "POST", 201, json={"subject": "Hi", "body": "there", "recipients": recipients})
    assert (await sheet.get(f"/mail/{number}"))["labels"] == [2]
    received = await other.get(f"/mail/{number}")
    assert (received["subject"], received["from"], received["labels"]) == ("Hi", sheet.pilot, [1])


async def test_orders_fill_and_leave(sheet):
    orders = {row["order_id"]: row for row in await sheet.get("/orders")}
    history = {row["order_id"] for row in await sheet.get("/orders/history")}
    assert len(orders) == 6
    sheet.sandbox.pass_time(40 * 60)
    left = {row["order_id"]: row for row in await sheet.get("/orders")}
    gone = set(orders) - set(left)
    assert len(gone) == 1
    closed = {row["order_id"]: row for row in await sheet.get("/orders/history")}
    assert set(closed) - history == gone
    filled = closed[gone.pop()]
    assert (filled["state"], filled["volume_remain"]) == ("expired", 0)
    assert all(left[one]["volume_remain"] <= orders[one]["volume_remain"] for one in left)
    sheet.sandbox.pass_time(3 * HOUR)
    partly = [row for row in await sheet.get("/orders/history") if row["order_id"] in orders and row["volume_remain"]]
    assert [row["state"] for row in partly] == ["expired"]


async def test_history_has_all_ends_an_order_can_have(sheet):
    rows = await sheet.get("/orders/history")
    ends = {(row["state"], row["volume_remain"] == 0, row["volume_remain"] == row["volume_total"]) for row in rows}
    assert ("expired", True, False) in ends
    assert ("expired", False, True) in ends
    assert ("expired", False, False) in ends
    assert "cancelled" in {row["state"] for row in rows}


@pytest.mark.parametrize(("action", "state", "left"), [("fill", "expired", 0), ("cancel", "cancelled", 60)])
async def test_orders_end_on_demand(sheet, action, state, left):
    number = (await sheet.control("/orders", {"type_id": 34, "volume": 100, "price": 5.0}))["order_id"]
    balance = await sheet.get("/wallet")
    await sheet.control(f"/orders/{number}", {"action": action, "part": 0.4})
    assert number not in {row["order_id"] for row in await sheet.get("/orders")}
    row = next(row for row in await sheet.get("/orders/history") if row["order_id"] == number)
    assert (row["state"], row["volume_remain"]) == (state, left)
    if action == "fill":
        assert await sheet.get("/wallet") == pytest.approx(balance + 500 * (1 - 0.036))


async def test_the_wallet_adds_up(sheet):
    journal = await sheet.get("/wallet/journal")
    assert journal[0]["balance"] == await sheet.get("/wallet")
    for later, row in pairwise(journal):
        assert later["balance"] == pytest.approx(row["balance"] + later["amount"])
        assert later["date"] >= row["date"]
    assert len({row["id"] for row in journal}) == len(journal)
    transactions = await sheet.get("/wallet/transactions")
    ids = [row["transaction_id"] for row in transactions]
    assert ids == sorted(set(ids), reverse=True)
    booked = {row["id"] for row in journal}
    assert all(row["journal_ref_id"] in booked for row in transactions)
    rest = await sheet.get(f"/wallet/transactions?from_id={ids[2]}")
    assert [row["transaction_id"] for row in rest] == ids[2:]
    assert len(await sheet.get(f"/wallet/transactions?from_id={ids[-1]}")) == 1
    balance = await sheet.get("/wallet")
    sheet.sandbox.pass_time(40 * 60)
    new = [row for row in await sheet.get("/wallet/journal") if row["id"] not in booked]
    assert new
    assert await sheet.get("/wallet") == pytest.approx(balance + sum(row["amount"] for row in new))


async def test_jobs_stay_active_until_delivered(sheet):
    now = await sheet.now()
    jobs = await sheet.get("/industry/jobs")
    assert {row["status"] for row in jobs} == {"active", "paused"}
    over = [row for row in jobs if seconds(row["end_date"]) <= now]
    assert [row["status"] for row in over] == ["active"]
    paused = next(row for row in jobs if row["status"] == "paused")
    assert "pause_date" in paused
    number = over[0]["job_id"]
    await sheet.control(f"/jobs/{number}", {"action": "deliver"})
    assert number not in {row["job_id"] for row in await sheet.get("/industry/jobs")}
    everything = {row["job_id"]: row for row in await sheet.get("/industry/jobs?include_completed=true")}
    assert everything[number]["status"] == "delivered"
    assert {row["status"] for row in everything.values()} == {"active", "paused", "delivered", "cancelled"}
    await sheet.control(f"/jobs/{paused['job_id']}", {"action": "resume"})
    resumed = next(row for row in await sheet.get("/industry/jobs") if row["job_id"] == paused["job_id"])
    assert resumed["status"] == "active"
    assert seconds(resumed["end_date"]) > seconds(paused["end_date"])


async def test_colonies_change_only_when_they_are_changed(sheet):
    colonies = await sheet.get("/planets")
    assert len(colonies) == 4
    now = await sheet.now()
    expiries = {}
    for colony in colonies:
        layout = await sheet.get(f"/planets/{colony['planet_id']}")
        assert len(layout["pins"]) == colony["num_pins"]
        expiries[colony["planet_id"]] = min(
            seconds(pin["expiry_time"]) for pin in layout["pins"] if "extractor_details" in pin
        )
    assert {expiry <= now for expiry in expiries.values()} == {True, False}
    assert min(expiry - now for expiry in expiries.values() if expiry > now) < HOUR
    sheet.sandbox.pass_time(DAY)
    assert await sheet.get("/planets") == colonies
    planet = colonies[0]["planet_id"]
    await sheet.control(f"/planets/{planet}", {"seconds": 7200})
    after = await sheet.get("/planets")
    assert after[0]["last_update"] > colonies[0]["last_update"]
    assert after[1:] == colonies[1:]
    await sheet.get("/planets/1", expected=404)


async def test_where_a_pilot_is(sheet):
    assert (await sheet.get("/online"))["online"] is False
    await sheet.control("/login", {"online": True})
    assert (await sheet.get("/online"))["online"] is True
    location = await sheet.get("/location")
    names = await sheet.sandbox.esi("/universe/names", method="POST", json=[location["solar_system_id"]])
    assert names[2][0]["category"] == "solar_system"
    ship = await sheet.get("/ship")
    assert (await sheet.sandbox.esi(f"/universe/types/{ship['ship_type_id']}"))[0] == 200


async def test_notifications_arrive(sheet):
    before = await sheet.get("/notifications")
    made = await sheet.control("/notifications", {"type": "StructureUnderAttack", "text": "a: 1\n"})
    assert made["notification_id"] in {row["notification_id"] for row in await sheet.get("/notifications")}
    sheet.sandbox.pass_time(2 * DAY)
    assert len(await sheet.get("/notifications")) > len(before) + 5


async def test_names_and_ids_find_each_other(sandbox):
    pilot = sandbox.pilots[0]
    asked = [pilot, 34, 98100001, 30002537, 10000002, 60003760]
    _, _, rows = await sandbox.esi("/universe/names", method="POST", json=asked)
    assert [row["id"] for row in rows] == asked
    _, _, found = await sandbox.esi("/universe/ids", method="POST", json=[row["name"] for row in rows])
    assert sorted(one["id"] for group in found.values() for one in group) == sorted(asked)
    for wrong, status in (([34, 34], 400), ([], 400), ([34, 1], 404), (["a"], 400), (list(range(1001)), 400)):
        assert (await sandbox.esi("/universe/names", method="POST", json=wrong))[0] == status


async def test_the_market_knows_the_pilots_orders(start, options):
    sandbox = await start(replace(options, limits=False))
    number = (await sandbox.control(f"/pilots/{sandbox.pilots[0]}/orders", {"type_id": 34}))["order_id"]
    found = []
    for page in range(1, 4):
        status, headers, rows = await sandbox.esi(f"/markets/10000002/orders?order_type=sell&page={page}")
        if status != 200:
            break
        found += rows
    assert int(headers.get("X-Pages", page - 1)) >= 1
    assert number in {row["order_id"] for row in found}
    assert not [row for row in found if row["is_buy_order"]]
    _, _, rows = await sandbox.esi("/markets/10000002/orders?order_type=all&type_id=35")
    assert {row["type_id"] for row in rows} == {35}
    assert (await sandbox.esi("/markets/10000002/orders"))[0] == 400
    _, _, history = await sandbox.esi("/markets/10000002/history?type_id=34")
    assert (len(history), history[-1]["date"]) == (400, "2026-08-31")


async def test_recordings_add_types(start, options, tmp_path):
    (tmp_path / "memberaudit").mkdir()
    (tmp_path / "memberaudit" / "eveuniverse.json").write_text(
        '{"EveType": [{"id": 77, "name": "Recorded", "eve_group_id": 5, "volume": null, "eve_market_group_id": null}]}'
    )
    (tmp_path / "evebuddy").mkdir()
    (tmp_path / "evebuddy" / "notifications.json").write_text(
        '[{"notification_id": 9, "type": "CorpAppNewMsg", "sender_id": 1, "sender_type": "character",'
        ' "timestamp": "2019-08-16T15:08:00Z", "text": "a: 1"}]'
    )
    sandbox = await start(replace(options, recordings=tmp_path))
    assert (await sandbox.esi("/universe/types/77"))[2]["name"] == "Recorded"
    pilot = sandbox.pilots[0]
    rows = (await sandbox.esi(f"/characters/{pilot}/notifications", await sandbox.mint(pilot)))[2]
    assert rows[-1]["notification_id"] == 9


async def test_the_clock_moves_and_can_be_wrong(sandbox):
    before = await sandbox.control("/clock", method="GET")
    after = await sandbox.control("/clock", {"advance_seconds": 3600})
    assert 3600 <= after["unix"] - before["unix"] < 3610
    skewed = await sandbox.control("/clock", {"offset_seconds": -7200})
    assert -7201 < skewed["unix"] - after["unix"] < -7190
    async with sandbox.client.post("/eve/_sandbox/clock", json={"advance_seconds": -1}) as response:
        assert response.status == 400


async def test_without_an_epoch_the_time_is_the_real_one(start):
    sandbox = await start(SandboxOptions(signing="ES256"))
    now = (await sandbox.control("/clock", method="GET"))["unix"]
    assert abs(now - datetime.now(UTC).timestamp()) < 5
    shown = await sandbox.control("/pilots", method="GET")
    assert [row["account"] for row in shown] == ["pilot1", "pilot1", "pilot2"]
