"""The page of a manifest's fields: its blocks are one file, which is built, started, and called."""

import asyncio
import importlib
import inspect
import re
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from guildhall.kit.manifest import make_pack
from guildhall.pack import Demo
from tests.docs.pages import DOCS, blocks_of, imported_from_guildhall, installed, product

PAGE = DOCS / "packs" / "reference.md"
TEXT = PAGE.read_text()
FIELDS = list(inspect.signature(make_pack).parameters)
PACK = "\n\n".join(blocks_of(PAGE))
PYPROJECT = '[project.entry-points."guildhall.packs"]\narena = "guildhall_arena:ARENA"\n'
HALL = '''
"""A room of the arena."""
from guildhall import kit

routes = kit.Routes("/api/v1/arena/hall")


@routes.get("/", scope=kit.PUBLIC)
async def get_hall() -> dict[str, str]:
    """The hall."""
    return {"of": "fame"}


WEB = kit.WebPart(routes=routes)
'''
SANDBOX = '''
"""A stand-in of Arena's API."""
from guildhall import kit
from guildhall.sandbox import Route, StandIn

ARENA = StandIn(Route("GET /fighters/{name}", lambda ask: {"name": ask.parameters["name"], "rating": 1500}))
SANDBOXES = (kit.Sandbox.at("arena", ARENA.make_app, "GUILDHALL_ARENA_URL"),)
'''
FILES = {
    "pyproject.toml": PYPROJECT,
    "guildhall_arena.py": PACK,
    "guildhall_arena_hall.py": HALL.lstrip(),
    "guildhall_arena_sandbox.py": SANDBOX.lstrip(),
}


@pytest.fixture
def arena(tmp_path, monkeypatch):
    """The page's pack, installed."""
    with installed("arena", FILES, tmp_path, monkeypatch):
        yield importlib.import_module("guildhall_arena")


def test_the_page_has_every_field_in_a_heading_and_in_the_example():
    headings = {name for line in re.findall(r"^## (.+)$", TEXT, re.MULTILINE) for name in re.findall(r"`(\w+)`", line)}
    used = {"name", *re.findall(r"^    (\w+)=", PACK[PACK.index("kit.make_pack(") :], re.MULTILINE)}

    assert headings == set(FIELDS)
    assert used == set(FIELDS)


def test_the_page_imports_the_published_interface_alone():
    assert imported_from_guildhall(PACK) == {"guildhall.kit"}


@pytest.mark.slow
def test_the_types_of_the_page_are_right(arena):
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", "cache", "guildhall_arena.py"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)

    assert result.stdout == "Success: no issues found in 1 source file\n"


async def test_the_pack_of_the_page_does_what_it_declares(arena, monkeypatch, empty):
    monkeypatch.setenv("GUILDHALL_ARENA_KEY", "k")
    duel = "01940000-0000-7000-8000-000000000002"
    async with product("arena", empty, monkeypatch) as guildhall:
        fighter = await guildhall.get("/api/v1/arena/fighters/ann")
        await guildhall.work(arena.RecordDuel(arena.UUID(duel), "Brom"), arena.CountDuels())
        listed = await guildhall.get("/api/v1/arena/duels?limit=1")
        one = await guildhall.get(f"/api/v1/arena/duels/{duel}")
        other = await guildhall.get(f"/api/v1/arena/duels/{duel[:-1]}3")
        odd = [await guildhall.get("/api/v1/arena/duels/x"), await guildhall.get("/api/v1/arena/duels?limit=101")]
        favourite = await guildhall.get("/api/v1/arena/favourite")
        greeting = await guildhall.get("/api/v1/arena/greeting", headers={"Accept-Language": "sv,en"})
        hall = await guildhall.get("/api/v1/arena/hall")
        providers = await guildhall.get("/api/v1/auth/providers")
        described = (await guildhall.get("/openapi.json")).json["paths"]["/api/v1/arena/duels"]["get"]
        jobs = {
            row["job_type"]: row["result"] for row in await guildhall.rows("select job_type, result from core.jobs")
        }
        told = await guildhall.rows("select topic, kind from core.live_events")
        async with guildhall.db.write() as tx:
            await arena.FIGHTERS.want(tx, "ann")
            for fighter_name in ("Brom", "ann"):
                await arena.VICTORIES.want(tx, fighter_name)
        async with asyncio.timeout(20):
            while await guildhall.rows("select from core.fresh_rows where refreshed_at is null"):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        victories = await guildhall.rows("select fighter, count from arena.victories")

    assert (fighter.status, fighter.json) == (200, {"name": "ann", "rating": 1500})
    assert listed.json == [one.json] == [{"id": duel, "winner": "Brom"}]
    assert {tuple(row) for row in victories} == {("Brom", 1), ("ann", 0)}
    assert (other.status, other.json["code"]) == (404, "arena.duel_not_found")
    assert [answer.status for answer in odd] == [404, 400]
    assert favourite.json["says"].startswith("http://127.0.0.1")
    assert greeting.json == {"language": "sv"}
    assert hall.json == {"of": "fame"}
    assert "arena" in str(providers.json)
    assert [one["name"] for one in described["parameters"]] == ["limit"]
    assert described["parameters"][0]["description"] == "The number of duels."
    assert jobs["arena.count_duels"]["duels"] in (0, 1)
    assert "arena.duel_recorded" in jobs
    assert [tuple(row) for row in told] == [(f"arena.duel:{duel}", "ended")]


def test_the_manifest_of_the_page_loads_whole(arena):
    pack = arena.ARENA

    assert [type(part).__name__ for part in pack.worker_parts()] == ["WorkerPart"]
    assert len(pack.web_parts()) == 2
    assert isinstance(pack.development.demo.load(), Demo)
    assert pack.development.seed.load() is arena.seed
    assert [one.name for one in pack.sandboxes()] == ["arena"]
    assert pack.process_parts()[0].exports == (arena.EXPORT,)
    assert "Record a duel." in CliRunner().invoke(pack.commands.group.load(), ["--help"]).output
