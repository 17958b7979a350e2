"""SQLite files out: the schema to the letter, and what went in comes out the same."""

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from guildhall.errors import NotFound
from guildhall.packs.realm.exchange.actions.export import export_to_sqlite
from guildhall.packs.realm.exchange.errors import FileThere, UnwritableFile
from guildhall.packs.realm.exchange.schemas.sqlite import COLUMNS, INDEXES, SCHEMA
from tests.packs.realm.exchanging import (
    BCRYPT,
    by_table,
    contents,
    full_file,
    quiet,
    take_in,
    value,
)
from tests.packs.realm.sqlite_files import add, new_file, source_id

DOCUMENT = Path(__file__).parents[4] / "shared" / "documents" / "realm.md"


def schema_of(file: sqlite3.Connection) -> dict[str, object]:
    """What is in a schema, without the way it is written."""
    found: dict[str, object] = {}
    objects = list(file.execute("select type, name, tbl_name, sql from sqlite_master"))
    for kind, name, table, sql in objects:
        found[f"{kind} {name}"] = (
            table,
            None if sql is None else re.sub(r"\s+", " ", re.sub(r"--.*", "", sql)).strip(),
        )
        if kind == "table":
            found[f"columns of {name}"] = file.execute(f"pragma table_info({name})").fetchall()
            found[f"keys of {name}"] = sorted(file.execute(f"pragma foreign_key_list({name})").fetchall())
            indexes = [row[1] for row in file.execute(f"pragma index_list({name})")]
            found[f"indexes of {name}"] = {
                index: file.execute(f"pragma index_xinfo({index})").fetchall() for index in indexes
            }
    return found


@pytest.mark.skipif(not DOCUMENT.exists(), reason="the document is not here")
def test_the_schema_is_the_documents_to_the_letter():
    blocks = re.findall(r"```sql\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    theirs, ours = sqlite3.connect(":memory:"), sqlite3.connect(":memory:")
    for block in blocks:
        if re.search(r"^(CREATE TABLE \w+ \(|ALTER TABLE|CREATE INDEX)", block, re.MULTILINE):
            theirs.executescript(block)
    for statement in (*SCHEMA, *INDEXES):
        ours.execute(statement)

    assert len(schema_of(theirs)) > 60
    assert schema_of(ours) == schema_of(theirs)
    for table, columns in COLUMNS.items():
        assert set(columns) == {row[1] for row in ours.execute(f"pragma table_info({table})")}
    theirs.close()
    ours.close()


async def test_an_export_of_nothing_is_a_whole_file_of_the_schema(jobs_db, tmp_path):
    target = tmp_path / "empty.sqlite3"

    done = await export_to_sqlite(jobs_db, target, quiet)

    fresh = sqlite3.connect(":memory:")
    for statement in (*SCHEMA, *INDEXES):
        fresh.execute(statement)
    with closing(sqlite3.connect(target)) as file:
        assert schema_of(file) == schema_of(fresh)
        assert file.execute("pragma integrity_check").fetchall() == [("ok",)]
    fresh.close()
    assert set(done.rows.values()) == {0}
    assert done.bytes == target.stat().st_size
    assert target.stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["empty.sqlite3"]


async def test_what_goes_in_comes_out_the_same(jobs_db, clone, tmp_path):
    full_file(tmp_path / "a.sqlite3")

    done = await take_in(jobs_db, tmp_path / "a.sqlite3")
    out = await export_to_sqlite(jobs_db, tmp_path / "b.sqlite3", quiet)

    assert by_table(done) | {"guild_members": 0, "party_members": 0} == {
        table: (len(found), 0, 0) for table, found in contents(tmp_path / "a.sqlite3").items()
    } | {"guild_members": 0, "party_members": 0}
    assert done.reasons == []
    assert out.left_out == {}
    assert contents(tmp_path / "b.sqlite3") == normal(contents(tmp_path / "a.sqlite3"))
    with closing(sqlite3.connect(tmp_path / "b.sqlite3")) as file:
        assert file.execute("pragma foreign_key_check").fetchall() == []


def normal(found: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    """A file's rows as we write them: fractions of a second in full, JSON as PostgreSQL spells it."""

    def one(cell):
        return f"{cell}0000" if isinstance(cell, str) and re.search(r":\d\d\.\d\d$", cell) else cell

    return {
        table: sorted((tuple(one(cell) for cell in row) for row in rows), key=repr) for table, rows in found.items()
    }


async def test_a_second_round_through_another_database_is_equal_too(jobs_db, clone, cluster, tmp_path):
    full_file(tmp_path / "a.sqlite3")
    await take_in(jobs_db, tmp_path / "a.sqlite3")
    await export_to_sqlite(jobs_db, tmp_path / "b.sqlite3", quiet)

    again = await take_in(jobs_db, tmp_path / "b.sqlite3")

    assert {added for added, _, _ in by_table(again).values()} == {0}
    assert {bad for _, _, bad in by_table(again).values()} == {0}
    await export_to_sqlite(jobs_db, tmp_path / "c.sqlite3", quiet)
    assert contents(tmp_path / "c.sqlite3") == contents(tmp_path / "b.sqlite3")


async def test_passwords_and_addresses_come_along_only_when_asked_for(jobs_db, clone, tmp_path):
    full_file(tmp_path / "a.sqlite3", email="Ann@Example.com", password_hash=BCRYPT)
    await take_in(jobs_db, tmp_path / "a.sqlite3")

    await export_to_sqlite(jobs_db, tmp_path / "plain.sqlite3", quiet)
    await export_to_sqlite(jobs_db, tmp_path / "with.sqlite3", quiet, with_accounts=True)

    assert b"example.com" not in (tmp_path / "plain.sqlite3").read_bytes()
    assert b"$2b$" not in (tmp_path / "plain.sqlite3").read_bytes()
    with closing(sqlite3.connect(tmp_path / "with.sqlite3")) as file:
        assert file.execute("select email, password_hash from users where username = 'Ann'").fetchall() == [
            ("ann@example.com", BCRYPT)
        ]


async def test_one_server_leaves_with_everybody_who_ever_had_to_do_with_it(jobs_db, clone, tmp_path):
    full_file(tmp_path / "a.sqlite3")
    with closing(sqlite3.connect(tmp_path / "a.sqlite3", isolation_level=None)) as file:
        add(
            file,
            "servers",
            {"id": "s2", "name": "Moonglade", "region": "us"},
            {"id": "s3", "name": "Far", "region": "us"},
        )
        add(
            file, "users", {"id": "u9", "username": "Dan", "server_id": "s2"},
            {"id": "u8", "username": "Eve", "server_id": "s3"},
        )  # fmt: skip
        add(
            file, "messages",
            {"id": "m9", "type": "user", "user_id": "u9", "server_id": source_id("server", 1), "content": "moved on"},
            {"id": "m8", "type": "user", "user_id": "u8", "server_id": "s3", "content": "elsewhere"},
        )  # fmt: skip
    done = await take_in(jobs_db, tmp_path / "a.sqlite3")
    assert done.reasons == []

    await export_to_sqlite(jobs_db, tmp_path / "b.sqlite3", quiet, server="Nordrassil")

    with closing(sqlite3.connect(tmp_path / "b.sqlite3")) as file:
        assert file.execute("pragma foreign_key_check").fetchall() == []
        assert {name for (name,) in file.execute("select username from users")} == {"Ann", "Ben", "CatΩ", "Dan"}
        assert {name for (name,) in file.execute("select name from servers")} == {"Nordrassil", "Moonglade"}
        assert {text for (text,) in file.execute("select content from messages")} == {
            "Hallo Ω 🐉", "nur für dich", "gone", "moved on"
        }  # fmt: skip
    with pytest.raises(NotFound, match="There is no server Nowhere"):
        await export_to_sqlite(jobs_db, tmp_path / "c.sqlite3", quiet, server="Nowhere")
    assert sorted(os.listdir(tmp_path)) == ["a.sqlite3", "b.sqlite3"]


async def test_a_name_on_two_servers_is_two_names_in_a_file(jobs_db, clone, tmp_path):
    file = new_file(tmp_path / "a.sqlite3")
    add(file, "servers", {"id": "1", "name": "One", "region": "eu"}, {"id": "2", "name": "Two", "region": "eu"})
    add(
        file,
        "users",
        {"id": "1", "username": "Thrall", "server_id": "1"},
        {"id": "2", "username": "x2", "server_id": "2"},
    )
    file.close()
    await take_in(jobs_db, tmp_path / "a.sqlite3")
    await value(clone, "update realm.users set username = 'Thrall' where username = 'x2'")

    await export_to_sqlite(jobs_db, tmp_path / "b.sqlite3", quiet)

    with closing(sqlite3.connect(tmp_path / "b.sqlite3")) as out:
        names = sorted(name for (name,) in out.execute("select username from users"))
    assert names[0] == "Thrall"
    assert re.fullmatch(r"Thrall-[0-9a-f]{8}", names[1])


async def test_a_file_that_is_there_is_not_overwritten_and_no_folder_is_no_file(jobs_db, tmp_path):
    (tmp_path / "there.sqlite3").write_bytes(b"mine")

    with pytest.raises(FileThere):
        await export_to_sqlite(jobs_db, tmp_path / "there.sqlite3", quiet)
    with pytest.raises(UnwritableFile):
        await export_to_sqlite(jobs_db, tmp_path / "no" / "folder.sqlite3", quiet)

    assert (tmp_path / "there.sqlite3").read_bytes() == b"mine"
    assert (await export_to_sqlite(jobs_db, tmp_path / "there.sqlite3", quiet, overwrite=True)).bytes > 4
    assert os.listdir(tmp_path) == ["there.sqlite3"]
