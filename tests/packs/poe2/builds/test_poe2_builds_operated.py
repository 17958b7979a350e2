"""Builds for operators: commands, the demo, the export of an account."""

import asyncio
import json
import re

import pytest
from typer.testing import CliRunner

from guildhall.cli.main import app
from guildhall.packs.poe2.builds.seed import build_hints, seed_builds
from guildhall.packs.poe2.sandbox import make_tree
from guildhall.packs.poe2.trees.actions import import_tree
from guildhall.packs.poe2.trees.rules.files import read_tree
from tests.packs.poe2.builds.world import BUILDS, code, edit, made_build


@pytest.fixture
def command(clone, tmp_path):
    """Runs a command beside the loop of the test; returns what it said."""

    async def run(*arguments: str) -> str:
        environment = {"GUILDHALL_DATABASE_URL": clone, "GUILDHALL_HOME": str(tmp_path)}
        result = await asyncio.to_thread(CliRunner().invoke, app, ["poe2", "builds", *arguments], env=environment)
        return result.stdout if result.exit_code == 0 else f"{result.output}{result.exception}"

    return run


async def test_an_operator_looks_features_and_recounts(guildhall, command):
    ana = await guildhall.sign_in()
    draft, public = await made_build(ana, 1, visibility="draft"), await made_build(ana, 2)

    assert json.loads(await command("show", draft["short_id"], "--json"))["title"] == draft["title"]
    assert "Not public" in await command("feature", draft["id"])
    assert "is featured" in await command("feature", public["short_id"])
    assert (await guildhall.get(f"{BUILDS}/{public['id']}")).json["is_featured"]
    assert "is not featured" in await command("unfeature", public["id"])
    await guildhall.execute("update poe2.build_templates set likes = 5 where id = $1", public["id"])
    assert json.loads(await command("recount", "--json")) == [public["short_id"]]
    assert await command("recount") == "0 counts were wrong\n"
    assert "Build not found" in await command("show", "nonsense")


async def test_the_demo_has_builds_and_makes_them_once(guildhall, jobs_db):
    async with jobs_db.write() as tx:
        await import_tree(tx, "0_5", "made up", read_tree(make_tree(20)))
        assert await seed_builds(tx) > 0
        assert await seed_builds(tx) == 0
    async with jobs_db.read() as tx:
        hints = await build_hints(tx)

    rows = await guildhall.rows("select visibility, latest_version, title from poe2.build_templates order by id")
    assert [row["visibility"] for row in rows] == ["public"] * 5 + ["unlisted", "draft"]
    assert rows[0]["latest_version"] == 3
    assert len({row["title"] for row in rows}) > 3
    paths = [path for hint in hints for path in re.findall(r"\{address\}([^\s']+)", hint)]
    own = [path for path in paths if "/b/" in path or "/builds/" in path]
    assert len(own) == 5
    for path in own:
        assert (await guildhall.get(path)).status == 200
    compared = (await guildhall.get(next(path for path in own if "@1" in path))).json
    assert compared["stats_compared"]
    assert len(compared["changes"]) > 0
    (first,) = await guildhall.rows("select short_id from poe2.build_templates where latest_version = 3")
    version = (await guildhall.get(f"{BUILDS}/{first['short_id']}/versions/3")).json
    assert (version["checks"][0]["known"], version["checks"][0]["unconnected"]) == (True, [])


async def test_an_export_has_the_builds_of_a_person_and_no_others(guildhall):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    build = await made_build(ana, 1, visibility="draft")
    await edit(ana, build, content={"code": code(2)})
    others = await made_build(bo, 3)
    await ana.put(f"{BUILDS}/{others['id']}/like")

    found = (await ana.get("/api/v1/me/export")).json["tables"]

    assert [row["id"] for row in found["poe2.build_templates"]] == [build["id"]]
    assert [row["version_number"] for row in found["poe2.build_versions"]] == [1, 2]
    assert [row["code"] for row in found["poe2.build_versions"]] == [code(1), code(2)]
    assert [row["build_template_id"] for row in found["poe2.build_likes"]] == [others["id"]]
