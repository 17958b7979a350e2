"""Searches find what a filter of all rows finds: by the index, by bitmaps, and while builds change."""

import asyncio
import random

import pytest

from guildhall.packs.poe2.discovery.actions import bitmaps
from guildhall.packs.poe2.discovery.jobs import follow_ranks, take_census
from guildhall.packs.poe2.discovery.messages import FollowRanks, TakeCensus
from guildhall.packs.poe2.discovery.queries import upkeep
from tests.packs.poe2.builds.world import BUILDS, edit, made_build
from tests.packs.poe2.discovery.population import RATED, SEARCHED, make_builds
from tests.packs.poe2.discovery.scans import ROWS, SEARCH, SORTS, any_search, check_counts, found

FIRST, LAST = 7_001, 9_000
"""Numbers on both sides of the border of a chunk of bitmaps."""
WORDS = (
    "fast",
    "cheap",
    "lightning",
    "arrow",
    "ranger",
    "gem",
    "mark1",
    "life",
    "starter",
    "boss",
    "mark900",
    "deadeye",
)
CENSUS = (
    upkeep.forget_terms, upkeep.learn_terms, upkeep.forget_blocks, upkeep.count_blocks, upkeep.forget_values,
    upkeep.count_values,
)  # fmt: skip


@pytest.fixture
async def population(guildhall):
    """Thousands of builds in the search, without a census."""
    await guildhall.execute(f"set session_replication_role = replica; {make_builds(FIRST, LAST)} {RATED} {SEARCHED}")
    await guildhall.execute(f"select setval('poe2.publications', {LAST}); analyze poe2.build_search")


async def facets_of(guildhall) -> list[str]:
    rows = await guildhall.rows(f"{ROWS} order by s.number limit 50")
    return [value for row in rows for value in row["facets"]]


@pytest.mark.parametrize("way", ["index", "bitmaps", "half"])
async def test_searches_find_what_a_filter_of_all_rows_finds(guildhall, population, jobs_db, way):
    if way == "bitmaps":
        await take_census(TakeCensus(), jobs_db)
    else:
        for one in CENSUS:
            await guildhall.execute(one.sql)
    if way == "half":  # one of two chunks has bitmaps
        async with jobs_db.write() as tx:
            await bitmaps.choose_terms(tx)
        assert await jobs_db.transact(bitmaps.complete_one)
    rows = await guildhall.rows(ROWS)
    facets = await facets_of(guildhall)
    dice = random.Random(len(way))
    for round_ in range(35 if way == "bitmaps" else 12):
        asked = any_search(dice, WORDS, facets, SORTS[round_ % len(SORTS)])
        expected = asked.scan(rows)

        ids = await found(guildhall, **asked.params, limit=100)

        assert ids == [str(row["id"]) for row in expected], asked
        check_counts((await guildhall.get(SEARCH, params=asked.params)).json["counts"], expected)
    usable = await guildhall.rows("select ready from poe2.build_bitmap_state")
    assert [row["ready"] for row in usable] == [1 if way == "bitmaps" else 0]


async def test_changes_are_found_before_and_after_bitmaps_follow(guildhall, population, jobs_db):
    await take_census(TakeCensus(), jobs_db)
    people = [await guildhall.sign_in() for _ in range(3)]
    mine = [(person, await made_build(person, seed, title="Fast life")) for seed, person in enumerate(people, 1)]
    facets = [*await facets_of(guildhall), "tag:odd", "tag:plain"] * 2
    words = (*WORDS, "fast", "strange", "life")
    dice = random.Random(11)
    for round_ in range(30):
        place = dice.randrange(len(mine))
        person, build = mine[place]
        match dice.choice(["edit", "edit", "draft", "public", "new", "delete", "like", "follow", "follow"]):
            case "edit":
                title = " ".join(dice.sample(["strange", "fast", "life", "boss"], 2))
                changed = await edit(person, build, title=title, tags=[dice.choice(["odd", "plain"])])
                mine[place] = (person, changed.json["build"])
            case "draft" | "public" as visibility:
                mine[place] = (person, (await edit(person, build, visibility=visibility)).json["build"])
            case "new":
                mine.append((person, await made_build(person, round_, title="Strange life")))
            case "delete" if len(mine) > 2:
                assert (await person.delete(f"{BUILDS}/{build['id']}")).status == 204
                mine.pop(place)
            case "like":
                number = dice.randint(FIRST, LAST)
                await guildhall.execute(
                    f"update poe2.build_templates set likes = likes + 7 where publication = {number}"
                )
            case _:
                await follow_ranks(FollowRanks(), jobs_db)
        rows = await guildhall.rows(ROWS)
        for sort in dice.sample(SORTS, 2):
            asked = any_search(dice, words, facets, sort)
            expected = asked.scan(rows)
            page = (await guildhall.get(SEARCH, params={**asked.params, "limit": 50})).json
            assert [one["id"] for one in page["items"]] == [str(row["id"]) for row in expected[:50]], (round_, asked)
            if page["counts"]["exact"]:
                check_counts(page["counts"], expected)
    await follow_ranks(FollowRanks(), jobs_db)
    assert await guildhall.rows("select from poe2.build_bitmap_changes") == []


@pytest.mark.parametrize("sort", SORTS)
async def test_pages_have_no_gap_and_no_double_while_others_change(guildhall, population, jobs_db, sort):
    await take_census(TakeCensus(), jobs_db)
    rows = await guildhall.rows(ROWS)
    params = {"q": "fast", "class": ["Ranger", "Witch"], "sort": sort, "limit": 40}
    matching = {
        str(row["id"]) for row in rows if "fast" in row["words"] and {"class:Ranger", "class:Witch"} & {*row["facets"]}
    }
    ana = await guildhall.sign_in()
    seen: list[str] = []
    touched: set[str] = set()
    dice = random.Random(3)
    after = None
    while True:
        page = await guildhall.get(SEARCH, params=params if after is None else {**params, "after": after})
        seen += [one["id"] for one in page.json["items"]]
        after = page.json["next"]
        if after is None:
            break
        await made_build(ana, len(seen), title="Fast newcomer")
        for id_, change in zip(
            dice.sample(sorted(matching - touched), 2), ("likes = likes + 3", "visibility = 'draft'"), strict=True
        ):
            touched.add(id_)
            await guildhall.execute(f"update poe2.build_templates set {change} where id = '{id_}'")
        if dice.random() < 0.5:
            await follow_ranks(FollowRanks(), jobs_db)

    steady = [id_ for id_ in seen if id_ in matching and id_ not in touched]
    assert len(steady) == len(set(steady))
    assert set(steady) == matching - touched


async def test_what_is_no_longer_public_leaks_nowhere(guildhall, population, jobs_db):
    ana = await guildhall.sign_in(name="Ana")
    build = await made_build(ana, 1, title="Fast secret", tags=["hidden-thing"])
    await take_census(TakeCensus(), jobs_db)
    facets = "/api/v1/poe2/builds/facets"
    searches = ({"tag": "hidden-thing"}, {"q": "secret"}, {"q": "fast secret"}, {"q": "fast", "sort": "new"})
    for params in searches:  # the process has copies of all maps
        assert build["id"] in [one["id"] for one in (await guildhall.get(SEARCH, params=params)).json["items"]]
    assert len((await guildhall.get(facets, params={"facet": "tag", "beginning": "hidden"})).json) == 1

    await edit(ana, build, visibility="draft")

    for followed in (False, True):
        if followed:
            await follow_ranks(FollowRanks(), jobs_db)
        for params in searches:
            answer = await guildhall.get(SEARCH, params=params)
            assert "secret" not in answer.body.decode().lower(), params
            assert "hidden-thing" not in answer.body.decode()
        assert (await guildhall.get(SEARCH, params={"q": "secret"})).json["counts"]["total"] == 0
        assert (await guildhall.get(facets, params={"facet": "tag", "beginning": "hidden"})).json == []


async def test_a_change_that_commits_while_bitmaps_follow_is_not_lost(guildhall, population, jobs_db):
    await take_census(TakeCensus(), jobs_db)
    ana = await guildhall.sign_in()
    build = await made_build(ana, 1, title="Fast before")
    other = await made_build(ana, 2, title="Fast other")
    await edit(ana, build, title="Fast between")
    async with jobs_db.write() as tx:  # an edit that is not committed yet
        await tx.connection.execute("update poe2.build_templates set title = 'Fast zebra' where id = $1", build["id"])
        following = asyncio.create_task(follow_ranks(FollowRanks(), jobs_db))
        await asyncio.wait({following}, timeout=3)
        assert await found(guildhall, q="fast zebra") == []
        assert await found(guildhall, q="between") == [build["id"]]
    await following

    for _ in range(2):
        assert await found(guildhall, q="fast zebra") == [build["id"]]
        assert await found(guildhall, q="fast between") == []
        assert await found(guildhall, q="fast other") == [other["id"]]
        await follow_ranks(FollowRanks(), jobs_db)


async def test_making_bitmaps_continues_where_it_stopped(guildhall, population, jobs_db):
    for one in CENSUS:
        await guildhall.execute(one.sql)
    async with jobs_db.write() as tx:
        await bitmaps.choose_terms(tx)
    assert await jobs_db.transact(bitmaps.complete_one)

    assert await bitmaps.complete(jobs_db) == 1  # the other chunk

    assert await bitmaps.complete(jobs_db) == 0
    rows = await guildhall.rows("select chunk, generation from poe2.build_bitmap_chunks order by chunk")
    assert [tuple(row.values()) for row in rows] == [(0, 1), (1, 1)]


async def test_terms_that_are_no_longer_common_lose_their_bitmaps(guildhall, population, jobs_db):
    await take_census(TakeCensus(), jobs_db)
    assert len(await found(guildhall, q="tanky", limit=100)) > 50
    await guildhall.execute(
        "update poe2.build_templates set title = replace(title, 'tanky', 'x'),"
        " description = replace(description, 'tanky', 'x') where title || description like '%tanky%'"
    )
    await guildhall.execute("analyze poe2.build_search")
    await take_census(TakeCensus(), jobs_db)

    assert await guildhall.rows("select from poe2.build_bitmap_terms where term = 'tanky'") == []
    assert await found(guildhall, q="tanky") == []
    ana = await guildhall.sign_in()
    build = await made_build(ana, 1, title="Tanky again")
    assert await found(guildhall, q="tanky") == [build["id"]]
    await follow_ranks(FollowRanks(), jobs_db)
    assert await found(guildhall, q="tanky") == [build["id"]]
