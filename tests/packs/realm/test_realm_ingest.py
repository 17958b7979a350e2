"""Messages on their way into the table: batches, retries, slow mode, and a database that fails in the middle."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from guildhall.clock import Clock
from guildhall.core.realtime.permissions import CachedPermission
from guildhall.core.realtime.ticks import TICKS_A_SECOND, live_id, tick_of
from guildhall.db.policies import JOBS
from guildhall.db.pool import Database, PoolSettings
from guildhall.ids import UserId
from guildhall.packs.realm.access.errors.permissions import ChannelNotFound
from guildhall.packs.realm.settings import RealmSettings
from guildhall.packs.realm.writer.actions.writer import MessageWriter
from guildhall.packs.realm.writer.errors import MessageRefused
from guildhall.packs.realm.writer.jobs import forget_message_keys
from guildhall.packs.realm.writer.messages import ForgetMessageKeys
from guildhall.packs.realm.writer.schemas import Draft
from guildhall.testing.live import connected
from tests.core.realtime.make import Place, in_order, make_place, talkative


def draft(place: Place, user_id: UserId, content: str = "hello", **more: Any) -> Draft:
    """A draft that passes by every look at what is said."""
    return Draft(
        user_id=user_id, server_id=place.server_id, channel_id=place.channel_id, type="user", content=content, **more
    )


async def send_all(at: Any, drafts: list[Draft]) -> list[Any]:
    """What became of drafts that are given in one turn of the loop."""
    writer: MessageWriter = at.runtime.provided[MessageWriter]
    return await asyncio.gather(*(writer.send(one, CachedPermission(2**62)) for one in drafts), return_exceptions=True)


@asynccontextmanager
async def held_order(place: Place):
    """Nobody commits anything live meanwhile."""
    connection = await asyncpg.connect(place.guildhall.runtime.url)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("select from core.live_head for update")
    try:
        yield connection
    finally:
        await transaction.rollback()
        await connection.close()


async def writing_backend(place: Place) -> int:
    """The process id of the backend that waits with a batch."""
    connection = await asyncpg.connect(place.guildhall.runtime.url)
    try:
        async with asyncio.timeout(10):
            while True:
                found = await connection.fetchval(
                    """
                    select pid from pg_stat_activity
                    where query like '%add_messages%' and wait_event_type = 'Lock' and datname = current_database()
                    """
                )
                if found is not None:
                    return int(found)
                await asyncio.sleep(0.01)
    finally:
        await connection.close()


async def terminate(place: Place, pid: int) -> None:
    """End a backend."""
    connection = await asyncpg.connect(place.guildhall.runtime.url)
    await connection.execute("select pg_terminate_backend($1)", pid)
    await connection.close()


async def test_what_gathers_is_written_in_two_commits(start_guildhall):
    guildhall = await start_guildhall(**talkative())
    place = await make_place(guildhall)
    people = await place.people(5)
    writer: MessageWriter = guildhall.runtime.provided[MessageWriter]

    sent = await send_all(guildhall, [draft(place, people[n % 5].id, f"{n}") for n in range(200)])

    assert (writer.batches, writer.written) == (2, 200)
    assert len({tick_of(one.id) for one in sent}) == 2
    assert [content for _, content in await place.history()] == [f"{n}" for n in range(200)]
    assert in_order(str(one.id) for one in sent)
    assert {one.created_at for one in sent} == {sent[0].created_at, sent[-1].created_at}
    assert abs(sent[0].created_at - datetime.now(UTC)) < timedelta(minutes=1)


# What means something where PostgreSQL reads an array, in every column that takes a text.
ODD = [
    "{}",
    "{",
    '"',
    "\\",
    '\\"',
    "\\\\",
    "NULL",
    "null",
    ",",
    '{"a","b"}',
    "a,b",
    " a ",
    "\t",
    "a\nb",
    "'",
    "$1",
    "é𝄞",
    "-" * 4000,
]


async def test_texts_are_kept_as_they_are(start_guildhall):
    guildhall = await start_guildhall(**talkative())
    place = await make_place(guildhall)
    (person,) = await place.people(1)
    keys = [text[:64] for text in ODD]
    metadata = [msgspec.json.encode({text: [text, None]}) for text in ODD]

    drafts = [
        draft(place, person.id, text, client_key=key, metadata=about, mentions=[person.id] * n)
        for n, (text, key, about) in enumerate(zip(ODD, keys, metadata, strict=True))
    ]
    sent = await send_all(guildhall, drafts)
    replies = await send_all(guildhall, [draft(place, person.id, "so", reply_to=sent[0].id), draft(place, person.id)])

    connection = await asyncpg.connect(place.guildhall.runtime.url)
    rows = await connection.fetch("select * from realm.messages order by id")
    kept = await connection.fetch("select client_key from realm.message_keys order by message_id")
    await connection.close()
    assert [row["content"] for row in rows[:-2]] == ODD
    assert [msgspec.json.decode(row["metadata"]) for row in rows[:-2]] == [{text: [text, None]} for text in ODD]
    assert [row["mentions"] for row in rows[:-2]] == [[person.id] * n or None for n in range(len(ODD))]
    assert [row["client_key"] for row in kept] == keys
    assert [(row["id"], row["reply_to"], row["metadata"]) for row in rows[-2:]] == [
        (replies[0].id, sent[0].id, None), (replies[1].id, None, None)
    ]  # fmt: skip


async def test_many_senders_share_commits(start_guildhall):
    guildhall = await start_guildhall(**talkative())
    place = await make_place(guildhall)
    people = await place.people(16)
    writer: MessageWriter = guildhall.runtime.provided[MessageWriter]

    async def talk(number: int) -> list[dict[str, Any]]:
        async with connected(guildhall, people[number]) as live:
            return [
                await live.ask("realm.send", channel=str(place.channel_id), content=f"{number} {count}")
                for count in range(25)
            ]

    told = [one for all_of in await asyncio.gather(*map(talk, range(16))) for one in all_of]

    assert {one["op"] for one in told} == {"ack"}
    assert writer.written == 400
    assert writer.batches < 200
    assert sorted(one["id"] for one in told) == [identifier for identifier, _ in await place.history()]


async def test_a_key_is_said_once(start_guildhall):
    one, two = await start_guildhall(**talkative()), await start_guildhall(**talkative())
    place = await make_place(one)
    person, other = await place.people(2)

    first = await place.say(person, "hello", key="a")
    again = await place.say(person, "another text", two, key="a")
    others = await place.say(other, "hello", key="a")
    at_once = await asyncio.gather(
        *(place.say(person, "at once", (one, two)[number % 2], key="b") for number in range(20))
    )
    turn = await send_all(one, [draft(place, person.id, "in one turn", client_key="c") for _ in range(20)])
    async with connected(one, person) as here, connected(two, person) as there:
        by_socket = [
            await live.ask("realm.send", channel=str(place.channel_id), content="by socket", key="d")
            for live in (here, there, here, there)
        ]

    assert (first["again"], again["again"]) == (False, True)
    assert (again["id"], again["created_at"]) == (first["id"], first["created_at"])
    assert others["again"] is False
    assert len({told["id"] for told in at_once}) == 1
    assert [told["again"] for told in at_once].count(False) == 1
    assert len({sent.id for sent in turn}) == 1
    assert [sent.again for sent in turn].count(False) == 1
    assert len({told["id"] for told in by_socket}) == 1
    said = [content for _, content in await place.history()]
    assert said == ["hello", "hello", "at once", "in one turn", "by socket"]


async def test_a_key_is_known_for_a_day(start_guildhall):
    guildhall = await start_guildhall(**talkative())
    place = await make_place(guildhall)
    person = await place.person()
    first = await place.say(person, "hello", key="a")
    settings: RealmSettings = guildhall.runtime.provided[RealmSettings]
    jobs = await Database.open(PoolSettings(guildhall.runtime.url, JOBS), Clock())
    connection = await asyncpg.connect(guildhall.runtime.url)
    for hours, again in ((0.1 - settings.keep_key_hours, True), (-0.1 - settings.keep_key_hours, False)):
        await connection.execute(
            "update realm.message_keys set message_id = $1",
            live_id(tick_of(UUID(first["id"])) + round(hours * 3600 * TICKS_A_SECOND), 1, 7),
        )
        told = await forget_message_keys(ForgetMessageKeys(), jobs, settings)
        assert told == {"forgotten": 0 if again else 1}
        assert (await place.say(person, "hello", key="a"))["again"] is again
    await connection.close()
    await jobs.close()


async def test_slow_mode_is_exact_in_two_processes(start_guildhall):
    one, two = await start_guildhall(**talkative()), await start_guildhall(**talkative())
    place = await make_place(one, slow_mode_seconds=2)
    person, other = await place.people(2)
    mod = await place.person(badge="moderator")
    async with connected(one, person) as here, connected(two, person) as there:
        for _ in range(2):
            told = await asyncio.gather(
                *(
                    live.ask("realm.send", channel=str(place.channel_id), content=f"{number}")
                    for number in range(10)
                    for live in (here, there)
                )
            )
            refused = [one for one in told if one["op"] == "error"]
            assert len(told) - len(refused) == 1
            assert {(one["code"], one["status"]) for one in refused} == {("realm.slow_mode", 429)}
            assert {one["retry_after"] for one in refused} <= {1, 2}
            await asyncio.sleep(2.05)
        turn = await send_all(one, [draft(place, person.id, f"{n}", gap=2) for n in range(5)])
    await place.say(other, "another's pace is their own", two)
    for number in range(3):
        await place.say(mod, f"moderators have none {number}")

    assert [type(outcome).__name__ for outcome in turn] == ["Sent"] + ["SlowMode"] * 4
    assert len(await place.history()) == 7


async def test_a_retry_in_slow_mode_is_the_first(start_guildhall):
    guildhall = await start_guildhall(**talkative())
    place = await make_place(guildhall, slow_mode_seconds=60)
    person = await place.person()

    first = await place.say(person, "hello", key="a")
    again = await place.say(person, "hello", key="a")
    turn = await send_all(guildhall, [draft(place, person.id, "more", gap=60, client_key="b") for _ in range(3)])

    assert (again["id"], again["again"]) == (first["id"], True)
    assert [type(outcome).__name__ for outcome in turn] == ["SlowMode"] * 3
    assert len(await place.history()) == 1


@pytest.mark.parametrize("bad", [1, 3])
async def test_a_row_that_the_database_does_not_take_keeps_nobody_back(start_guildhall, bad):
    guildhall = await start_guildhall(**talkative())
    place = await make_place(guildhall)
    person = await place.person()
    wrong = [
        draft(place, person.id, ""),
        draft(place, person.id, "x" * 4001),
        draft(place, person.id, "not JSON", metadata=b"{"),
    ]
    drafts = [draft(place, person.id, f"{n}", client_key=f"{n}") for n in range(37)]
    for number, one in enumerate(wrong[:bad]):
        drafts.insert(number * 11 + 5, one)

    outcomes = await send_all(guildhall, drafts)

    assert [one.content for one, outcome in zip(drafts, outcomes, strict=True) if isinstance(outcome, Exception)] == [
        one.content for one in wrong[:bad]
    ]
    assert {type(outcome) for outcome in outcomes if isinstance(outcome, Exception)} == {MessageRefused}
    assert MessageRefused.code == "realm.message_refused"
    assert [content for _, content in await place.history()] == [f"{n}" for n in range(37)]


async def test_what_may_be_said(start_guildhall):
    guildhall = await start_guildhall(**talkative())
    place = await make_place(guildhall)
    person = await place.person()
    fine = {
        "שלום עולם": "שלום עולם",
        "مرحبا": "مرحبا",
        "👩‍👩‍👧‍👦 family": "👩‍👩‍👧‍👦 family",
        "𝔘𝔫𝔦𝔠𝔬𝔡𝔢": "𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
        "  around  ": "around",
        "👍" * 2000: "👍" * 2000,
        "x" * 2000: "x" * 2000,
        "turned \u202eback": "turned \u202eback\u202c",
        "two\r\nlines": "two\nlines",
        '"quotes" \\ and {braces}': '"quotes" \\ and {braces}',
    }
    refused = [
        "", " ", "\n\t", "\u200b", "\u200b\u200d\u2060\ufeff", "\u202e\u202c", "nul\x00", "\x1b[2J", "\x7f", "x" * 2001,
        "👍" * 2001, "\u2028", "\u3164",
    ]  # fmt: skip
    async with connected(guildhall, person) as live:
        await live.follow(place.topic)
        for text in fine:
            assert (await live.ask("realm.send", channel=str(place.channel_id), content=text))["op"] == "ack", text[:20]
        for text in refused:
            told = await live.ask("realm.send", channel=str(place.channel_id), content=text)
            assert (told["op"], told["status"]) == ("error", 422), text[:20]
            answer = await guildhall.post(place.messages, headers=person.headers, json={"content": text})
            assert answer.status == 422, text[:20]
        await live.counts(len(fine), "event", kind="message")

    assert live.said() == list(fine.values())
    assert [content for _, content in await place.history()] == list(fine.values())


async def test_where_nothing_can_be_said(guildhall):
    place, elsewhere = await make_place(guildhall), await make_place(guildhall)
    person = await place.person()
    async with connected(guildhall, person) as live:
        for channel in (elsewhere.channel_id, UUID(int=7)):
            told = await live.ask("realm.send", channel=str(channel), content="hello")
            assert told["code"] == "realm.channel_not_found"
        told = await live.ask("realm.send", channel=str(place.channel_id), content="re", reply_to=str(UUID(int=7)))
        assert told["code"] == "realm.reply_not_found"
    with pytest.raises(ChannelNotFound):
        await guildhall.runtime.provided[MessageWriter].send(draft(elsewhere, UserId(UUID(int=7))))

    assert await place.history() == await elsewhere.history() == []


async def test_more_than_may_wait_is_refused(start_guildhall):
    settings = talkative()
    settings["realm"] |= {"waiting_most": 20, "batch_most": 5}
    guildhall = await start_guildhall(**settings)
    place = await make_place(guildhall)
    person = await place.person()
    async with connected(guildhall, person) as live:
        await live.ask("realm.send", channel=str(place.channel_id), content="first")
        async with held_order(place):
            await live.send("realm.send", channel=str(place.channel_id), content="held", ref="held")
            await writing_backend(place)
            for number in range(30):
                await live.send("realm.send", channel=str(place.channel_id), content=f"{number}", ref=f"r{number}")
            await live.counts(10, "error")
            busy = await guildhall.post(place.messages, headers=person.headers, json={"content": "by HTTP"})
        await live.counts(22, "ack")

    assert {(one["code"], one["status"]) for one in live.heard("error")} == {("realm.writer_busy", 503)}
    assert len(live.heard("error")) == 10
    assert (busy.status, busy.code) == (503, "realm.writer_busy")
    assert [content for _, content in await place.history()] == ["first", "held", *map(str, range(20))]


async def test_the_writer_s_connection_is_lost_in_the_middle(start_guildhall):
    guildhall = await start_guildhall(**talkative())
    place = await make_place(guildhall)
    person = await place.person()
    async with connected(guildhall, person) as live:
        await live.ask("realm.send", channel=str(place.channel_id), content="first")
        async with held_order(place):
            await live.send("realm.send", channel=str(place.channel_id), content="without", ref="without")
            await live.send("realm.send", channel=str(place.channel_id), content="with", ref="with", key="k")
            pid = await writing_backend(place)
            await live.send("realm.send", channel=str(place.channel_id), content="waits", ref="waits")
            await live.ask("ping")
            await terminate(place, pid)
            refused = await live.hears("error")
        for ref in ("with", "waits"):
            await live.hears("ack", ref=ref)

    assert (refused["ref"], refused["code"], refused["status"]) == ("without", "realm.send_uncertain", 503)
    assert sorted(content for _, content in await place.history()) == ["first", "waits", "with"]


async def test_a_connection_that_is_lost_between_two_messages_costs_nothing(start_guildhall):
    guildhall = await start_guildhall(**talkative())
    place = await make_place(guildhall)
    person = await place.person()
    connection = await asyncpg.connect(guildhall.runtime.url)
    async with connected(guildhall, person) as live:
        for number in range(10):
            told = await live.ask("realm.send", channel=str(place.channel_id), content=f"{number}")
            assert told["op"] == "ack", told
            await connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where query like '%realm.add_messages%' "
                "and pid <> pg_backend_pid() and datname = current_database()"
            )
            await asyncio.sleep(0.05)
    await connection.close()

    assert [content for _, content in await place.history()] == [f"{n}" for n in range(10)]


async def test_backends_that_are_terminated_all_the_time_lose_and_double_nothing(start_guildhall):
    one, two = await start_guildhall(**talkative()), await start_guildhall(**talkative())
    place = await make_place(one)
    people = await place.people(8)
    killer = await asyncpg.connect(one.runtime.url)
    acked: dict[str, str] = {}

    async def talk(number: int) -> None:
        async with connected((one, two)[number % 2], people[number]) as live:
            for count in range(25):
                text = f"{number} {count}"
                while True:
                    told = await live.ask("realm.send", channel=str(place.channel_id), content=text, key=text)
                    if told["op"] == "ack":
                        acked[text] = told["id"]
                        break
                    assert told["status"] == 503, told

    async with connected(one, await place.person()) as here, connected(two, await place.person()) as there:
        for reader in (here, there):
            await reader.follow(place.topic)
        talking = [asyncio.create_task(talk(number)) for number in range(8)]
        while not all(task.done() for task in talking):
            await asyncio.sleep(0.05)
            await killer.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where datname = current_database() and pid <> pg_backend_pid()"
            )
        await asyncio.gather(*talking)
        for reader in (here, there):
            await reader.counts(200, "event", kind="message")
    await killer.close()

    history = await place.history()
    assert {content: identifier for identifier, content in history} == acked
    assert len(history) == 200
    assert here.ids() == there.ids() == [identifier for identifier, _ in history]


async def test_ids_rise_although_the_clock_falls_back(start_guildhall):
    one, two = await start_guildhall(**talkative()), await start_guildhall(**talkative())
    place = await make_place(one)
    person = await place.person()
    connection = await asyncpg.connect(one.runtime.url)
    async with connected(one, person) as here, connected(two, person) as there:
        await here.follow(place.topic)
        await there.follow(place.topic)
        ids = [(await place.say(person, "before"))["id"]]
        # as if the clock had been three hours ahead up to now
        await connection.execute("update core.live_head set tick = tick + $1", 3 * 3600 * TICKS_A_SECOND)
        ids += [(await place.say(person, f"{n}", (one, two)[n % 2]))["id"] for n in range(10)]
        for live in (here, there):
            await live.counts(11, "event", kind="message")
    await connection.close()

    assert in_order(ids)
    assert here.ids() == there.ids() == ids == [identifier for identifier, _ in await place.history()]
    assert [tick_of(UUID(one)) - tick_of(UUID(ids[1])) for one in ids[1:]] == list(range(10))


async def test_a_flood_of_one_person_is_refused(guildhall):
    place = await make_place(guildhall)
    person = await place.person()
    async with connected(guildhall, person) as live:
        told = [await live.ask("realm.send", channel=str(place.channel_id), content=f"{n}") for n in range(30)]

    refused = [one for one in told if one["op"] == "error"]
    assert {(one["code"], one["status"]) for one in refused} == {("realm.too_many_messages", 429)}
    assert 5 <= len(refused) <= 10
