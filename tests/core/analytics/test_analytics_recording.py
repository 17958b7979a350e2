"""Events that the server's code records: by the recorder, or in a transaction."""

import asyncio
import contextlib
from datetime import timedelta

import pytest

from guildhall.core.analytics.actions import record
from guildhall.core.analytics.columns import columns_of
from guildhall.core.analytics.declaration import EventType, declared
from guildhall.core.analytics.errors import EventRefused, EventsBusy
from guildhall.core.analytics.ids import EventKey
from guildhall.core.analytics.queries.intake import add_events
from guildhall.core.analytics.schemas import Event
from guildhall.db.policies import Viewer
from guildhall.ids import UserId, uuid7
from guildhall.testing.people import make_user
from tests.core.analytics.make import CLOSED, OPENED, Closed, Opened, counted, recorder, rows, share, until

ALL = "select user_id, session_id, event_type, event_data->>'note' from core.analytics_events order by id"


async def test_an_event_is_stored_and_counted(clone, db):
    user = await make_user(clone)
    await share(clone, user)
    async with recorder(db) as (made, roll_ups):
        assert await made.record(OPENED, Opened("axe", note="hello"), user_id=user, session_id="one")
        assert await roll_ups.round()

    assert await rows(clone, ALL) == [(user, "one", "guides.opened", "hello")]
    assert await counted(clone) == {(): (1, 1)}
    assert await counted(clone, "hero") == {("axe",): (1, 1)}
    assert await counted(clone, "hero,league") == {("axe", None): (1, 1)}


async def test_one_statement_stores_the_events_of_many_callers(clone, db):
    async with recorder(db) as (made, _):
        await made.record(CLOSED, Closed(0))
        before = made.batches
        done = await asyncio.gather(*(made.record(CLOSED, Closed(n), session_id=f"s{n % 7}") for n in range(400)))

    assert done == [True] * 400
    assert made.batches - before <= 8
    assert await rows(clone, "select count(*), count(distinct visitor) from core.analytics_events") == [(401, 7)]


async def test_an_event_with_a_key_is_stored_once(clone, db):
    key = EventKey(uuid7())
    async with recorder(db) as (made, _):
        assert await made.record(CLOSED, Closed(), key=key)
        assert not await made.record(CLOSED, Closed(), key=key)
        assert await made.record(CLOSED, Closed(), key=EventKey(uuid7()))


async def test_an_event_that_the_database_does_not_take_is_refused_alone(clone, db):
    async with recorder(db) as (made, _):
        done = await asyncio.gather(
            *(made.record(CLOSED, Closed(), session_id="x" * (300 if n == 7 else 3)) for n in range(20)),
            return_exceptions=True,
        )

    assert [number for number, one in enumerate(done) if isinstance(one, EventRefused)] == [7]
    assert done.count(True) == 19
    assert await rows(clone, "select count(*) from core.analytics_events") == [(19,)]


async def test_what_nobody_declares_or_no_table_holds_is_refused(db):
    other = EventType("guides.other", Closed)
    async with recorder(db, waiting_most=1) as (made, _):
        with pytest.raises(LookupError, match=r"no slice declares the events guides\.other"):
            await made.record(other, Closed())
        with pytest.raises(EventRefused):
            await made.record(OPENED, Opened("axe", note="\x00"))
        done = await asyncio.gather(*(made.record(CLOSED, Closed()) for _ in range(2)), return_exceptions=True)
        assert [type(one) for one in done] == [bool, EventsBusy]


async def test_an_event_comes_with_its_transaction_or_not_at_all(clone, db):
    ann, ben = await make_user(clone), await make_user(clone)
    await share(clone, ann)
    with contextlib.suppress(ZeroDivisionError):
        async with db.write(Viewer(ann)) as tx:
            await record(tx, OPENED, Opened("lina"), user_id=ann)
            _ = 1 / 0
    async with db.write(Viewer(ann)) as tx:
        await record(tx, OPENED, Opened("axe", note="mine"), user_id=ann, session_id="s")
        await record(tx, OPENED, Opened("axe", note="another's"), user_id=ben)
        await record(tx, OPENED, Opened("axe", note="nobody's"))
    async with recorder(db) as (_, roll_ups):
        assert await rows(clone, ALL) == []
        assert await roll_ups.round()

    assert set(await rows(clone, ALL)) == {
        (ann, "s", "guides.opened", "mine"),
        (None, None, "guides.opened", None),
        (None, None, "guides.opened", "nobody's"),
    }
    assert await counted(clone) == {(): (3, 1)}
    assert await rows(clone, "select from core.analytics_outbox") == []


async def test_an_open_transaction_with_an_event_holds_nobody_up(clone, db):
    async with recorder(db) as (made, roll_ups), db.write() as tx:
        await record(tx, CLOSED, Closed())
        async with asyncio.timeout(5):
            assert await made.record(OPENED, Opened("axe"))
            assert await roll_ups.round()

    assert await counted(clone) == {(): (1, 0)}


async def test_an_event_of_an_account_that_is_gone_or_goes_is_stored_without_it(clone, db):
    gone, going = UserId(uuid7()), await make_user(clone)
    await share(clone, going)
    async with recorder(db) as (made, _), db.write(Viewer(going)) as tx:
        # as a deletion that is under way: nobody waits for it
        await tx.connection.execute("select from core.users where id = $1 for update", going)
        async with asyncio.timeout(5):
            assert await made.record(CLOSED, Closed(), user_id=gone)
            assert await made.record(CLOSED, Closed(), user_id=going)

    assert await rows(clone, "select user_id, visitor from core.analytics_events") == [(None, None)] * 2


async def test_a_deletion_waits_for_an_event_that_is_being_stored(clone, db):
    user = await make_user(clone)
    await share(clone, user)
    async with db.write() as tx:
        known = declared(CLOSED)
        event = Event(CLOSED.name, known.rollups, *known.texts(Closed()), user, None, None, None)
        await add_events.one(tx, 1, timedelta(0), *columns_of([event]))
        deletion = asyncio.create_task(rows(clone, "delete from core.users where id = $1", user))
        await asyncio.sleep(0.1)
        assert not deletion.done()
    await deletion

    assert await rows(clone, "select user_id, visitor is null from core.analytics_events") == [(None, False)]


async def test_a_web_process_counts_what_a_transaction_has_recorded(clone, jobs_db, start_guides):
    await start_guides(roll_up_idle_seconds=300)
    async with jobs_db.write() as tx:
        await record(tx, OPENED, Opened("axe"))

    await until(clone, (1, 0))
