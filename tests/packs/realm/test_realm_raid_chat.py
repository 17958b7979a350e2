"""A raid's chat: for people whom its leader has let in, from then on, by every way of reading."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest

from guildhall.testing.live import connected
from tests.packs.realm.make import insert, make_player
from tests.packs.realm.place import make_place

API = "/api/v1/realm"


class Chat:
    """A raid with a leader, somebody who signs up, and what was said before."""

    def __init__(self, place, raid: dict[str, Any], jobs_db) -> None:
        self.place = place
        self.jobs_db = jobs_db
        self.raid = raid["id"]
        self.channel = UUID(raid["channel_id"])
        self.leader = place.speaker
        self.person = place.reader

    async def ask(self, method, path, who=None, **body):
        return await self.place.request(method, path, who or self.person, **({"json": body} if body else {}))

    async def sign(self, state="coming", who=None):
        answer = await self.ask(
            "PUT", f"/raids/{self.raid}/signups/me", who, role="dps", state=state, **{"class": "mage"}
        )
        assert answer.status == 200, answer.body
        return answer.json

    async def confirm(self, **change):
        answer = await self.ask("PATCH", f"/raids/{self.raid}/signups/{self.person.id}", self.leader, **change)
        assert answer.status == 200, answer.body
        return answer.json

    async def say(self, *texts: str):
        return await self.place.say(
            *texts, channel=self.channel, user=self.leader.id, type="raid", mentions=[self.person.id]
        )

    async def reads(self):
        """What somebody reads of the raid's chat by every way there is."""
        found: dict[str, Any] = {}
        for name, path in (
            ("newest", f"/channels/{self.channel}/messages"),
            ("oldest", f"/channels/{self.channel}/messages?after={UUID(int=0)}"),
            ("of one", f"/servers/{self.place.server}/users/{self.leader.id}/messages"),
            ("mentions", "/mentions"),
        ):
            answer = await self.ask("GET", path)
            found[name] = sorted(one["content"] for one in answer.json["messages"]) if answer.status == 200 else []
        search = f"/servers/{self.place.server}/search?q=dragon"
        for name, path in (("search", search), ("search there", f"{search}&channel_id={self.channel}")):
            answer = await self.ask("GET", path)
            assert answer.status in (200, 404), answer.body
            items = answer.json["found"] if answer.status == 200 else []
            found[name] = sorted(one["message"]["content"] for one in items)
        pins = await self.ask("GET", f"/channels/{self.channel}/pins")
        found["pins"] = sorted(one["message"]["content"] for one in pins.json) if pins.status == 200 else []
        async with connected(self.place.guildhall, self.person) as live:
            told = await live.ask("subscribe", topic=f"realm.channel:{self.channel}", after=str(UUID(int=0)))
            await live.ask("ping")
            found["live"] = live.said() if told["op"] == "subscribed" else []
        return found


@pytest.fixture
async def chat(guildhall, jobs_db):
    place = await make_place(guildhall)

    async def make(**body):
        answer = await place.request(
            "POST", f"/servers/{place.server}/raids", place.speaker,
            json={"name": "Friday", "boss_name": "Omen", "dps_slots": 2, **body},
        )  # fmt: skip
        assert answer.status == 201, answer.body
        return Chat(place, answer.json, jobs_db)

    return make


async def follow(chat):
    """Index and mention what was said, as the followers do."""
    async with chat.jobs_db.write() as tx:
        await tx.connection.execute(
            """
            insert into realm.message_words (id, server_id, channel_id, user_id, type, words)
            select id, server_id, channel_id, user_id, type, to_tsvector('english', content) from realm.messages
            on conflict do nothing
            """
        )
        await tx.connection.execute(
            "select realm.add_mentions(array_agg(id), array_agg(channel_id), array_agg(mentions[1])) "
            "from realm.messages"
        )


async def test_a_stranger_who_signs_up_reads_nothing_until_let_in_and_then_from_there_on(chat):
    chat = await chat()
    (before,) = await chat.say("the dragon sleeps")
    pinned = await chat.ask("PUT", f"/messages/{before}/pin", chat.leader)
    assert pinned.status == 204
    await follow(chat)

    signed = await chat.sign()
    as_signed = await chat.reads()
    listed = (await chat.ask("GET", f"/servers/{chat.place.server}/channels")).json["items"]
    written = await chat.ask("POST", f"/channels/{chat.channel}/messages", content="let me in")
    admitted = await chat.confirm(state="confirmed")
    (after,) = await chat.say("the dragon wakes")
    await follow(chat)
    await chat.ask("PUT", f"/messages/{after}/pin", chat.leader)
    as_admitted = await chat.reads()
    one = await chat.ask("GET", f"/messages/{after}?context=5")
    old = [
        await chat.ask("GET", f"/messages/{before}"),
        await chat.ask("GET", f"/messages/{before}/replies"),
        await chat.ask("GET", f"/messages/{before}/reactions"),
        await chat.ask("PUT", f"/messages/{before}/reactions/{quote('👍')}"),
        await chat.ask("PUT", f"/channels/{chat.channel}/read", message_id=str(before)),
    ]

    assert (signed["state"], signed["admitted"], admitted["admitted"]) == ("confirmed", False, True)
    assert as_signed == {way: [] for way in as_signed}
    assert str(chat.channel) not in {one["id"] for one in listed}
    assert (written.status, written.code) == (404, "realm.channel_not_found")
    assert as_admitted == {way: ["the dragon wakes"] for way in as_signed}
    assert one.json["before"] == []
    assert {answer.status for answer in old} == {404}, [answer.body for answer in old]
    assert (await chat.ask("POST", f"/channels/{chat.channel}/messages", content="here")).status == 201


async def test_what_is_unread_begins_where_somebody_was_let_in(chat):
    chat = await chat()
    (first,) = await chat.say("one")
    await chat.sign()
    await chat.confirm(state="confirmed")
    mark = {"user_id": chat.person.id, "channel_id": chat.channel, "last_read": UUID(int=first.int - 1)}
    await insert(chat.place.url, "realm.channel_reads", mark)
    await chat.say("two")
    await follow(chat)

    (unread,) = (await chat.ask("GET", f"/servers/{chat.place.server}/unread")).json

    assert (unread["unread"], unread["mentions"]) == (1, 1)


async def test_who_goes_and_comes_again_is_let_in_anew(chat):
    chat = await chat()
    await chat.sign()
    await chat.confirm(officer=True)
    assert (await chat.ask("GET", f"/channels/{chat.channel}/messages")).status == 200

    await chat.sign("declined")
    gone = await chat.ask("GET", f"/channels/{chat.channel}/messages")
    again = await chat.sign()

    assert gone.status == 404
    assert (again["admitted"], again["officer"]) == (False, False)
    assert (await chat.ask("GET", f"/channels/{chat.channel}/messages")).status == 404


async def test_an_open_chat_is_for_whoever_signs_up(chat):
    chat = await chat(chat_open=True)
    await chat.say("before")
    signed = await chat.sign()
    await chat.say("after")

    assert signed["admitted"] is True
    assert (await chat.reads())["newest"] == ["after"]


async def test_a_chat_that_is_opened_lets_everybody_in_who_comes(chat):
    chat = await chat()
    await chat.sign()
    third = await make_player(chat.place.guildhall, chat.place.server)
    await chat.sign("declined", third)

    changed = await chat.ask("PATCH", f"/raids/{chat.raid}", chat.leader, chat_open=True)

    assert (changed.status, changed.json["chat_open"]) == (200, True)
    assert (await chat.ask("GET", f"/channels/{chat.channel}/messages")).status == 200
    assert (await chat.ask("GET", f"/channels/{chat.channel}/messages", third)).status == 404
    assert (await chat.ask("GET", f"/channels/{chat.channel}/messages", chat.leader)).status == 200
