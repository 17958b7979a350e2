"""Messages are edited, deleted, reacted to, pinned and marked as read."""

import asyncio
from typing import Any
from urllib.parse import quote

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.ids import UserId, uuid7
from guildhall.packs.realm.chat.actions.mention_notices import notify_mentioned
from guildhall.packs.realm.chat.queries.messages import FIRST, LAST
from guildhall.packs.realm.chat.rules.reactions import clean_reaction
from guildhall.testing.people import sign_in
from tests.packs.realm.make import insert, make_channel, make_player, make_server, say
from tests.packs.realm.place import make_place


@pytest.fixture
async def place(guildhall):
    return await make_place(guildhall)


async def rows(place, sql, *args: Any):
    connection = await asyncpg.connect(place.url)
    try:
        return await connection.fetch(sql, *args)
    finally:
        await connection.close()


async def told(place, topic):
    """What was told on a topic: kinds with bodies, in the order of commits."""
    found = await rows(
        place, "select kind, body::text from core.live_events where topic = $1 and not access order by id", topic
    )
    return [(row["kind"], row["body"]) for row in found]


async def edit(place, message, content, who=None):
    return await place.request("PATCH", f"/messages/{message}", who or place.speaker, json={"content": content})


async def react(place, message, reaction, who=None, method="PUT"):
    return await place.request(method, f"/messages/{message}/reactions/{quote(reaction, safe='')}", who)


async def test_an_author_edits_and_everybody_hears_of_it(place):
    (message,) = await place.say("helo")

    answer = await edit(place, message, "  hello\r\nthere ")

    assert answer.status == 200, answer.body
    assert answer.json["content"] == "hello\nthere"
    assert answer.json["edited_at"] == answer.json["updated_at"] > answer.json["created_at"]
    for topic in (f"realm.channel:{place.channel}", f"realm.server:{place.server}"):
        ((kind, body),) = await told(place, topic)
        assert kind == "message_edited"
        assert str(message) in body
        assert "hello\\nthere" in body


async def test_an_edit_of_a_channel_that_is_not_public_is_told_there_alone(place):
    closed = await make_channel(place.url, place.server, visibility="private")
    await insert(place.url, "realm.channel_members", {"channel_id": closed, "user_id": place.speaker.id})
    (message,) = await place.say("helo", channel=closed)

    assert (await edit(place, message, "hello")).status == 200

    assert len(await told(place, f"realm.channel:{closed}")) == 1
    assert await told(place, f"realm.server:{place.server}") == []


async def test_an_edit_mentions_anew(place, jobs_db):
    """Who is edited out counts no longer, at once; who is edited in is told, once."""
    third = await make_player(place.guildhall, place.server, username="Third")
    fourth = await make_player(place.guildhall, place.server, username="Fourth")
    (message,) = await place.say("hi @Third", mentions=[third.id])

    async def tell():
        async with jobs_db.write() as tx:
            return await notify_mentioned(tx, FIRST, LAST)

    async def listed(who):
        return [one["id"] for one in (await place.get("/mentions", who)).json["messages"]]

    await tell()
    before = await listed(third), await listed(fourth)
    assert (await edit(place, message, "hi @Fourth")).status == 200
    at_once = await listed(third)
    counts = [await tell(), await tell()]
    assert (await edit(place, message, "hi again, @fourth")).status == 200
    counts.append(await tell())

    assert before == ([str(message)], [])
    assert at_once == await listed(third) == []
    assert await listed(fourth) == [str(message)]
    assert counts == [1, 0, 0]
    assert [kind for kind, _ in await told(place, f"realm.user:{fourth.id}")] == ["mention"]
    (row,) = await rows(place, "select mentions from realm.messages")
    assert row["mentions"] == [fourth.id]
    orders = await rows(
        place, "select 1 from core.jobs where job_type = 'realm.tell_mentions' and payload->>'low' = $1", str(message)
    )
    assert len(orders) == 2
    edits = [body for kind, body in await told(place, f"realm.channel:{place.channel}") if kind == "message_edited"]
    assert str(fourth.id) in edits[0]


async def test_an_edit_that_changes_nothing_is_none(place):
    (message,) = await place.say("hello")

    answer = await edit(place, message, " hello ")

    assert answer.json["edited_at"] is None
    assert await told(place, f"realm.channel:{place.channel}") == []


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        ("a\x00b", 422, "realm.content_refused"),
        ("\u200b", 422, "realm.content_refused"),
        ("   ", 422, "realm.content_refused"),
        ("", 422, "realm.content_refused"),
        ("x" * 2001, 422, "realm.content_refused"),
        ("x" * 20_001, 400, "bad_request"),
        (7, 400, "bad_request"),
    ],
)
async def test_what_cannot_be_said_cannot_be_edited_in(place, content, status, code):
    (message,) = await place.say("hello")

    answer = await edit(place, message, content)

    assert (answer.status, answer.code) == (status, code)
    assert [row["content"] for row in await rows(place, "select content from realm.messages")] == ["hello"]


async def test_only_who_wrote_it_edits_it_and_only_for_a_while(place):
    moderator = await make_player(place.guildhall, place.server, badge="moderator")
    stranger = await make_player(place.guildhall, await make_server(place.url))
    (message,) = await place.say("hello")
    (news,) = await say(place.url, place.server, place.channel, place.speaker.id, "news", type="system")

    assert (await edit(place, message, "x", place.reader)).code == "realm.forbidden"
    assert (await edit(place, message, "x", moderator)).code == "realm.forbidden"
    assert (await edit(place, message, "x", stranger)).code == "realm.message_not_found"
    assert (await edit(place, news, "x")).code == "realm.forbidden"
    assert (await edit(place, uuid7(), "x")).code == "realm.message_not_found"
    await rows(
        place, "update realm.messages set created_at = created_at - interval '61 minutes' where id = $1", message
    )
    assert (await edit(place, message, "x")).code == "realm.edit_window_over"
    await insert(
        place.url, "realm.sanctions",
        {"id": uuid7(), "user_id": place.speaker.id, "server_id": place.server, "kind": "mute"},
    )  # fmt: skip
    assert (await edit(place, message, "x")).code == "realm.muted"


async def test_an_edit_is_filtered_as_what_is_said(place):
    for word, action in (("orc", "mask"), ("troll", "block"), ("elf", "flag")):
        await insert(
            place.url, "realm.word_filters",
            {"id": uuid7(), "server_id": place.server, "word": word, "action": action},
        )  # fmt: skip
    (message,) = await place.say("hello")

    masked = await edit(place, message, "an orc")
    blocked = await edit(place, message, "a troll")
    flagged = await edit(place, message, "an elf")

    assert masked.json["content"] == "an ***"
    assert (blocked.status, blocked.code) == (422, "realm.content_refused")
    assert flagged.json["content"] == "an elf"
    (report,) = await rows(place, "select item_id as message_id, reporter_id, subject_id from core.reports")
    assert (report["message_id"], report["reporter_id"], report["subject_id"]) == (message, None, place.speaker.id)


async def test_an_author_deletes_and_twice_is_once(place):
    (message,) = await place.say("oops")

    for _ in range(2):
        answer = await place.request("DELETE", f"/messages/{message}", place.speaker)
        assert (answer.status, answer.body) == (204, b"")

    (seen,) = (await place.get(f"/channels/{place.channel}/messages")).json["messages"]
    assert (seen["content"], seen["is_deleted"]) == ("", True)
    assert [kind for kind, _ in await told(place, f"realm.channel:{place.channel}")] == ["message_deleted"]
    assert await rows(place, "select from core.audit_log") == []
    assert (await edit(place, message, "back")).code == "realm.message_deleted"
    assert (await react(place, message, "👍")).code == "realm.message_deleted"


async def test_a_moderator_deletes_with_a_reason_and_is_audited(place):
    moderator = await make_player(place.guildhall, place.server, badge="moderator")
    (message,) = await place.say("spam")

    denied = await place.request("DELETE", f"/messages/{message}")
    answer = await place.request("DELETE", f"/messages/{message}", moderator, params={"reason": "Spam"})

    assert denied.code == "realm.forbidden"
    assert answer.status == 204
    (full,) = (await place.get(f"/channels/{place.channel}/messages", moderator)).json["messages"]
    assert (full["content"], full["deletion_reason"]) == ("spam", "Spam")
    (audit,) = await rows(
        place,
        "select act, actor_id, subject_id, (context->>'channel_id')::uuid as channel_id, reason from core.audit_log",
    )
    assert tuple(audit) == ("message_deleted", moderator.id, place.speaker.id, place.channel, "Spam")
    ((_, body),) = await told(place, f"realm.channel:{place.channel}")
    assert "Spam" not in body
    assert '"by_moderator": true' in body


async def test_what_the_system_said_is_deleted_by_moderators_alone(place):
    moderator = await make_player(place.guildhall, place.server, badge="moderator")
    (news,) = await say(place.url, place.server, None, UserId(uuid7()), "news", type="system")
    (here,) = await say(place.url, place.server, place.channel, UserId(uuid7()), "boss down", type="system")
    (whisper,) = await say(place.url, place.server, None, place.speaker.id, "psst", type="dm")

    assert (await place.request("DELETE", f"/messages/{news}")).code == "realm.forbidden"
    assert (await place.request("DELETE", f"/messages/{news}", moderator)).status == 204
    assert (await place.request("DELETE", f"/messages/{here}", moderator)).status == 204
    assert (await place.request("DELETE", f"/messages/{whisper}", moderator)).code == "realm.message_not_found"
    assert (await place.request("DELETE", f"/messages/{whisper}", place.speaker)).status == 204
    assert len(await rows(place, "select from core.audit_log where subject_id is null")) == 2


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_a_reaction_is_short_visible_and_stays_what_it_is(text):
    reaction = clean_reaction(text)

    if reaction is not None:
        assert 1 <= len(reaction) <= 32
        assert clean_reaction(reaction) == reaction
        assert not any(letter.isspace() or letter < " " for letter in reaction)


@pytest.mark.parametrize("reaction", ["👍", ":ready:", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👩‍👩‍👧", "לא", "+1"])
def test_a_reaction(reaction):
    assert clean_reaction(reaction) == reaction


@pytest.mark.parametrize(
    "reaction", ["", " ", "a b", "\u200b", "\u200d", "\ufe0f", "a\x00", "x" * 33, "\u202ea", "\u3164"]
)
def test_no_reaction(reaction):
    assert clean_reaction(reaction) is None


async def test_reactions_are_counted_and_taken_back(place):
    (message,) = await place.say("gg")

    for _ in range(2):
        first = await react(place, message, "👍")
    second = await react(place, message, "👍", place.speaker)
    third = await react(place, message, ":gg:")
    seen = await place.get(f"/messages/{message}/reactions", place.speaker)
    left = await react(place, message, "👍", method="DELETE")
    again = await react(place, message, "👍", method="DELETE")

    assert first.json == [{"reaction": "👍", "count": 1, "mine": True}]
    assert second.json == [{"reaction": "👍", "count": 2, "mine": True}]
    assert third.status == 200
    assert seen.json == [
        {"reaction": "👍", "count": 2, "mine": True}, {"reaction": ":gg:", "count": 1, "mine": False},
    ]  # fmt: skip
    assert left.json == again.json
    assert {one["reaction"]: one["mine"] for one in left.json} == {":gg:": True, "👍": False}
    (shown,) = (await place.get(f"/channels/{place.channel}/messages")).json["messages"]
    assert shown["reactions"] == {":gg:": 1, "👍": 1}
    assert [kind for kind, _ in await told(place, f"realm.channel:{place.channel}")] == [
        "reaction_added", "reaction_added", "reaction_added", "reaction_removed",
    ]  # fmt: skip


async def test_a_message_has_so_many_different_reactions(start_guildhall):
    place = await make_place(await start_guildhall(realm={"reactions_most": 2}))
    (message,) = await place.say("gg")

    assert (await react(place, message, "1")).status == 200
    assert (await react(place, message, "2")).status == 200
    assert (await react(place, message, "3")).code == "realm.too_many_reactions"
    assert (await react(place, message, "2", place.speaker)).status == 200
    assert (await react(place, message, "a b")).code == "realm.reaction_refused"
    assert (await react(place, message, "a\x00")).status == 422


async def test_who_may_not_write_does_not_react(place):
    announcements = await make_channel(place.url, place.server, visibility="restricted")
    (message,) = await place.say("news", channel=announcements)

    assert (await react(place, message, "👍")).code == "realm.read_only"
    assert (await place.get(f"/messages/{message}/reactions")).json == []


async def test_pins_are_for_moderators_limited_and_listed(start_guildhall):
    place = await make_place(await start_guildhall(realm={"pins_most": 2}))
    moderator = await make_player(place.guildhall, place.server, badge="moderator")
    first, second, third = await place.say("1", "2", "3")

    denied = await place.request("PUT", f"/messages/{first}/pin")
    pinned = [(await place.request("PUT", f"/messages/{one}/pin", moderator)).status for one in (first, second, first)]
    full = await place.request("PUT", f"/messages/{third}/pin", moderator)
    listed = (await place.get(f"/channels/{place.channel}/pins")).json
    await place.request("DELETE", f"/messages/{second}", place.speaker)
    after = (await place.get(f"/channels/{place.channel}/pins")).json
    room = await place.request("PUT", f"/messages/{third}/pin", moderator)
    unpinned = [(await place.request("DELETE", f"/messages/{first}/pin", moderator)).status for _ in range(2)]

    assert denied.code == "realm.forbidden"
    assert pinned == [204, 204, 204]
    assert full.code == "realm.too_many_pins"
    assert [one["message"]["content"] for one in listed] == ["2", "1"]
    assert listed[0]["pinned_by"] == str(moderator.id)
    assert [one["message"]["content"] for one in after] == ["1"]
    assert room.status == 204
    assert unpinned == [204, 204]
    kinds = [kind for kind, _ in await told(place, f"realm.channel:{place.channel}")]
    assert kinds == ["message_pinned", "message_pinned", "message_deleted", "message_pinned", "message_unpinned"]
    acts = [row["act"] for row in await rows(place, "select act from core.audit_log order by id")]
    assert acts == ["message_pinned", "message_pinned", "message_pinned", "message_unpinned"]


async def test_an_administrator_of_the_platform_moderates_without_a_character(place):
    admin = await sign_in(place.guildhall, role="admin")
    first, second = await place.say("1", "2")

    assert (await place.request("PUT", f"/messages/{first}/pin", admin)).status == 204
    assert (await place.request("DELETE", f"/messages/{second}", admin)).status == 204


async def test_marks_go_forward_and_what_is_unread_is_counted_up_to_a_limit(start_guildhall):
    place = await make_place(await start_guildhall(realm={"unread_most": 3}))
    empty = await make_channel(place.url, place.server)
    said = await place.say(*"abcdefg")
    other = await make_channel(place.url, place.server)
    (elsewhere,) = await place.say("x", channel=other)

    async def mark(message=None, channel=place.channel):
        body: dict[str, Any] = {} if message is None else {"json": {"message_id": str(message)}}
        return await place.request("PUT", f"/channels/{channel}/read", **body)

    async def unread():
        return {one["channel_id"]: one for one in (await place.get(f"/servers/{place.server}/unread")).json}

    assert await unread() == {}
    assert (await mark(said[4])).json == {"channel_id": str(place.channel), "last_read": str(said[4])}
    assert (await mark(said[1])).json["last_read"] == str(said[4])
    assert (await unread())[str(place.channel)]["unread"] == 2
    assert (await mark(elsewhere)).code == "realm.message_not_found"
    assert (await mark(channel=empty)).json == {"channel_id": str(empty), "last_read": None}
    await place.say("h", "i", mentions=[place.reader.id])
    counted = (await unread())[str(place.channel)]
    assert (counted["unread"], counted["more"]) == (3, True)
    newest = (await mark()).json["last_read"]
    assert newest == (await place.get(f"/channels/{place.channel}/messages", limit=1)).json["messages"][0]["id"]
    assert (await unread())[str(place.channel)]["unread"] == 0
    kinds = [kind for kind, _ in await told(place, f"realm.user:{place.reader.id}")]
    assert kinds == ["channel_read"] * 3


@pytest.mark.slow
async def test_64_edits_and_64_reactions_at_once_leave_one_state(start_guildhall, sandbox):
    place = await make_place(await start_guildhall(sandbox))
    (message,) = await place.say("0")
    people = [await make_player(place.guildhall, place.server) for _ in range(16)]

    answers = await asyncio.gather(
        *(edit(place, message, f"text {number}") for number in range(64)),
        *(react(place, message, "👍", person) for person in people for _ in range(2)),
        *(react(place, message, "🐉", person) for person in people),
        *(react(place, message, "🐉", person, "DELETE") for person in people),
    )

    assert {answer.status for answer in answers} <= {200, 503}, [one.body for one in answers if one.status > 399]
    served = [answer.status for answer in answers]
    assert served[:64].count(200) >= 1
    (row,) = await rows(place, "select content, edited_at, updated_at from realm.messages where id = $1", message)
    edits = [body for kind, body in await told(place, f"realm.channel:{place.channel}") if kind == "message_edited"]
    assert f'"content": "{row["content"]}"' in edits[-1]
    assert len(edits) == served[:64].count(200)
    assert row["edited_at"] == row["updated_at"]
    (words,) = await rows(place, "select words::text from realm.message_words where id = $1", message)
    assert f"'{row['content'].removeprefix('text ')}'" in words["words"]
    counted = {
        one["reaction"]: one["count"]
        for one in await rows(
            place, "select reaction, count(*) from realm.message_reactions where message_id = $1 group by 1", message
        )
    }
    shown = (await place.get(f"/messages/{message}")).json["message"]["reactions"]
    assert shown == counted
    assert counted["👍"] == len({
        index // 2 for index, answer in enumerate(answers[64:96]) if answer.status == 200
    })  # fmt: skip
    last = [
        body for kind, body in await told(place, f"realm.channel:{place.channel}")
        if kind.startswith("reaction_") and "🐉" in body
    ][-1]  # fmt: skip
    assert f'"count": {counted.get("🐉", 0)}' in last
