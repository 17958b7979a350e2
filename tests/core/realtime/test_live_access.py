"""What is taken away ends at once: subscriptions, writing, in every process."""

import asyncio
import contextlib
from typing import Any

import pytest

from guildhall.core.realtime.hub import Hub
from guildhall.packs.realm.chat.actions import write_permissions as checking
from guildhall.packs.realm.chat.actions.write_permissions import WritePermissions
from guildhall.packs.realm.ids import ChannelId
from guildhall.testing.live import Live, connected
from guildhall.testing.people import Person
from guildhall.testing.product import Product
from tests.core.realtime.make import Place, in_order, make_place, take_access, talkative
from tests.packs.realm.make import insert


def sanction(kind: str, place: Place, person: Person, channel: bool = False) -> tuple[Any, ...]:
    """The statement that mutes or bans somebody on the server, or in the channel alone, with its arguments."""
    statement = """
        insert into realm.sanctions (id, kind, server_id, channel_id, user_id)
        values (gen_random_uuid(), $1, $2, $3, $4)
        """
    return statement, kind, place.server_id, place.channel_id if channel else None, person.id


async def member(place: Place, person: Person, role: str = "member") -> None:
    """Make somebody a member of the channel."""
    row = {"channel_id": place.channel_id, "user_id": person.id, "role": role}
    await insert(place.guildhall.runtime.url, "realm.channel_members", row)


async def kick(at: Product, place: Place, person: Person) -> None:
    """Take somebody out of the channel."""
    gone = ("delete from realm.channel_members where channel_id = $1 and user_id = $2", place.channel_id, person.id)
    await take_access(at, place.topic, person.id, gone)


async def last_access(guildhall: Product) -> str:
    """The id of the latest event that took access away."""
    async with guildhall.runtime.db.read() as tx:
        return str(await tx.connection.fetchval("select max(id::text) from core.live_events where access"))


async def test_who_is_kicked_hears_nothing_of_what_comes_after(start_guildhall):
    one, two = await start_guildhall(**talkative()), await start_guildhall(**talkative())
    place = await make_place(one, visibility="private")
    stays, leaves = await place.people(2)
    await member(place, stays)
    for round_ in range(12):
        await member(place, leaves)
        for process in (one, two):  # so that neither tells of the round before
            await process.runtime.provided[Hub].catch_up()
        async with connected(two, leaves) as live, connected(one, stays) as other:
            await live.follow(place.topic)
            await other.follow(place.topic)
            talking = [
                asyncio.create_task(place.say(stays, f"{round_}/{number}", (one, two)[number % 2]))
                for number in range(20)
            ]
            await asyncio.sleep(0.002 * round_)
            await kick(one, place, leaves)
            await asyncio.gather(*talking)
            end = await live.hears("unsubscribed", topic=place.topic)
            await other.counts(20, "event", kind="message")
            taken = await last_access(one)

        assert end["code"] == "realm.channel_not_found"
        assert all(identifier < taken for identifier in live.ids())
        assert live.ids() == [one for one in other.ids() if one < taken]


@pytest.mark.parametrize("way", ["private", "level", "gone", "none"])
async def test_a_channel_that_changes_ends_what_it_ended_for(start_guildhall, way):
    one, two = await start_guildhall(), await start_guildhall()
    place = await make_place(one)
    outsider, insider = await place.people(2)
    staff = await place.person(badge="moderator", level=100)
    await member(place, insider)
    change = {
        "private": ("update realm.channels set visibility = 'private' where id = $1", place.channel_id),
        "level": ("update realm.channels set min_level = 100 where id = $1", place.channel_id),
        "gone": ("delete from realm.channels where id = $1", place.channel_id),
        "none": ("select 1 where $1::uuid is null", place.server_id),
    }[way]
    async with connected(two, outsider) as out, connected(two, insider) as inn, connected(one, staff) as mod:
        for live in (out, inn, mod):
            await live.follow(place.topic)
        await take_access(one, place.topic, None, change)
        if way == "none":  # nothing has changed: everybody goes on
            await place.say(staff, "still here")
            for live in (out, inn, mod):
                await live.counts(1, "event", kind="message")
            return
        await out.hears("unsubscribed", topic=place.topic)
        if way != "private":
            await inn.hears("unsubscribed", topic=place.topic)
        if way == "gone":
            await mod.hears("unsubscribed", topic=place.topic)
            return
        await place.say(staff, "for some")
        await mod.counts(1, "event", kind="message")
        if way == "private":
            await inn.counts(1, "event", kind="message")
        assert out.events() == []
        assert (await out.ask("subscribe", topic=place.topic))["op"] == "error"


async def test_a_ban_ends_everything_everywhere(start_guildhall):
    one, two = await start_guildhall(**talkative()), await start_guildhall(**talkative())
    place = await make_place(one)
    person, stays = await place.people(2)
    async with connected(one, person) as here, connected(two, person) as there, connected(two, stays) as other:
        topics = [place.topic, place.server_topic]
        for topic in topics:
            await here.follow(topic)
            await there.follow(topic)
        await other.follow(place.topic)
        assert (await here.ask("realm.send", channel=str(place.channel_id), content="before"))["op"] == "ack"
        await take_access(one, "*", person.id, sanction("ban", place, person))
        for live in (here, there):
            for topic in topics:
                assert (await live.hears("unsubscribed", topic=topic))["code"] == "realm.banned"
            told = await live.ask("realm.send", channel=str(place.channel_id), content="after")
            assert (told["op"], told["code"]) == ("error", "realm.banned")
        refused = await two.post(place.messages, headers=person.headers, json={"content": "after"})
        assert (refused.status, refused.code) == (403, "realm.banned")
        assert (await other.ask("realm.send", channel=str(place.channel_id), content="fine"))["op"] == "ack"

    assert [content for _, content in await place.history()] == ["before", "fine"]


@pytest.mark.parametrize("round_", range(3))
async def test_a_ban_against_many_senders_at_once(start_guildhall, round_):
    """No message of somebody who was banned is younger than the ban, however many write at the moment."""
    one, two = await start_guildhall(**talkative()), await start_guildhall(**talkative())
    place = await make_place(one)
    person, innocent = await place.people(2)

    said = asyncio.Semaphore(0)

    async def write(live: Live, name: str, most: int) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = []
        for number in range(most):
            told.append(
                await live.ask(
                    "realm.send", channel=str(place.channel_id), content=f"{name} {number}", key=f"{name}{number}"
                )
            )
            if told[-1]["op"] == "error":
                break
            said.release()
        return told

    async with contextlib.AsyncExitStack() as stack:

        async def opened(at: Product, who: Person) -> Live:
            return await stack.enter_async_context(connected(at, who))

        guilty = [await opened((one, two)[number % 2], person) for number in range(8)]
        i, j = await opened(one, innocent), await opened(two, innocent)
        writing = [asyncio.create_task(write(live, f"g{number}", 400)) for number, live in enumerate(guilty)]
        others = [asyncio.create_task(write(live, f"i{number}", 60)) for number, live in enumerate((i, j))]
        for _ in range(2 * 60 + 9):  # more than eight of them are of the one who is banned
            await said.acquire()
        await asyncio.sleep(0.02 * round_)
        await take_access(one, "*", person.id, sanction("ban", place, person))
        outcomes = await asyncio.gather(*writing)
        fine = await asyncio.gather(*others)
        taken = await last_access(one)

    acked = sorted(told["id"] for told in sum(outcomes, []) if told["op"] == "ack")  # noqa: RUF017
    async with one.runtime.db.read() as tx:
        rows = await tx.connection.fetch("select id from realm.messages where user_id = $1 order by id", person.id)
    stored = [str(row["id"]) for row in rows]
    assert {told[-1]["code"] for told in outcomes} == {"realm.banned"}
    assert len(acked) > 8
    assert stored == acked
    assert max(stored) < taken
    assert all(told["op"] == "ack" for told in sum(fine, []))  # noqa: RUF017


async def test_a_ban_holds_in_a_process_that_has_not_heard_of_it(start_guildhall, monkeypatch):
    """Even one that hears nothing at all: the write itself refuses what was judged before."""
    one, two = await start_guildhall(**talkative()), await start_guildhall(**talkative(check_seconds=60))
    place = await make_place(one)
    person = await place.person()
    hub: Hub = two.runtime.provided[Hub]
    async with connected(two, person) as live:
        assert (await live.ask("realm.send", channel=str(place.channel_id), content="before"))["op"] == "ack"
        monkeypatch.setattr(hub, "_look_soon", lambda: None)
        await take_access(
            one, f"realm.channel:{place.channel_id}", person.id, sanction("mute", place, person, channel=True)
        )
        told = await live.ask("realm.send", channel=str(place.channel_id), content="after")

    assert told["code"] == "realm.muted"
    assert [content for _, content in await place.history()] == ["before"]


async def test_who_is_muted_goes_on_hearing(start_guildhall):
    one, two = await start_guildhall(**talkative()), await start_guildhall(**talkative())
    place = await make_place(one)
    person, other = await place.people(2)
    async with connected(two, person) as live:
        await live.follow(place.topic)
        await live.ask("realm.send", channel=str(place.channel_id), content="before")
        await take_access(one, place.topic, person.id, sanction("mute", place, person, channel=True))
        assert (await live.ask("realm.send", channel=str(place.channel_id), content="after"))["code"] == "realm.muted"
        await place.say(other, "do you hear me?")
        await live.counts(2, "event", kind="message")

    assert live.heard("unsubscribed") == []
    assert live.said() == ["before", "do you hear me?"]


async def test_a_right_that_goes_while_it_is_looked_at_is_not_remembered(start_guildhall, monkeypatch):
    """The permission is read before the ban commits, and comes back after the process has heard of the ban."""
    guildhall = await start_guildhall(**talkative())
    place = await make_place(guildhall)
    person = await place.person()
    permissions: WritePermissions = guildhall.runtime.provided[WritePermissions]
    hub: Hub = guildhall.runtime.provided[Hub]
    really = checking.writing  # type: ignore[attr-defined]
    looks = 0

    async def slowly(tx: Any, channel_id: ChannelId) -> Any:
        nonlocal looks
        looks += 1
        found = await really(tx, channel_id)
        if looks == 1:
            await take_access(guildhall, "*", person.id, sanction("ban", place, person))
            await hub.catch_up()
        return found

    monkeypatch.setattr(checking, "writing", slowly)
    async with connected(guildhall, person) as live:
        told = await live.ask("realm.send", channel=str(place.channel_id), content="hello")

    assert told["code"] == "realm.banned"
    assert looks == 2
    assert permissions.known(person.id, place.channel_id) is None
    assert await place.history() == []


async def test_a_subscription_that_begins_while_the_right_goes_is_refused(start_guildhall, monkeypatch):
    guildhall = await start_guildhall(**talkative())
    place = await make_place(guildhall, visibility="private")
    person, other = await place.people(2)
    await member(place, person)
    await member(place, other)
    first = await place.say(other, "before")
    hub: Hub = guildhall.runtime.provided[Hub]
    really = hub.since

    async def slowly(*arguments: Any) -> Any:
        found = await really(*arguments)
        await kick(guildhall, place, person)
        await hub.catch_up()
        await place.say(other, "after")
        return found

    monkeypatch.setattr(hub, "since", slowly)
    async with connected(guildhall, person) as live:
        told = await live.ask("subscribe", topic=place.topic, after=first["id"])
        await live.ask("ping")

    assert told["code"] == "realm.channel_not_found"
    assert live.events() == []


async def test_a_subscription_that_ends_while_it_is_judged_stays_ended(start_guildhall):
    guildhall = await start_guildhall(**talkative())
    place = await make_place(guildhall)
    person, other = await place.people(2)
    async with connected(guildhall, person) as live, connected(guildhall, other) as stays:
        await stays.follow(place.topic)
        for number in range(20):
            await live.follow(place.topic)
            judged = asyncio.create_task(take_access(guildhall, place.topic))
            await asyncio.sleep(0.001 * (number % 5))
            await live.ask("unsubscribe", topic=place.topic)
            begin = len(live.frames)
            await judged
            await place.say(other, f"{number}")
            await stays.counts(number + 1, "event", kind="message")
            await live.ask("ping")
            assert [one for one in live.frames[begin:] if one["op"] == "event"] == []
        await live.drop()
        await stays.until(lambda: stays.heard("presence", user=str(person.id))[-1]["state"] == "gone")

    assert in_order(stays.ids())
