"""Reads of what was counted, and of one's own activity; export and deletion."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from guildhall.core.analytics.schemas import DayCount, ValueCount
from guildhall.core.analytics.views import daily_counts, top_values
from tests.core.analytics.make import OPENED, daily, opened, rows, send, share, until

DAILY = "/api/v1/analytics/daily"


async def fill(url: str) -> None:
    """Roll-ups of three days."""
    await rows(
        url,
        """
        insert into core.analytics_daily (day, event_type, rollup, vals, cell, events, visitors)
        select d::date, t.event_type, t.rollup, t.vals::text[],
               core.analytics_cell(t.event_type, t.rollup, t.vals::text[]), t.events, 1
        from generate_series(date '2026-11-01', date '2026-11-03', interval '1 day') d,
             (values ('guides.opened', '', '{}', 9), ('guides.opened', 'hero', '{axe}', 5),
                     ('guides.opened', 'hero', '{lina}', 3), ('guides.opened', 'hero', '{}', 1),
                     ('guides.opened', 'hero,league', '{axe,NULL}', 4),
                     ('guides.opened', 'hero,league', '{axe,one}', 1),
                     ('guides.closed', '', '{}', 2)) t (event_type, rollup, vals, events)
        """,
    )


async def test_moderators_read_roll_ups_page_by_page(clone, guides):
    await fill(clone)
    moderator = await guides.sign_in(role="moderator")
    span = "since=2026-11-01&until=2026-11-03"

    every = await moderator.items(f"{DAILY}?{span}&limit=4")
    assert len(every) == 21
    assert [one["day"] for one in every] == sorted((one["day"] for one in every), reverse=True)
    assert {json.dumps(one) for one in every} >= {
        json.dumps({"day": "2026-11-03", "type": "guides.opened", **more, "visitors": 1})
        for more in (
            {"values": {"hero": "axe", "league": None}, "others": False, "events": 4},
            {"values": {"hero": "lina"}, "others": False, "events": 3},
            {"values": {}, "others": True, "events": 1},
            {"values": {}, "others": False, "events": 9},
        )
    }
    by_hero = await moderator.items(f"{DAILY}?{span}&type=guides.opened&rollup=hero&limit=2")
    assert sorted(one["events"] for one in by_hero) == [1, 1, 1, 3, 3, 3, 5, 5, 5]
    totals = await moderator.items(f"{DAILY}?since=2026-11-02&until=2026-11-02&rollup=")
    assert [(one["type"], one["events"]) for one in totals] == [("guides.opened", 9), ("guides.closed", 2)]


async def test_roll_ups_are_for_moderators(guides):
    member, moderator = await guides.sign_in(), await guides.sign_in(role="moderator")

    assert (await guides.get(DAILY)).code == "identity.unauthenticated"
    answer = await member.get(DAILY)
    assert (answer.status, answer.code) == (403, "identity.role_missing")
    token = await moderator.token("analytics:read")
    assert (await token.get(DAILY)).json == {"items": [], "next": None}
    assert (await (await moderator.token("realm:read")).get(DAILY)).status == 403
    assert (await moderator.get(f"{DAILY}?after=nonsense")).code == "bad_cursor"
    assert (await moderator.get(f"{DAILY}?since=yesterday")).status == 400


async def test_slices_read_days_and_values(clone, db):
    await fill(clone)
    first, last = date(2026, 11, 1), date(2026, 11, 30)

    async with db.read() as tx:
        assert await daily_counts(tx, OPENED, first, last) == [DayCount(date(2026, 11, n), 9, 1) for n in (1, 2, 3)]
        assert await daily_counts(tx, OPENED, first, first, {"hero": "lina"}) == [DayCount(first, 3, 1)]
        two = {"league": None, "hero": "axe"}  # in any order
        assert await daily_counts(tx, OPENED, first, first, two) == [DayCount(first, 4, 1)]
        assert await daily_counts(tx, OPENED, first, last, {"hero": "zeus"}) == []
        assert await top_values(tx, OPENED, ("hero",), first, last) == [
            ValueCount(["axe"], 15), ValueCount(["lina"], 9), ValueCount([], 3),
        ]  # fmt: skip
        assert await top_values(tx, OPENED, ("hero",), first, last, 1) == [ValueCount(["axe"], 15)]
        with pytest.raises(ValueError, match="no roll-up by note"):
            await daily_counts(tx, OPENED, first, last, {"note": "x"})
        with pytest.raises(ValueError, match="no roll-up by league, hero"):
            await top_values(tx, OPENED, ("league", "hero"), first, last)
        with pytest.raises(ValueError, match="from 1 to 1000"):
            await top_values(tx, OPENED, ("hero",), first, last, 2000)


async def test_somebody_sees_their_own_hours_and_nobody_elses(clone, guides):
    ann, ben = await guides.sign_in(), await guides.sign_in()
    await share(clone, ann.id)
    await share(clone, ben.id)
    await send(ann, opened(), opened(), opened())
    await send(ben, opened())
    now = datetime.now(UTC)
    day = now - timedelta(days=now.isoweekday() % 7 + 7)  # a Sunday at 23:30 is a Monday east of here
    sunday = day.replace(hour=23, minute=30)
    await rows(
        clone,
        """
        update core.analytics_events set created_at = $1
        where user_id = $2 and id <> (select id from core.analytics_events where user_id = $2 order by id limit 1)
        """,
        sunday,
        ann.id,
    )

    found = (await ann.get("/api/v1/me/activity?days=30")).json
    assert found["events"] == 3
    assert {"weekday": 7, "hour": 23, "events": 2} in found["hours"]
    east = (await ann.get("/api/v1/me/activity?days=30&time_zone=Etc/GMT-1")).json
    assert {"weekday": 1, "hour": 0, "events": 2} in east["hours"]
    assert (await ann.get("/api/v1/me/activity?days=1")).json["events"] == 1
    assert (await ben.get("/api/v1/me/activity")).json["events"] == 1

    bad = await ann.get("/api/v1/me/activity?time_zone=Europe/Atlantis")
    assert (bad.status, bad.code) == (400, "analytics.bad_time_zone")
    without_events = await (await guides.sign_in()).get("/api/v1/me/activity?time_zone=Europe/Atlantis")
    assert (without_events.status, without_events.code) == (400, "analytics.bad_time_zone")
    assert (await guides.get("/api/v1/me/activity")).status == 401


async def test_an_export_has_a_persons_events(clone, guides):
    ann, ben = await guides.sign_in(), await guides.sign_in()
    await share(clone, ann.id)
    await share(clone, ben.id)
    await send(ann, opened("lina"), session_id="a phone")
    await send(ben, opened("axe"))

    tables = (await ann.get("/api/v1/me/export")).json["tables"]

    [event] = tables["core.analytics_events"]
    assert (event["event_type"], event["event_data"]["hero"], event["session_id"]) == (
        "guides.opened",
        "lina",
        "a phone",
    )
    assert tables["core.analytics_outbox"] == []


async def test_a_deleted_person_is_in_no_event_and_still_counted(clone, guides):
    ann = await guides.sign_in()
    await share(clone, ann.id)
    secret = {"hero": "lina", "league": "one", "note": "I am Ann"}
    await send(ann, opened(data=secret, id="01890a5d-ac96-774b-bcce-b302099a8057"), session_id="Ann's phone")
    await until(clone, (1, 1))
    before = await daily(clone)

    assert (await ann.delete("/api/v1/me")).status == 204

    stored = await rows(clone, "select user_id, session_id, event_data::text from core.analytics_events")
    assert stored == [(None, None, '{"hero": "lina", "league": "one"}')]
    assert await rows(clone, "select from core.analytics_event_keys") == []
    assert await daily(clone) == before


async def test_days_of_one_visitor_cannot_be_told_to_be_of_one(clone, guides):
    yesterday = (datetime.now(UTC) - timedelta(hours=24)).isoformat()
    await send(guides, opened(), opened(), opened(at=yesterday), opened(at=yesterday), session_id="s")

    found = await rows(clone, "select day, array_agg(distinct visitor) from core.analytics_events group by day")

    assert len(found) == 2
    assert [len(visitors) for _, visitors in found] == [1, 1]
    assert found[0][1] != found[1][1]
