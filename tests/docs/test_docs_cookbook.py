"""The page of questions: its blocks are one pack, which is built, started, and called."""

import importlib
import re
import subprocess
import sys

import pytest

from guildhall import kit
from guildhall.db import statements
from tests.docs.pages import DOCS, blocks_of, imported_from_guildhall, installed, product

PAGE = DOCS / "packs" / "cookbook.md"
PACK = "\n\n".join(blocks_of(PAGE))
SANDBOX = '''
"""A stand-in of Quill's API."""
from guildhall import kit
from guildhall.sandbox import Refused, Route, StandIn


def word(ask):
    """A word of up to five letters."""
    text = ask.parameters["text"]
    if len(text) > 5:
        raise Refused(404, {})
    return {"text": text, "score": len(text)}


WORDS = [{"text": "ink", "score": 3}, {"text": "odd", "score": -1}, {"text": 7}]
QUILL = StandIn(Route("GET /words/{text}", word), Route("GET /words", lambda ask: WORDS))
SANDBOXES = (kit.Sandbox.at("quill", QUILL.make_app, "GUILDHALL_QUILL_URL"),)
'''
FILES = {
    "pyproject.toml": '[project.entry-points."guildhall.packs"]\nquill = "guildhall_quill:QUILL"\n',
    "guildhall_quill.py": PACK,
    "guildhall_quill_sandbox.py": SANDBOX.lstrip(),
}


@pytest.fixture
def quill(tmp_path, monkeypatch):
    """The page's pack, installed."""
    with installed("quill", FILES, tmp_path, monkeypatch) as folder:
        monkeypatch.setenv("PYTHONPATH", str(folder))
        yield importlib.import_module("guildhall_quill")


def test_there_are_twenty_one_questions():
    assert [int(number) for number in re.findall(r"^## (\d+)\. .+\?", PAGE.read_text(), re.MULTILINE)] == [
        *range(1, 22)
    ]


def test_the_page_imports_the_published_interface_alone():
    assert imported_from_guildhall(PACK) == {"guildhall.kit"}


@pytest.mark.slow
def test_the_types_of_the_page_are_right(quill):
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", "cache", "guildhall_quill.py"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)

    assert result.stdout == "Success: no issues found in 1 source file\n"


async def test_the_pack_of_the_page_does_what_it_says(quill, monkeypatch, empty):
    async with product("quill", empty, monkeypatch) as guildhall:
        words = await guildhall.get("/api/v1/quill/words?language=de")
        word = await guildhall.get("/api/v1/quill/words/Ink")
        missing = await guildhall.get("/api/v1/quill/words/inkwell")
        best = await guildhall.get("/api/v1/quill/best")
        await guildhall.work(quill.FetchWord("pen"), quill.CountWords())
        stored = await guildhall.get("/api/v1/quill/stored?limit=1")
        rest = await guildhall.get(f"/api/v1/quill/stored?limit=1&after={stored.json['next']}")
        async with guildhall.db.write() as tx:
            await quill.change_word(tx, "ink", 9)
            await quill.tell_read(tx, quill.UUID(int=7))
            await quill.fetch_tomorrow(tx, "dip")
        letters = await guildhall.get("/api/v1/quill/letters")
        languages = await guildhall.get("/api/v1/quill/languages")
        waiting = await guildhall.rows("select status from core.jobs where job_type = 'quill.fetch_word'")
        for one in statements.ALL:
            if "quill." in one.sql:
                async with guildhall.db.read() as tx:
                    await tx.connection.prepare(one.sql)

    assert words.json == [{"text": "ink", "score": 3}]
    assert word.json == {"text": "ink", "score": 3}
    assert (missing.status, missing.json["code"]) == (404, "quill.word_not_found")
    assert best.json == [word.json]
    assert ([one["text"] for one in stored.json["items"]], [one["text"] for one in rest.json["items"]]) == (
        ["ink"],
        ["pen"],
    )
    assert letters.status == 401
    assert languages.json == ["en"]
    assert sorted(row["status"] for row in waiting) == ["completed", "pending"]


async def test_rows_of_a_person_are_theirs_alone(quill, monkeypatch, empty):
    async with product("quill", empty, monkeypatch) as guildhall:
        ann, ben = people = [kit.UserId(kit.uuid7()) for _ in range(2)]
        async with guildhall.db.write() as tx:
            for user in people:
                await tx.connection.execute("insert into core.users (id, name) values ($1, 'Somebody')", user)
                await quill.add_letter.one(tx, user, user, "Dear you")
            await quill.require_draft(tx, ann, 2)
            await quill.notify_answered(tx, ann, ann)
        async with guildhall.web.db.read(kit.Viewer(ann)) as tx:
            seen = await quill.own_letters.many(tx)
            await quill.may_follow_letter(tx, None, ann)
            with pytest.raises(kit.NotFound):
                await quill.may_follow_letter(tx, None, ben)

    assert [one.id for one in seen] == [ann]
