"""Builds over HTTP: added, read, edited, removed."""

import asyncio
from typing import Any

import msgspec
import pytest

from guildhall.packs.poe2.builds.messages import (
    BuildChanged,
    BuildDeleted,
    BuildPublished,
    BuildUnpublished,
    BuildVersionAdded,
)
from guildhall.packs.poe2.codes.rules.build import Build
from guildhall.packs.poe2.sandbox import BuildMaker
from tests.packs.poe2.builds.world import BUILDS, code, edit, made_build, post_build

FACTS = (
    "poe2.build_published",
    "poe2.build_version_added",
    "poe2.build_changed",
    "poe2.build_unpublished",
    "poe2.build_deleted",
)


async def sent(guildhall) -> list[str]:
    """The facts that were sent, in order."""
    rows = await guildhall.rows(
        "select job_type from core.jobs where job_type = any($1) order by created_at, id", FACTS
    )
    return [row["job_type"] for row in rows]


async def test_a_code_becomes_a_build_with_an_address(guildhall):
    ana = await guildhall.sign_in(name="Ana")
    answer = await post_build(ana, 3, tags=["League  Starter", "#bossing", "league_starter"], league="Runes of Aldur")
    build = answer.json["build"]
    read = (await guildhall.post("/api/v1/poe2/codes/read", json={"code": code(3)})).json

    assert answer.status == 201
    assert answer.json["new_version"]
    assert len(answer.json["checks"]) == len(read["build"]["trees"])
    assert (build["author"], build["latest_version"], build["revision"]) == ("Ana", 1, 1)
    assert build["tags"] == ["bossing", "league-starter"]
    assert (build["class"], build["level"]) == (read["build"]["class_name"], read["build"]["level"])
    assert build["content_hash"] == read["digest"]
    assert build["title"].startswith(build["main_skill"])
    assert build["patch_version"] == build["tree_version"].replace("_", ".")
    assert build["calculator"] == "PathOfBuilding2"
    for address in (f"{BUILDS}/{build['id']}", f"{BUILDS}/{build['short_id']}", f"/api/v1/poe2/b/{build['short_id']}"):
        assert (await guildhall.get(address)).json == build
    version = (await guildhall.get(f"{BUILDS}/{build['short_id']}/versions/1")).json
    assert version["build"] == read["build"]
    assert version["version"]["changes"] is None
    assert await sent(guildhall) == ["poe2.build_published"]


async def test_fields_become_a_build_with_a_code(guildhall):
    ana = await guildhall.sign_in()
    fields = {
        "class_name": "Monk", "level": 12, "trees": [{"version": "0_5", "nodes": [9, 3, 3]}],
        "stats": {"TotalDPS": 0, "CombinedDPS": 1200.5, "TotalEHP": "inf", "ChaosMaximumHitTaken": "inf"},
        "skill_sets": [{"id": 1, "groups": [{"gems": [{"name": "Ice Strike"}, {"name": "Martial Tempo"}]}]}],
        "items": [{"id": 2, "text": "Rarity: UNIQUE\n  The Song  \nGemini Bow"}],
    }  # fmt: skip

    answer = await ana.post(BUILDS, json={"content": {"build": fields}})
    build = answer.json["build"]
    version = (await ana.get(f"{BUILDS}/{build['id']}/versions/1")).json["build"]

    assert (build["visibility"], build["title"], build["calculator"]) == ("draft", "Ice Strike Monk", None)
    assert (build["dps"], build["ehp"], build["uniques"]) == (1200.5, None, ["The Song"])
    assert version["trees"][0]["nodes"] == [3, 9]
    assert version["stats"]["ChaosMaximumHitTaken"] == "inf"
    assert version["items"][0]["text"] == "Rarity: UNIQUE\nThe Song\nGemini Bow"
    raw = (await guildhall.rows("select code from poe2.build_versions"))[0]["code"]
    assert raw[:1] == b"x"


async def test_an_edit_makes_a_version_and_the_same_content_none(guildhall):
    ana = await guildhall.sign_in()
    build = await made_build(ana, 1)

    same = (await edit(ana, build, content={"code": code(1)})).json
    other = (await edit(ana, same["build"], content={"code": code(2)}, title="Another")).json
    noted = (await edit(ana, other["build"], content={"code": code(1), "changes": "Back again"})).json
    lines = (await guildhall.get(f"{BUILDS}/{build['id']}/versions")).json["items"]

    assert (same["new_version"], same["build"]["latest_version"], same["build"]["revision"]) == (False, 1, 2)
    assert (other["new_version"], other["build"]["latest_version"], other["build"]["title"]) == (True, 2, "Another")
    assert other["changes"]
    assert noted["build"]["content_hash"] == build["content_hash"]
    assert [line["version_number"] for line in lines] == [3, 2, 1]
    assert [line["changes"] for line in lines][::2] == ["Back again", None]
    assert other["changes"][0]["words"] in lines[1]["changes"]
    assert await sent(guildhall) == [
        "poe2.build_published", "poe2.build_version_added", "poe2.build_changed", "poe2.build_version_added",
    ]  # fmt: skip


async def test_visibility_is_told_as_it_changes(guildhall):
    ana = await guildhall.sign_in()
    build = await made_build(ana, 1, visibility="draft")
    assert build["published_at"] is None

    for visibility in ("public", "unlisted", "public", "draft"):
        build = (await edit(ana, build, visibility=visibility)).json["build"]
        assert build["visibility"] == visibility
    first = build["published_at"]
    gone = await ana.delete(f"{BUILDS}/{build['id']}")

    assert first is not None
    assert gone.status == 204
    assert await sent(guildhall) == [
        "poe2.build_published", "poe2.build_unpublished", "poe2.build_published", "poe2.build_unpublished",
        "poe2.build_deleted",
    ]  # fmt: skip
    assert BuildPublished.name, BuildUnpublished.name == FACTS[0]
    assert {BuildVersionAdded.name, BuildChanged.name, BuildDeleted.name} <= set(FACTS)


async def test_two_edits_at_once_and_one_wins(guildhall):
    ana = await guildhall.sign_in()
    build = await made_build(ana, 1)

    answers = await asyncio.gather(
        *(edit(ana, build, content={"code": code(seed)}) for seed in range(2, 8)), edit(ana, build, title="Mine")
    )
    won = [answer for answer in answers if answer.status == 200]
    lost = [answer for answer in answers if answer.status == 409]

    assert (len(won), len(lost)) == (1, 6)
    current = won[0].json["build"]
    for answer in lost:
        assert answer.code == "poe2.edited_meanwhile"
        assert answer.json["facts"] == {
            "expected_revision": 1, "current_revision": 2, "current_version": current["latest_version"],
        }  # fmt: skip


async def test_versions_are_numbered_without_gaps_by_many_at_once(guildhall):
    ana = await guildhall.sign_in()
    build = await made_build(ana, 1)

    async def persist(seed: int) -> Any:
        revision = build["revision"]
        while True:
            answer = await ana.patch(
                f"{BUILDS}/{build['id']}", json={"revision": revision, "content": {"code": code(seed)}}
            )
            if answer.status == 200:
                return answer.json["build"]["latest_version"]
            assert answer.code == "poe2.edited_meanwhile"
            revision = answer.json["facts"]["current_revision"]

    numbers = await asyncio.gather(*(persist(seed) for seed in range(2, 14)))
    lines = await guildhall.items(f"{BUILDS}/{build['id']}/versions?limit=5")

    assert sorted(numbers) == list(range(2, 14))
    assert [line["version_number"] for line in lines] == list(range(13, 0, -1))


async def test_own_builds_are_listed_and_filtered(guildhall):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    made = [await made_build(ana, seed, visibility=one) for seed, one in enumerate(("draft", "unlisted", "public"))]
    await made_build(bo, 9)

    everything = await ana.items("/api/v1/poe2/me/builds?limit=2")
    drafts = await ana.items("/api/v1/poe2/me/builds?visibility=draft")

    assert [one["id"] for one in everything] == [one["id"] for one in reversed(made)]
    assert [one["id"] for one in drafts] == [made[0]["id"]]


async def test_a_renamed_author_is_renamed_on_their_builds(guildhall):
    ana = await guildhall.sign_in(name="Ana")
    build = await made_build(ana, 1, visibility="unlisted")
    assert (await guildhall.get(f"/api/v1/poe2/b/{build['short_id']}")).json["author"] == "Ana"

    assert (await ana.patch("/api/v1/me", json={"name": "Anna"})).status == 200
    await guildhall.work()

    assert (await guildhall.get(f"{BUILDS}/{build['short_id']}")).json["author"] == "Anna"


async def test_a_version_is_read_again_as_the_build_it_was_made_of(guildhall):
    ana = await guildhall.sign_in()
    for seed in range(40, 46):
        build = await made_build(ana, seed)
        stored = (await guildhall.get(f"{BUILDS}/{build['id']}/versions/1")).json["build"]
        read = (await guildhall.post("/api/v1/poe2/codes/read", json={"code": BuildMaker(seed).code()})).json["build"]
        assert msgspec.convert(stored, Build) == msgspec.convert(read, Build)


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"content": {}}, 400, "poe2.nothing_to_read"),
        ({"content": {"code": "x", "build": {"class_name": "Monk"}}}, 400, "poe2.nothing_to_read"),
        ({"content": {"code": "https://pobb.in/abc"}}, 422, "poe2.shared_address"),
        ({"content": {"build": {"class_name": "Monk"}}}, 422, "poe2.patch_unknown"),
        ({"content": {"build": {"class_name": "x" * 51}}, "patch_version": "0.5"}, 422, "poe2.name_too_long"),
        ({"content": {"build": {"class_name": "Monk", "notes": "\u0001"}}}, 422, "poe2.unwritable_text"),
        ({"content": {"code": code()}, "tags": ["--"]}, 422, "poe2.bad_tag"),
        ({"content": {"code": code()}, "tags": ["x" * 31]}, 422, "poe2.bad_tag"),
        ({"content": {"code": code()}, "tags": [f"tag{n}" for n in range(11)]}, 422, "poe2.too_many_tags"),
        ({"content": {"code": code()}, "title": "\u200b"}, 400, "bad_text"),
        ({"content": {"code": code()}, "complexity": "easy"}, 400, "bad_request"),
        ({"content": {"code": code()}, "patch_version": "latest"}, 400, "bad_request"),
        ({"content": {"code": code()}, "is_featured": True}, 400, "bad_request"),
    ],
)  # fmt: skip
async def test_what_is_no_build_is_refused(guildhall, body, status, error):
    ana = await guildhall.sign_in()

    answer = await ana.post(BUILDS, json=body)

    assert (answer.status, answer.code) == (status, error)


async def test_the_limits_of_a_person_and_of_a_build(start_guildhall):
    guildhall = await start_guildhall(poe2={"builds_most": 2, "build_versions_most": 2})
    ana = await guildhall.sign_in()
    build = await made_build(ana, 1)

    answers = await asyncio.gather(*(post_build(ana, seed) for seed in range(2, 6)))
    second = (await edit(ana, build, content={"code": code(7)})).json["build"]
    third = await edit(ana, second, content={"code": code(8)})

    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409]
    assert {answer.code for answer in answers if answer.status == 409} == {"poe2.too_many_builds"}
    assert (third.status, third.code) == (409, "poe2.too_many_versions")


async def test_the_versions_of_a_person_have_a_size_together(start_guildhall):
    guildhall = await start_guildhall(poe2={"builds_mb": 1})
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    notes = {"class_name": "Monk", "notes": "x" * 190_000, "trees": [{"version": "0_5"}]}
    build = await made_build(ana, content={"build": notes})

    for level in range(2, 7):
        answer = await edit(ana, build, content={"build": {**notes, "level": level}})
        build = answer.json.get("build", build)
    another = await ana.post(BUILDS, json={"content": {"build": notes}})

    assert (answer.status, answer.code) == (409, "poe2.too_much_content")
    assert (another.status, another.code) == (409, "poe2.too_much_content")
    assert build["latest_version"] == 5
    assert (await ana.delete(f"{BUILDS}/{build['id']}")).status == 204
    assert (await ana.post(BUILDS, json={"content": {"build": notes}})).status == 201
    assert (await bo.post(BUILDS, json={"content": {"build": notes}})).status == 201


async def test_what_is_not_there_and_what_is_not_yours(guildhall):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    build = await made_build(ana, 1)

    unknown = await guildhall.get(f"{BUILDS}/0192f8a4-7c00-7000-8000-000000000001")
    nonsense = await guildhall.get(f"{BUILDS}/nonsense")
    version = await guildhall.get(f"{BUILDS}/{build['id']}/versions/2")
    others = await edit(bo, build, title="Mine now")
    removed = await bo.delete(f"{BUILDS}/{build['id']}")

    assert (unknown.status, unknown.code) == (404, "poe2.build_not_found")
    assert (nonsense.status, nonsense.code) == (404, "poe2.build_not_found")
    assert (version.status, version.code) == (404, "poe2.version_not_found")
    assert (others.status, others.code) == (403, "poe2.not_your_build")
    assert (removed.status, removed.code) == (403, "poe2.not_your_build")
    assert (await guildhall.post(BUILDS, json={"content": {"code": code()}})).status == 401


async def test_a_deleted_build_is_gone_and_a_deleted_draft_never_was(guildhall):
    ana = await guildhall.sign_in()
    shared, draft = await made_build(ana, 1), await made_build(ana, 2, visibility="draft")
    address = f"/api/v1/poe2/b/{shared['short_id']}"
    assert (await guildhall.get(address)).status == 200

    for build in (shared, draft):
        assert (await ana.delete(f"{BUILDS}/{build['id']}")).status == 204

    for path in (address, f"{BUILDS}/{shared['short_id']}"):
        gone = await guildhall.get(path)
        assert (gone.status, gone.code) == (410, "poe2.build_gone")
    assert (await guildhall.get(f"{BUILDS}/{draft['short_id']}")).status == 404
    assert await guildhall.rows("select from poe2.build_versions") == []
