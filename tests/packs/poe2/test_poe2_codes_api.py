"""Codes over HTTP: read, written, compared, and refused in words."""

import base64
import zlib

import msgspec
import pytest

from guildhall.packs.poe2.codes.rules.build import Build
from guildhall.packs.poe2.sandbox import BuildMaker

CODES = "/api/v1/poe2/codes"


async def post(guildhall, path: str, **body):
    """A question about codes."""
    return await guildhall.request("POST", f"{CODES}/{path}", json=body)


async def test_a_code_is_read_written_and_read_again(guildhall):
    code = BuildMaker(4).code()

    read = await post(guildhall, "read", code=code)
    written = await guildhall.request("POST", f"{CODES}/write", json=read.json["build"])
    again = await post(guildhall, "read", code=written.json["code"])

    assert (read.status, written.status, again.status) == (200, 200, 200)
    assert again.json == read.json
    assert msgspec.convert(read.json["build"], Build).class_name == read.json["build"]["class_name"]


async def test_two_builds_are_compared(guildhall):
    maker = BuildMaker(5)
    one, other = maker.code(), maker.code()

    found = (await post(guildhall, "compare", before=one, after=other)).json
    same = (await post(guildhall, "compare", before=one, after=one)).json

    assert same == {"same": True, "stats_compared": True, "changes": []}
    assert not found["same"]
    assert all(change["words"].endswith(".") for change in found["changes"])
    kinds = {change["kind"] for change in found["changes"]}
    assert {"tree", "skill", "item"} <= kinds
    assert ("stat" in kinds) == found["stats_compared"]


async def test_statistics_are_compared_within_one_version_of_the_tree(guildhall):
    def code_of(version: str, life: int) -> str:
        spec = f'<Tree activeSpec="1"><Spec treeVersion="{version}" nodes=""/></Tree>'
        life_of = f'<PlayerStat stat="Life" value="{life}"/>'
        build = f'<Build level="9" className="Monk">{life_of}</Build>'
        return base64.b64encode(zlib.compress(f"<PathOfBuilding2>{build}{spec}</PathOfBuilding2>".encode())).decode()

    within = (await post(guildhall, "compare", before=code_of("0_5", 1), after=code_of("0_5", 2))).json
    across = (await post(guildhall, "compare", before=code_of("0_4", 1), after=code_of("0_5", 2))).json

    assert (within["stats_compared"], across["stats_compared"]) == (True, False)
    assert [change["kind"] for change in within["changes"]] == ["stat"]
    assert [change["kind"] for change in across["changes"]] == ["tree"]


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("", 422, "poe2.empty_code"),
        ("https://pobb.in/abc", 422, "poe2.shared_address"),
        ("https://builds.example/abc", 422, "poe2.unknown_address"),
        ("https://www.pathofexile.com/passive-skill-tree/AAAABg", 422, "poe2.passive_tree_address"),
        ("eNrLSM3JyQcABiwCFQ~~", 422, "poe2.bad_character"),
        ("bm8gcGFja2VkIHRleHQgYXQgYWxs", 422, "poe2.not_a_code"),
        ("eJwrycxNVUjLyUwtLhnSLAB9qk2o", 422, "poe2.damaged_code"),
        (base64.b64encode(zlib.compress(b"<PathOfBuilding2/>")).decode(), 422, "poe2.bad_build"),
        ("https://www.pathofexile.com/item-filter/abc", 422, "poe2.item_filter_address"),
        (BuildMaker(1).code()[:500], 422, "poe2.cut_off"),
        ("x" * 400_001, 413, "poe2.code_too_long"),
        (base64.b64encode(zlib.compress(b" " * 3_000_000)).decode(), 413, "poe2.build_too_large"),
        (base64.b64encode(zlib.compress(b"<PathOfBuilding/>")).decode(), 422, "poe2.other_game"),
    ],
)
async def test_what_is_no_code_is_a_problem_with_a_code_of_its_own(guildhall, code, status, error):
    answer = await post(guildhall, "read", code=code)

    assert (answer.status, answer.json["code"]) == (status, error)


async def test_a_build_that_no_code_can_hold_is_refused(guildhall):
    bad = await guildhall.request("POST", f"{CODES}/write", json={"class_name": "Monk", "notes": "a\u0001b"})
    worse = await guildhall.request("POST", f"{CODES}/write", json={"class_name": "Monk", "level": 101})

    assert (bad.status, bad.json["code"]) == (422, "poe2.unwritable_text")
    assert worse.status == 400
