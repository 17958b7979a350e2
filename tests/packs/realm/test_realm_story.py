"""A game server's years of chat, as an operator brings them here: taken in, searched, archived, queried.

GUILDHALL_TEST_STORY_MESSAGES chooses how many (20,000): a million takes some minutes.
"""

import asyncio
import os
import re
import sqlite3
import sys
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from guildhall.packs.realm.archive.schemas import ArchivedMonth, FoundMessages
from guildhall.packs.realm.exchange.schemas.exchange import Imported
from guildhall.packs.realm.ids import ServerId
from guildhall.testing.settings import KEY
from tests.packs.realm.exchanging import by_table, value
from tests.packs.realm.make import make_player
from tests.packs.realm.sqlite_files import chat_file

MESSAGES = int(os.environ.get("GUILDHALL_TEST_STORY_MESSAGES", "20000"))
DAYS = 300
_WORD = re.compile(r"[a-z]{6,10}")


class Chronicle:
    """What the file says, word by word and month by month."""

    def __init__(self, path: Path) -> None:
        with closing(sqlite3.connect(path)) as file:
            self.said = file.execute("select id, content, created_at from messages order by rowid").fetchall()
        seen: Counter[str] = Counter()
        for _, content, _ in self.said[-len(self.said) // 5 :]:
            seen.update(set(_WORD.findall(content.lower())))
        middling = (word for word, count in seen.most_common() if 10 <= count <= 60)
        self.word = next(word for word in middling if not word.endswith(("s", "ing", "ed", "ly", "er")))

    def ids(self, *, since: str = "", before: str = "9") -> list[str]:
        """Those with the word as a word of its own, newest first."""
        alone = re.compile(rf"(?<![\w'/.@:-]){self.word}(?![\w'/.@:-])", re.IGNORECASE)
        return [
            message_id
            for message_id, content, at in reversed(self.said)
            if since <= at < before and alone.search(content)
        ]


class Operator:
    """Somebody at a terminal."""

    def __init__(self, url: str, folder: Path) -> None:
        self.folder = folder
        kept = {name: text for name, text in os.environ.items() if not name.startswith("GUILDHALL_")}
        home = {"GUILDHALL_DATABASE_URL": url, "GUILDHALL_HOME": str(folder / "home")}
        self.environment = {**kept, **home, "GUILDHALL_IDENTITY_JWT_SECRET": KEY}

    async def runs(self, *words: str) -> bytes:
        """What `guildhall realm …` prints. It must end well."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "guildhall.cli", "realm", *words, env=self.environment, cwd=self.folder,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        printed, complained = await process.communicate()
        assert process.returncode == 0, complained.decode()[-2000:]
        return printed


async def search(guildhall: Any, player: Any, server: ServerId, word: str) -> list[dict[str, Any]]:
    """Everything that is found, page by page."""
    found: list[dict[str, Any]] = []
    before = ""
    while True:
        path = f"/api/v1/realm/servers/{server}/search?q={word}&limit=100{before}"
        answer = await guildhall.get(path, headers=player.headers)
        assert answer.status == 200, answer.body
        found += [one["message"] for one in answer.json["found"]]
        if answer.json["next"] is None:
            return found
        before = f"&before={answer.json['next']}"


@pytest.mark.slow
async def test_years_of_chat_are_taken_in_searched_archived_and_queried(start_guildhall, clone, tmp_path):
    path = tmp_path / "game.sqlite3"
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    chat_file(path, MESSAGES, every=DAYS * 86400 / MESSAGES, until=now - timedelta(minutes=5))
    chronicle = Chronicle(path)
    operator = Operator(clone, tmp_path)

    # Taken in, and a second time, which adds nothing.
    first = msgspec.json.decode(await operator.runs("import", str(path), "--json"), type=Imported)
    again = msgspec.json.decode(await operator.runs("import", str(path), "--json"), type=Imported)
    assert by_table(first)["messages"] == (MESSAGES, 0, 0)
    assert sum(one.added for one in again.tables) == sum(one.added for one in first.tables)  # the same import's report
    assert await value(clone, "select count(*) from realm.messages") == MESSAGES
    assert await value(clone, "select sum(message_count) from realm.users") == MESSAGES
    assert await value(clone, "select sum(message_count) from realm.channels") == MESSAGES

    # Read and searched by a player.
    guildhall = await start_guildhall()
    server = await value(clone, "select id from realm.servers")
    player = await make_player(guildhall, server)
    newest = await guildhall.get(f"/api/v1/realm/servers/{server}/live", headers=player.headers)
    assert [one["content"] for one in newest.json["messages"]] == [one[1] for one in chronicle.said[:-101:-1]]
    found = await search(guildhall, player, server, chronicle.word)
    assert len(chronicle.ids()) >= 10
    assert len({one["id"] for one in found}) == len(found)
    sources = await by_source(clone, chronicle)
    assert set(chronicle.ids()) <= {sources[UUID(one["id"])] for one in found}

    # What is older than the retention leaves for files, and nothing is lost with it.
    months = msgspec.json.decode(await operator.runs("archive", "run", "--json"), type=list[ArchivedMonth])
    left = await value(clone, "select count(*) from realm.messages")
    assert len([one for one in months if one.messages]) >= 5
    assert 0 < left < MESSAGES
    assert left + sum(one.messages for one in months) == MESSAGES
    assert b"0 of them damaged" in await operator.runs("archive", "verify")
    assert b"0 " in await operator.runs("recount")
    assert await value(clone, "select sum(message_count) from realm.users") == MESSAGES

    # What is here is found here, what has left is found in the files.
    first_kept = str(await value(clone, "select min(created_at) at time zone 'utc' from realm.messages"))
    here = await search(guildhall, player, server, chronicle.word)
    assert set(chronicle.ids(since=first_kept)) <= {sources[UUID(one["id"])] for one in here}
    printed = await operator.runs("archive", "query", "--words", chronicle.word, "--limit", "10000", "--json")
    archived = msgspec.json.decode(printed, type=FoundMessages)
    assert set(chronicle.ids(before=first_kept)) <= {sources[one.id] for one in archived.messages}
    assert {sources[one.id] for one in archived.messages}.isdisjoint(chronicle.ids(since=first_kept))


async def by_source(url: str, chronicle: Chronicle) -> dict[UUID, str]:
    """The file's id of each message here: both are in the order of the file."""
    connection = await asyncpg.connect(url)
    try:
        ids = [row[0] for row in await connection.fetch("select id from realm.messages order by id")]
    finally:
        await connection.close()
    return dict(zip(ids, (one[0] for one in chronicle.said), strict=True))
