"""Batches of clients: each event is stored, dropped or refused by itself."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from guildhall.db.connection import connect
from guildhall.ids import uuid7
from tests.core.analytics.make import NOT_STORED, REPEATED, STORED, counted, opened, rows, send, share, until


async def told(url: str) -> list[tuple[Any, ...]]:
    """Type, data, session and person of all events, in their order."""
    return await rows(
        url, "select event_type, event_data::text, session_id, user_id from core.analytics_events order by id"
    )


async def test_a_visitor_sends_events(clone, guides):
    outcomes = await send(guides, opened("axe"), {"type": "guides.closed", "session_id": "other"}, session_id="mine")

    assert outcomes == [STORED, STORED]
    assert await told(clone) == [
        ("guides.opened", '{"hero": "axe", "note": "", "league": null}', "mine", None),
        ("guides.closed", '{"seconds": 0}', "other", None),
    ]


async def test_each_bad_event_is_refused_alone(clone, guides):
    deep, long = "[" * 900 + "]" * 900, "x" * 5000
    keys = ",".join(f'"k{n}": 1' for n in range(10_000))
    bad = [
        ('{"type": "guides.nothing"}', "analytics.unknown_event_type"),
        ('{"type": "guides.secret"}', "analytics.unknown_event_type"),  # the server's own
        ('{"type": "guides.opened", "data": {"hero": "nobody"}}', "analytics.bad_event"),
        ('{"type": "guides.opened", "data": {}}', "analytics.bad_event"),
        ('{"type": "guides.opened", "data": [1]}', "analytics.bad_event"),
        ('{"type": "guides.opened"}', "analytics.bad_event"),
        ('{"data": {"hero": "axe"}}', "analytics.bad_event"),
        ("null", "analytics.bad_event"),
        ("[]", "analytics.bad_event"),
        ("7", "analytics.bad_event"),
        ('{"type": 7}', "analytics.bad_event"),
        ('{"type": "guides.closed", "data": {"seconds": 1e999}}', "analytics.bad_event"),
        ('{"type": "guides.closed", "data": {"seconds": 1.5}}', "analytics.bad_event"),
        ('{"type": "guides.closed", "id": "mine"}', "analytics.bad_event"),
        ('{"type": "guides.closed", "at": "2026-11-20T20:00:00"}', "analytics.bad_event"),  # without an offset
        ('{"type": "guides.closed", "at": "1200-01-01T00:00:00Z"}', "analytics.bad_event"),
        ('{"type": "guides.closed", "session_id": ""}', "analytics.bad_event"),
        (f'{{"type": "guides.closed", "session_id": "{long}"}}', "analytics.bad_event"),
        ('{"type": "guides.closed", "session_id": "\\u0000"}', "analytics.bad_event"),
        ('{"type": "guides.opened", "data": {"hero": "axe", "note": "a\\u0000b"}}', "analytics.bad_event"),
        (f'{{"type": "guides.opened", "data": {{"hero": "axe", "note": "{long}"}}}}', "analytics.event_too_large"),
        (f'{{"type": "guides.closed", "data": {{{keys}}}}}', "analytics.event_too_large"),
        (f'{{"type": "guides.closed", "data": {{"seconds": {deep}}}}}', "analytics.bad_event"),
    ]  # fmt: skip
    good = '{"type": "guides.opened", "data": {"hero": "lina", "note": "\\\\u0000 is written so"}}'
    body = '{"events": [' + ", ".join([good, *(text for text, _ in bad), good]) + "]}"

    answer = await guides.post("/api/v1/events", data=body.encode())

    assert answer.status == 200
    outcomes = answer.json["outcomes"]
    assert [(one["outcome"], one.get("code")) for one in outcomes[1:-1]] == [("refused", code) for _, code in bad]
    assert all(one["detail"] for one in outcomes[1:-1])
    assert outcomes[0] == outcomes[-1] == STORED
    assert len(await told(clone)) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"7", b"{}", b'{"events": {}}', b'{"events": null}', b'{"events": [NaN]}',
        b'{"events": [Infinity]}', b'{"events": [{"type": "guides.closed"}', b'{"events": [], "session_id": ""}',
        b'{"events": [], "sent_at": "yesterday"}', b"[" * 100_000, b'{"events": [' + b"[" * 100_000,
        b'{"session_id": "\xff", "events": []}',
    ],
)  # fmt: skip
async def test_a_body_that_is_no_batch_is_refused_as_a_whole(clone, guides, body):
    answer = await guides.post("/api/v1/events", data=body)

    assert (answer.status, answer.code) == (400, "analytics.bad_batch")


async def test_a_batch_has_a_bound(guides, start_guides):
    assert await send(guides, *[opened()] * 100) == [STORED] * 100
    answer = await guides.post("/api/v1/events", json={"events": [opened()] * 101})
    assert (answer.status, answer.code) == (422, "analytics.batch_too_large")
    assert await send(guides) == []

    large = await guides.post("/api/v1/events", data=b" " * 600_000)
    assert (large.status, large.code) == (413, "too_large")


async def test_unknown_fields_are_not_stored(clone, guides):
    assert await send(guides, opened("axe", data={"hero": "axe", "address": "1.2.3.4"}, ip="1.2.3.4")) == [STORED]

    assert "1.2.3.4" not in str(await rows(clone, "select e::text from core.analytics_events e"))


async def test_a_person_who_shares_is_stored_with_the_event_and_one_who_does_not_is_not(clone, guides):
    ann, ben = await guides.sign_in(), await guides.sign_in()
    await ann.patch("/api/v1/me/settings", json={"share_activity_stats": True})
    secret = {"type": "guides.opened", "data": {"hero": "axe", "league": "one", "note": "secret"}}

    for person in (ann, ben):
        assert await send(person, secret, session_id="a phone") == [STORED]

    (mine, other) = await told(clone)
    assert mine[1:] == ('{"hero": "axe", "note": "secret", "league": "one"}', "a phone", ann.id)
    assert other[1:] == ('{"hero": "axe", "league": "one"}', None, None)  # what is counted, and nothing else
    assert await rows(clone, "select visitor is null from core.analytics_events order by id") == [(False,), (True,)]


async def test_a_setting_holds_at_once_in_every_process(clone, guides, start_guides):
    other = await start_guides()
    ann = await guides.sign_in()
    here, there = ann, await other.sign_in(ann.id)

    for shares in (True, False, True):
        await here.patch("/api/v1/me/settings", json={"share_activity_stats": shares})
        assert await send(there, opened()) == [STORED]

    assert [user for _, _, _, user in await told(clone)] == [ann.id, None, ann.id]


@pytest.mark.parametrize("header", ["Sec-GPC", "DNT"])
async def test_nothing_is_stored_of_a_visitor_who_asks_not_to_be_tracked(clone, guides, header):
    outcomes = await send(guides, opened(), {"type": "guides.nothing"}, headers={header: "1"})

    assert outcomes[0] == NOT_STORED
    assert outcomes[1]["code"] == "analytics.unknown_event_type"
    assert await told(clone) == []
    assert await send(guides, opened(), headers={header: "0"}) == [STORED]


async def test_the_setting_of_a_person_says_more_than_the_signal_of_a_browser(clone, guides):
    ann = await guides.sign_in()
    await share(clone, ann.id)

    assert await send(ann, opened(), headers={"Sec-GPC": "1"}) == [STORED]
    assert [user for _, _, _, user in await told(clone)] == [ann.id]


async def test_an_event_with_an_id_is_stored_once(clone, guides, start_guides):
    other = await start_guides()
    key, another = str(uuid7()), str(uuid7())
    ann = await guides.sign_in()

    assert await send(guides, opened(id=key), opened(id=key), opened(id=another), session_id="s") == [
        STORED,
        REPEATED,
        STORED,
    ]
    assert await send(other, opened(id=another), opened(id=key), session_id="s") == [REPEATED, REPEATED]
    # it is an id of that visitor's, and nobody else's
    assert await send(other, opened(id=key), session_id="t") == [STORED]
    assert await send(ann, opened(id=key), session_id="s") == [STORED]
    assert len(await told(clone)) == 4


async def test_one_batch_at_two_processes_at_once_is_stored_once(clone, guides, start_guides):
    other = await start_guides()
    events = [opened(id=str(uuid7())) for _ in range(50)]

    outcomes = await asyncio.gather(*(
        send(process, *(events if forward else events[::-1]), session_id="s")
        for _ in range(5) for process, forward in ((guides, True), (other, False))
    ))  # fmt: skip

    assert sum(one.count(STORED) for one in outcomes) == 50
    assert sum(one.count(REPEATED) for one in outcomes) == 450
    assert len(await told(clone)) == 50


async def test_times_are_the_servers_within_bounds(clone, guides):
    now = datetime.now(UTC)
    times = [None, now - timedelta(hours=2), now + timedelta(hours=2), now - timedelta(days=40)]
    assert await send(guides, *[opened(at=at.isoformat()) if at else opened() for at in times]) == [STORED] * 4

    found = [at - now for (at,) in await rows(clone, "select created_at from core.analytics_events order by id")]
    minute, day = timedelta(minutes=1), timedelta(days=1)
    assert timedelta(0) <= found[0] < minute
    assert abs(found[1] + timedelta(hours=2)) < minute
    assert timedelta(0) <= found[2] < minute
    assert abs(found[3] + day) < minute
    days = await rows(clone, "select day = (created_at at time zone 'UTC')::date from core.analytics_events")
    assert set(days) == {(True,)}


async def test_a_clients_wrong_clock_is_corrected_by_the_time_of_sending(clone, guides):
    wrong = datetime(2031, 5, 1, 12, tzinfo=UTC)
    events = [
        opened(at=(wrong - timedelta(minutes=30)).isoformat()),
        opened(at=(wrong + timedelta(hours=1)).isoformat()),
    ]
    assert await send(guides, *events, sent_at=wrong.isoformat()) == [STORED, STORED]
    far = opened(at="9998-01-01T00:00:00Z")
    assert await send(guides, far, sent_at="1970-01-01T00:00:00Z") == [STORED]

    now = datetime.now(UTC)
    found = [now - at for (at,) in await rows(clone, "select created_at from core.analytics_events order by id")]
    minute = timedelta(minutes=1)
    assert abs(found[0] - timedelta(minutes=30)) < minute
    assert max(found[1:]) < minute


async def test_a_sender_has_a_limit_of_events(guides, start_guides):
    slow = await start_guides(rate_per_minute=60, rate_burst=10, events_most=10)
    ann = await slow.sign_in()

    assert await send(slow, *[{"type": f"guides.flood{n}"} for n in range(8)]) != []
    answer = await slow.post("/api/v1/events", json={"events": [opened()] * 5})
    assert (answer.status, answer.code) == (429, "analytics.too_many_events")
    assert 1 <= int(answer.headers["retry-after"]) <= 3
    assert await send(ann, *[opened()] * 10) == [STORED] * 10  # a limit of their own
    assert await send(slow, opened()) == [STORED]


async def test_a_full_queue_is_a_503(clone, start_guides):
    small = await start_guides(waiting_most=5)

    answer = await small.post("/api/v1/events", json={"events": [opened()] * 6})

    assert (answer.status, answer.code, answer.headers["retry-after"]) == (503, "analytics.events_busy", "1")
    assert await told(clone) == []
    assert await send(small, *[opened()] * 5) == [STORED] * 5


async def test_what_is_stored_is_counted_soon(clone, guides):
    await send(guides, opened("axe"), opened("lina"), opened("lina"), session_id="s")

    await until(clone, (3, 1))
    assert await counted(clone, "hero") == {("axe",): (1, 1), ("lina",): (2, 1)}


async def test_of_a_lost_connection_only_events_without_an_id_hear(clone, guides):
    holder = await connect(clone)
    waiting = "select pid from pg_stat_activity where wait_event_type = 'Lock' and query like '%add_analytics_events%'"

    async def lost(*events: object):
        """Send events whose connection is lost while they are written."""
        async with holder.transaction():
            await holder.execute("select from core.analytics_head for update")
            sent = asyncio.create_task(guides.post("/api/v1/events", json={"events": events}))
            async with asyncio.timeout(20):
                while not (found := await rows(clone, waiting)):  # noqa: ASYNC110 (the database has no event)
                    await asyncio.sleep(0.02)
            await rows(clone, "select pg_terminate_backend($1)", found[0][0])
        return await sent

    both = await lost(opened(id=str(uuid7())), opened())
    alone = await lost(opened())
    await holder.close()

    assert both.status == 200
    assert both.json["outcomes"][0] == STORED
    assert [both.json["outcomes"][1][name] for name in ("outcome", "code")] == ["failed", "analytics.event_uncertain"]
    assert (alone.status, alone.code) == (503, "analytics.event_uncertain")
    assert len(await told(clone)) == 1
