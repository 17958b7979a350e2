"""What users see of what they are told: once, consolidated, on the channels that they want."""

import asyncio

from guildhall.core.notify.actions.wishes import WEBHOOK_URL
from guildhall.core.notify.kinds import NoticeKind, NoticeKinds
from guildhall.core.notify.sandbox.state import Fault
from guildhall.ids import UserId, uuid7
from tests.core.notify.make import (
    ATTACK,
    ORDER,
    SKILL,
    VAULT,
    ago,
    execute,
    make_device,
    make_pilot,
    notice,
    rows,
    sending,
    tell,
    until,
)


async def add_hook(db, user, phones, name="hook"):
    hook = uuid7()
    sealed = VAULT.seal(WEBHOOK_URL, hook, f"{phones.address}/webhooks/{name}")
    await execute(
        db,
        "insert into core.notification_webhooks (id, user_id, name, url, host) values ($1, $2, 'mine', $3, 'local')",
        hook, user, sealed,
    )  # fmt: skip
    return hook


async def test_a_notification_goes_to_the_phone_and_is_noted_as_sent(jobs_db, clone, phones):
    user = await make_pilot(clone, "phone")
    told = notice(user, body="Gunnery V", data={"skill_id": 3300, "queue": [1, 2]}, character_id=90000001)

    assert await tell(jobs_db, told) == 1
    async with sending(jobs_db, **phones.settings) as sender:
        done = await sender.run()

    assert (done.sent, done.failed, done.retried) == (1, 0, 0)
    assert phones.shown("phone") == [("Skill finished 1", "Gunnery V")]
    (shown,) = phones.state.devices["phone"].values()
    (delivery,) = await rows(jobs_db, "notification_deliveries")
    (logged,) = await rows(jobs_db)
    assert shown.tag == delivery["id"].hex
    assert shown.data == {
        "skill_id": "3300", "queue": "[1,2]", "count": "1", "types": "skill_complete",
        "notification_id": str(logged["id"]), "character_id": "90000001", "delivery_id": str(delivery["id"]),
    }  # fmt: skip
    assert (logged["status"], logged["error"], logged["due_at"]) == ("sent", None, None)
    assert logged["sent_at"] is not None
    assert (delivery["status"], delivery["attempts"], delivery["due_at"]) == ("sent", 1, None)
    assert delivery["provider_id"] == "projects/guildhall-sandbox/messages/1"


async def test_the_same_occurrence_is_told_once(jobs_db, clone, phones):
    user, other = await make_pilot(clone, "phone"), await make_pilot(clone, "other")

    assert await tell(jobs_db, notice(user), notice(user), notice(user, "2")) == 2
    assert await tell(jobs_db, notice(user), notice(other)) == 1  # the key is the user's own
    both = await asyncio.gather(*(tell(jobs_db, notice(user, "race"), notice(other, "race")) for _ in range(5)))

    assert sum(both) == 2
    assert len(await rows(jobs_db)) == 5


async def test_who_is_gone_is_passed_over_and_long_texts_are_cut(jobs_db, clone):
    user = await make_pilot(clone)
    told = [notice(UserId(uuid7())), notice(user, title="t" * 500, body="b\x00" * 5000)]

    assert await tell(jobs_db, *told) == 1

    (logged,) = await rows(jobs_db)
    assert (len(logged["title"]), len(logged["body"])) == (200, 4000)


async def test_a_burst_becomes_one_message_for_each_device(jobs_db, clone, phones):
    user = await make_pilot(clone, "phone")
    await make_device(clone, user, "tablet")
    for number in range(10):
        await tell(jobs_db, notice(user, str(number), ORDER))

    async with sending(jobs_db, lines=3, **phones.settings) as sender:
        await sender.run()

    message = ("10 orders filled", "Order filled 0\nOrder filled 1\nOrder filled 2\nand 7 more")
    assert phones.shown("phone") == [message]
    assert phones.shown("tablet") == [message]
    assert {row["status"] for row in await rows(jobs_db)} == {"sent"}
    assert len({row["batch_id"] for row in await rows(jobs_db)}) == 1
    assert [len(row["notices"]) for row in await rows(jobs_db, "notification_deliveries")] == [10, 10]


async def test_several_types_are_told_line_by_line(jobs_db, clone, phones):
    user = await make_pilot(clone, "phone")
    await tell(jobs_db, *(notice(user, str(n), ORDER) for n in range(3)), notice(user, body="Gunnery V"))

    async with sending(jobs_db, **phones.settings) as sender:
        await sender.run()

    ((title, body),) = phones.shown("phone")
    assert title == "4 notifications"
    assert sorted(body.splitlines()) == ["3 orders filled", "Skill finished 1: Gunnery V"]


async def test_the_gathering_time_holds_the_first_for_the_others(jobs_db, clone, phones):
    user = await make_pilot(clone, "phone")
    async with sending(jobs_db, gather_seconds=0.6, **phones.settings) as sender:
        await tell(jobs_db, notice(user, "1"))
        run = asyncio.create_task(sender.run())
        await asyncio.sleep(0.2)
        await tell(jobs_db, notice(user, "2"))
        assert phones.shown("phone") == []
        done = await run

    assert done.sent == 1
    assert [title for title, _ in phones.shown("phone")] == ["2 skills finished"]


async def test_what_is_too_late_is_dropped_and_says_so(jobs_db, clone, phones):
    user = await make_pilot(clone, "phone")
    await tell(jobs_db, notice(user, "old", ORDER, happened_at=ago(seconds=3700)), notice(user, "new", ORDER))

    async with sending(jobs_db, **phones.settings) as sender:
        await sender.run()

    assert phones.shown("phone") == [("Order filled new", "")]
    states = {row["occurrence_key"]: (row["status"], row["error"]) for row in await rows(jobs_db)}
    assert states == {
        "market_order_filled:old": ("failed", "too late"),
        "market_order_filled:new": ("sent", None),
    }


async def test_a_switch_of_the_settings_mutes_a_kind_and_its_key_is_remembered(jobs_db, clone, phones):
    user = await make_pilot(clone, "phone")
    settings = "insert into core.user_settings (id, user_id, notify_skill_complete) values ($1, $1, false)"
    await execute(jobs_db, settings, user)
    await tell(jobs_db, notice(user), notice(user, "2", ORDER))

    async with sending(jobs_db, **phones.settings) as sender:
        await sender.run()

    assert phones.shown("phone") == [("Order filled 2", "")]
    muted = [row for row in await rows(jobs_db) if row["muted"]]
    assert [(row["type"], row["told_no"]) for row in muted] == [("skill_complete", None)]
    assert await tell(jobs_db, notice(user)) == 0


async def test_who_never_looked_at_the_settings_has_the_tables_defaults(jobs_db, clone, phones):
    planet = NoticeKind("pi_extractor_expired", "Extractor expired", "{count}", setting="notify_pi_extractors")
    user, wants_it = await make_pilot(clone, "phone"), await make_pilot(clone, "other")
    settings = "insert into core.user_settings (id, user_id, notify_pi_extractors) values ($1, $1, true)"
    await execute(jobs_db, settings, wants_it)
    await tell(jobs_db, *(notice(one, "1", kind) for one in (user, wants_it) for kind in (planet, SKILL)))

    async with sending(jobs_db, NoticeKinds((planet, SKILL)), **phones.settings) as sender:
        await sender.run()

    assert [title for title, _ in phones.shown("phone")] == ["Skill finished 1"]
    assert [title for title, _ in phones.shown("other")] == ["2 notifications"]


async def test_preferences_choose_the_channel(jobs_db, clone, phones):
    user = await make_pilot(clone, "phone")
    await add_hook(jobs_db, user, phones)
    preference = "insert into core.notification_preferences (user_id, type, channel, enabled) values ($1, $2, $3, $4)"
    await execute(jobs_db, preference, user, SKILL.type, "push", False)
    await execute(jobs_db, preference, user, ORDER.type, "webhook", False)
    await tell(jobs_db, notice(user, "1", SKILL), notice(user, "2", ORDER))

    async with sending(jobs_db, **phones.settings) as sender:
        await sender.run()

    assert phones.shown("phone") == [("Order filled 2", "")]
    assert phones.said("hook") == ["**Skill finished 1**"]
    assert {row["status"] for row in await rows(jobs_db)} == {"sent"}


async def test_without_a_device_it_is_told_in_the_app_alone(jobs_db, clone, phones):
    user = await make_pilot(clone)
    await tell(jobs_db, notice(user))

    async with sending(jobs_db, **phones.settings) as sender:
        await sender.run()

    (logged,) = await rows(jobs_db)
    assert (logged["status"], logged["told_no"] is not None) == ("sent", True)
    assert await rows(jobs_db, "notification_deliveries") == []


async def test_quiet_hours_hold_what_is_not_urgent_and_tell_it_as_one_at_their_end(jobs_db, clone, phones):
    user = await make_pilot(clone, "phone")
    quiet = """
        insert into core.notification_quiet_hours (user_id, time_zone, starts_at, ends_at)
        select $1, 'Europe/Vienna', to_char(now() at time zone 'Europe/Vienna' - interval '1 hour', 'HH24:MI'),
               to_char(now() at time zone 'Europe/Vienna' + interval '4 hours', 'HH24:MI')
    """
    await execute(jobs_db, quiet, user)
    await tell(jobs_db, notice(user, "1", ORDER), notice(user, "2", ORDER), notice(user, "3", ATTACK))

    async with sending(jobs_db, **phones.settings) as sender:
        await sender.run()
    assert phones.shown("phone") == [("Under attack 3", "")]
    held = [row for row in await rows(jobs_db) if row["held_until"] is not None]
    assert [row["status"] for row in held] == ["pending", "pending"]

    # Four hours later they are older than an order's hour, and told all the same: waiting was not being late.
    now = "now() - interval '1 second'"
    await execute(
        jobs_db,
        f"update core.notification_log set happened_at = now() - interval '4 hours', due_at = {now}, "
        f"held_until = {now} where held_until is not null",
    )
    await execute(jobs_db, "delete from core.notification_quiet_hours")
    async with sending(jobs_db, **phones.settings) as sender:
        await sender.run()
    assert sorted(title for title, _ in phones.shown("phone")) == ["2 orders filled", "Under attack 3"]


async def test_two_workers_never_send_the_same(jobs_db, clone, phones):
    users = [await make_pilot(clone, f"phone{number}") for number in range(60)]
    await tell(jobs_db, *(notice(user, str(number)) for user in users for number in range(2)))

    async with (
        sending(jobs_db, batch=7, **phones.settings) as first,
        sending(jobs_db, batch=7, **phones.settings) as second,
        sending(jobs_db, batch=7, **phones.settings) as third,
    ):
        done = await asyncio.gather(first.run(), second.run(), third.run())

    assert sum(one.sent for one in done) == 60
    assert phones.state.counts["messages"] == 60
    assert {title for number in range(60) for title, _ in phones.shown(f"phone{number}")} == {"2 skills finished"}


async def test_what_a_dead_worker_left_behind_is_sent_again_in_the_same_place(jobs_db, clone, phones):
    user = await make_pilot(clone, "phone")
    await tell(jobs_db, notice(user))
    async with sending(jobs_db, **phones.settings) as sender:
        await sender.run()
    # It died after FCM had taken the message and before it could say so.
    dead = "status = 'pending', due_at = now() - interval '1 second', sent_at = null, provider_id = null"
    await execute(jobs_db, f"update core.notification_deliveries set {dead}")

    async with sending(jobs_db, **phones.settings) as sender:
        await sender.run()

    assert phones.state.counts["messages"] == 2
    assert phones.shown("phone") == [("Skill finished 1", "")]
    assert [one.arrivals for one in phones.state.devices["phone"].values()] == [2]
    (delivery,) = await rows(jobs_db, "notification_deliveries")
    assert (delivery["status"], delivery["attempts"]) == ("sent", 2)


async def test_a_lease_that_runs_is_nobody_elses(jobs_db, clone, phones):
    user = await make_pilot(clone, "phone")
    phones.state.faults.append(Fault("slow", seconds=0.4))
    await tell(jobs_db, notice(user))

    async with sending(jobs_db, **phones.settings) as first, sending(jobs_db, **phones.settings) as second:
        run = asyncio.create_task(first.run())
        await until(lambda: _has(phones, "messages", 1))
        assert (await second.run()).sent == 0
        assert (await run).sent == 1
    assert phones.state.counts["messages"] == 1


async def _has(phones, name, count):
    return phones.state.counts[name] >= count


async def test_a_second_run_of_a_process_leaves_the_work_to_the_first(jobs_db, clone, phones):
    user = await make_pilot(clone, "phone")
    phones.state.faults.append(Fault("slow", count=1, seconds=0.3))
    async with sending(jobs_db, **phones.settings) as sender:
        await tell(jobs_db, notice(user, "1"))
        run = asyncio.create_task(sender.run())
        await until(lambda: _has(phones, "messages", 1))
        await tell(jobs_db, notice(user, "2"))
        assert (await sender.run()).taken_up == 0
        assert (await run).taken_up == 2
    assert len(phones.shown("phone")) == 2


async def test_read_before_it_is_sent_it_is_not_sent(jobs_db, clone, phones):
    user = await make_pilot(clone, "phone")
    await tell(jobs_db, notice(user))
    await execute(jobs_db, "update core.notification_log set status = 'read', read_at = now(), due_at = null")

    async with sending(jobs_db, **phones.settings) as sender:
        await sender.run()

    assert phones.state.counts["messages"] == 0


async def test_a_worker_that_is_told_of_notices_sends_them(clone, jobs_db, start_worker, phones):
    user = await make_pilot(clone, "phone")
    worker = await start_worker(notify=phones.settings)
    await tell(jobs_db, notice(user))

    await until(lambda: _has(phones, "accepted", 1))
    await worker.idle()

    assert phones.shown("phone") == [("Skill finished 1", "")]


async def test_a_clock_is_all_that_lateness_needs(jobs_db, clone, phones):
    """A message that has to wait too long is given up instead of told late."""
    user = await make_pilot(clone, "phone")
    phones.state.faults.append(Fault("unavailable"))
    await tell(jobs_db, notice(user, "1", ORDER))
    async with sending(jobs_db, attempts=50, **phones.settings) as sender:
        run = asyncio.create_task(sender.run())
        await until(lambda: _has(phones, "messages", 2))
        await execute(jobs_db, "update core.notification_log set happened_at = now() - interval '2 hours'")
        await run
    (delivery,) = await rows(jobs_db, "notification_deliveries")
    (logged,) = await rows(jobs_db)
    assert (delivery["status"], delivery["error"]) == ("failed", "too late")
    assert (logged["status"], logged["error"]) == ("failed", "too late")


async def test_a_slow_answer_is_noted_too_when_others_were_written_down_meanwhile(jobs_db, clone, phones):
    slow, quick = await make_pilot(clone, "slow"), await make_pilot(clone, "quick")
    phones.state.faults.append(Fault("slow", token="slow", seconds=0.4))
    await tell(jobs_db, notice(slow), notice(quick))

    async with sending(jobs_db, **phones.settings) as sender:
        done = await sender.run()

    assert (done.sent, phones.state.counts["messages"]) == (2, 2)
    assert {row["status"] for row in await rows(jobs_db, "notification_deliveries")} == {"sent"}
