"""Months that leave for files: nothing is lost however a run ends, and everything is found again."""

import asyncio
import os
import signal
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from guildhall.core.identity.accounts.actions import delete_account
from guildhall.db.partitions import make_months
from guildhall.ids import UserId
from guildhall.packs.realm.archive.actions.archive import archive_months
from guildhall.packs.realm.archive.actions.changes import forget_person, restore_month
from guildhall.packs.realm.archive.actions.search import ArchiveReader
from guildhall.packs.realm.archive.errors import ArchiveBusy, ArchiveDamaged, NotArchived
from guildhall.packs.realm.archive.schemas import MessageLine, Wanted
from guildhall.packs.realm.exchange.rules.sqlite_values import timed_id
from guildhall.packs.realm.follow.actions.counts import recount
from guildhall.packs.realm.ids import MessageId
from guildhall.packs.realm.settings import RealmSettings
from guildhall.testing.people import make_user
from tests.packs.realm.exchanging import rows, value

MONTH, NEXT = date(2025, 3, 1), date(2025, 4, 1)
STEPS = ("begun", "detached", "writing", "named", "written", "listed", "dropped")


class Place:
    """A server with two channels and three people, and what they said in two months."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        self.settings = RealmSettings(_env_file=None, archive_folder=folder)  # type: ignore[call-arg]
        self.server = UUID(int=1)
        self.channels = (UUID(int=2), UUID(int=3))
        self.people: list[UserId] = []

    @property
    def files(self) -> list[str]:
        return sorted(name for name in os.listdir(self.folder) if name != "manifest.json")

    async def say(self, at: datetime, number: int, content: str, **columns: Any) -> MessageId:
        """A message as it is in its table."""
        row = {
            "id": timed_id(at, number, "live"), "type": "user", "user_id": self.people[number % 3],
            "server_id": self.server, "channel_id": self.channels[number % 2], "content": content, "created_at": at,
            "updated_at": at, **columns,
        }  # fmt: skip
        names = ", ".join(row)
        places = ", ".join(f"${n}" for n in range(1, len(row) + 1))
        await value(self.url, f"insert into realm.messages ({names}) values ({places}) returning id", *row.values())
        return MessageId(UUID(str(row["id"])))

    async def everything(self) -> dict[UUID, str]:
        """Every message wherever it is, and where: each in one place."""
        found: dict[UUID, str] = {}

        def note(message_id: MessageId, where: str) -> None:
            assert message_id not in found, (found[message_id], where)
            found[message_id] = where

        for row in await rows(self.url, "select id from realm.messages"):
            note(row[0], "table")
        detached = await rows(
            self.url,
            """select c.oid::regclass::text from pg_class c
               where c.relnamespace = 'realm'::regnamespace and c.relname ~ '^messages_[0-9]{4}' and c.relkind = 'r'
                 and not exists (select from pg_inherits i where i.inhrelid = c.oid)""",
        )
        waiting = {row[0] for (table,) in detached for row in await rows(self.url, f"select id from {table}")}
        for row in await rows(self.url, "select file_name from realm.archives where state in ('written', 'archived')"):
            with closing(sqlite3.connect(self.folder / row[0])) as file:
                for (text,) in file.execute("select id from messages"):
                    note(MessageId(UUID(text)), row[0])
        for message_id in waiting - set(found):
            note(message_id, "detached")
        return found


async def place_of(clone: str, folder: Path) -> Place:
    place = Place(clone, folder)
    await value(clone, "insert into realm.servers (id, name, region) values ($1, 'Nordrassil', 'eu')", place.server)
    for number, channel in enumerate(place.channels):
        sql = "insert into realm.channels (id, name, server_id) values ($1, $2, $3)"
        await value(clone, sql, channel, f"hall {number}", place.server)
    for name in ("Ann", "Ben", "Cat"):
        who = await make_user(clone, name=name)
        await value(
            clone, "insert into realm.users (id, username, server_id) values ($1, $2, $3)", who, name, place.server
        )
        place.people.append(who)
    return place


@pytest.fixture
async def place(clone: str, jobs_db: Any, tmp_path: Path) -> Place:
    found = await place_of(clone, tmp_path / "archive")
    async with jobs_db.write() as tx:
        for table in ("realm.messages", "realm.message_words", "realm.message_reactions"):
            await make_months(tx, table, [MONTH, NEXT])
    start = datetime(2025, 3, 30, tzinfo=UTC)
    for number in range(60):
        at = start + timedelta(hours=number, microseconds=number)
        said = await found.say(at, number, f"dragon {number} Ω" if number % 5 else f"100% wyrm_{number}")
        if number % 10 == 0:
            await value(
                clone, "insert into realm.message_reactions values ($1, $2, '👍', $3) returning message_id", said,
                found.people[1], at,
            )  # fmt: skip
    await found.say(start, 99, "everything", metadata='{"a": [1, 2.50]}',
                    reply_to=UUID(int=7), mentions=[found.people[0], found.people[1]], is_deleted=True,
                    deletion_reason="rude", edited_at=start)  # fmt: skip
    await found.say(datetime.now(UTC), 1, "dragon of today")
    await value(clone, "select tick from core.next_live_tick(false)")
    return found


async def search(jobs_db, place, limit=1000, **wanted) -> list[MessageLine]:
    return (await ArchiveReader(jobs_db, place.settings).search(Wanted(**wanted), limit)).messages


async def test_old_months_leave_for_files_and_are_found_there(jobs_db, place):
    before = await rows(place.url, "select * from realm.messages order by id")

    done = await archive_months(jobs_db, place.settings)

    assert [(one.month, one.part, one.messages) for one in done] == [(MONTH, 1, 49), (NEXT, 1, 12)]
    assert [row["content"] for row in await rows(place.url, "select content from realm.messages")] == [
        "dragon of today"
    ]
    assert await value(place.url, "select to_regclass('realm.messages_2025_03') is null") is True
    assert await value(place.url, "select to_regclass('realm.message_reactions_2025_03') is null") is True
    assert place.files == [one.file for one in done]
    manifest = msgspec.json.decode((place.folder / "manifest.json").read_bytes())
    assert {one["file"]: one["messages"] for one in manifest["files"]} == {one.file: one.messages for one in done}
    found = await search(jobs_db, place, deleted=True)
    columns = MessageLine.__struct_fields__
    for line, row in zip(found, sorted(before, key=lambda row: row["id"], reverse=True)[1:], strict=True):
        for column in set(columns) - {"mentions", "metadata"}:
            assert getattr(line, column) == row[column], column
    strange = next(line for line in found if line.content == "everything")
    assert strange.metadata == '{"a": [1, 2.50]}'
    assert strange.mentions == f'["{place.people[0]}","{place.people[1]}"]'
    assert await archive_months(jobs_db, place.settings) == []


async def test_a_search_goes_by_place_person_time_and_words(jobs_db, place):
    await archive_months(jobs_db, place.settings)
    since, until = datetime(2025, 3, 31, tzinfo=UTC), datetime(2025, 4, 1, 6, tzinfo=UTC)

    of_ann = await search(jobs_db, place, user_id=place.people[0], channel_id=place.channels[0])
    between = await search(jobs_db, place, since=since, until=until)
    wyrms = await search(jobs_db, place, words=("wyrm_10",))

    assert [line.content for line in wyrms] == ["100% wyrm_10"]
    assert {line.user_id for line in of_ann} == {place.people[0]}
    assert len(of_ann) == 10
    assert [line.created_at for line in between] == sorted((line.created_at for line in between), reverse=True)
    assert len(between) == 30
    assert len(await search(jobs_db, place, words=("DRAGON",))) == 48
    assert len(await search(jobs_db, place, words=("dragon", "7"))) == 1
    for nonsense in (("nothing",), ('"',), ("drag* OR x",), ("NEAR(",), ("-",)):
        assert await search(jobs_db, place, words=nonsense) == []
    assert await search(jobs_db, place, server_id=UUID(int=99)) == []
    assert len(await search(jobs_db, place)) == 60
    assert len(await search(jobs_db, place, deleted=True)) == 61


async def test_a_search_without_an_index_of_words_finds_the_same(jobs_db, place, monkeypatch):
    monkeypatch.setattr(
        "guildhall.packs.realm.archive.actions.files.FILE_WORDS", "create virtual table x using fts5x()"
    )
    monkeypatch.setattr(sqlite3, "OperationalError", sqlite3.OperationalError)

    await archive_months(jobs_db, place.settings)

    assert [line.content for line in await search(jobs_db, place, words=("wyrm_10",))] == ["100% wyrm_10"]
    assert [line.content for line in await search(jobs_db, place, words=("100%", "wyrm_5"))] == [
        "100% wyrm_55", "100% wyrm_50", "100% wyrm_5"
    ]  # fmt: skip


async def test_pages_have_everything_once(jobs_db, place):
    await archive_months(jobs_db, place.settings)
    reader = ArchiveReader(jobs_db, place.settings)
    found: list[UUID] = []
    below = None
    while True:
        page = await reader.search(Wanted(below=below), 7)
        found += [line.id for line in page.messages]
        below = page.next
        if below is None:
            break

    assert len(found) == 60
    assert found == sorted(found, reverse=True)


async def test_counts_stay_true(jobs_db, place):
    await recount(jobs_db)
    before = await rows(place.url, "select id, message_count from realm.channels order by id")

    await archive_months(jobs_db, place.settings)

    assert await recount(jobs_db) == 0
    assert await rows(place.url, "select id, message_count from realm.channels order by id") == before
    await restore_month(jobs_db, place.settings, MONTH, 7)
    assert await recount(jobs_db) == 0


async def test_what_comes_for_a_month_that_has_left_gets_a_file_of_its_own(jobs_db, place):
    await archive_months(jobs_db, place.settings)
    late = await place.say(datetime(2025, 3, 5, tzinfo=UTC), 3, "late dragon")
    assert await value(place.url, "select count(*) from realm.messages_default") == 1

    done = await archive_months(jobs_db, place.settings)

    assert [(one.month, one.part, one.messages) for one in done] == [(MONTH, 2, 1)]
    assert await value(place.url, "select count(*) from realm.messages_default") == 0
    assert len(await search(jobs_db, place)) == 61
    assert (await search(jobs_db, place, words=("late",)))[0].id == late
    assert await recount(jobs_db) >= 0
    assert await recount(jobs_db) == 0


async def test_what_comes_while_a_month_leaves_is_not_lost(jobs_db, place):
    expected = set(await place.everything())
    said: list[UUID] = []

    class Late(Exception):
        pass

    def reached(step: str) -> None:
        if step == "named":
            raise Late

    with pytest.raises(Late):
        await archive_months(jobs_db, place.settings, reached=reached)
    said.append(await place.say(datetime(2025, 3, 6, tzinfo=UTC), 4, "between"))
    await archive_months(jobs_db, place.settings)
    await archive_months(jobs_db, place.settings)

    assert set(await place.everything()) == expected | set(said)
    assert len(await search(jobs_db, place, words=("between",))) == 1


async def test_a_month_comes_back_whole_and_stays_for_a_while(jobs_db, place):
    columns = "select * from realm.messages order by id"
    before = await rows(place.url, columns)
    reactions = await rows(place.url, "select * from realm.message_reactions order by 1, 2, 3")
    await archive_months(jobs_db, place.settings)

    done = await restore_month(jobs_db, place.settings, MONTH, 7)
    await restore_month(jobs_db, place.settings, NEXT, 7)

    assert (done.files, done.messages, done.reactions, done.left_out) == (1, 49, 5, 0)
    assert await rows(place.url, columns) == before
    assert await rows(place.url, "select * from realm.message_reactions order by 1, 2, 3") == reactions
    assert await value(place.url, "select count(*) from realm.message_words") == 60
    assert place.files == []
    assert await archive_months(jobs_db, place.settings) == []
    await value(place.url, "update realm.archives set hold_until = now()")
    assert [one.part for one in await archive_months(jobs_db, place.settings)] == [2, 2]
    with pytest.raises(NotArchived):
        await restore_month(jobs_db, place.settings, date(2020, 1, 1), 7)


async def test_a_file_that_was_changed_is_found_out(jobs_db, place):
    done = await archive_months(jobs_db, place.settings)
    reader = ArchiveReader(jobs_db, place.settings)
    assert [verdict.wrong for verdict in await reader.verify()] == [None, None]
    path = place.folder / str(done[0].file)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    (place.folder / str(done[1].file)).unlink()

    verdicts = {verdict.month: verdict.wrong for verdict in await reader.verify()}

    assert verdicts == {MONTH: "the checksum is another", NEXT: "the file is missing"}
    with pytest.raises(ArchiveDamaged):
        await reader.search(Wanted(), 10)
    with pytest.raises(ArchiveDamaged):
        await restore_month(jobs_db, place.settings, MONTH, 7)
    with pytest.raises(ArchiveDamaged):
        await forget_person(jobs_db, place.settings, place.people[0])


async def test_who_goes_is_gone_from_the_files_too(guildhall, start_worker, jobs_db, clone, tmp_path):
    place = await place_of(clone, tmp_path / "archive")
    worker = await start_worker(realm={"archive_folder": place.folder})
    ann = place.people[0]
    await place.say(datetime(2025, 3, 5, tzinfo=UTC), 0, "annsmark was here")
    kept = await place.say(datetime(2025, 3, 5, tzinfo=UTC), 1, "ben to ann", mentions=[ann, place.people[2]])
    await value(
        clone, "insert into realm.message_reactions values ($1, $2, '🐉', now()) returning message_id", kept, ann
    )
    done = await archive_months(jobs_db, place.settings)
    assert b"annsmark" in (place.folder / str(done[0].file)).read_bytes()

    async with jobs_db.write() as tx:
        await delete_account(tx, ann)
    await worker.idle()

    (name,) = place.files
    assert name != done[0].file
    content = (place.folder / name).read_bytes()
    for trace in (b"annsmark", str(ann).encode(), "🐉".encode()):
        assert trace not in content
    (line,) = await search(jobs_db, place, words=("ben",))
    assert (line.id, line.mentions) == (kept, f'["{place.people[2]}"]')
    assert [verdict.wrong for verdict in await ArchiveReader(jobs_db, place.settings).verify()] == [None]
    manifest = msgspec.json.decode((place.folder / "manifest.json").read_bytes())
    assert [(one["file"], one["messages"]) for one in manifest["files"]] == [(name, 1)]
    assert await value(clone, "select count(*) from realm.archived_counts") == 1
    assert await forget_person(jobs_db, place.settings, ann) == 0


@pytest.mark.parametrize("step", ["detached", "written"])
async def test_who_goes_while_a_month_leaves_is_gone_in_the_end(jobs_db, place, step):
    class Stopped(Exception):
        pass

    def reached(at: str) -> None:
        if at == step:
            raise Stopped

    who = place.people[2]
    with pytest.raises(Stopped):
        await archive_months(jobs_db, place.settings, reached=reached)
    await value(place.url, "delete from core.users where id = $1", who)
    await forget_person(jobs_db, place.settings, who)

    done = await archive_months(jobs_db, place.settings)

    assert [one.messages for one in done] == [33, 8]
    assert await search(jobs_db, place, user_id=who, deleted=True) == []
    for name in place.files:
        assert str(who).encode() not in (place.folder / name).read_bytes()
    assert [verdict.wrong for verdict in await ArchiveReader(jobs_db, place.settings).verify()] == [None, None]
    await recount(jobs_db)
    assert await value(place.url, "select sum(message_count)::int from realm.channels") == 41 + 1


async def test_a_file_without_anybody_left_is_read_as_well(jobs_db, place):
    await archive_months(jobs_db, place.settings)
    for who in place.people:
        await value(place.url, "delete from core.users where id = $1", who)
        assert await forget_person(jobs_db, place.settings, who) == 2

    assert await search(jobs_db, place, deleted=True) == []
    assert [verdict.wrong for verdict in await ArchiveReader(jobs_db, place.settings).verify()] == [None, None]
    assert len(place.files) == 2


async def test_one_at_a_time(jobs_db, place):
    other = await asyncpg.connect(place.url)
    await other.execute("select pg_advisory_lock(7236836012342)")

    for work in (
        archive_months(jobs_db, place.settings),
        restore_month(jobs_db, place.settings, MONTH, 7),
    ):
        with pytest.raises(ArchiveBusy):
            await work

    await other.close()
    assert len(await archive_months(jobs_db, place.settings)) == 2


async def test_a_month_without_messages_goes_without_a_file(jobs_db, clone, tmp_path):
    place = await place_of(clone, tmp_path / "archive")
    async with jobs_db.write() as tx:
        await make_months(tx, "realm.messages", [MONTH])

    done = await archive_months(jobs_db, place.settings)

    assert [(one.month, one.file) for one in done] == [(MONTH, None)]
    assert await value(clone, "select to_regclass('realm.messages_2025_03') is null") is True
    assert await value(clone, "select count(*) from realm.archives") == 0
    assert place.files == []


KILLED_AT = """
import asyncio, os, signal, sys
from pathlib import Path
from guildhall.clock import Clock
from guildhall.db.policies import JOBS
from guildhall.db.pool import Database, PoolSettings
from guildhall.packs.realm.archive.actions.archive import archive_months
from guildhall.packs.realm.settings import RealmSettings

url, folder, step = sys.argv[1:]

def reached(at):
    if at == step:
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    db = await Database.open(PoolSettings(url, JOBS), Clock())
    await archive_months(db, RealmSettings(_env_file=None, archive_folder=Path(folder)), reached=reached)

asyncio.run(main())
"""


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
async def test_a_run_that_is_killed_loses_nothing(jobs_db, place, step):
    expected = set(await place.everything())
    await recount(jobs_db)
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED_AT, place.url, str(place.folder), step)
    assert await process.wait() == -signal.SIGKILL

    assert set(await place.everything()) == expected
    assert await recount(jobs_db) == 0
    for _ in range(50):  # the server notices that the one who held the archive is dead
        try:
            await archive_months(jobs_db, place.settings)
            break
        except ArchiveBusy:
            await asyncio.sleep(0.1)

    found = await place.everything()
    assert set(found) == expected
    assert sum(where == "table" for where in found.values()) == 1
    assert sum(where == "detached" for where in found.values()) == 0
    assert await recount(jobs_db) == 0
    assert [verdict.wrong for verdict in await ArchiveReader(jobs_db, place.settings).verify()] == [None, None]
    assert len(place.files) == 2
