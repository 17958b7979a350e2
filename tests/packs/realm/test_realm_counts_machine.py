"""Whatever people say, take back, edit and block in whatever order, every count is that of its list."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.notify.actions.notices import read_notifications
from guildhall.core.notify.queries.notices import notifications_for, unread_for
from guildhall.db.connection import connect
from guildhall.db.policies import Viewer
from guildhall.db.pool import Transaction
from guildhall.errors import GuildhallError
from guildhall.ids import UserId
from guildhall.packs.realm.chat.actions import messages, reading
from guildhall.packs.realm.chat.actions.mention_notices import notify_mentioned
from guildhall.packs.realm.chat.queries.messages import FIRST, LAST
from guildhall.packs.realm.chat.queries.pins import pin_count
from guildhall.packs.realm.direct import actions as direct
from guildhall.packs.realm.direct.schemas import DirectRequest
from guildhall.packs.realm.ids import ChannelId, ServerId
from guildhall.packs.realm.sanctions.actions.deletions import delete_messages
from guildhall.packs.realm.sanctions.schemas import DeletionRequest
from guildhall.packs.realm.settings import RealmSettings
from guildhall.testing.people import make_user
from tests.packs.realm.make import make_channel, make_server, say

PEOPLE, CHANNELS, MOST = 3, 2, 1000
SETTINGS = RealmSettings(_env_file=None)  # type: ignore[call-arg]
BEGINNING = datetime.now(UTC)

a_person, a_channel, any_of = st.integers(0, PEOPLE - 1), st.integers(0, CHANNELS - 1), st.integers(0, 50)
steps = st.one_of(
    st.tuples(st.just("say"), a_person, a_channel, st.none() | a_person),
    st.tuples(st.just("edit"), any_of, st.none() | a_person),
    st.tuples(st.just("delete"), any_of),
    st.tuples(st.just("delete as a moderator"), any_of),
    st.tuples(st.just("pin"), any_of),
    st.tuples(st.just("react"), a_person, any_of),
    st.tuples(st.just("read"), a_person, a_channel, st.none() | any_of),
    st.tuples(st.just("follow"), st.just(0)),
    st.tuples(st.just("block"), a_person, a_person),
    st.tuples(st.just("unblock"), a_person, a_person),
    st.tuples(st.just("write"), a_person, a_person),
    st.tuples(st.just("take back"), any_of),
    st.tuples(st.just("read direct"), a_person, a_person, st.none() | any_of),
    st.tuples(st.just("read notifications"), a_person, st.none() | any_of),
    st.tuples(st.just("account goes"), a_person),
)


class World:
    """People of one server who have opened its channels, and an administrator of the platform."""

    def __init__(self, url: str, connection: asyncpg.Connection, server: ServerId, admin: UserId) -> None:
        self.url = url
        self.connection = connection
        self.server = server
        self.principal = Principal(Viewer(admin), None, "admin")
        self.now = BEGINNING
        self.people: list[UserId] = []
        self.channels: list[ChannelId] = []
        self.done = 0

    async def begin(self) -> None:
        await self.connection.execute("delete from realm.channels")
        await self.connection.execute("delete from core.users where id <> $1", self.principal.viewer.id)
        self.people = [await self.person(number) for number in range(PEOPLE)]
        self.channels = [await make_channel(self.url, self.server) for _ in range(CHANNELS)]
        for channel in self.channels:
            await say(self.url, self.server, channel, self.people[0], "the first")
            for person in self.people:
                async with self.connection.transaction():
                    await messages.mark_read(self.tx().acting_for(Viewer(person)), channel, None)

    def tx(self) -> Transaction:
        self.now += timedelta(seconds=1)
        return Transaction(self.connection, self.now)

    async def person(self, number: int) -> UserId:
        user_id = await make_user(self.connection)
        await self.connection.execute(
            "insert into realm.users (id, username, server_id) values ($1, $2, $3)", user_id, f"p{number}", self.server
        )
        return user_id

    async def act(self, step: tuple[Any, ...]) -> None:
        """One step; what is refused changes nothing."""
        try:
            if step[0] == "say":
                await self.say(*step[1:])
            else:
                async with self.connection.transaction():
                    await self._act(*step)
        except GuildhallError:
            return
        self.done += 1

    async def say(self, person: int, channel: int, mentioned: int | None) -> None:
        other = None if mentioned is None or mentioned == person else self.people[mentioned]
        await say(
            self.url, self.server, self.channels[channel], self.people[person],
            "hello" if other is None else f"hello @p{mentioned}", mentions=[other] if other else None,
        )  # fmt: skip

    async def one_of(self, sql: str, number: int, *args: object) -> Any:
        rows = await self.connection.fetch(sql, *args)
        return rows[number % len(rows)] if rows else None

    async def message(self, number: int) -> Any:
        return await self.one_of("select id, user_id, channel_id from realm.messages order by id desc", number)

    async def _act(self, what: str, one: int, two: int | None = None, three: int | None = None) -> None:
        tx = self.tx()
        if what in ("edit", "delete", "delete as a moderator", "pin"):
            row = await self.message(one)
            if row is not None:
                await self._change(tx, what, row, two)
        elif what == "react":
            row = await self.message(two or 0)
            if row is not None:
                await messages.add_reaction(tx.acting_for(Viewer(self.people[one])), row["id"], "👍", SETTINGS)
        elif what == "read":
            row = None if three is None else await self.message(three)
            await messages.mark_read(
                tx.acting_for(Viewer(self.people[one])), self.channels[two or 0], None if row is None else row["id"]
            )
        elif what == "follow":
            await notify_mentioned(tx, FIRST, LAST)
        elif what == "account goes":
            await self.connection.execute("delete from core.users where id = $1", self.people[one])
            self.people[one] = await self.person(one)
        elif what == "take back":
            row = await self.one_of("select id, from_user_id from realm.direct_messages order by id desc", one)
            if row is not None:
                await direct.delete_direct(tx.acting_for(Viewer(row["from_user_id"])), row["id"])
        elif what == "read notifications":
            row = await self.one_of("select id from core.notification_log order by id desc", two or 0)
            await read_notifications(
                tx.acting_for(Viewer(self.people[one])), None if two is None or row is None else row["id"]
            )
        else:
            await self._meet(tx, what, one, two or 0, three)

    async def _change(self, tx: Transaction, what: str, row: Any, mentioned: int | None) -> None:
        if what == "edit":
            text = "again" if mentioned is None else f"again @p{mentioned}"
            await messages.edit_message(tx.acting_for(Viewer(row["user_id"])), row["id"], text, SETTINGS)
        elif what == "delete":
            author = Principal(Viewer(row["user_id"]), None, "member")
            await messages.delete_message(tx.acting_for(author.viewer), author, row["id"], None)
        elif what == "pin":
            await messages.pin_message(tx.acting_for(self.principal.viewer), self.principal, row["id"], SETTINGS)
        else:
            await delete_messages(
                tx.acting_for(self.principal.viewer),
                self.principal,
                self.server,
                DeletionRequest("why", ids=[row["id"]]),
                10,
            )

    async def _meet(self, tx: Transaction, what: str, one: int, two: int, three: int | None) -> None:
        viewer, other = Viewer(self.people[one]), self.people[two]
        if what == "block":
            await direct.block(tx.acting_for(viewer), other, 10)
        elif what == "unblock":
            await direct.unblock(tx.acting_for(viewer), other)
        elif what == "write":
            await direct.send_direct(tx.acting_for(viewer), other, DirectRequest("psst"), SETTINGS)
        else:
            row = None
            if three is not None:
                row = await self.one_of("select id from realm.direct_messages order by id desc", three)
            await direct.mark_direct_read(tx.acting_for(viewer), other, None if row is None else row["id"])

    async def check(self) -> None:
        """Each count beside its list."""
        async with self.connection.transaction():
            tx = self.tx()
            await notify_mentioned(tx, FIRST, LAST)
            for person in self.people:
                await self._check_channels(tx.acting_for(Viewer(person)))
                await self._check_direct(tx.acting_for(Viewer(person)))
                listed = await notifications_for.many(tx, person, None, None, True, None, MOST)
                assert await unread_for.one(tx, person) == len(listed)
            for channel in self.channels:
                pins = await reading.read_pins(tx.acting_for(Viewer(self.people[0])), channel, MOST)
                assert await pin_count.one(tx, channel) == len(pins)

    async def _check_channels(self, tx: Transaction) -> None:
        mentioning = await reading.read_mentions(tx, None, MOST)
        for unread in await reading.read_unread(tx, self.server, MOST):
            page = await reading.read_history(tx, unread.channel_id, None, unread.last_read, MOST)
            listed = [one for one in page.messages if not one.is_deleted and one.user_id != tx.viewer.id]
            assert unread.unread == len(listed)
            mentions = [one for one in mentioning.messages if one.channel_id == unread.channel_id]
            assert unread.mentions == len([one for one in mentions if one.id > unread.last_read])
            for message in page.messages:
                given = await self.connection.fetchval(
                    "select count(*) from realm.message_reactions where message_id = $1", message.id
                )
                assert message.is_deleted or sum((message.reactions or {}).values()) == given
        blocked = {one["blocked_id"] for one in await self.connection.fetch(
            "select blocked_id from core.blocks where user_id = $1", tx.viewer.id)}  # fmt: skip
        for message in mentioning.messages:
            name = await self.connection.fetchval("select username from realm.users where id = $1", tx.viewer.id)
            assert f"@{name}" in message.content
            assert message.user_id not in blocked

    async def _check_direct(self, tx: Transaction) -> None:
        counted = {}
        for conversation in await direct.conversations(tx, None, MOST, MOST):
            page = await direct.read_conversation(tx, conversation.user_id, None, None, MOST)
            unread = [
                one for one in page.messages
                if one.to_user_id == tx.viewer.id and not one.is_read and not one.is_deleted
            ]  # fmt: skip
            assert conversation.unread == len(unread)
            counted[conversation.user_id] = len(unread)
        total = await direct.unread_direct(tx, MOST)
        assert total.messages == sum(counted.values())
        assert total.people == len([one for one in counted.values() if one])


KNOWN = (
    [("say", 0, 0, 1), ("follow", 0), ("edit", 0, None), ("edit", 0, 2), ("edit", 0, 1)],
    [("say", 0, 0, 1), ("follow", 0), ("block", 1, 0), ("unblock", 1, 0)],
    [("say", 0, 0, 1), ("follow", 0), ("delete", 0)],
    [("say", 0, 1, 1), ("say", 2, 1, 1), ("delete as a moderator", 0)],
    [("write", 0, 1), ("write", 0, 1), ("take back", 0), ("block", 1, 0), ("read direct", 1, 0, None)],
    [("say", 0, 0, 1), ("pin", 0), ("react", 1, 0), ("follow", 0), ("account goes", 0)],
    [("say", 0, 0, 1), ("follow", 0), ("read notifications", 1, 0), ("write", 0, 1), ("account goes", 0)],
)
"""Histories that are known to have gone wrong, whatever is drawn."""


async def test_every_count_is_that_of_its_list(clone):
    server = await make_server(clone)
    admin = await make_user(clone)
    connection = await connect(clone)
    world = World(clone, connection, server, admin)
    loop = asyncio.get_running_loop()

    async def play(history):
        await world.begin()
        for step in history:
            await world.act(step)
            await world.check()

    @settings(max_examples=20, deadline=timedelta(seconds=120), suppress_health_check=list(HealthCheck))
    @given(st.lists(steps, min_size=5, max_size=25))
    def histories(history):
        asyncio.run_coroutine_threadsafe(play(history), loop).result()

    for history in KNOWN:
        await play(history)
    await asyncio.to_thread(histories)
    await connection.close()
    assert world.done > 50
