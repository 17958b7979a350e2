"""A build that is not public shows nowhere, whoever asks and wherever it was before."""

import asyncio

import pytest

from guildhall.db.policies import Viewer
from guildhall.ids import UserId
from guildhall.packs.poe2.builds.queries.builds import build as build_row
from guildhall.packs.poe2.builds.queries.builds import build_at
from guildhall.packs.poe2.builds.queries.versions import content
from guildhall.packs.poe2.ids import BuildId, ShortId
from tests.packs.poe2.builds.world import BUILDS, edit, made_build


def addresses(build) -> list[str]:
    """The addresses at which a build shows."""
    short_id, id_ = build["short_id"], build["id"]
    return [
        f"/api/v1/poe2/b/{short_id}", f"{BUILDS}/{short_id}", f"{BUILDS}/{id_}", f"{BUILDS}/{id_}/versions",
        f"{BUILDS}/{id_}/versions/1", f"{BUILDS}/compare?left={id_}&right={id_}",
    ]  # fmt: skip


async def statuses(client, build) -> set[int]:
    """The statuses of all addresses of a build."""
    return {(await client.get(path)).status for path in addresses(build)}


async def forgotten(process) -> None:
    """Wait until a process has heard that it must forget its answers. Raises TimeoutError."""
    async with asyncio.timeout(10):
        while len(process.runtime.cache.memory):  # noqa: ASYNC110 (nothing tells of it)
            await asyncio.sleep(0.01)


async def test_a_draft_is_its_authors_alone(guildhall):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    draft = await made_build(ana, 1, visibility="draft")

    own = {path: (await ana.get(path)).status for path in addresses(draft)}

    assert await statuses(guildhall, draft) == await statuses(bo, draft) == {404}
    assert own == {path: 404 if "/b/" in path else 200 for path in addresses(draft)}
    for answer in (
        await edit(bo, draft, title="x"),
        await bo.put(f"{BUILDS}/{draft['id']}/like"),
        await bo.get(f"{BUILDS}/{draft['id']}/like"),
        await bo.post(f"{BUILDS}/{draft['id']}/reports", json={"reason": "x"}),
        await bo.delete(f"{BUILDS}/{draft['id']}"),
    ):
        assert (answer.status, answer.code) == (404, "poe2.build_not_found")


async def test_an_unlisted_build_is_for_who_has_the_address_and_kept_by_nobody(guildhall):
    ana = await guildhall.sign_in()
    unlisted = await made_build(ana, 1, visibility="unlisted")

    own = {(await ana.get(path)).status for path in addresses(unlisted)}
    shown = {path: (await guildhall.get(path)).status for path in addresses(unlisted)}
    assert own == {200}
    assert shown == {path: 404 if unlisted["id"] in path else 200 for path in addresses(unlisted)}
    for _ in range(3):
        answer = await guildhall.get(f"/api/v1/poe2/b/{unlisted['short_id']}")
        assert answer.headers["cache-control"].startswith("private")
        assert "memory" not in answer.headers["cache-status"]
    assert len(guildhall.runtime.cache.memory) == 0
    assert await guildhall.rows("select from core.cached_data") == []


@pytest.mark.parametrize("visibility", ["draft", "unlisted"])
async def test_a_build_that_is_unpublished_is_forgotten_in_every_process(start_guildhall, visibility):
    one, other = await start_guildhall(), await start_guildhall()
    ana = await one.sign_in()
    build = await made_build(ana, 1)
    path = f"/api/v1/poe2/b/{build['short_id']}"
    for process in (one, other):
        assert (await process.get(path)).status == 200
        assert "memory" in (await process.get(path)).headers["cache-status"]

    assert (await edit(ana, build, visibility=visibility)).status == 200

    assert "memory" not in (await one.get(path)).headers.get("cache-status", "")
    await forgotten(other)
    assert {(await process.get(path)).status for process in (one, other)} == {404 if visibility == "draft" else 200}


async def test_an_edit_shows_at_once(guildhall):
    ana = await guildhall.sign_in()
    build = await made_build(ana, 1)
    path = f"/api/v1/poe2/b/{build['short_id']}"
    for number in range(5):
        await guildhall.get(path)
        build = (await edit(ana, build, title=f"Title {number}")).json["build"]
        assert (await guildhall.get(path)).json["title"] == f"Title {number}"


async def test_builds_of_a_deleted_account_are_gone_everywhere(start_guildhall):
    one, other = await start_guildhall(), await start_guildhall()
    ana = await one.sign_in()
    build = await made_build(ana, 1)
    path = f"/api/v1/poe2/b/{build['short_id']}"
    for process in (one, other):
        assert (await process.get(path)).status == 200

    assert (await ana.delete("/api/v1/me")).status == 204
    await one.work()

    await forgotten(other)
    assert {(await process.get(path)).status for process in (one, other)} == {410}
    assert await one.rows("select from poe2.build_templates") == []


async def test_the_database_itself_hides_drafts(guildhall, db):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    draft = await made_build(ana, 1, visibility="draft")
    id_, short_id = BuildId(draft["id"]), ShortId(draft["short_id"])

    for viewer, seen in ((None, False), (Viewer(UserId(bo.id)), False), (ana.viewer, True)):
        async with db.read(viewer) as tx:
            assert (await build_row.one_or_none(tx, id_) is not None) is seen
            assert (await build_at.one_or_none(tx, short_id) is not None) is seen
            assert (await content.one_or_none(tx, id_, 1) is not None) is seen


async def test_addresses_are_not_guessed(guildhall):
    ana = await guildhall.sign_in()
    shorts = [(await made_build(ana, 1, visibility="unlisted"))["short_id"] for _ in range(5)]

    assert len(set(shorts)) == 5
    assert {len(one) for one in shorts} == {17}
    for one in shorts:
        near = one[:-1] + ("2" if one[-1] != "2" else "3")
        for path in (
            f"/api/v1/poe2/b/{near}",
            f"{BUILDS}/{near}",
            f"/api/v1/poe2/b/{one[:-1]}",
            f"{BUILDS}/{one.lower()}",
        ):
            answer = await guildhall.get(path)
            assert (answer.status, answer.code) == (404, "poe2.build_not_found")
    assert await guildhall.rows("select from core.cached_data") == []
