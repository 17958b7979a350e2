"""Authors of builds: their pages, the feed of their followers, and what is told to them."""

import asyncio

import pytest

from guildhall.packs.poe2.authors.jobs import note_published, note_version
from guildhall.packs.poe2.builds.messages import BuildPublished, BuildVersionAdded
from guildhall.packs.poe2.opinions.messages import AddUpRatings
from tests.packs.poe2.builds.world import BUILDS, code, edit, made_build

AUTHORS = "/api/v1/poe2/authors"


@pytest.fixture
async def guildhall(start_guildhall):
    """The product, which tells followers at once."""
    return await start_guildhall(social={"broadcast_delay_seconds": 0})


async def author(guildhall, handle: str, name: str):
    """Sign somebody in who has a profile."""
    person = await guildhall.sign_in(name=name)
    assert (await person.put("/api/v1/me/profile", json={"handle": handle})).status == 200
    return person


async def feed(person) -> list[tuple[str, str]]:
    """The kinds of activities in a feed, with the titles of their builds."""
    return [(one["kind"], one["data"]["title"]) for one in await person.items("/api/v1/me/feed")]


async def test_a_page_shows_public_builds_and_their_figures(guildhall):
    ana, bo = await author(guildhall, "ana_b", "Ana"), await author(guildhall, "bo_b", "Bo")
    one, other = await made_build(ana, 1, title="One"), await made_build(ana, 2, title="Two")
    await made_build(ana, 3, title="Hidden", visibility="unlisted")
    await bo.put(f"{BUILDS}/{one['id']}/review", json={"rating": 4})
    await bo.put(f"{BUILDS}/{one['id']}/like")
    await ana.post("/api/v1/poe2/collections", json={"name": "Mine", "is_public": True})
    await ana.post("/api/v1/poe2/collections", json={"name": "Secret"})
    await guildhall.work(AddUpRatings())

    page = (await guildhall.get(f"{AUTHORS}/ANA_B")).json
    listed = await guildhall.items(f"{AUTHORS}/ana_b/builds?limit=1")
    collections = await guildhall.items(f"{AUTHORS}/ana_b/collections")

    assert (page["profile"]["handle"], page["totals"]["builds"], page["totals"]["collections"]) == ("ana_b", 2, 1)
    assert (page["totals"]["reviews"], page["totals"]["average"]) == (1, 4)
    assert [build["title"] for build in listed] == ["Two", "One"]
    assert [one["name"] for one in collections] == ["Mine"]
    assert {other["short_id"], one["short_id"]} == {build["short_id"] for build in listed}
    for path in ("", "/builds", "/collections"):
        assert (await guildhall.get(f"{AUTHORS}/nobody{path}")).status == 404


async def test_followers_see_builds_and_versions_and_nothing_that_is_shared_no_longer(guildhall):
    ana, bo = await author(guildhall, "ana_b", "Ana"), await author(guildhall, "bo_b", "Bo")
    followed = await bo.put(f"/api/v1/me/following/{ana.id}")
    assert followed.status < 300, followed
    build = await made_build(ana, 1, title="Arc")
    await guildhall.work()
    published = await feed(bo)
    build = (await edit(ana, build, content={"code": code(2)})).json["build"]
    build = (await edit(ana, build, content={"code": code(3)})).json["build"]
    await guildhall.work()
    versions = await feed(bo)
    build = (await edit(ana, build, visibility="draft")).json["build"]
    hidden = await feed(bo)
    await guildhall.work()
    withdrawn = await guildhall.rows("select id from core.activities")
    await edit(ana, build, visibility="public")
    await guildhall.work()
    again = await feed(bo)
    await ana.delete(f"{BUILDS}/{build['id']}")
    await guildhall.work()

    assert published == [("poe2.build_published", "Arc")]
    assert versions == [("poe2.build_version", "Arc"), ("poe2.build_published", "Arc")]
    assert withdrawn == []
    assert again == [("poe2.build_published", "Arc")]
    assert await feed(bo) == []
    assert hidden == [] or hidden == versions  # until the job of the moment has run


async def test_followers_are_told_once_of_each_version(guildhall):
    ana, bo = await author(guildhall, "ana_b", "Ana"), await author(guildhall, "bo_b", "Bo")
    followed = await bo.put(f"/api/v1/me/following/{ana.id}")
    assert followed.status < 300, followed
    await made_build(ana, 1, title="Draft", visibility="draft")
    build = await made_build(ana, 2, title="Arc")
    await guildhall.work()
    await edit(ana, build, content={"code": code(3)})
    await guildhall.work()

    notices = (await bo.get("/api/v1/notifications")).json["items"]

    assert [one["title"] for one in notices] == ["Ana published version 2 of Arc", "Ana published Arc"]
    assert {one["type"] for one in notices} == {"poe2.followed_build"}
    assert (await ana.get("/api/v1/notifications")).json["items"] == []


async def test_a_line_waits_for_an_edit_that_is_under_way(guildhall, jobs_db):
    ana = await author(guildhall, "ana_b", "Ana")
    build = await made_build(ana, 1, title="Arc")
    waiting = """
        select pid from pg_stat_activity
        where query like '%for share%' and wait_event_type = 'Lock' and datname = current_database()
        """

    async with guildhall.runtime.db.write(ana.viewer) as tx:
        await tx.connection.execute("update poe2.build_templates set visibility = 'draft' where id = $1", build["id"])
        published = asyncio.create_task(note_published(BuildPublished(build["id"]), jobs_db))
        version = asyncio.create_task(note_version(BuildVersionAdded(build["id"], 1), jobs_db))
        async with asyncio.timeout(10):
            while True:
                if len(await guildhall.rows(waiting)) == 2:
                    break
                await asyncio.sleep(0.01)

    assert [await published, await version] == [{"activities": 0}, {"activities": 0}]
    assert await guildhall.rows("select id from core.activities") == []
