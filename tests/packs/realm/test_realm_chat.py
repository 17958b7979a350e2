"""The terminal client: for people, driven as they would; for scripts, as processes of its own."""

import asyncio
import contextlib
import io
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from uuid import UUID, uuid4

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from guildhall.core.identity.api_tokens.actions import make_api_token
from guildhall.core.realtime.server import LiveServer
from guildhall.ids import uuid7
from guildhall.packs.realm.terminal.app import ChatApp
from guildhall.packs.realm.terminal.client import ChatClient
from guildhall.packs.realm.terminal.closing import closed_by
from guildhall.packs.realm.terminal.commands import Command, Mistake, name_and_rest, parse
from guildhall.packs.realm.terminal.entries import Entry
from guildhall.packs.realm.terminal.errors import NotLetIn, NotThere, Refused, Unreachable
from guildhall.packs.realm.terminal.happenings import (
    Acknowledged,
    Connected,
    Disconnected,
    Ended,
    Happened,
    Joined,
    NotSent,
    Typed,
)
from guildhall.packs.realm.terminal.line import BEGINNING, Line
from guildhall.packs.realm.terminal.text import clean, colour_of, one_line
from guildhall.testing.people import make_user
from guildhall.testing.settings import KEY
from tests.packs.realm.asking import do, value
from tests.packs.realm.make import insert, make_channel, make_server, say
from tests.packs.realm.place import make_place

ESCAPES = "\x1b[2J\x1b]0;gone\x07 \x9b31m red \x08\x08 \u202eturned"


# -- texts ------------------------------------------------------------------------------------------------------------


@given(st.text(max_size=200))
def test_nothing_that_steers_a_terminal_is_left_of_a_text(text):
    shown = clean(text)

    assert not [character for character in shown if ord(character) < 32 and character != "\n"]
    assert not [character for character in shown if 0x7F <= ord(character) < 0xA0]
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u2028\u2029")
    assert "\n" not in one_line(text)
    assert clean(shown) == shown


def test_what_is_harmless_stays_as_it_is():
    for text in ("Grüße aus Köln", "a\nb", "👩‍🚀 и 日本語", "e\u0301", "tab\tbed".replace("\t", "    ")):
        assert clean(text) == text
    assert len(clean("e" + "\u0301" * 50)) == 4
    assert colour_of("Thrall") == colour_of("thrall")


@given(st.text(max_size=300), st.text(max_size=40), st.integers(20, 120))
def test_an_entry_is_never_wider_than_the_log_and_never_steers_the_terminal(text, who, width):
    entry = Entry(datetime(2026, 1, 31, tzinfo=UTC), text, who, uuid4(), why=text, state="failed")

    drawn = entry.drawn(Console(file=io.StringIO(), width=width), width, selected=False)

    assert all(strip.cell_length <= width for strip in drawn)
    assert not [c for strip in drawn for c in strip.text if ord(c) < 32 or 0x7F <= ord(c) < 0xA0]


def test_commands_are_read_and_mistakes_are_told_in_words():
    assert parse("hello /there") == "hello /there"
    assert parse("//help is a command") == "/help is a command"
    assert parse("/SEARCH  two words ") == Command("search", "two words")
    assert parse("/raid") == Command("raid", "")
    assert name_and_rest('"Lich King" rise now') == ("Lich King", "rise now")
    assert name_and_rest("thrall hi there") == ("thrall", "hi there")
    for wrong in ("/nothing", "/join", "/edit  "):
        with pytest.raises(Mistake):
            parse(wrong)
    for wrong in ("thrall", '"open', '"a" '):
        with pytest.raises(Mistake):
            name_and_rest(wrong)


# -- the client as a library ------------------------------------------------------------------------------------------


def client_of(guildhall, person, before=()):
    return ChatClient([*before, guildhall.address], person.tokens.access_token)


async def until(found, patience=15.0):
    async with asyncio.timeout(patience):
        while not found():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_servers_channels_and_people_are_found_by_name_and_else_told_in_words(guildhall):
    place = await make_place(guildhall, name="Ashvale")
    name = await value(place.url, "select username from realm.users where id = $1", place.speaker.id)
    async with client_of(guildhall, place.reader) as client:
        server = await client.server("ASHVALE")
        channels = await client.channels(server.id)
        assert (await client.channel(server.id, f"#{channels[0].name}")).id == place.channel
        assert (await client.person(server.id, name.upper())).id == place.speaker.id
        assert await client.name_of(place.speaker.id) == name
        with pytest.raises(NotThere, match="there are: Ashvale"):
            await client.server("Ashfall")
        with pytest.raises(NotThere, match=channels[0].name):
            await client.channel(server.id, "nowhere")
        with pytest.raises(NotThere, match="nobody called"):
            await client.person(server.id, "nobody at all")
        with pytest.raises(Refused) as refused:
            await client.edit(uuid7(), "no such message")
        assert (refused.value.status, refused.value.code) == (404, "realm.message_not_found")


async def test_a_dead_address_is_left_for_the_next_and_none_is_told(guildhall):
    place = await make_place(guildhall)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with client_of(guildhall, place.reader, [dead]) as client:
        assert (await client.me()).id == place.reader.id
        assert client.addresses.current == guildhall.address
        async with Line(client) as line:
            assert await asyncio.wait_for(line.happenings.get(), 10) == Connected(guildhall.address, again=False)
    async with ChatClient([dead], "gh_x") as client:
        with pytest.raises(Unreachable, match="No server answers"):
            await client.me()
    async with ChatClient([guildhall.address], "gh_wrong") as client:
        with pytest.raises(NotLetIn):
            await client.me()
        async with Line(client) as line:
            ended = await asyncio.wait_for(line.happenings.get(), 10)
            assert isinstance(ended, Ended)
            assert isinstance(ended.error, NotLetIn)
    with pytest.raises(NotThere):
        ChatClient(["ftp://example.org"], "gh_x")


def cut_all(guildhall):
    """The line of every connection breaks."""
    for connection in list(guildhall.runtime.provided[LiveServer]._connections):
        connection.abort()


async def test_what_is_said_while_lines_break_is_said_once_in_order_and_heard_once(start_guildhall, sandbox):
    guildhall = await start_guildhall(sandbox, realm={"messages_per_minute": 100_000, "messages_burst": 10_000})
    place = await make_place(guildhall)
    topic, said = f"realm.channel:{place.channel}", [f"line {number}" for number in range(300)]
    async with (
        client_of(guildhall, place.speaker) as speaker,
        client_of(guildhall, place.reader) as reader,
        Line(speaker) as speaking,
        Line(reader) as hearing,
    ):
        await hearing.follow(topic, BEGINNING)

        async def cutting():
            while True:
                await asyncio.sleep(0.4)
                cut_all(guildhall)

        cutter = asyncio.create_task(cutting())
        for text in said:
            await speaking.send(place.channel, text)
            await asyncio.sleep(0.01)
        acknowledged = 0
        async with asyncio.timeout(60):
            while acknowledged < len(said):
                acknowledged += isinstance(await speaking.happenings.get(), Acknowledged)
        cutter.cancel()
        heard: list[Happened] = []
        async with asyncio.timeout(60):
            while len(heard) < len(said):
                happening = await hearing.happenings.get()
                if isinstance(happening, Happened):
                    heard.append(happening)

    assert [one.id for one in heard] == sorted({one.id for one in heard})
    contents = await value(place.url, "select array_agg(content order by id) from realm.messages")
    assert contents == said


async def test_more_than_is_told_at_once_comes_all_the_same(start_guildhall, sandbox):
    guildhall = await start_guildhall(sandbox, realtime={"backfill_most": 7})
    place = await make_place(guildhall)
    await place.say(*[f"{number}" for number in range(40)])
    heard: list[UUID] = []
    async with client_of(guildhall, place.reader) as client, Line(client) as line:
        await line.follow(f"realm.channel:{place.channel}", BEGINNING)
        async with asyncio.timeout(15):
            while len(heard) < 40:
                happening = await line.happenings.get()
                if isinstance(happening, Happened):
                    heard.append(happening.id)

    assert heard == sorted(set(heard))


async def test_a_refused_message_is_held_until_it_is_tried_again(guildhall):
    place = await make_place(guildhall)
    await do(place.url, "update realm.channels set slow_mode_seconds = 1 where id = $1", place.channel)
    async with client_of(guildhall, place.speaker) as client, Line(client) as line:

        async def outcome():
            while True:
                found = await asyncio.wait_for(line.happenings.get(), 10)
                if isinstance(found, Acknowledged | NotSent):
                    return found

        await line.send(place.channel, "first")
        assert isinstance(await outcome(), Acknowledged)
        key = await line.send(place.channel, "second")
        refused = await outcome()
        assert (refused.key, refused.code) == (key, "realm.slow_mode")
        await asyncio.sleep(refused.retry_after + 0.1)
        assert await line.again(key)
        assert (await outcome()).key == key
        assert not await line.again(key)
        long = await line.send(place.channel, "x" * 17_000)
        assert (await outcome()).key == long

    assert await value(place.url, "select array_agg(content order by id) from realm.messages") == ["first", "second"]


# -- the application --------------------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def chatting(place, who, size=(80, 24)):
    """The application in front of somebody, its channel open."""
    name = await value(place.url, "select name from realm.servers where id = $1", place.server)
    app = ChatApp(client_of(place.guildhall, who), name, str(place.channel))
    async with app.run_test(size=size) as pilot:
        await until(lambda: app.place is not None and app.crowd.count > 0)
        await pilot.pause()
        yield app, pilot


async def write(pilot, text):
    """Type a line."""
    pilot.app.query_one("#say").value = text
    await pilot.press("enter")
    await pilot.pause()


def shown(app):
    """The lines of the log, all of them."""
    return [strip.text.rstrip() for strip in app.log_view._lines]


def screen(app):
    """What the terminal shows."""
    return "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())


def has(app, words):
    return any(words in line for line in shown(app))


async def test_somebody_reads_and_is_heard(guildhall):
    place = await make_place(guildhall)
    await place.say("said before")
    async with chatting(place, place.reader) as (app, pilot):
        await until(lambda: has(app, "said before"))
        await write(pilot, "hello there")
        assert app.query_one("#say").value == ""
        await until(lambda: [one.state for one in app.log_view.entries if one.text == "hello there"] == ["there"])
        await place.say("hello yourself")
        await until(lambda: has(app, "hello yourself"))
        await pilot.pause()
        assert app.log_view.at_end
        assert "●" in screen(app)
        assert "hello yourself" in screen(app)

    assert await value(place.url, "select count(*) from realm.messages where content = 'hello there'") == 1


async def test_older_pages_come_when_one_scrolls_up_and_the_place_stays(guildhall):
    place = await make_place(guildhall)
    await place.say(*[f"message {number:03}" for number in range(130)])
    async with chatting(place, place.reader) as (app, pilot):
        await until(lambda: has(app, "message 129"))
        assert not has(app, "message 000")
        for _ in range(40):
            await pilot.press("pageup")
            await pilot.pause(0.05)
            if has(app, "message 000"):
                break
        await until(lambda: len(app.log_view.entries) == 130)
        ids = [one.id for one in app.log_view.entries]
        assert ids == sorted(ids)
        await pilot.pause()
        before = screen(app)
        await place.say("it goes on")
        await until(lambda: has(app, "it goes on"))
        await pilot.pause()
        assert not app.log_view.at_end
        assert "it goes on" not in screen(app)
        assert [line for line in before.splitlines() if "message" in line] == [
            line for line in screen(app).splitlines() if "message" in line
        ]


async def test_after_the_line_broke_what_was_missed_is_there_once(guildhall):
    place = await make_place(guildhall)
    async with chatting(place, place.reader) as (app, pilot):
        for number in range(5):
            cut_all(guildhall)
            await place.say(f"missed {number}")
        await write(pilot, "mine, written without a line")
        await until(lambda: has(app, "missed 4") and has(app, "mine, written"))
        await until(lambda: not [one for one in app.log_view.entries if one.state == "pending"])
        texts = [one.text for one in app.log_view.entries]
        assert sorted(texts) == sorted([*[f"missed {n}" for n in range(5)], "mine, written without a line"])
        assert "●" in screen(app)


async def test_escape_sequences_of_others_reach_no_terminal(guildhall):
    place = await make_place(guildhall)
    await do(place.url, "update realm.users set username = $2 where id = $1", place.speaker.id, "evil\x1b[2Jname")
    await do(place.url, "update realm.servers set name = $2 where id = $1", place.server, "Ash\x1b]0;x\x07vale")
    async with chatting(place, place.reader) as (app, pilot):
        await say(place.url, place.server, place.channel, place.speaker.id, ESCAPES, "[bold]no markup[/]")
        await until(lambda: has(app, "[bold]no markup[/]"))
        await pilot.pause()
        drawn = [segment for strip in app.screen._compositor.render_strips() for segment in strip]
        assert has(app, "evil�[2Jname")
        assert not [s for s in drawn if any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in s.text)]
        assert "\u202e" not in screen(app)


async def test_a_refused_message_stands_there_with_the_reason_until_it_is_sent_again(guildhall):
    place = await make_place(guildhall)
    await do(place.url, "update realm.channels set slow_mode_seconds = 1 where id = $1", place.channel)
    async with chatting(place, place.reader) as (app, pilot):
        await write(pilot, "one")
        await write(pilot, "two")
        await until(lambda: [one.state for one in app.log_view.entries] == ["there", "failed"])
        await pilot.pause()
        assert has(app, "wait 1 seconds")
        await asyncio.sleep(1.2)
        await pilot.press("ctrl+r")
        await until(lambda: [one.state for one in app.log_view.entries] == ["there", "there"])

    assert await value(place.url, "select array_agg(content order by id) from realm.messages") == ["one", "two"]


async def test_messages_are_edited_reacted_to_answered_and_deleted(guildhall):
    place = await make_place(guildhall)
    await place.say("to react to")
    async with chatting(place, place.reader) as (app, pilot):
        await write(pilot, "a tpyo")
        await until(lambda: [one.state for one in app.log_view.entries] == ["there", "there"])
        await write(pilot, "/edit a typo")
        await until(lambda: has(app, "a typo (edited)"))
        await pilot.press("ctrl+up", "ctrl+up")
        await pilot.pause()
        assert app.log_view.selected.text == "to react to"
        await write(pilot, "/react :wave:")
        await until(lambda: has(app, "to react to :wave:"))
        await write(pilot, "/reply indeed")
        await until(lambda: has(app, "↪ indeed"))
        await write(pilot, "/delete")
        await until(lambda: has(app, "Only a moderator"))
        await pilot.press("escape")
        await pilot.pause()
        assert app.log_view.selected is None
        await write(pilot, "/delete")
        await until(lambda: has(app, "(deleted)"))

    assert await value(place.url, "select count(*) from realm.messages where reply_to is not null and is_deleted") == 1


async def test_panels_other_channels_and_direct_messages(guildhall):
    place = await make_place(guildhall)
    other = await make_channel(place.url, place.server, name="trade")
    name = await value(place.url, "select username from realm.users where id = $1", place.speaker.id)
    await place.say("the dragon sleeps")
    async with chatting(place, place.reader) as (app, pilot), client_of(guildhall, place.speaker) as speaker:

        async def panel(command, words):
            await write(pilot, command)
            text = app.query_one("#panel-text")
            await until(lambda: words in str(text.content))
            await pilot.pause()

        await panel("/help", "/search words")
        await panel("/channels", "#trade")
        await panel("/me", "level 1")
        await panel("/who", "1 here")
        await panel("/search dragon", "1 with dragon" if await indexed(place) else "")
        await pilot.press("escape")
        await pilot.pause()
        assert not app.query_one("#panel").display
        await write(pilot, f'/msg "{name}" psst')
        await until(lambda: has(app, f"✉ to {name} psst"))
        await speaker.send_direct(place.reader.id, "yes?", "key-1")
        await until(lambda: has(app, f"✉ {name} yes?"))
        await write(pilot, "/msg nobody psst")
        await until(lambda: has(app, "nobody called"))
        await write(pilot, "/join trade")
        await until(lambda: app.place.channel.id == other and app.crowd.count == 1)
        await place.say("in the old channel")
        await place.say("cloth for sale", channel=other)
        await until(lambda: has(app, "cloth for sale"))
        assert not has(app, "in the old channel")
        await write(pilot, "/quit")
        await until(lambda: app._exit)
    assert app.return_value == 0


async def indexed(place):
    """Wait until the message can be found."""
    for _ in range(200):
        if await value(place.url, "select count(*) from realm.message_words"):
            return True
        await asyncio.sleep(0.05)
    return False


async def test_what_came_while_one_was_away_stands_below_a_line(guildhall):
    place = await make_place(guildhall)
    (read, *_) = await place.say("read", "new one")
    marked = await place.request("PUT", f"/channels/{place.channel}/read", json={"message_id": str(read)})
    assert marked.status == 200
    async with chatting(place, place.reader) as (app, _):
        await until(lambda: has(app, "new one"))
        lines = shown(app)
        (rule,) = [number for number, line in enumerate(lines) if " new " in line and "──" in line]
        assert "read" in lines[rule - 1]
        assert "new one" in lines[rule + 1]
        newest = app.log_view.newest
        async with asyncio.timeout(10):
            while await value(place.url, "select last_read from realm.channel_reads") != newest:  # noqa: ASYNC110
                await asyncio.sleep(0.1)


async def test_who_may_not_read_any_more_is_told_and_gets_nothing(guildhall):
    place = await make_place(guildhall)
    await do(place.url, "update realm.users set badge = 'admin' where id = $1", place.speaker.id)
    async with chatting(place, place.reader) as (app, _):
        closed = await place.request(
            "PATCH", f"/channels/{place.channel}", place.speaker, json={"visibility": "private"}
        )
        assert closed.status == 200
        await until(lambda: has(app, "You may not read"))
        await place.say("a secret")
        await asyncio.sleep(0.5)
        assert not has(app, "a secret")


async def test_who_comes_types_and_goes_is_shown(guildhall):
    place = await make_place(guildhall)
    name = await value(place.url, "select username from realm.users where id = $1", place.speaker.id)
    topic = f"realm.channel:{place.channel}"
    async with chatting(place, place.reader, size=(120, 30)) as (app, pilot):
        async with client_of(guildhall, place.speaker) as speaker, Line(speaker) as line:
            await line.follow(topic)
            await until(lambda: app.crowd.count == 2 and name in app.crowd.names())
            await pilot.pause()
            assert "2 here" in screen(app)
            await line.type(topic)
            await until(lambda: f"{name} is typing" in app.crowd.typing())
            await line.send(place.channel, "typed")
            await until(lambda: has(app, "typed"))
            assert app.crowd.typing() == ""
            await pilot.press("h", "i")
            async with asyncio.timeout(10):
                while not isinstance(await line.happenings.get(), Typed):
                    pass
        await until(lambda: app.crowd.count == 1)


@pytest.mark.parametrize(
    ("code", "welcomed", "for_good", "seconds"),
    [
        (4401, True, True, None), (4403, True, True, None), (1008, False, True, None), (1008, True, False, 2.5),
        (4429, False, False, 30.0), (1012, True, False, 2.5), (1006, True, False, 2.5),
    ],
)  # fmt: skip
def test_what_a_close_means(code, welcomed, for_good, seconds):
    end = closed_by(code, "", welcomed=welcomed, bye=2.5)

    assert (end.for_good, end.seconds) == (for_good, seconds)
    assert str(end)


async def test_a_process_that_ends_tells_when_to_come_back(start_guildhall, sandbox):
    first = await start_guildhall(sandbox, realtime={"drain_seconds": 0.5})
    place = await make_place(first)
    async with client_of(first, place.reader) as client, Line(client) as line:
        await line.follow(f"realm.channel:{place.channel}")
        async with asyncio.timeout(10):
            while not isinstance(await line.happenings.get(), Joined):
                pass
        for connection in list(first.runtime.provided[LiveServer]._connections):
            connection.drain(1012, "the server restarts", 300)
        async with asyncio.timeout(10):
            while not isinstance(gone := await line.happenings.get(), Disconnected):
                pass
            while not isinstance(again := await line.happenings.get(), Connected):
                pass

    assert (gone.why, gone.seconds) == ("the server restarts", 0.3)
    assert again.again


async def test_a_raid_is_watched_live(guildhall):
    place = await make_place(guildhall)
    await do(place.url, "update realm.users set badge = 'admin' where id = $1", place.speaker.id)
    leader = await value(place.url, "select username from realm.users where id = $1", place.speaker.id)
    game = {**place.speaker.headers, "content-type": "application/x-ndjson"}

    async def tell(what, row):
        answer = await guildhall.post(
            f"/api/v1/realm/game/servers/{place.server}/{what}", headers=game, data=row.encode()
        )
        assert answer.json["taken"] == 1, answer.body

    def at():
        return datetime.now(UTC).isoformat()

    await tell("raids", f'{{"external_id":"r","name":"Friday","boss_name":"Ragnaros","leader_name":"{leader}"}}')
    async with chatting(place, place.reader) as (app, pilot):
        text = app.query_one("#panel-text")
        await write(pilot, "/raid")
        await until(lambda: "Ragnaros" in str(text.content))
        await tell("raid-ticks", f'{{"external_id":"r","at":"{at()}","status":"in_progress"}}')
        await until(lambda: "pull 1" in str(text.content))
        await tell("raid-ticks", f'{{"external_id":"r","at":"{at()}","health_percentage":64,"phase":"sons"}}')
        await until(lambda: "64 %" in str(text.content) and "sons" in str(text.content))
        await tell("raid-ticks", f'{{"external_id":"r","at":"{at()}","status":"victory"}}')
        await until(lambda: "victory" in str(text.content) and "Ragnaros (" in str(text.content))
        await write(pilot, "/raid nothing such")
        await until(lambda: has(app, "no such raid"))


async def test_a_server_that_is_not_there_ends_the_application_with_words(guildhall):
    place = await make_place(guildhall)
    app = ChatApp(client_of(guildhall, place.reader), "Nowhere", "general")
    async with app.run_test():
        await until(lambda: app._exit)

    assert isinstance(app.failure, NotThere)
    assert app.return_code == 2


# -- processes --------------------------------------------------------------------------------------------------------


class Realm:
    """Two web processes of the product on one database, and people with tokens."""

    def __init__(self, url, folder) -> None:
        self.url = url
        self.folder = folder
        self.environment = {
            **{name: text for name, text in os.environ.items() if not name.startswith("GUILDHALL_")},
            "GUILDHALL_DATABASE_URL": url, "GUILDHALL_HOME": str(folder), "GUILDHALL_IDENTITY_JWT_SECRET": KEY,
            "GUILDHALL_ENCRYPTION_KEY": KEY, "GUILDHALL_REALM_MESSAGES_BURST": "1000",
        }  # fmt: skip
        self.addresses: list[str] = []
        self.processes: list[asyncio.subprocess.Process] = []

    async def begin(self):
        for _ in range(2):
            with socket.socket() as listener:
                listener.bind(("127.0.0.1", 0))
                port = listener.getsockname()[1]
            self.addresses.append(f"http://127.0.0.1:{port}")
            self.processes.append(
                await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "guildhall.cli", "serve", "--role", "web", "--port", str(port),
                    env=self.environment, cwd=self.folder, stdout=asyncio.subprocess.DEVNULL,
                    stderr=asyncio.subprocess.DEVNULL,
                )
            )  # fmt: skip
        async with aiohttp.ClientSession() as session, asyncio.timeout(90):
            for address in self.addresses:
                while True:
                    with contextlib.suppress(aiohttp.ClientError):
                        async with session.get(f"{address}/healthz") as answer:
                            if answer.status == 200:
                                break
                    await asyncio.sleep(0.1)

    async def end(self):
        for process in self.processes:
            if process.returncode is None:
                process.terminate()
        for process in self.processes:
            await asyncio.wait_for(process.wait(), 20)

    async def chat(self, token, *arguments: str, program=("guildhall.packs.realm.terminal",)):
        """A client process, lines in and out."""
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", *program, "--plain", *arguments,
            env={**self.environment, "GUILDHALL_TOKEN": token}, cwd=self.folder, stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip


@pytest.fixture
async def realm(clone, tmp_path):
    running = Realm(clone, tmp_path)
    await running.begin()
    yield running
    await running.end()


async def people(db, url, *names: str):
    """A server with a channel, and API tokens of people there."""
    server = await make_server(url, name="Ashvale")
    await make_channel(url, server, name="general")
    tokens = []
    for name in names:
        user = await make_user(url)
        await insert(url, "realm.users", {"id": user, "username": name, "server_id": server})
        scopes = frozenset({"realm:read", "realm:write", "live:connect"})
        async with db.write() as tx:
            tokens.append((await make_api_token(tx, user, "chat", scopes, None, 10, None))[0])
    return tokens


async def lines_until(stream, words, patience=60.0):
    """The lines up to one with these words in it."""
    found: list[str] = []
    async with asyncio.timeout(patience):
        while not found or words not in found[-1]:
            line = await stream.readline()
            assert line, found
            found.append(line.decode().rstrip("\n"))
    return found


HERE = ("--server", "Ashvale", "--channel", "general")


@pytest.mark.slow
async def test_two_people_chat_through_two_processes_and_go_on_when_one_is_killed(realm, jobs_db, clone):
    thrall, jaina = await people(jobs_db, clone, "Thrall", "Jaina")
    first, second = realm.addresses
    command = ("guildhall.cli", "realm", "chat")
    a = await realm.chat(thrall, *HERE, "--follow", "--url", first, "--url", second, program=command)
    b = await realm.chat(jaina, *HERE, "--follow", "--url", second)
    try:
        await lines_until(a.stderr, f"connected to {first}")
        await lines_until(b.stderr, f"connected to {second}")
        a.stdin.write(b"hello from the first\n")
        assert (await lines_until(b.stdout, "hello from the first"))[-1].endswith("<Thrall> hello from the first")
        b.stdin.write("und grüße zurück\n".encode())
        await lines_until(a.stdout, "und grüße zurück")

        async def burst():
            for number in range(100):
                b.stdin.write(f"burst {number:03}\n".encode())
                await asyncio.sleep(0.01)

        sending = asyncio.create_task(burst())
        await lines_until(a.stdout, "burst 010")
        realm.processes[0].send_signal(signal.SIGKILL)
        a.stdin.write(b"said without a server\n")
        await sending
        heard = await lines_until(a.stdout, "burst 099")
        bursts = [line[-3:] for line in heard if "burst" in line]
        assert bursts == [f"{number:03}" for number in range(11, 100)]
        await lines_until(a.stderr, f"connected again to {second}")
        if not any("said without" in line for line in heard):
            await lines_until(a.stdout, "said without a server")
        a.stdin.write_eof()
        b.stdin.write_eof()
    finally:
        for process in (a, b):
            if process.returncode is None:
                process.terminate()
            await process.communicate()

    assert await value(clone, "select count(*) from realm.messages where content = 'said without a server'") == 1
    assert await value(clone, "select count(*) from realm.messages") == 103


@pytest.mark.slow
async def test_the_exit_status_tells_a_script_what_happened(realm, jobs_db, clone):
    (thrall,) = await people(jobs_db, clone, "Thrall")
    (address, _) = realm.addresses
    server = await value(clone, "select id from realm.servers")
    user = await value(clone, "select id from realm.users")
    channel = await value(clone, "select id from realm.channels")
    await say(clone, server, channel, user, ESCAPES, "two\nlines")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{listener.getsockname()[1]}"

        async def run(token, given, *arguments: str):
            process = await realm.chat(token, *arguments)
            try:
                output, errors = await asyncio.wait_for(process.communicate(given), 120)
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.communicate()
            return process.returncode, output.decode(), errors.decode()

        outcomes = await asyncio.gather(
            run(thrall, b"one\n\ntwo without an end", *HERE, "--url", address),
            run(thrall, b"good\nbad\x1b[2J\nbetter\n", *HERE, "--url", address, "--history", "0"),
            run(thrall, b"", "--server", "Nowhere", "--url", address),
            run(thrall, b"", "--server", "Ashvale", "--channel", "nowhere", "--url", address),
            run("gh_wrong", b"", *HERE, "--url", address),
            run(thrall, b"", *HERE, "--url", dead),
        )
    spoken, refused, no_server, no_channel, not_let_in, nobody = outcomes

    assert spoken[0] == 0, spoken
    assert "<Thrall> two ⏎ lines" in spoken[1]
    assert not [c for c in spoken[1] if (ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 or c == "\u202e"]
    assert refused[0] == 1
    assert "not said: The character U+001B is not allowed in a text. (realm.content_refused): bad" in refused[2]
    assert "\x1b" not in refused[2]
    assert (no_server[0], "there are: Ashvale" in no_server[2]) == (2, True)
    assert (no_channel[0], "there are: general" in no_channel[2]) == (2, True)
    assert (not_let_in[0], nobody[0]) == (3, 4)
    assert all("Traceback" not in errors for _, _, errors in outcomes)
    contents = await value(clone, "select array_agg(content) from realm.messages where content = any($1)",
                           ["one", "two without an end", "good", "better"])  # fmt: skip
    assert sorted(contents) == ["better", "good", "one", "two without an end"]


def test_without_a_terminal_or_a_token_it_says_what_is_missing(tmp_path):
    environment = {name: text for name, text in os.environ.items() if not name.startswith("GUILDHALL_")}
    command = [sys.executable, "-m", "guildhall.packs.realm.terminal", "--server", "Ashvale"]

    def run(**more):
        return subprocess.run(
            command, env={**environment, **more}, cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=60, check=False,
        )  # fmt: skip

    began = time.monotonic()
    without_token, without_terminal = run(), run(GUILDHALL_TOKEN="gh_x")

    assert time.monotonic() - began < 60
    assert (without_token.returncode, "GUILDHALL_TOKEN" in without_token.stderr) == (2, True)
    assert (without_terminal.returncode, "--plain" in without_terminal.stderr) == (2, True)
