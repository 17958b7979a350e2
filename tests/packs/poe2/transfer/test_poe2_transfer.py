"""A browser's storage imported, and an export that the import reads again."""

import asyncio

from tests.packs.poe2.builds.world import code, edit, made_build

IMPORT, EXPORT = "/api/v1/poe2/import", "/api/v1/poe2/export"
SNAPSHOT = {"character_name": "Mirelle", "class": "Ranger", "level": 91, "snapshot_at": "2026-06-01T10:00:00Z"}
FILE = {
    "templates": [{"code": code(1), "title": "Arc"}, {"code": code(2)}],
    "snapshots": [SNAPSHOT, SNAPSHOT | {"level": 92, "snapshot_at": "2026-06-02T10:00:00Z", "calculated_dps": 12.5}],
    "metrics": {"opened": 12},
    "theme": "dark",
}


async def test_a_browsers_storage_becomes_builds_snapshots_and_kept_records_once(guildhall):
    ana = await guildhall.sign_in()

    first, again = await ana.post(IMPORT, json=FILE), await ana.post(IMPORT, json=FILE)
    builds = await ana.items("/api/v1/poe2/me/builds")
    snapshots = await guildhall.rows("select level, source from poe2.character_snapshots order by snapshot_at")

    assert (first.status, first.json["added"], first.json["kept"], first.json["refused"]) == (200, 4, 2, 0)
    assert (again.json["known"], again.json["added"], again.json["kept"]) == (6, 0, 0)
    assert [one["place"] for one in first.json["records"]] == [
        "templates[0]", "templates[1]", "snapshots[0]", "snapshots[1]", "metrics", "theme",
    ]  # fmt: skip
    assert {one["visibility"] for one in builds} == {"draft"}
    assert [(row["level"], row["source"]) for row in snapshots] == [(91, "import"), (92, "import")]


async def test_a_record_that_is_refused_takes_no_other_down(guildhall):
    ana = await guildhall.sign_in()
    file = {"templates": [{"code": "AAAA"}, {"title": "Empty"}, 7, {"code": code(1), "tags": ["!"]}, {"code": code(2)}],
            "snapshots": [SNAPSHOT | {"level": 101}, SNAPSHOT | {"snapshot_at": "2026-06-01T10:00:00"}]}  # fmt: skip

    report = (await ana.post(IMPORT, json=file)).json

    assert [one["outcome"] for one in report["records"]] == ["refused"] * 4 + ["added"] + ["refused"] * 2
    assert all(one["code"] and one["detail"] for one in report["records"] if one["outcome"] == "refused")
    assert len(await ana.items("/api/v1/poe2/me/builds")) == 1


async def test_an_export_is_the_same_bytes_and_is_read_again(guildhall):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    build = await made_build(ana, 1, title="Arc", tags=["lazy"])
    await edit(ana, build, content={"code": code(2), "changes": "Another bow"})
    await ana.post(IMPORT, json=FILE)

    one, two = await ana.get(EXPORT), await ana.get(EXPORT)
    own = await ana.post(IMPORT, json=one.json)
    theirs = await bo.post(IMPORT, json=one.json)
    carried = await bo.get(EXPORT)

    assert (one.status, one.body, "attachment" in one.headers["content-disposition"]) == (200, two.body, True)
    assert (own.json["added"], own.json["refused"]) == (0, 0)
    assert (theirs.json["added"], theirs.json["kept"], theirs.json["refused"]) == (5, 2, 0)
    drafts = [template | {"visibility": "draft"} for template in one.json["templates"]]
    assert sorted(map(str, carried.json["templates"])) == sorted(map(str, drafts))
    assert carried.json["snapshots"] == one.json["snapshots"]
    versions = next(t for t in carried.json["templates"] if len(t["versions"]) == 2)["versions"]
    assert [version["code"] for version in versions] == [version["code"] for version in next(
        t for t in one.json["templates"] if len(t["versions"]) == 2)["versions"]]  # fmt: skip
    assert versions[1]["changes"] == "Another bow"


async def test_two_imports_at_once_add_once(guildhall):
    ana = await guildhall.sign_in()

    reports = await asyncio.gather(*(ana.post(IMPORT, json=FILE) for _ in range(4)))

    assert sum(one.json["added"] for one in reports) == 4
    assert len(await ana.items("/api/v1/poe2/me/builds")) == 2


async def test_bounds_are_said(start_guildhall):
    guildhall = await start_guildhall(poe2={"import_records_most": 3, "import_kept_most": 1, "import_kb": 64})
    ana = await guildhall.sign_in()

    many = await ana.post(IMPORT, json={"x": [1, 2, 3, 4]})
    full = await ana.post(IMPORT, json={"x": [1, 2]})
    large = await ana.post(IMPORT, json={"x": "y" * 70_000})
    odd = await ana.post(IMPORT, json=[1])

    assert (many.status, many.code) == (422, "poe2.too_many_records")
    assert [one["outcome"] for one in full.json["records"]] == ["kept", "refused"]
    assert full.json["records"][1]["code"] == "poe2.import_full"
    assert (large.status, odd.status) == (413, 400)
    assert (await guildhall.post(IMPORT, json={})).status == 401
    assert (await guildhall.get(EXPORT)).status == 401
