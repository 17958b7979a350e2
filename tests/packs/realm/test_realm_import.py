"""SQLite files in: everything once, in its order, whatever happens on the way."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest
from pwdlib.hashers.bcrypt import BcryptHasher

from guildhall.core.identity.credentials.passwords import Passwords
from guildhall.packs.realm.access.rules.names import clean_username
from guildhall.packs.realm.exchange.errors import ImportRunning
from guildhall.packs.realm.exchange.rules.sqlite_values import (
    moment,
    sqlite_time,
    timed_id,
)
from guildhall.packs.realm.exchange.schemas.exchange import Imported, Reject
from guildhall.packs.realm.follow.actions.counts import count_new_messages, recount
from guildhall.packs.realm.follow.actions.search_index import index_new_messages
from guildhall.testing.settings import KEY
from tests.packs.realm.exchanging import (
    AT,
    IDENTITY,
    KEYED,
    by_table,
    full_file,
    reasons,
    rows,
    take_in,
    time_of_id,
    value,
)
from tests.packs.realm.sqlite_files import add, add_many, chat_file, new_file, source_id


async def test_who_had_a_password_there_signs_in_with_it_here(start_guildhall, clone, jobs_db, tmp_path):
    passwords = Passwords(IDENTITY)
    full_file(
        tmp_path / "a.sqlite3", email="ann@example.com", password_hash=BcryptHasher(rounds=4).hash("hunter two three")
    )
    await take_in(jobs_db, tmp_path / "a.sqlite3")
    guildhall = await start_guildhall()

    answer = await guildhall.post(
        "/api/v1/auth/sign-in", json={"email": "ann@example.com", "password": "hunter two three"}
    )

    assert answer.status == 200, answer.body
    await passwords.close()


async def test_a_file_of_version_1_0_is_taken_in(jobs_db, clone, tmp_path):
    file = new_file(tmp_path / "old.sqlite3", version="1.0")
    add(file, "servers", {"id": "1", "name": "One", "region": "eu"})
    add(file, "users", {"id": "7", "username": "Thrall", "server_id": "1"})
    add(
        file,
        "messages",
        {"id": "1", "type": "user", "user_id": "7", "server_id": "1", "content": "lok'tar", "created_at": AT},
    )
    file.close()

    done = await take_in(jobs_db, tmp_path / "old.sqlite3")

    assert by_table(done)["messages"] == (1, 0, 0)
    assert "message_reactions" not in by_table(done)
    assert await value(clone, "select edited_at is null from realm.messages") is True


async def test_messages_keep_their_order_and_count_and_are_found(jobs_db, clone, tmp_path):
    file = new_file(tmp_path / "a.sqlite3")
    add(file, "servers", {"id": "1", "name": "One", "region": "eu"})
    add(
        file,
        "users",
        {"id": "7", "username": "Thrall", "server_id": "1"},
        {"id": "8", "username": "Jaina", "server_id": "1"},
    )
    add(file, "channels", {"id": "3", "name": "hall", "server_id": "1", "message_count": 99})
    add_many(
        file, "messages", ("id", "type", "user_id", "server_id", "channel_id", "content", "created_at"),
        ((uuid4().hex, "user", "78"[n % 2], "1", "3", f"dragon {n}", AT) for n in range(500)),
    )  # fmt: skip
    file.close()

    await take_in(jobs_db, tmp_path / "a.sqlite3")

    found = await rows(clone, "select id, content, created_at from realm.messages order by id")
    assert [row["content"] for row in found] == [f"dragon {n}" for n in range(500)]
    assert {row["id"].version for row in found} == {7}
    assert {time_of_id(row["id"]) for row in found} == {moment(AT)} == {row["created_at"] for row in found}
    assert await value(clone, "select message_count from realm.channels") == 500
    assert [row[0] for row in await rows(clone, "select message_count from realm.users order by username")] == [
        250,
        250,
    ]
    assert (
        await value(clone, "select count(*) from realm.message_words where words @@ to_tsquery('english', 'dragons')")
        == 500
    )
    assert await value(clone, "select count(*) from realm.messages_2025_11") == 500
    # those who follow the messages find nothing left to do, and a recount nothing wrong
    assert await index_new_messages(jobs_db) == 0
    assert await recount(jobs_db) == 0


async def test_messages_of_this_very_moment_are_counted_once_by_whoever_follows(jobs_db, clone, tmp_path):
    file = new_file(tmp_path / "a.sqlite3")
    add(file, "servers", {"id": "1", "name": "One", "region": "eu"})
    add(file, "users", {"id": "7", "username": "Thrall", "server_id": "1"})
    add(file, "channels", {"id": "3", "name": "hall", "server_id": "1"})
    now = datetime.now(UTC)
    # somebody has written an hour ago, and nobody has followed since: what is imported of later is theirs to follow
    await value(
        clone,
        "select core.next_live_tick(false)",
    )
    await value(
        clone, "update realm.followers set tick = (extract(epoch from now() - interval '2 hours') * 4096000)::bigint"
    )
    server, sender = uuid4(), uuid4()
    await value(
        clone,
        """insert into realm.messages (id, type, user_id, server_id, content, created_at, updated_at)
            values ($1, 'user', $2, $3, 'x', $4, $4)""",
        timed_id(now - timedelta(hours=1), 0, "live"), sender, server, now - timedelta(hours=1),
    )  # fmt: skip
    for number, ago in enumerate((3 * 3600, 1800, 60)):
        at = sqlite_time(now - timedelta(seconds=ago))
        add(file, "messages", {"id": str(number), "type": "user", "user_id": "7", "server_id": "1", "channel_id": "3",
                               "content": "x", "created_at": at})  # fmt: skip
    file.close()

    await take_in(jobs_db, tmp_path / "a.sqlite3")

    assert await value(clone, "select message_count from realm.channels") == 1
    await count_new_messages(jobs_db)
    assert await value(clone, "select message_count from realm.channels") == 3
    assert await value(clone, "select message_count from realm.users") == 3


async def test_the_same_file_again_adds_nothing_and_a_grown_one_only_what_is_new(jobs_db, clone, tmp_path):
    chat_file(tmp_path / "a.sqlite3", 3000)
    first = await take_in(jobs_db, tmp_path / "a.sqlite3")
    before = await value(clone, "select sum(message_count)::int from realm.users")

    again = await take_in(jobs_db, tmp_path / "a.sqlite3")
    (tmp_path / "elsewhere").mkdir()
    copy = tmp_path / "elsewhere" / "copy.sqlite3"
    copy.write_bytes((tmp_path / "a.sqlite3").read_bytes())
    copied = await take_in(jobs_db, copy)
    with closing(sqlite3.connect(copy, isolation_level=None)) as file:
        add(file, "users", {"id": "new", "username": "newcomer", "server_id": "1"})
        add(
            file,
            "messages",
            {"id": "new", "type": "user", "user_id": "new", "server_id": "1", "content": "hi", "created_at": AT},
        )
        file.execute("vacuum")
    grown = await take_in(jobs_db, copy)

    assert first.again is False
    assert by_table(first)["messages"] == (3000, 0, 0)
    assert (again.again, copied.again) == (True, True)
    assert again.import_id == first.import_id == copied.import_id
    assert grown.import_id != first.import_id
    assert by_table(grown)["messages"] == (1, 3000, 0)
    assert by_table(grown)["users"][0] == 1
    assert await value(clone, "select count(*) from realm.messages") == 3001
    assert await value(clone, "select count(*) from realm.message_words") == 3001
    assert await value(clone, "select sum(message_count)::int from realm.users") == before + 1


async def test_a_trial_tells_everything_and_keeps_nothing(jobs_db, clone, tmp_path):
    full_file(tmp_path / "a.sqlite3")
    with closing(sqlite3.connect(tmp_path / "a.sqlite3", isolation_level=None)) as file:
        add(
            file,
            "messages",
            {"id": "bad", "type": "user", "user_id": "nobody", "server_id": "x", "content": "hi", "created_at": AT},
        )
    said: list[Reject] = []

    done = await take_in(jobs_db, tmp_path / "a.sqlite3", dry_run=True, on_reject=said.append)

    assert by_table(done)["messages"] == (3, 0, 1)
    assert [one.reason for one in said] == ["there is no user 'nobody'"]
    for table in ("servers", "users", "messages", "imports", "guild_ledger", "direct_messages"):
        assert await value(clone, f"select count(*) from realm.{table}") == 0
    assert await value(clone, "select count(*) from core.users") == 0


async def test_the_treasury_has_its_row_in_the_ledger_and_leaders_are_members(jobs_db, clone, tmp_path):
    full_file(tmp_path / "a.sqlite3")
    with closing(sqlite3.connect(tmp_path / "a.sqlite3", isolation_level=None)) as file:
        add(
            file,
            "guilds",
            {"id": "g2", "name": "Lonely", "server_id": source_id("server", 1), "leader_id": source_id("user", 2)},
        )

    await take_in(jobs_db, tmp_path / "a.sqlite3")

    ledger = await rows(clone, "select kind, amount, balance_after, user_id from realm.guild_ledger")
    assert [tuple(row) for row in ledger] == [("import", 1234, 1234, None)]
    members = await rows(
        clone,
        """select g.name, m.rank, m.contribution, g.member_count
           from realm.guild_members m join realm.guilds g on g.id = m.guild_id order by 1, 3 desc""",
    )
    assert [tuple(row) for row in members] == [
        ("Lonely", "leader", 0, 1), ("Silver Hand", "leader", 900, 2), ("Silver Hand", "officer", 5, 2)
    ]  # fmt: skip
    pulls = await rows(clone, "select number, status, best_health, duration_seconds from realm.raid_pulls")
    assert [tuple(row) for row in pulls] == [(1, "victory", 0, 540)]
    assert await value(clone, "select count(*) from realm.conversations") == 2


async def test_nobody_plays_here_because_they_played_there(jobs_db, clone, tmp_path):
    full_file(tmp_path / "a.sqlite3")
    with closing(sqlite3.connect(tmp_path / "a.sqlite3", isolation_level=None)) as file:
        file.execute("update servers set current_population = 500")
        session = {"id": "open", "user_id": source_id("user", 1), "server_id": source_id("server", 1)}
        last = "2025-11-03 10:30:00"
        add(file, "sessions", {**session, "ip_address": "192.0.2.7", "login_at": AT, "last_activity": last})

    await take_in(jobs_db, tmp_path / "a.sqlite3")

    assert await value(clone, "select current_population from realm.servers") == 0
    found = await rows(clone, "select logout_at, ip_hash from realm.sessions where ip_hash is not null")
    assert [tuple(row) for row in found] == [(moment("2025-11-03 10:30:00"), KEYED.of("realm address", "192.0.2.7"))]
    assert await value(clone, "select count(*) from realm.sessions where logout_at is null") == 0


async def test_what_is_the_same_here_is_mapped(jobs_db, clone, tmp_path):
    full_file(tmp_path / "a.sqlite3")
    await take_in(jobs_db, tmp_path / "a.sqlite3")
    file = new_file(tmp_path / "b.sqlite3")
    add(file, "servers", {"id": "1", "name": "Nordrassil", "region": "eu"})
    add(file, "users", {"id": "1", "username": "Zed", "server_id": "1"})
    file.close()

    plain = await take_in(jobs_db, tmp_path / "b.sqlite3", dry_run=True)
    mapped = await take_in(jobs_db, tmp_path / "b.sqlite3", given={("server", "1"): UUID(source_id("server", 1))})

    assert ("servers", "the name is another server's here; if it is the same one, map it") in reasons(plain)
    assert by_table(plain)["users"] == (0, 0, 1)
    assert by_table(mapped)["servers"] == (0, 1, 0)
    assert by_table(mapped)["users"] == (1, 0, 0)
    assert await value(clone, "select server_id from realm.users where username = 'Zed'") == UUID(
        source_id("server", 1)
    )


async def test_two_imports_at_once_do_not_mix(jobs_db, clone, tmp_path):
    chat_file(tmp_path / "a.sqlite3", 100)
    other = await asyncpg.connect(clone)
    await other.execute("select pg_advisory_lock(7236836012341)")

    with pytest.raises(ImportRunning):
        await take_in(jobs_db, tmp_path / "a.sqlite3")

    await other.close()
    assert by_table(await take_in(jobs_db, tmp_path / "a.sqlite3"))["messages"][0] == 100


class Stopped(Exception):
    pass


async def test_a_run_that_ends_early_goes_on_where_it_was(jobs_db, clone, tmp_path):
    chat_file(tmp_path / "a.sqlite3", 60_000)
    steps: list[tuple[str, int]] = []
    allowed = 1

    def stop(table: str, count: int, total: int | None) -> None:
        if count:
            steps.append((table, count))
            if len(steps) >= allowed:
                raise Stopped

    for _ in range(60):
        steps.clear()
        try:
            done = await take_in(jobs_db, tmp_path / "a.sqlite3", progress=stop)
            break
        except Stopped:
            allowed = 1 if allowed > 1 else 2
    else:
        pytest.fail("it never ended")

    assert by_table(done)["messages"] == (60_000, 0, 0)
    assert await value(clone, "select count(*) from realm.messages") == 60_000
    assert await value(clone, "select count(*) from realm.message_words") == 60_000
    assert await recount(jobs_db) == 0


@pytest.mark.slow
async def test_an_import_that_is_killed_again_and_again_is_whole_in_the_end(clone, tmp_path):
    chat_file(tmp_path / "a.sqlite3", 110_000)
    environment = {
        **{name: text for name, text in os.environ.items() if not name.startswith("GUILDHALL_")},
        "GUILDHALL_DATABASE_URL": clone, "GUILDHALL_HOME": str(tmp_path / "home"), "GUILDHALL_IDENTITY_JWT_SECRET": KEY,
    }  # fmt: skip
    command = [sys.executable, "-m", "guildhall.cli", "realm", "import", str(tmp_path / "a.sqlite3"), "--json"]
    connection = await asyncpg.connect(clone)
    for reached in (
        "select exists (select from realm.import_tables where table_name = 'users' and last_row > 0)",
        "select exists (select from realm.import_tables where table_name = 'messages' and last_row >= 50000)",
        "select exists (select from realm.import_tables where table_name = 'messages' and last_row >= 100000)",
        "select exists (select from realm.imports where words_done is not null)",
    ):
        process = await asyncio.create_subprocess_exec(
            *command, env=environment, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while not await connection.fetchval(reached):
            assert process.returncode is None
            await asyncio.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        assert await process.wait() == -signal.SIGKILL
    process = await asyncio.create_subprocess_exec(*command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE)
    printed, _ = await process.communicate()
    await connection.close()

    assert process.returncode == 0
    assert by_table(msgspec.json.decode(printed, type=Imported))["messages"] == (110_000, 0, 0)
    await whole(clone, tmp_path / "a.sqlite3", 110_000)


@pytest.mark.slow
async def test_many_messages_of_real_chat_are_taken_in(jobs_db, clone, tmp_path):
    chat_file(tmp_path / "a.sqlite3", 200_000)

    done = await take_in(jobs_db, tmp_path / "a.sqlite3", words=False)

    assert by_table(done)["messages"] == (200_000, 0, 0)
    await whole(clone, tmp_path / "a.sqlite3", 0)


async def whole(url: str, path: Path, words: int) -> None:
    """Every message of the file is there once and counted once."""
    with closing(sqlite3.connect(path)) as file:
        sent = "select u.username, count(*) from messages m join users u on u.id = m.user_id group by 1"
        expected = dict(file.execute(sent))
    counted = await rows(
        url,
        """select u.username, count(*), u.message_count
           from realm.messages m join realm.users u on u.id = m.user_id group by 1, 3""",
    )
    # Names of a real chat have characters that names do not have here, and became other ones.
    assert sorted(row[1] for row in counted) == sorted(expected.values())
    named = {row[0]: row[1] for row in counted}
    plain = {name: count for name, count in expected.items() if clean_username(name) == name}
    assert plain
    assert {name: named.get(name) for name in plain} == plain
    assert all(row[1] == row[2] for row in counted)
    assert await value(url, "select count(*) from realm.message_words") == words
