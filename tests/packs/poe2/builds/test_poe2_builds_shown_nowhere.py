"""Every place that shows builds to others, asked before and after builds are taken from the public."""

from urllib.parse import quote

import pytest

from guildhall.packs.poe2.builds.messages import AddUpCounts
from guildhall.packs.poe2.discovery.jobs import take_census
from guildhall.packs.poe2.discovery.messages import TakeCensus
from guildhall.packs.poe2.insights.messages import CountMeta
from guildhall.packs.poe2.opinions.messages import AddUpRatings
from tests.packs.poe2.builds.world import BUILDS, code, edit, made_build

SITE = "http://127.0.0.1:8000"
COLLECTIONS = "/api/v1/poe2/collections"
META = "/api/v1/poe2/meta"
CONTROL = "Sunlit"
"""The title of a build that stays public: it shows that a place shows anything."""
SECRETS = {"Umbradraft": "draft", "Umbralink": "unlisted", "Oncedraft": "public", "Oncelink": "public"}
"""Titles of builds and how they begin; the last two are public at first. Tags and leagues are called alike."""


def titles(text: str) -> set[str]:
    """Titles of builds that a text has in any spelling."""
    return {title for title in (CONTROL, *SECRETS) if title.lower() in text.lower()}


def at_id(build) -> list[str]:
    """The addresses that have a build's id."""
    id_ = build["id"]
    return [
        f"{BUILDS}/{id_}", f"{BUILDS}/{id_}/versions", f"{BUILDS}/{id_}/versions/1", f"{BUILDS}/{id_}/comments",
        f"{BUILDS}/{id_}/reviews", f"{BUILDS}/{id_}/opinions", f"{BUILDS}/compare?left={id_}&right={id_}",
    ]  # fmt: skip


def at_short_id(build) -> list[str]:
    """The addresses that have a build's short id."""
    short = build["short_id"]
    return [
        f"/b/{short}", f"/b/{short}/raw", f"/b/{short}/card.png", f"/api/v1/poe2/b/{short}", f"{BUILDS}/{short}",
        f"{BUILDS}/{short}/versions/1", f"{BUILDS}/{short}/comments", f"{BUILDS}/compare?left={short}&right={short}",
    ]  # fmt: skip


def embedded(build) -> str:
    """The address at which chat programs ask for a build's card."""
    return f"/api/v1/poe2/oembed?url={quote(SITE + '/b/' + build['short_id'], safe='')}"


@pytest.fixture
async def guildhall(start_guildhall):
    """The product, whose meta shows figures of one person too."""
    return await start_guildhall(social={"broadcast_delay_seconds": 0}, poe2={"meta_people_least": 1})


async def test_what_is_not_public_shows_nowhere_and_no_cache_remembers_it(guildhall, jobs_db):
    ana, bo, moderator = [await guildhall.sign_in(name=name, role=role) for name, role in (
        ("Ana", "member"), ("Bo", "member"), ("Mo", "moderator"))]  # fmt: skip
    for person, handle in ((ana, "ana_b"), (bo, "bo_b")):
        assert (await person.put("/api/v1/me/profile", json={"handle": handle})).status == 200
    assert (await bo.put(f"/api/v1/me/following/{ana.id}")).status < 300
    builds = {}
    for seed, (title, visibility) in enumerate({CONTROL: "public", **SECRETS}.items(), 1):
        builds[title] = await made_build(ana, seed, title=title, visibility=visibility, tags=[title], league=title)
    collection = (await bo.post(COLLECTIONS, json={"name": "Seen", "is_public": True})).json
    for title, build in builds.items():
        put = await bo.put(f"{COLLECTIONS}/{collection['id']}/builds/{build['short_id']}", json={})
        assert put.status == (404 if title == "Umbradraft" else 204)
    for title in ("Oncedraft", "Oncelink"):
        assert (await bo.put(f"{BUILDS}/{builds[title]['id']}/review", json={"rating": 5})).status == 200
        assert (await bo.post(f"{BUILDS}/{builds[title]['id']}/comments", json={"content": "Hm"})).status == 201
    asked = [
        f"{BUILDS}/search", f"{BUILDS}/search?sort=new&limit=1&q=sun", f"{BUILDS}/facets?facet=tag",
        f"{BUILDS}/facets?facet=league", f"{BUILDS}/by/{ana.id}", "/api/v1/poe2/authors/ana_b/builds",
        "/api/v1/profiles/ana_b/activities", f"{COLLECTIONS}/{collection['id']}/builds", f"{META}/leagues",
    ]  # fmt: skip
    asked += [f"{BUILDS}/search?q={title}" for title in builds] + [f"{BUILDS}/search?tag={title}" for title in builds]
    asked += [f"{META}/popularity?league={title}&source=builds&by=class" for title in builds]
    asked += [f"{META}/statistics?league={title}" for title in builds]
    private = ["/api/v1/me/feed"]

    async def shown(client, paths):
        """The titles that answers have; those that a question has itself do not count."""
        return {path: titles((await client.get(path)).body.decode()) for path in paths if not titles(path)}

    async def figures():
        """The titles of which any question about them finds builds, or people."""
        found = set()
        for path in asked:
            for title in titles(path):
                answer = await guildhall.get(path)
                if answer.status == 200 and (answer.json.get("items") or answer.json.get("builds")):
                    found.add(title)
        return found

    async def settled():
        await guildhall.work(AddUpCounts(), AddUpRatings(), CountMeta())
        await take_census(TakeCensus(), jobs_db)

    await settled()
    public = {CONTROL, "Oncedraft", "Oncelink"}
    before = [await shown(guildhall, asked), await shown(bo, private)]
    for build in (builds[title] for title in public):
        paths = [*at_id(build), *at_short_id(build), embedded(build)]
        assert {(await guildhall.get(path)).status for path in paths for _ in range(2)} == {200}, "kept by caches"
    totals = (await guildhall.get("/api/v1/poe2/authors/ana_b")).json["totals"]
    assert await figures() == public
    assert before[1]["/api/v1/me/feed"] == public
    assert {path: found - public for path, found in before[0].items() if found - public} == {}
    whole = [path for path in before[0] if "sort=new" not in path]
    assert {path: before[0][path] for path in whole} == dict.fromkeys(whole, public)
    assert (totals["builds"], totals["reviews"]) == (3, 2)

    for title, visibility in (("Oncedraft", "draft"), ("Oncelink", "unlisted")):
        assert (await edit(ana, builds[title], visibility=visibility)).status == 200
        for client in (guildhall, bo, moderator):
            answers = [await client.get(path) for path in (*at_id(builds[title]), embedded(builds[title]))]
            assert {answer.status for answer in answers} == {404}, "at once, before any job"
    live = [path for path in asked if any(part in path for part in ("/search", "/by/", "/authors/", COLLECTIONS))]
    at_once = await shown(guildhall, live)
    await settled()

    for client in (guildhall, bo, moderator):
        for title in SECRETS:
            hidden = [await client.get(path) for path in (*at_id(builds[title]), embedded(builds[title]))]
            assert {(answer.status, answer.code) for answer in hidden} == {(404, "poe2.build_not_found")}, title
            status = {(await client.get(path)).status for path in at_short_id(builds[title])}
            assert status == ({200} if title.endswith("link") else {404}), "unlisted ones by their address alone"
    assert set().union(*at_once.values()) == {CONTROL}
    after = [await shown(guildhall, asked), await shown(moderator, asked), await shown(bo, [*asked, *private])]
    collected = after[2].pop(f"{COLLECTIONS}/{collection['id']}/builds")
    assert collected == {CONTROL, "Umbralink", "Oncelink"}, "who was given the address has it still"
    assert all(set().union(*found.values()) == {CONTROL} for found in after), after
    assert await figures() == {CONTROL}
    totals = (await guildhall.get("/api/v1/poe2/authors/ana_b")).json["totals"]
    assert (totals["builds"], totals["reviews"]) == (1, 0)
    (own,) = await bo.items("/api/v1/poe2/me/collections")
    assert (await guildhall.get(f"{COLLECTIONS}/{collection['id']}")).json["builds"] == 1
    assert own["builds"] == 3
    assert (await ana.get(f"{BUILDS}/{builds['Umbralink']['id']}")).json["title"] == "Umbralink"
    assert (await ana.get(f"/b/{builds['Umbradraft']['short_id']}/raw")).body.decode() == code(2)
