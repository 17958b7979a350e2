"""Builds and versions compared."""

from typing import Any

import pytest

from guildhall.packs.poe2.sandbox import make_tree
from guildhall.packs.poe2.trees.actions import import_tree
from guildhall.packs.poe2.trees.rules.files import read_tree
from tests.packs.poe2.builds.world import BUILDS, edit, made_build


def fields(nodes: list[int], life: object = 1000, version: str = "0_5", level: int = 20) -> dict[str, object]:
    """A build in fields."""
    return {
        "class_name": "Monk", "level": level, "stats": {"Life": life},
        "trees": [{"version": version, "nodes": nodes}],
        "skill_sets": [{"id": 1, "groups": [{"gems": [{"name": "Ice Strike", "level": level}]}]}],
    }  # fmt: skip


async def made(person, nodes: list[int], calculator: str | None = "PathOfBuilding2 0.12", **more: Any):
    """Add a public build of fields."""
    content = {"build": fields(nodes, **more), **({"calculator": calculator} if calculator else {})}
    answer = await person.post(BUILDS, json={"content": content, "visibility": "public"})
    assert answer.status == 201, answer
    return answer.json


async def test_any_two_versions_are_compared_in_data_and_words(guildhall, jobs_db):
    async with jobs_db.write() as tx:
        await import_tree(tx, "0_5", "a test", read_tree(make_tree(20)))
    ana = await guildhall.sign_in()
    first = await made(ana, [4001, 4002], life=1000)
    build = first["build"]
    content = {"build": fields([4001, 4002, 4003, 77], life="inf"), "calculator": "PathOfBuilding2 0.12"}
    second = (await edit(ana, build, content=content)).json

    path = f"{BUILDS}/compare?left={build['short_id']}@1&right={build['id']}"
    found = (await guildhall.get(path)).json
    same = (await guildhall.get(f"{BUILDS}/compare?left={build['id']}&right={build['short_id']}@2")).json

    assert (found["left"]["version_number"], found["right"]["version_number"]) == (1, 2)
    assert (found["same"], found["stats_compared"]) == (False, True)
    tree, stat = found["changes"]
    assert (tree["kind"], tree["after"]) == ("tree", [77, 4003])
    assert tree["words"].startswith("Passive nodes: 2 taken: 77, ")
    assert (stat["name"], stat["before"], stat["after"]) == ("Life", 1000, "inf")
    assert found["changes"] == second["changes"]
    assert (same["same"], same["changes"]) == (True, [])
    (check,) = second["checks"]
    assert (check["known"], check["unknown_nodes"], check["unconnected"]) == (True, [77], [])
    assert first["checks"][0]["unknown_nodes"] == []


@pytest.mark.parametrize(
    ("left", "right", "compared"),
    [
        ({"calculator": "A 1"}, {"calculator": "A 1"}, True),
        ({"calculator": "A 1"}, {"calculator": "A 2"}, False),
        ({"calculator": None}, {"calculator": None}, False),
        ({"calculator": "A 1", "version": "0_4"}, {"calculator": "A 1"}, False),
    ],
)
async def test_claims_are_compared_within_one_calculator_and_tree(guildhall, left, right, compared):
    ana = await guildhall.sign_in()
    one, other = (await made(ana, [1], **left, life=1))["build"], (await made(ana, [1], **right, life=2))["build"]

    found = (await guildhall.get(f"{BUILDS}/compare?left={one['id']}&right={other['id']}")).json

    assert found["stats_compared"] is compared
    assert ("stat" in {change["kind"] for change in found["changes"]}) is compared


@pytest.mark.parametrize(
    ("right", "status", "error"),
    [
        ("nonsense", 404, "poe2.build_not_found"),
        ("{id}@0", 404, "poe2.version_not_found"),
        ("{id}@9", 404, "poe2.version_not_found"),
        ("{id}@x", 404, "poe2.version_not_found"),
        ("{id}@99999999999", 404, "poe2.version_not_found"),
        ("{id}@", 404, "poe2.version_not_found"),
    ],
)
async def test_a_side_that_is_nothing_is_not_found(guildhall, right, status, error):
    build = await made_build(await guildhall.sign_in(), 1)

    answer = await guildhall.get(f"{BUILDS}/compare?left={build['id']}&right={right.format(id=build['id'])}")

    assert (answer.status, answer.code) == (status, error)
