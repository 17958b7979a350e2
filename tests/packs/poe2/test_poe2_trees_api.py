"""Passive trees over HTTP and in the terminal."""

import asyncio
import json

import pytest
from typer.testing import CliRunner

from guildhall.cli.main import app
from guildhall.clock import Clock
from guildhall.packs.poe2.sandbox import BuildMaker
from guildhall.packs.poe2.trees import actions, queries
from guildhall.packs.poe2.trees.graphs import Graphs
from guildhall.packs.poe2.trees.rules.files import GivenTree, read_tree
from tests.packs.poe2.rules.test_poe2_trees import NODES, graph_file

TREE = GivenTree(NODES, [(1, 2), (2, 3), (3, 4), (10, 11)], {"Monk": 1})


@pytest.fixture
async def imported(jobs_db):
    """The database with a tree."""
    async with jobs_db.write() as tx:
        return await actions.import_tree(tx, "0_5", "a test", TREE)


async def test_the_versions_and_nodes_of_trees_are_listed(guildhall, imported):
    (tree,) = (await guildhall.get("/api/v1/poe2/trees")).json["items"]
    first = (await guildhall.get("/api/v1/poe2/trees/0_5/nodes?limit=4")).json
    rest = (await guildhall.get(f"/api/v1/poe2/trees/0_5/nodes?limit=4&after={first['next']}")).json
    unknown = await guildhall.get("/api/v1/poe2/trees/0_1/nodes")

    assert (tree["version"], tree["nodes"], tree["edges"], tree["source"]) == ("0_5", 7, 4, "a test")
    assert [one["node"] for one in first["items"] + rest["items"]] == [1, 2, 3, 4, 5, 10, 11]
    assert first["items"][1]["beside"] == [1, 3]
    assert (unknown.status, unknown.json["code"]) == (404, "poe2.tree_not_found")


async def test_a_code_is_held_against_the_tree_of_its_version(guildhall, imported):
    maker = BuildMaker(3, nodes=[2, 3, 4, 5, 600])
    build = (await guildhall.request("POST", "/api/v1/poe2/codes/read", json={"code": maker.code()})).json

    for tree, check in zip(build["build"]["trees"], build["checks"], strict=True):
        assert check["known"] == (tree["version"] == "0_5")
        assert check["version"] == tree["version"]


async def test_an_import_replaces_the_version_and_graphs_see_it_later(jobs_db, imported):
    clock = Clock()
    graphs = Graphs(jobs_db, clock)
    before = await graphs.of("0_5")

    async with jobs_db.write() as tx:
        again = await actions.import_tree(tx, "0_5", "another", read_tree(graph_file()))

    assert again.replaced
    assert await graphs.of("0_5") is before
    graphs._looked_until = 0.0
    after = await graphs.of("0_5")
    assert after is not None
    assert set(after.nodes) == {1, 2, 7}
    assert await graphs.of("0_9") is None
    async with jobs_db.write() as tx:
        await queries.drop_tree.one(tx, "0_5")
    graphs._looked_until = 0.0
    assert await graphs.of("0_5") is None


async def test_made_up_versions_cost_no_question_and_no_place(jobs_db, imported, monkeypatch):
    graphs = Graphs(jobs_db, Clock())
    known = await graphs.of("0_5")
    monkeypatch.setattr(jobs_db, "read", None)

    assert [await graphs.of(f"{n}_{n}") for n in range(100)] == [None] * 100
    assert await graphs.of("0_5") is known


async def test_a_tree_is_imported_and_listed_in_the_terminal(clone, tmp_path, command):
    file = tmp_path / "tree.json"
    file.write_bytes(graph_file())

    done = await command("poe2", "tree", "import", str(file), "--version", "0_5", "--json")
    listed = await command("poe2", "tree", "list", "--json")
    wrong = await command("poe2", "tree", "import", str(file), "--version", "latest")

    assert json.loads(done) == {"version": "0_5", "nodes": 3, "edges": 1, "replaced": False}
    assert [one["source"] for one in json.loads(listed)] == ["tree.json"]
    assert "no version of a tree" in wrong


@pytest.fixture
def command(clone, tmp_path):
    """Runs a command beside the loop of the test; returns what it said."""

    async def run(*arguments: str) -> str:
        environment = {"GUILDHALL_DATABASE_URL": clone, "GUILDHALL_HOME": str(tmp_path)}
        result = await asyncio.to_thread(CliRunner().invoke, app, arguments, env=environment)
        return result.stdout if result.exit_code == 0 else result.output

    return run
