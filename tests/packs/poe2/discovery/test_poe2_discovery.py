"""The search over builds, over HTTP: what is found, in which order, and what never is."""

import pytest

from guildhall.packs.poe2.builds.jobs import add_up_counts
from guildhall.packs.poe2.builds.messages import AddUpCounts
from guildhall.packs.poe2.discovery.actions.upkeep import rebuild
from guildhall.packs.poe2.discovery.jobs import follow_ranks, take_census
from guildhall.packs.poe2.discovery.messages import FollowRanks, TakeCensus
from guildhall.packs.poe2.discovery.queries import upkeep
from guildhall.packs.poe2.discovery.rules.blocks import likes_block, lowest_likes
from guildhall.packs.poe2.opinions.jobs import add_up_ratings
from guildhall.packs.poe2.opinions.messages import AddUpRatings
from tests.packs.poe2.builds.world import BUILDS, edit, made_build
from tests.packs.poe2.discovery.population import RATED, SEARCHED, make_builds
from tests.packs.poe2.discovery.scans import SEARCH, SORTS, found

MANY = 4_000
CENSUS = (
    upkeep.forget_terms, upkeep.learn_terms, upkeep.forget_blocks, upkeep.count_blocks, upkeep.forget_values,
    upkeep.count_values,
)  # fmt: skip


async def counted(jobs_db) -> None:
    """Add counts up, and let ranks follow."""
    await add_up_counts(AddUpCounts(), jobs_db)
    await add_up_ratings(AddUpRatings(), jobs_db)
    await follow_ranks(FollowRanks(), jobs_db)


@pytest.fixture
async def population(guildhall):
    """Thousands of builds in the search, and a census of them."""
    await guildhall.execute(f"set session_replication_role = replica; {make_builds(1, MANY)} {RATED} {SEARCHED}")
    for script in ("analyze poe2.build_search", *[one.sql for one in CENSUS]):
        await guildhall.execute(script)


async def test_a_stranger_finds_a_build_by_its_words_and_facets(guildhall):
    ana = await guildhall.sign_in(name="Ana")
    build = await made_build(ana, 1, title="Zephyr's storm of arrows", tags=["league-starter"], description="Shiny")
    other = await made_build(ana, 2, title="Nothing of the kind")

    found_ = await guildhall.get(SEARCH, params={"q": "STORM arrows -nothing", "class": build["class"]})

    assert [one["id"] for one in found_.json["items"]] == [build["id"]]
    assert found_.json["items"][0]["calculator"] == build["calculator"]
    everything = (await guildhall.get(SEARCH)).json
    assert {one["id"] for one in everything["items"]} == {build["id"], other["id"]}
    assert everything["counts"]["exact"]
    assert everything["counts"]["total"] == everything["counts"]["counted"] == 2
    assert await found(guildhall, q="-nothing") == [build["id"]]
    assert await found(guildhall, q="shi", beginning="true") == [build["id"]]
    assert await found(guildhall, q="shi") == []
    assert await found(guildhall, q=build["gems"][0], tag="League-Starter") == [build["id"]]


async def test_words_are_found_in_other_forms_of_the_builds_language(guildhall):
    ana = await guildhall.sign_in()
    build = await made_build(ana, 1, title="Clears maps quickly", language="en-GB")

    assert await found(guildhall, q="clear") == [build["id"]]
    assert await found(guildhall, q="clearing") == []
    assert await found(guildhall, q="clearing", language="en-gb") == [build["id"]]


async def test_builds_with_all_words_near_come_first(guildhall, jobs_db):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    near = await made_build(ana, 1, title="Glacier walker")
    far = await made_build(ana, 2, title="Another", description="Walker of the glacier")
    await bo.put(f"{BUILDS}/{far['id']}/like")
    await counted(jobs_db)

    assert await found(guildhall, q="glacier walker", limit=1) == [near["id"], far["id"]]
    assert await found(guildhall, q="glacier walker", sort="liked", limit=1) == [far["id"], near["id"]]


@pytest.mark.parametrize("way", ["draft", "unlisted", "delete", "withhold", "account"])
async def test_a_build_that_is_no_longer_public_is_never_found(guildhall, way):
    ana, moderator = await guildhall.sign_in(), await guildhall.sign_in(role="moderator")
    build = await made_build(ana, 1, title="Ephemeral", tags=["gone-soon"])
    assert await found(guildhall, q="ephemeral") == [build["id"]]

    if way in ("draft", "unlisted"):
        await edit(ana, build, visibility=way)
    elif way == "delete":
        await ana.delete(f"{BUILDS}/{build['id']}")
    elif way == "withhold":
        bo = await guildhall.sign_in()
        report = await bo.post(f"{BUILDS}/{build['id']}/reports", json={"reason": "x"})
        path = f"/api/v1/poe2/build-reports/{report.json['id']}/answer"
        answered = await moderator.post(path, json={"status": "resolved", "withhold": True})
        assert answered.status == 200, answered
    else:
        assert (await ana.delete("/api/v1/me")).status == 204

    for client in (guildhall, moderator):
        answer = (await client.get(SEARCH, params={"tag": "gone-soon"})).json
        assert answer["items"] == []
        assert answer["counts"] == {"total": 0, "counted": 0, "exact": True, "facets": {}}
        assert await found(client, q="ephemeral") == []
        assert await client.items(f"/api/v1/poe2/builds/by/{ana.id}") == []
    assert await guildhall.rows("select from poe2.build_search") == []
    if way == "withhold":
        assert (await moderator.delete(f"{BUILDS}/{build['id']}/withholding")).status == 200
        assert await found(guildhall, q="ephemeral") == [build["id"]]


async def test_drafts_and_unlisted_builds_are_not_found_by_their_authors(guildhall):
    ana = await guildhall.sign_in()
    for seed, visibility in enumerate(("draft", "unlisted"), 1):
        await made_build(ana, seed, visibility=visibility)

    assert await found(ana) == []


async def test_an_edit_is_found_at_once_and_a_build_keeps_its_place(guildhall):
    ana = await guildhall.sign_in()
    first, second = await made_build(ana, 1, title="Alpha"), await made_build(ana, 2, title="Beta")
    hidden = (await edit(ana, first, visibility="draft", title="Gamma")).json["build"]
    await edit(ana, hidden, visibility="public")

    assert await found(guildhall, q="alpha") == []
    assert await found(guildhall, q="gamma") == [first["id"]]
    assert await found(guildhall, sort="new") == [second["id"], first["id"]]
    listed = await guildhall.items(f"/api/v1/poe2/builds/by/{ana.id}?limit=1")
    assert [one["id"] for one in listed] == [second["id"], first["id"]]


async def test_ranks_follow_likes_views_and_reviews(guildhall, jobs_db):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    builds = [await made_build(ana, seed) for seed in (1, 2, 3)]
    newest = [one["id"] for one in reversed(builds)]
    await bo.put(f"{BUILDS}/{builds[0]['id']}/like")
    await bo.put(f"{BUILDS}/{builds[1]['id']}/review", json={"rating": 5})
    await counted(jobs_db)

    assert await found(guildhall, sort="liked") == [newest[2], newest[0], newest[1]]
    assert await found(guildhall, sort="trending") == [newest[2], newest[0], newest[1]]
    rated = (await guildhall.get(SEARCH, params={"sort": "rated"})).json["items"]
    assert [one["id"] for one in rated] == [newest[1], newest[0], newest[2]]
    assert (rated[0]["rating"], rated[0]["reviews"]) == (5.0, 1)
    assert 1 < rated[0]["rating_from"] < 5
    await bo.delete(f"{BUILDS}/{builds[0]['id']}/like")
    await counted(jobs_db)
    assert await found(guildhall, sort="liked") == newest


async def test_builds_of_people_who_block_are_left_out_on_both_sides(guildhall):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    mine, theirs = await made_build(ana, 1), await made_build(bo, 2)
    assert (await ana.put(f"/api/v1/me/blocks/{bo.id}")).status < 300

    assert await found(ana) == [mine["id"]]
    assert await found(bo) == [theirs["id"]]
    assert (await bo.get(SEARCH)).json["counts"]["total"] == 1
    assert await bo.items(f"/api/v1/poe2/builds/by/{ana.id}") == []
    assert len(await found(guildhall)) == 2


async def test_bad_questions_are_refused(guildhall):
    for asked, code in (
        ({"q": "?! …"}, "poe2.no_words"),
        ({"q": "a " * 17}, "poe2.too_many_words"),
        ({"tag": [f"t{n}" for n in range(31)]}, "poe2.too_many_values"),
    ):
        refused = await guildhall.get(SEARCH, params=asked)
        assert (refused.status, refused.code) == (400, code)
    for asked in ({"sort": "best"}, {"complexity": "hard"}, {"q": ""}, {"q": "a\0"}, {"class": ""}, {"after": "x"}):
        assert (await guildhall.get(SEARCH, params=asked)).status == 400


@pytest.mark.parametrize(
    "odd",
    [
        "'",
        "a' | 'b",
        "x:*",
        "!x",
        "\\",
        "a & b",
        "<->",
        "^storm",
        "=class:ranger",
        "日本語",
        "e'\\'",
        "%_",
        "--",
        "a-b",
    ],
)
async def test_odd_words_are_words(guildhall, odd):
    ana = await guildhall.sign_in()
    await made_build(ana, 1, title="Plain")

    answer = await guildhall.get(SEARCH, params={"q": odd, "beginning": "true"})

    assert answer.status == 200 or answer.code == "poe2.no_words"
    assert answer.status == 400 or answer.json["items"] == []
    assert await found(guildhall, **{"class": odd}) == []


async def test_pages_are_complete_and_stay_while_builds_are_added(guildhall):
    ana = await guildhall.sign_in()
    builds = [await made_build(ana, seed) for seed in range(1, 6)]
    for sort in SORTS:
        page = (await guildhall.get(SEARCH, params={"sort": sort, "limit": 2})).json
        await made_build(ana, 9, title=f"New for {sort}")
        rest = (await guildhall.get(SEARCH, params={"sort": sort, "limit": 100, "after": page["next"]})).json
        ids = [one["id"] for one in (*page["items"], *rest["items"])]
        assert len(set(ids)) == len(ids)
        assert {one["id"] for one in builds} <= set(ids) | {one["id"] for one in page["items"]}
        other = SORTS[SORTS.index(sort) - 1]
        refused = await guildhall.get(SEARCH, params={"sort": other, "after": page["next"]})
        assert (refused.status, refused.code) == (400, "poe2.cursor_of_another_sort")


async def test_a_census_is_taken_by_a_job(guildhall, jobs_db):
    ana = await guildhall.sign_in()
    build = await made_build(ana, 1)
    path = "/api/v1/poe2/builds/facets"
    before = (await guildhall.get(path, params={"facet": "class"})).json

    await take_census(TakeCensus(), jobs_db)

    assert before == []
    assert (await guildhall.get(path, params={"facet": "class"})).json == [{"value": build["class"], "builds": 1}]


async def test_values_of_facets_are_completed(guildhall, population):
    values = (await guildhall.get("/api/v1/poe2/builds/facets", params={"facet": "skill", "beginning": "LIGHT"})).json
    odd = (await guildhall.get("/api/v1/poe2/builds/facets", params={"facet": "skill", "beginning": "%"})).json

    assert values[0]["value"].startswith("Lightning ")
    assert [one["builds"] for one in values] == sorted((one["builds"] for one in values), reverse=True)
    assert odd == []


async def test_a_rebuild_stops_and_continues(guildhall, population, jobs_db):
    await guildhall.execute("delete from poe2.build_search where number % 3 = 0")
    seen = []

    class Stopped(Exception): ...

    def stop(done, total):
        seen.append((done, total))
        if len(seen) == 2:
            raise Stopped

    with pytest.raises(Stopped):
        await rebuild(jobs_db, stop)
    assert await rebuild(jobs_db, lambda done, total: seen.append((done, total))) == MANY

    assert seen[2][0] == seen[1][0] + 500
    assert seen[-1] == (MANY, MANY)
    assert len(await guildhall.rows("select from poe2.build_search")) == MANY
    assert len(await found(guildhall, q="mark1", limit=100)) > 0


def test_blocks_of_likes_begin_where_the_database_says():
    for likes in (0, 1, 1023, 1024, 1025, 1055, 1056, 2047, 2048, 99_999, 2**31 - 1):
        block = likes_block(likes)
        assert lowest_likes(block) <= likes < lowest_likes(block + 1)


async def test_blocks_of_likes_are_the_databases(guildhall):
    numbers = [0, 1, 1023, 1024, 1056, 2047, 2048, 99_999, 2**31 - 1]
    listed = ", ".join(map(str, numbers))
    rows = await guildhall.rows(f"select poe2.likes_block(n) as likes_block from unnest(array[{listed}]) n")

    assert [row["likes_block"] for row in rows] == [likes_block(one) for one in numbers]
