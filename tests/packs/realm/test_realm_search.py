"""Messages are found by their words, and what is found and counted follows the writes."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.core.jobs.actions import send
from guildhall.core.realtime.ticks import live_id
from guildhall.ids import UserId, uuid7
from guildhall.packs.realm.follow.actions import chunks, counts, search_index
from guildhall.packs.realm.follow.actions.chunks import end_of_chunk
from guildhall.packs.realm.follow.actions.counts import count_new_messages, recount
from guildhall.packs.realm.follow.actions.search_index import index_new_messages, reindex
from guildhall.packs.realm.follow.messages import FollowMessages
from guildhall.packs.realm.ids import MessageId
from guildhall.packs.realm.search.actions import parts_of
from guildhall.packs.realm.search.queries import MARK_END, MARK_START
from guildhall.testing.people import sign_in
from tests.packs.realm.make import insert, make_channel, make_player, make_server, say
from tests.packs.realm.place import Place, make_place


@pytest.fixture
async def place(start_guildhall):
    """Whose own followers begin late, so that a test says when it is their turn."""
    return await make_place(await start_guildhall(realm={"follow_seconds": 10}))


async def fetch(url, sql, *args: object):
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(sql, *args)
    finally:
        await connection.close()


async def index(place: Place) -> None:
    """Return when everything that was written is indexed, by whomever."""
    while True:
        await index_new_messages(place.guildhall.runtime.db)
        if (
            await fetch(
                place.url, "select f.tick >= h.tick from realm.followers f, core.live_head h where name = 'words'"
            )
        )[0][0]:
            return
        await asyncio.sleep(0.05)


async def find(place, q, who=None, **params: object):
    return await place.get(f"/servers/{place.server}/search", who, q=q, **params)


def texts(answer):
    assert answer.status == 200, answer.body
    return [one["message"]["content"] for one in answer.json["found"]]


async def old_message(place, at: datetime, content: str, channel=None, noise: int = 1) -> MessageId:
    """A message of the past, in the table as an import leaves it."""
    tick = int(at.timestamp() * 1000) << 12
    message = MessageId(live_id(tick, 1, noise))
    await insert(
        place.url, "realm.messages",
        {"id": message, "type": "user", "user_id": place.speaker.id, "server_id": place.server,
         "channel_id": channel or place.channel, "content": content, "created_at": at, "updated_at": at},
    )  # fmt: skip
    return message


async def test_words_are_found_by_their_stems_newest_first_and_marked(place):
    await place.say("The dragons are sleeping", "no match", "Slay a DRAGON <b>now</b>")
    await index(place)

    answer = await find(place, "dragon")

    assert texts(answer) == ["Slay a DRAGON <b>now</b>", "The dragons are sleeping"]
    assert answer.json["found"][0]["parts"] == [
        {"text": "Slay a ", "hit": False}, {"text": "DRAGON", "hit": True}, {"text": " <b>now</b>", "hit": False},
    ]  # fmt: skip
    assert answer.json["next"] is None


SYNTAX = [
    ("red dragon", ["red dragon", "a dragon that is red"]),
    ('"red dragon"', ["red dragon"]),
    ("dragon -red", ["green dragon"]),
    ("-dragon", ["orcs"]),
    ("green or orcs", ["orcs", "green dragon"]),
    ("wyvern", []),
    ("'; drop table x --", []),
    ("dragon & | ! :* ( ) <->", ["green dragon", "red dragon", "a dragon that is red"]),
]


async def test_the_syntax_of_a_web_search(place):
    await place.say("a dragon that is red", "red dragon", "green dragon", "orcs")
    await index(place)

    for q, found in SYNTAX:
        assert texts(await find(place, q)) == found, q


UNSPACED = [
    ("喜欢", "我喜欢红龙", "喜欢"),
    ("龙", "我喜欢红龙", "龙"),
    ("欢红龙", "我喜欢红龙", "欢红龙"),
    ("ドラゴン", "赤いドラゴンを倒した", "ドラゴン"),
    ("ﾄﾞﾗｺﾞﾝ", "赤いドラゴンを倒した", "ドラゴン"),
    ("倒", "赤いドラゴンを倒した", "倒"),
    ("มังกร", "ฉันฆ่ามังกรแดงแล้ว", "มังกร"),
    ("길드", "우리길드를 찾아주세요", "길드"),
    ('"길드를 찾아"', "우리길드를 찾아주세요", None),
    ("lol上分", "lol上分了", None),
    ("ＲＡＩＤ", "the raid begins", "raid"),
    ("rene\u0301e", "Renée waits", "Renée"),
]


async def test_parts_of_words_are_found_in_scripts_without_spaces(place):
    await place.say(
        "我喜欢红龙",
        "赤いドラゴンを倒した",
        "ฉันฆ่ามังกรแดงแล้ว",
        "우리길드를 찾아주세요",
        "lol上分了",
        "the raid begins",
        "Renée waits",
    )
    await index(place)

    for q, found, hit in UNSPACED:
        answer = await find(place, q)
        assert texts(answer) == [found], q
        if hit is not None:
            assert [part["text"] for part in answer.json["found"][0]["parts"] if part["hit"]] == [hit], q
    for q in ("红喜", "虎", "ドラゴソ", "드길"):
        assert texts(await find(place, q)) == [], q
    assert texts(await find(place, "红龙 -喜欢")) == []
    assert len(texts(await find(place, "红龙 or 길드 or ドラゴン"))) == 3


async def test_what_was_edited_is_found_by_its_parts_and_reindexed_alike(place):
    (message,) = await place.say("我喜欢红龙")
    await index(place)

    await place.request("PATCH", f"/messages/{message}", place.speaker, json={"content": "他讨厌绿龙"})
    assert texts(await find(place, "讨厌")) == ["他讨厌绿龙"]
    assert texts(await find(place, "喜欢")) == []
    before = await fetch(place.url, "select words::text from realm.message_words")
    await reindex(place.guildhall.runtime.db, lambda done, total: None)
    assert await fetch(place.url, "select words::text from realm.message_words") == before


async def test_nothing_to_search_for_is_said(place):
    for q in ("the", "   ", "a and the", "!!!", "\u200b"):
        assert (await find(place, q)).code == "realm.nothing_to_search", q


async def test_a_bad_search_is_refused(place):
    assert (await find(place, "a\x00b")).status == 400
    assert (await find(place, "x" * 201)).status == 400
    assert (await place.get(f"/servers/{place.server}/search")).status == 400
    assert (await find(place, "x", since="yesterday")).status == 400
    assert (await find(place, "x", type="shout")).status == 400
    assert (await find(place, "x", channel_id=uuid7())).code == "realm.channel_not_found"


async def test_only_what_one_may_read_is_found(place):
    moderator = await make_player(place.guildhall, place.server, badge="moderator")
    member = await make_player(place.guildhall, place.server)
    private = await make_channel(place.url, place.server, visibility="private")
    await insert(place.url, "realm.channel_members", {"channel_id": private, "user_id": member.id})
    high = await make_channel(place.url, place.server, min_level=50)
    elsewhere = await make_server(place.url)
    await place.say("dragon here")
    await place.say("dragon secret", channel=private)
    await place.say("dragon high", channel=high)
    await say(place.url, place.server, None, UserId(uuid7()), "dragon system", type="system")
    await say(place.url, place.server, None, place.speaker.id, "dragon whisper", type="dm")
    await say(place.url, elsewhere, await make_channel(place.url, elsewhere), UserId(uuid7()), "dragon elsewhere")
    await index(place)

    assert texts(await find(place, "dragon")) == ["dragon system", "dragon here"]
    assert texts(await find(place, "dragon", member)) == ["dragon system", "dragon secret", "dragon here"]
    assert texts(await find(place, "dragon", moderator)) == [
        "dragon system", "dragon high", "dragon secret", "dragon here",
    ]  # fmt: skip
    await insert(
        place.url, "realm.sanctions",
        {"id": uuid7(), "user_id": moderator.id, "server_id": place.server, "channel_id": private, "kind": "ban"},
    )  # fmt: skip
    assert texts(await find(place, "dragon", moderator)) == ["dragon system", "dragon high", "dragon here"]
    assert (await find(place, "dragon", channel_id=private)).code == "realm.channel_not_found"
    assert texts(await find(place, "dragon", member, channel_id=private)) == ["dragon secret"]


async def test_channels_of_guilds_follow_membership(place):
    guild = uuid7()
    await insert(
        place.url,
        "realm.guilds",
        {"id": guild, "name": "Owls", "server_id": place.server, "leader_id": place.speaker.id},
    )
    await insert(place.url, "realm.guild_members", {"guild_id": guild, "user_id": place.speaker.id, "rank": "leader"})
    channel = await make_channel(place.url, place.server, guild_id=guild, visibility="private")
    await place.say("dragon tonight", channel=channel, type="guild")
    await index(place)

    assert texts(await find(place, "dragon")) == []
    assert texts(await find(place, "dragon", place.speaker)) == ["dragon tonight"]
    assert texts(await find(place, "dragon", place.speaker, type="guild")) == ["dragon tonight"]
    assert texts(await find(place, "dragon", place.speaker, type="user")) == []


async def test_filters_and_pages(place):
    other = await make_channel(place.url, place.server)
    now = datetime.now(UTC).replace(microsecond=0)
    for days in range(1, 8):
        await old_message(place, now - timedelta(days=days), f"dragon {days}")
    await old_message(place, now - timedelta(days=2, hours=1), "dragon other", channel=other)
    await reindex(place.guildhall.runtime.db, lambda done, total: None)
    day = (now - timedelta(days=4)).isoformat()

    found, at = [], None
    for _ in range(10):
        answer = await find(place, "dragon", limit=3, **({"before": at} if at is not None else {}))
        found += texts(answer)
        at = answer.json["next"]
        if at is None:
            break

    assert found == [
        "dragon 1", "dragon 2", "dragon other", "dragon 3", "dragon 4", "dragon 5", "dragon 6", "dragon 7",
    ]  # fmt: skip
    assert texts(await find(place, "dragon", channel_id=other)) == ["dragon other"]
    assert texts(await find(place, "dragon", user_id=place.reader.id)) == []
    assert len(texts(await find(place, "dragon", user_id=place.speaker.id))) == 8
    assert texts(await find(place, "dragon", since=day)) == [
        "dragon 1", "dragon 2", "dragon other", "dragon 3", "dragon 4",
    ]  # fmt: skip
    assert texts(await find(place, "dragon", until=day)) == ["dragon 5", "dragon 6", "dragon 7"]
    assert texts(await find(place, "dragon", since=day, until=day)) == []


async def test_messages_of_many_months_and_of_none_are_found_behind_the_newest(place):
    """Behind the first few hundred, which are read one by one, and in months without a partition."""
    now = datetime.now(UTC).replace(day=15)
    ids = [await old_message(place, now - timedelta(days=30 * back), "the wyvern") for back in (0, 1, 2, 9, 30)]
    await old_message(place, now - timedelta(days=30), "another server's", noise=2)
    await fetch(
        place.url,
        """
        insert into realm.messages (id, type, user_id, server_id, channel_id, content, created_at, updated_at)
        select core.live_id(((extract(epoch from now()) * 1000)::bigint << 12) + i, 1, 0), 'user', $1, $2, $3, 'noise',
               now(), now()
        from generate_series(1, 700) i
        """,
        place.speaker.id, place.server, place.channel,
    )  # fmt: skip
    await fetch(
        place.url,
        """
        insert into realm.message_words (id, server_id, channel_id, user_id, type, words)
        select id, server_id, channel_id, user_id, type, to_tsvector('english', content) from realm.messages
        """,
    )

    first = await find(place, "wyvern", limit=2)
    rest = await find(place, "wyvern", limit=10, before=first.json["next"])

    assert [UUID(one["message"]["id"]) for one in first.json["found"] + rest.json["found"]] == ids


async def test_the_languages_of_servers(start_guildhall):
    guildhall = await start_guildhall(realm={"follow_seconds": 10})
    german = await make_place(guildhall, language="de-AT")
    other = await make_place(guildhall, language="tlh")
    for place in (german, other):
        await place.say("Die Häuser brennen")
    await index(german)

    assert texts(await find(german, "Haus")) == ["Die Häuser brennen"]
    assert texts(await find(other, "Haus")) == []
    assert texts(await find(other, "häuser")) == ["Die Häuser brennen"]
    configs = await fetch(
        german.url,
        "select realm.words_config(l)::text from unnest(array['en', 'EN_us', 'pt-BR', 'no', 'xx', '', 'english']) l",
    )
    assert [row[0] for row in configs] == [
        "english", "english", "portuguese", "norwegian", "simple", "simple", "simple",
    ]  # fmt: skip


async def test_a_server_that_changes_its_language_is_indexed_anew(place, start_worker):
    admin = await sign_in(place.guildhall, role="admin")
    await place.say("Die Häuser brennen")
    await index(place)
    before = texts(await find(place, "Haus"))

    answer = await place.request("PATCH", f"/servers/{place.server}", admin, json={"language": "de"})
    await (await start_worker()).idle()

    assert answer.status == 200, answer.body
    assert before == []
    assert texts(await find(place, "Haus")) == ["Die Häuser brennen"]


async def test_a_rebuild_that_nobody_is_at_is_gone_on_with(place, start_worker):
    await place.say("a griffin")
    await fetch(place.url, "insert into realm.followers (name, tick) values ('reindex', 0)")
    worker = await start_worker()
    async with worker.runtime.db.write() as tx:
        await send(tx, FollowMessages())
    await worker.idle()

    assert texts(await find(place, "griffin")) == ["a griffin"]
    assert await fetch(place.url, "select from realm.followers where name = 'reindex'") == []


async def test_an_edit_and_a_deletion_are_found_at_once(place):
    edited, deleted, unseen = await place.say("a griffin", "a griffin too", "a griffin three")
    await place.request("PATCH", f"/messages/{unseen}", place.speaker, json={"content": "a hydra"})
    await index(place)
    await place.request("PATCH", f"/messages/{edited}", place.speaker, json={"content": "a basilisk"})
    await place.request("DELETE", f"/messages/{deleted}", place.speaker)

    assert texts(await find(place, "griffin")) == []
    assert texts(await find(place, "basilisk")) == ["a basilisk"]
    assert texts(await find(place, "hydra")) == ["a hydra"]
    assert {row[0] for row in await fetch(place.url, "select id from realm.message_words")} == {edited, unseen}


async def test_an_account_that_goes_leaves_no_words(place):
    await place.say("a griffin")
    await index(place)
    await fetch(place.url, "delete from core.users where id = $1", place.speaker.id)

    assert texts(await find(place, "griffin")) == []
    assert await fetch(place.url, "select from realm.message_words") == []


def marked(pieces):
    return "".join(f"{MARK_START}{text}{MARK_END}" if hit else text for text, hit in pieces)


@given(
    st.lists(st.tuples(st.text(st.characters(exclude_characters=[MARK_START, MARK_END]), min_size=1), st.booleans()))
)
def test_parts_put_together_are_the_text(pieces):
    parts = parts_of(marked(pieces))

    assert "".join(part.text for part in parts) == "".join(text for text, _ in pieces)
    assert [part.text for part in parts if part.hit] == [text for text, hit in pieces if hit]


ODD = [
    "a dragon\nand <script>alert(1)</script> & more",
    "see https://example.org/dragon?a=b&c=d or mail dragon@example.org to the dragon",
    "dragon",
    "🐉 dragon 🐉",
    "תנין dragon \u202edragon\u202c",
    "  x  dragon   dragons  ",
    "&lt;b&gt; dragon &amp;",
    "dragon" * 20 + " dragon",
    "<b>dragon</b> </dragon> <dragon x='y'>",
    "a-dragon-slayer's /home/dragon/file.txt 1.5 -3e10 dragon",
    "\x02dragon\x03",
]


async def test_parts_are_the_whole_text_however_odd(place):
    await place.say(*ODD)
    await index(place)

    found = (await find(place, "dragon")).json["found"]

    assert ["".join(part["text"] for part in one["parts"]) for one in found[::-1]] == [
        text.replace("\x02", "").replace("\x03", "") for text in ODD
    ]
    assert all(any(part["hit"] for part in one["parts"]) for one in found)


async def test_the_index_follows_once_whoever_calls(place):
    said = await place.say(*(f"griffin {number}" for number in range(30)))
    db = place.guildhall.runtime.db

    indexed = await asyncio.gather(*(index_new_messages(db) for _ in range(8)))

    assert sorted(indexed)[:-1] == [0] * 7
    assert sum(indexed) in (0, 30)
    await index(place)
    assert {row[0] for row in await fetch(place.url, "select id from realm.message_words")} == set(said)


async def test_a_burst_is_indexed_chunk_by_chunk_and_no_tick_is_cut(place):
    await fetch(
        place.url,
        """
        select count(a.tick) from generate_series(1, 9) i cross join lateral realm.add_messages(
            9000000000000000000, i, false, array_fill('user'::text, array[400]), array_fill($1::uuid, array[400]),
            array_fill($2::uuid, array[400]), array_fill($3::uuid, array[400]),
            array_fill('griffin'::text, array[400]), null, null, null, null, null) a
        """,
        place.speaker.id, place.server, place.channel,
    )  # fmt: skip

    await index(place)

    assert (await fetch(place.url, "select count(*) from realm.message_words"))[0][0] == 3600


@pytest.mark.slow
async def test_nothing_is_missed_while_many_write_edit_and_delete(place, clone, start_guildhall):
    db = place.guildhall.runtime.db
    stop = asyncio.Event()
    indexed = counted = 0

    async def follow():
        nonlocal indexed, counted
        while not stop.is_set():
            indexed += await index_new_messages(db)
            counted += await count_new_messages(db)
            await asyncio.sleep(0.002)

    async def write(number):
        for turn in range(12):
            (message,) = await place.say(f"griffin w{number} t{turn}")
            if turn % 4 == 1:
                await place.request("PATCH", f"/messages/{message}", place.speaker, json={"content": "hydra"})
            if turn % 4 == 2:
                await place.request("DELETE", f"/messages/{message}", place.speaker)

    followers = [asyncio.create_task(follow()) for _ in range(2)]
    await asyncio.gather(*(write(number) for number in range(8)))
    stop.set()
    await asyncio.gather(*followers)
    await index_new_messages(db)
    await count_new_messages(db)

    wrong = await fetch(
        place.url,
        """
        select m.id, m.content, w.words from realm.messages m full join realm.message_words w on w.id = m.id
        where m.id is null or (m.is_deleted = (w.id is not null))
           or w.words <> to_tsvector('english', m.content)
        """,
    )
    assert wrong == []
    (row,) = await fetch(
        place.url,
        "select c.message_count, u.message_count from realm.channels c, realm.users u where c.id = $1 and u.id = $2",
        place.channel, place.speaker.id,
    )  # fmt: skip
    assert tuple(row) == (96, 96)


async def test_what_has_piled_up_is_counted_chunk_by_chunk(place, monkeypatch):
    monkeypatch.setattr(counts, "_CHUNK", 3)
    monkeypatch.setattr(counts, "_FEW", 3)
    await place.say(*(str(number) for number in range(10)))

    moved = await count_new_messages(place.guildhall.runtime.db)

    ((channel,),) = await fetch(place.url, "select message_count from realm.channels")
    assert (channel, moved) == (10, 6)  # three chunks, of a channel and of a person


async def test_counters_are_exact_after_a_recount(place, jobs_db):
    await place.say(*"abc")
    await place.say("d", user=place.reader.id)
    await count_new_messages(place.guildhall.runtime.db)
    await place.say("e")
    await fetch(place.url, "update realm.channels set message_count = 77")
    await fetch(place.url, "update realm.users set message_count = 5 where id = $1", place.reader.id)
    archive = uuid7()
    await insert(
        place.url, "realm.archives",
        {"id": archive, "month": datetime(2024, 1, 1), "part": 1, "state": "begun", "begun_at": datetime.now(UTC)},
    )  # fmt: skip
    for user in (place.speaker.id, None):
        await insert(
            place.url, "realm.archived_counts",
            {"archive_id": archive, "month": datetime(2024, 1, 1), "channel_id": place.channel, "user_id": user,
             "messages": 10},
        )  # fmt: skip

    assert await recount(jobs_db) == 3
    assert await recount(jobs_db) == 0
    await count_new_messages(place.guildhall.runtime.db)

    ((channel,),) = await fetch(place.url, "select message_count from realm.channels")
    people = dict(await fetch(place.url, "select id, message_count from realm.users"))
    assert channel == 25
    assert people == {place.speaker.id: 14, place.reader.id: 1}


class Stopped(Exception):
    """A rebuild's process was ended."""


async def words_of(place):
    return [row["words"] for row in await fetch(place.url, "select words from realm.message_words order by id")]


async def test_a_rebuild_mends_everything(place):
    said = await place.say(*(f"griffin {number}" for number in range(5)))
    await index(place)
    await fetch(place.url, "update realm.message_words set words = to_tsvector('simple', 'lost')")
    await fetch(place.url, "delete from realm.message_words where id = $1", said[0])
    await fetch(
        place.url,
        """
        insert into realm.message_words (id, server_id, user_id, type, words)
        values ($1, $2, $2, 'user', to_tsvector('simple', 'orphan'))
        """,
        UUID(int=said[1].int + 1),
        place.server,
    )
    heard = []

    assert await reindex(place.guildhall.runtime.db, lambda done, total: heard.append((done, total))) == 5

    assert heard == [(5, 5)]
    assert await words_of(place) == [f"'{number}':2 'griffin':1" for number in range(5)]
    assert await fetch(place.url, "select from realm.followers where name = 'reindex'") == []


async def test_a_rebuild_goes_on_where_it_was_stopped(place, monkeypatch):
    monkeypatch.setattr(search_index, "_CHUNK", 2)
    said = await place.say(*(f"griffin {number}" for number in range(7)))
    db = place.guildhall.runtime.db

    def stop(done, total):
        raise Stopped

    with pytest.raises(Stopped):
        await reindex(db, stop)
    await fetch(
        place.url, "update realm.message_words set words = to_tsvector('simple', 'done') where id = $1", said[0]
    )
    heard = []
    done = await reindex(db, lambda done, total: heard.append((done, total)))

    assert (done, heard) == (7, [(6, 7), (7, 7)])
    assert await words_of(place) == ["'done':1"] + [f"'{number}':2 'griffin':1" for number in range(1, 7)]


@pytest.mark.parametrize("behind", [0, 1 << 62])
async def test_the_index_follows_in_small_steps_and_in_large_ones(place, monkeypatch, behind):
    monkeypatch.setattr(search_index, "_FEW", 2)
    monkeypatch.setattr(search_index, "_CHUNK", 5)
    monkeypatch.setattr(chunks, "BEHIND", behind)
    steps = []

    def noted(ahead):
        steps.append(ahead)
        return end_of_chunk(ahead)

    monkeypatch.setattr(search_index, "end_of_chunk", noted)
    await fetch(place.url, "update realm.followers set tick = (select tick from core.live_head) where name = 'words'")
    for number in range(11):
        await place.say(f"griffin {number}")

    assert await index_new_messages(place.guildhall.runtime.db) == 11

    assert await words_of(place) == [f"'{number}':2 'griffin':1" for number in range(11)]
    assert len(steps) == (3 if behind == 0 else 4)
