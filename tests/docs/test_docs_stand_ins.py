"""The stand-in of docs/packs/stand-ins.md, built and driven as it is written there."""

import asyncio
import importlib
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from yarl import URL

import guildhall.sandbox
from guildhall.sandbox.modes import FaultMode
from guildhall.sandbox.recording.folder import write_recordings
from guildhall.sandbox.recording.keys import KeyRules
from guildhall.sandbox.recording.scrubbing import Fetched, scrub
from tests.sandbox.driving import driven

PAGE = (Path(__file__).parents[2] / "docs" / "packs" / "stand-ins.md").read_text()


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def lichess(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module of the page, beside recordings of the addresses that the page records."""
    addresses = re.findall(r"https://lichess\.org[^\s']*", block("sh"))
    answers = [
        Fetched(
            URL(address.replace("{", "").replace("}", "")),
            404 if "nobody" in address else 200,
            {"Content-Type": "application/json"},
            b'{"error": "Not found"}'
            if "nobody" in address
            else b'{"username": "DrNykterstein", "id": "drnykterstein"}',
            people=("DrNykterstein",) if "{" in address else (),
        )
        for address in addresses
    ]
    write_recordings(tmp_path / "recorded", scrub(answers, KeyRules())[0], ())
    (tmp_path / "lichess_sandbox.py").write_text(block("python"))
    monkeypatch.syspath_prepend(str(tmp_path))
    module: ModuleType = importlib.import_module("lichess_sandbox")
    yield module
    del sys.modules["lichess_sandbox"]


def test_the_stand_in_has_ten_lines_at_most():
    assert len([line for line in block("python").splitlines() if line.strip()]) <= 10


def test_the_stand_in_of_the_page_does_what_the_page_says(lichess):
    (sandbox,) = lichess.SANDBOXES
    assert sandbox.overrides(None, "http://host/lichess") == {"GUILDHALL_LICHESS_URL": "http://host/lichess"}

    async def drive() -> None:
        async with driven(sandbox.make(None)) as game:
            player, somebody = await game.ask("/api/user/Player1"), await game.ask("/api/user/somebody")
            history = await game.ask("/api/user/Player1/rating-history")
            same = await game.ask("/api/user/Player1", If_None_Match=player.headers["ETag"])
            await game.control("faults", json={"mode": "error", "status": 503, "path": "/api/user/", "count": 3})
            broken = [(await game.ask("/api/user/Player1")).status for _ in range(4)]
            many = [(await game.ask("/api/user/Player1")).status for _ in range(60)]
        assert player.json == {"username": "Player1", "id": "player1"}
        assert (history.status, somebody.status, somebody.json) == (200, 404, {"error": "Not found"})
        assert player.headers["X-RateLimit-Limit"] == "60"
        assert (same.status, broken, many[-1]) == (304, [503, 503, 503, 200], 429)

    asyncio.run(drive())


def test_the_page_names_every_mode():
    table = PAGE[PAGE.index("| mode |") : PAGE.index("A pack's test has")]
    assert set(re.findall(r"`([a-z_]+)`", table)) >= set(FaultMode)


def test_the_module_of_the_page_imports_nothing_of_a_pack():
    assert "lichess_pack" not in block("python")
    assert re.findall(r"^from (\S+)", block("python"), re.MULTILINE) == [
        "pathlib",
        "guildhall.kit",
        "guildhall.sandbox",
    ]


@pytest.mark.parametrize("name", guildhall.sandbox.__all__)
def test_the_page_names_all_that_stand_ins_import(name):
    assert re.search(rf"\b{name}\b", PAGE)
