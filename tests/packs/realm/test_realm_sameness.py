"""Names and reactions that are the same in other bytes are the same, at every door."""

import asyncio
import sqlite3
from contextlib import closing

import asyncpg
import pytest

from guildhall.boot.packs import BUILT_IN, branches
from guildhall.db import migrate
from guildhall.packs.realm.chat.rules.reactions import clean_reaction
from guildhall.packs.realm.exchange.actions.export import export_to_sqlite
from guildhall.packs.realm.search.rules import places, search_terms, unspaced_parts
from guildhall.testing.people import make_user
from guildhall.text import BadText, clean_line, folded
from tests.packs.realm.asking import do, value
from tests.packs.realm.exchanging import by_table, contents, full_file, quiet, reasons, take_in
from tests.packs.realm.make import fill_treasury, insert, make_player, make_server
from tests.packs.realm.place import make_place
from tests.packs.realm.sqlite_files import add, new_file

API = "/api/v1/realm"
TWINS = [
    "José Iron",
    "Jose\u0301 Iron",
    "jos\u00e9  iRON",
    "Ｊｏｓé\u3000Iron",
    "Jo\u200bsé\u00a0Iron",
    "José\u2060 Iron\u200d",
]
"""One name."""


@pytest.mark.parametrize(("one", "other"), [(TWINS[0], other) for other in TWINS[1:]])
async def test_the_database_has_one_key_for_one_name(tx, one, other):
    keys = await tx.connection.fetchrow("select realm.name_key($1), realm.name_key($2)", one, other)

    assert keys[0] == keys[1] == "josé iron"
    assert " ".join(folded(one).split()) == " ".join(folded(other).split())


@pytest.mark.parametrize(("one", "other"), [("Straße", "STRASSE"), ("ﬁre", "fire"), ("ΟΔΟΣ", "οδος"), ("Ⅷ", "viii")])
async def test_case_and_compatibility_make_no_other_name(tx, one, other):
    keys = await tx.connection.fetchrow("select realm.name_key($1), realm.name_key($2)", one, other)

    assert keys[0] == keys[1]


async def test_a_twin_of_a_name_is_refused_for_servers_channels_guilds_and_territories(guildhall, clone):
    first, *twins = TWINS
    server = await make_server(clone, name="Home")
    admin = await make_player(guildhall, server, badge="admin")
    await do(clone, "update core.users set role = 'admin' where id = $1", admin.id)

    async def named(path, body, person=admin):
        return await guildhall.post(f"{API}{path}", headers=person.headers, json=body)

    for path, body in (
        ("/servers", {"region": "eu"}),
        (f"/servers/{server}/channels", {}),
        (f"/servers/{server}/territories", {}),
    ):
        made = await named(path, {**body, "name": first})
        assert made.status == 201, made.body
        for twin in twins:
            again = await named(path, {**body, "name": twin})
            assert again.status == 409, (path, twin, again.body)
    assert (await named("/guilds", {"name": first})).status == 201
    for twin in twins:
        other = await make_player(guildhall, server)
        again = await named("/guilds", {"name": twin}, other)
        assert (again.status, again.code) == (409, "realm.guild_name_taken"), twin


async def test_a_character_has_its_name_alone_and_is_found_by_it_however_it_is_written(guildhall, clone):
    server = await make_server(clone)
    one, other = await make_player(guildhall, server, username="Renée"), await make_player(guildhall, server)

    async def called(name):
        body = {"username": name, "server_id": str(server)}
        return await guildhall.request("PUT", f"{API}/me", headers=other.headers, json=body)

    for twin in ("Rene\u0301e", "RENÉE", "Ｒenée"):
        assert (await called(twin)).code == "realm.name_taken", twin
    for unseen in ("Ren\u200bée", "Renée\u3164", " Renée"):
        assert (await called(unseen)).status == 422, unseen
    for prefix in ("rene\u0301", "ＲＥＮ", "ren\u200bée"):
        answer = await guildhall.get(f"{API}/servers/{server}/users", headers=one.headers, params={"name": prefix})
        assert [row["username"] for row in answer.json["items"]] == ["Renée"], prefix


async def test_a_mention_finds_whom_it_names_however_it_is_written(start_guildhall):
    place = await make_place(await start_guildhall())
    await do(place.url, "update realm.users set username = 'Renée' where id = $1", place.reader.id)

    for text in ("@rene\u0301e come", "@ＲＥＮÉＥ come"):
        said = await place.request("POST", f"/channels/{place.channel}/messages", place.speaker, json={"content": text})
        assert said.status == 201, said.body
        mentions = await value(place.url, "select mentions from realm.messages where id = $1", said.json["id"])
        assert mentions == [place.reader.id], text


@pytest.mark.parametrize(
    "same",
    [
        ("👍", "👍\ufe0f", "👍\ufe0e"), ("❤", "❤\ufe0f", "❤\ufe0e"), ("1\u20e3", "1\ufe0f\u20e3"),
        (":ready:", ":Ready:"),
        ("☝🏽", "☝\ufe0f🏽"), ("🏳\u200d🌈", "🏳\ufe0f\u200d🌈"), ("é", "e\u0301"),
    ],
)  # fmt: skip
def test_a_reaction_has_one_form(same):
    (form,) = {clean_reaction(one) for one in same}
    assert form is not None
    assert clean_reaction(form) == form


def test_reactions_that_differ_stay_different():
    given = ["👍", "👍🏽", "👎", "❤", "💙", "1", "1\u20e3", "👨\u200d👩\u200d👧", "👨"]

    assert len({clean_reaction(one) for one in given}) == len(given)
    assert clean_reaction("❤") == "❤\ufe0f"
    assert clean_reaction("👍\ufe0f") == "👍"


async def test_two_people_who_send_one_emoji_in_two_ways_give_one_reaction(start_guildhall):
    place = await make_place(await start_guildhall())
    (message,) = await place.say("hello")

    for who, reaction in ((place.reader, "👍"), (place.speaker, "👍%EF%B8%8F")):
        answer = await place.request("PUT", f"/messages/{message}/reactions/{reaction}", who)
        assert answer.status == 200, answer.body

    seen = (await place.get(f"/messages/{message}/reactions")).json
    assert [(one["reaction"], one["count"]) for one in seen] == [("👍", 2)]


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "a\u2028b", "\ud800", "\u200b", "\u3164", "  ", "", "x" * 11])
def test_a_line_that_cannot_be_a_name_is_refused(text):
    with pytest.raises(BadText):
        clean_line(text, 1, 10)


async def test_an_import_keeps_to_the_rules_of_the_api(jobs_db, clone, tmp_path):
    with closing(new_file(tmp_path / "a.sqlite3")) as file:
        add(file, "servers", {"id": "1", "name": " Nord\u200brassil ", "region": "eu"})
        add(
            file, "users",
            {"id": "1", "username": "José", "server_id": "1"}, {"id": "2", "username": "Jose\u0301", "server_id": "1"},
            {"id": "3", "username": "[Bob]|away", "server_id": "1"},
            {"id": "4", "username": "{Bob}|away", "server_id": "1"},
            {"id": "5", "username": "\u200b\u200b", "server_id": "1"},
        )  # fmt: skip
        guild = {"server_id": "1", "leader_id": "1"}
        add(
            file, "guilds", {"id": "1", "name": "Iro\u0308n  Ｇuild", **guild},
            {"id": "2", "name": "a\x1b[2Jb", "server_id": "1", "leader_id": "3"},
            {"id": "3", "name": "Rich", "server_id": "1", "leader_id": "3", "treasury_balance": 2 * 10**18},
        )  # fmt: skip
        message = {"type": "user", "user_id": "1", "server_id": "1", "created_at": "2025-11-03 10:00:00"}
        add(
            file, "messages", {"id": "1", "content": "e\u0301 \x02bold\x02\r\n", **message},
            {"id": "2", "content": "\u200b", **message},
        )  # fmt: skip
        add(file, "message_reactions", {"message_id": "1", "user_id": "1", "reaction": "👍\ufe0f"},
            {"message_id": "1", "user_id": "3", "reaction": " "})  # fmt: skip

    done = await take_in(jobs_db, tmp_path / "a.sqlite3")

    told = reasons(done)
    assert ("users", "the name is somebody else's on that server") in told
    assert ("users", "the name has characters that a name may not have here; they are '-' now, or left out") in told
    assert ("users", "username does not have 2 to 32 characters that a name may have") in told
    assert ("guilds", "name: The character U+001B is not allowed here.") in told
    assert ("guilds", "treasury_balance is not between 0 and 1000000000000000000") in told
    assert ("messages", "content had control characters; they were left out") in told
    assert ("messages", "content: Nothing in this text is visible.") in told
    assert ("message_reactions", "reaction is blank") in told
    names = await value(clone, "select array_agg(username order by created_at, username) from realm.users")
    assert "José" in names
    assert "Bob--away" in names
    assert len(names) == 3
    assert await value(clone, "select name from realm.servers") == "Nordrassil"
    assert await value(clone, "select array_agg(name) from realm.guilds") == ["Irön Ｇuild"]
    assert await value(clone, "select array_agg(content) from realm.messages") == ["é bold"]
    assert await value(clone, "select array_agg(reaction) from realm.message_reactions") == ["👍"]


async def test_an_exported_file_imported_again_changes_nothing(start_guildhall, jobs_db, clone, tmp_path):
    place = await make_place(await start_guildhall())
    full_file(tmp_path / "a.sqlite3")
    await take_in(jobs_db, tmp_path / "a.sqlite3")
    for number in range(3):
        sent = await place.request(
            "POST", f"/direct/{place.reader.id}/messages", place.speaker, json={"content": f"hi {number}"}
        )
        assert sent.status == 201, sent.body
    said = await place.request("POST", f"/channels/{place.channel}/messages", place.speaker, json={"content": "hello"})
    assert (await place.request("PUT", f"/messages/{said.json['id']}/reactions/❤")).status == 200
    for person in (place.speaker, place.reader):  # as the tests make them; no door lets a name with a blank in
        await do(clone, "update realm.users set username = replace(username, ' ', '-') where id = $1", person.id)
    while not await value(clone, "select message_count from realm.channels where id = $1", place.channel):  # noqa: ASYNC110
        await asyncio.sleep(0.05)  # it follows the writes
    await export_to_sqlite(jobs_db, tmp_path / "b.sqlite3", quiet)

    done = await take_in(jobs_db, tmp_path / "b.sqlite3")

    assert {added for added, _, _ in by_table(done).values()} == {0}
    assert {bad for _, _, bad in by_table(done).values()} == {0}
    await export_to_sqlite(jobs_db, tmp_path / "c.sqlite3", quiet)
    assert contents(tmp_path / "c.sqlite3") == contents(tmp_path / "b.sqlite3")
    with closing(sqlite3.connect(tmp_path / "c.sqlite3")) as file:
        assert file.execute("select count(*) from direct_messages where content like 'hi %'").fetchone() == (3,)


async def test_a_treasury_above_the_cap_can_be_emptied(guildhall, clone):
    server = await make_server(clone)
    leader = await make_player(guildhall, server)
    made = await guildhall.post(f"{API}/guilds", headers=leader.headers, json={"name": "Rich"})
    guild = made.json["id"]
    await fill_treasury(clone, guild, 1000000000000000007)

    async def move(what, amount):
        return await guildhall.post(
            f"{API}/guilds/{guild}/treasury/{what}", headers=leader.headers,
            json={"amount": amount, "client_key": f"{what}{amount}"},
        )  # fmt: skip

    assert (await move("deposits", 1)).code == "realm.treasury_full"
    assert (await move("withdrawals", 10**12)).status == 201


async def test_twins_of_before_stay_and_new_ones_are_refused(empty):
    await migrate.upgrade(empty, branches(BUILT_IN))
    await migrate.downgrade(empty, branches(BUILT_IN), "realm_0005")
    server = await make_server(empty, name="Old")
    people = []
    for name in ("Strauß", "Strauss", "ＳＴＲＡＵＳＳ"):
        people.append(await make_user(empty))
        await insert(empty, "realm.users", {"id": people[-1], "username": name, "server_id": server})
    message = people[0]
    for person, reaction in ((people[0], "👍"), (people[0], "👍\ufe0f"), (people[1], "👍\ufe0f")):
        await insert(empty, "realm.message_reactions", {"message_id": message, "user_id": person, "reaction": reaction})

    await migrate.upgrade(empty, branches(BUILT_IN))

    assert await value(empty, "select count(*) from realm.users where username_key = 'strauss'") == 3
    assert await value(empty, "select username from realm.users where twin is null") == "Strauß"
    assert await value(empty, "select array_agg(reaction) from realm.message_reactions") == ["👍", "👍"]
    new = await make_user(empty)
    with pytest.raises(asyncpg.UniqueViolationError):
        await insert(empty, "realm.users", {"id": new, "username": "STRAUSS", "server_id": server})


@pytest.mark.parametrize(
    ("wanted", "terms"),
    [
        ("dragon -red", "dragon -red"),
        ("世界", '"世界"'),
        ("喜欢你", '"喜欢 欢你"'),
        ("龙", '"龙"'),
        ("-世界人 lol", '-"世界 界人" lol'),
        ("lol上分", '"lol 上分"'),
        ("上分lol", '"上分 分 lol"'),
        ('"喜欢你 hello"', '"喜欢 欢你 你 hello"'),
        ("길드 or ドラゴン", '"길드" or "ドラ ラゴ ゴン"'),
        ("ＤＲＡＧＯＮ", "DRAGON"),
        ("ﾄﾞﾗｺﾞﾝ", '"ドラ ラゴ ゴン"'),
    ],
)
def test_a_search_in_scripts_without_spaces_is_for_pairs(wanted, terms):
    assert search_terms(wanted) == terms


def test_parts_are_marked_where_they_stand():
    assert places("我喜欢你们", ["喜欢"]) == [(1, 3)]
    assert places("ﾄﾞﾗｺﾞﾝ", ["ドラゴン"]) == [(0, 6)]
    assert unspaced_parts('龙 -虎 "红 龙" x') == ["龙", "红", "龙"]
    assert places("abc", []) == []
