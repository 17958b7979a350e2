"""Rows that are no good are told and set aside, and files that are none are refused."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from guildhall.packs.realm.exchange.errors import UnreadableFile
from guildhall.packs.realm.exchange.schemas.exchange import Reject
from tests.packs.realm.exchanging import AT, BCRYPT, by_table, full_file, reasons, take_in, value
from tests.packs.realm.sqlite_files import add, new_file, source_id


def _numbered(*variants: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    return iter(enumerate(variants))


def bad_file(path: Path) -> None:
    """Everything that can be wrong with a row, beside a few that are right."""
    full_file(path)
    home, ann, hall = source_id("server", 1), source_id("user", 0), source_id("channel", 1)
    file = sqlite3.connect(path, isolation_level=None)
    file.execute("pragma ignore_check_constraints = on")
    message = {"type": "user", "user_id": ann, "server_id": home, "channel_id": hall, "content": "hi", "created_at": AT}
    for number, wrong in _numbered(
            {"type": "shout"}, {"user_id": "nobody"}, {"server_id": "nowhere"}, {"channel_id": "nowhere"},
            {"content": "x" * 4001}, {"content": ""}, {"content": "a\0b"}, {"content": b"\xff\xfe"},
            {"created_at": "yesterday"}, {"created_at": None}, {"created_at": "2999-01-01 00:00:00"},
            {"created_at": "1969-12-31 23:59:59"}, {"created_at": 2025}, {"updated_at": "soon"}, {"edited_at": "later"},
            {"metadata": "{not json"}, {"metadata": '{"a": "\\u0000"}'}, {"metadata": "[" * 100_000},
            {"is_deleted": 7}, {"id": None}, {"user_id": b"\x00\x01"}, {"user_id": ""},
            {"metadata": "1e999999999"}, {"type": 5},
    ):  # fmt: skip
        add(file, "messages", {"id": f"bad {number}", **message, **wrong})
    file.execute(
        """insert into messages (id, type, user_id, server_id, content, created_at)
           values ('utf', 'user', ?, ?, cast(x'68e9' as text), ?)""",
        (ann, home, AT),
    )
    add(file, "servers", {"id": "s2", "name": "Empty", "region": "", "capacity": 10})
    add(file, "servers", {"id": "s3", "name": "Full", "region": "eu", "capacity": 0, "current_population": 0})
    add(file, "servers", {"id": "s4", "name": "Down", "region": "eu", "status": "burning"})
    add(file, "servers", {"id": "s5", "name": "Other", "region": "eu"})
    add(file, "channels", {"id": "c5", "name": "hall of others", "server_id": "s5"})
    add(file, "messages", {"id": "bad channel", **message, "channel_id": "c5"})
    user = {"server_id": home}
    for number, wrong in _numbered(
            {"username": "ann"}, {"username": "x"}, {"username": "y" * 33}, {"username": "  "}, {"username": "a\0b"},
            {"level": 0}, {"level": 121}, {"level": "high"}, {"experience": -1}, {"server_id": "nowhere"},
            {"created_at": "2025-13-01"}, {"is_active": 2},
    ):  # fmt: skip
        add(file, "users", {"id": f"bad {number}", "username": f"user{number}", **user, **wrong})
    for number, kept in _numbered(
            {"email": "no address"}, {"email": "dup@example.com", "password_hash": BCRYPT},
            {"email": "DUP@example.com", "password_hash": BCRYPT}, {"badge": "king"},
            {"email": "weak@example.com", "password_hash": "5f4dcc3b5aa765d61d8327deb882cf99"},
            {"email": "slow@example.com", "password_hash": BCRYPT.replace("$04$", "$31$")}, {"two_factor_enabled": 1},
    ):  # fmt: skip
        add(file, "users", {"id": f"kept {number}", "username": f"kept{number}", **user, **kept})
    add(
        file,
        "channels",
        {"id": "c2", "name": "HALL", "server_id": home},
        {"id": "c3", "name": "x", "server_id": "nowhere"},
    )
    add(
        file,
        "guilds",
        {"id": "g2", "name": "Poor", "server_id": home, "leader_id": source_id("user", 2), "treasury_balance": -5},
    )
    add(file, "guilds", {"id": "g3", "name": "silver hand", "server_id": home, "leader_id": source_id("user", 2)})
    add(file, "guilds", {"id": "g4", "name": "Second", "server_id": home, "leader_id": ann})
    add(file, "guild_members", {"guild_id": source_id("guild", 1), "user_id": source_id("user", 2), "rank": "leader"})
    add(file, "guild_members", {"guild_id": "nowhere", "user_id": source_id("user", 2)})
    add(file, "parties", {"id": "p2", "leader_id": ann, "server_id": home, "status": "active", "disbanded_at": AT})
    add(
        file,
        "raids",
        {"id": "r2", "name": "r", "boss_name": "b", "difficulty": "easy", "server_id": home, "leader_id": ann},
    )
    raid = {"name": "r", "boss_name": "b", "difficulty": "hard", "server_id": home, "leader_id": ann}
    add(file, "raids", {**raid, "id": "r3", "status": "wipe", "victory": 1})
    add(
        file,
        "raid_participants",
        {"raid_id": source_id("raid", 1), "user_id": source_id("user", 2), "role": "bard", "class": "x"},
    )
    add(
        file, "direct_messages", {"id": "d2", "from_user_id": ann, "to_user_id": ann, "content": "me", "created_at": AT}
    )
    add(file, "message_reactions", {"message_id": "nothing", "user_id": ann, "reaction": "x"})
    add(file, "message_reactions", {"message_id": "bad 0", "user_id": ann, "reaction": "x"})
    file.close()


WHY = {
    ("messages", "type is none of dm, guild, party, raid, system, user"),
    ("messages", "there is no user 'nobody'"),
    ("messages", "there is no server 'nowhere'"),
    ("messages", "there is no channel 'nowhere'"),
    ("messages", "the channel is another server's"),
    ("messages", "content is longer than 4000 characters"),
    ("messages", "content is empty"),
    ("messages", "content has a NUL"),
    ("messages", "content is no text"),
    ("messages", "content is no UTF-8"),
    ("messages", "created_at: 'yesterday' is no time"),
    ("messages", "created_at is missing"),
    ("messages", "created_at is yet to come"),
    ("messages", "created_at: '1969-12-31 23:59:59' is not between 1970 and 9998"),
    ("messages", "created_at: 2025 is no time"),
    ("messages", "updated_at: 'soon' is no time"),
    ("messages", "edited_at: 'later' is no time"),
    ("messages", "metadata is no JSON"),
    ("messages", "is_deleted is neither 0 nor 1"),
    ("messages", "id is missing"),
    ("messages", "user_id is no text"),
    ("messages", "user_id is no id"),
    ("servers", "region is empty"),
    ("servers", "capacity is not between 1 and 2147483647"),
    ("servers", "status is none of online, maintenance, offline"),
    ("users", "the name is somebody else's on that server"),
    ("users", "username does not have 2 to 32 characters that a name may have"),
    ("users", "username is blank"),
    ("users", "username has a NUL"),
    ("users", "level is not between 1 and 120"),
    ("users", "level is no whole number"),
    ("users", "experience is not between 0 and 9223372036854775807"),
    ("users", "there is no server 'nowhere'"),
    ("users", "created_at: '2025-13-01' is no time"),
    ("users", "is_active is neither 0 nor 1"),
    ("users", "the address of e-mail is none; it was left out, and the password with it"),
    ("users", "the address of e-mail is another account's; it was left out, and the password with it"),
    ("users", "the badge is unknown; it is standard now"),
    ("users", "the hash of the password is not one that is verified here; it was left out"),
    ("users", "the second factor stayed behind and has to be set up anew"),
    ("channels", "the name is another channel's on that server; it has a number now"),
    ("channels", "there is no server 'nowhere'"),
    ("guilds", "treasury_balance is not between 0 and 1000000000000000000"),
    ("guilds", "the name is another guild's"),
    ("guilds", "is in another guild already"),
    ("guild_members", "only the guild's leader_id leads it; an officer now"),
    ("guild_members", "there is no guild 'nowhere'"),
    ("parties", "an active party has a disbanded_at"),
    ("raids", "difficulty is none of normal, hard, mythic"),
    ("raids", "victory does not agree with status"),
    ("raid_participants", "role is none of tank, dps, healer"),
    ("direct_messages", "from_user_id and to_user_id are the same"),
    ("message_reactions", "there is no message 'nothing'"),
    ("message_reactions", "there is no message 'bad 0'"),
}


async def test_bad_rows_of_every_kind_are_told_and_set_aside(jobs_db, clone, tmp_path):
    bad_file(tmp_path / "bad.sqlite3")
    said: list[Reject] = []

    done = await take_in(jobs_db, tmp_path / "bad.sqlite3", on_reject=said.append)

    refused = {(table, why) for table, why in reasons(done) if "the database refuses it" in why}
    assert reasons(done) - refused == WHY
    assert {table for table, _ in refused} == {"messages"}  # a NUL within JSON, and a number beyond numbers
    assert by_table(done)["messages"] == (3, 0, 26)
    assert by_table(done)["users"] == (10, 0, 12)
    for one in done.tables:
        assert one.added + one.known + one.rejected == one.total, one
    assert len(said) == sum(one.rows for one in done.reasons)
    shown = b"".join(one.contents for one in said)
    assert b"$2b$" not in shown
    assert b"@example.com" not in shown
    assert (
        msgspec.json.decode(next(one for one in said if one.reason == "content is no UTF-8").contents)["content"]
        == "h\\xe9"
    )
    assert await value(clone, "select count(*) from core.users where password_hash is not null") == 1
    assert await value(clone, "select count(*) from realm.messages") == 3


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.write_bytes(b"not a database, but long enough to look at" * 100), "not a SQLite file"),
        (lambda path: path.write_bytes(b""), "no table servers"),
        (lambda path: path.mkdir(), "cannot be opened"),
        (lambda path: None, "cannot be opened"),
        (lambda path: new_file(path).execute("drop table guilds").connection.close(), "no table guilds"),
        (
            lambda path: new_file(path).execute("alter table users drop column badge").connection.close(),
            "no column badge",
        ),
        (
            lambda path: new_file(path)
            .executescript("drop table messages; create view messages as select 1 as id;")
            .connection.close(),
            "no table messages",
        ),
    ],
    ids=["text", "empty", "folder", "absent", "table", "column", "view"],
)  # fmt: skip
async def test_a_file_of_another_kind_is_refused_in_one_line(jobs_db, clone, tmp_path, make, words):
    make(tmp_path / "x.sqlite3")

    with pytest.raises(UnreadableFile, match=words):
        await take_in(jobs_db, tmp_path / "x.sqlite3")

    assert await value(clone, "select count(*) from realm.imports") == 0
