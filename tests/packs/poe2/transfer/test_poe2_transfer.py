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


def nested(depth):
    """An object in objects."""
    found: dict[str, object] = {"end": 1}
    for _ in range(depth):
        found = {"in": found}
    return found


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
    assert carried.body == one.body
    assert {key: len(one.json[key]) for key in ("templates", "snapshots", "sessions", "theme")} == {
        "templates": 3, "snapshots": 2, "sessions": 0, "theme": 1,
    }  # fmt: skip
    versions = next(t for t in carried.json["templates"] if len(t["versions"]) == 2)["versions"]
    assert versions[1]["changes"] == "Another bow"


async def test_what_a_comparison_said_of_a_version_and_an_unknown_calculator_come_back(guildhall):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    fields = (await ana.post("/api/v1/poe2/codes/read", json={"code": code(1)})).json["build"]
    answer = await ana.post("/api/v1/poe2/builds", json={"content": {"build": fields}, "title": "Fields"})
    await edit(ana, answer.json["build"], content={"code": code(40)})
    exported = await ana.get(EXPORT)

    report = (await bo.post(IMPORT, json=exported.json)).json

    (template,) = exported.json["templates"]
    assert len(template["versions"][1]["changes"]) > 1000
    assert template["versions"][0]["calculator"] is None
    assert (report["added"], report["refused"]) == (1, 0)
    assert (await bo.get(EXPORT)).body == exported.body


async def test_what_was_deleted_comes_back_with_its_file(guildhall):
    ana = await guildhall.sign_in()
    await ana.post(IMPORT, json=FILE)
    exported = await ana.get(EXPORT)
    for build in await ana.items("/api/v1/poe2/me/builds"):
        assert (await ana.delete(f"/api/v1/poe2/builds/{build['id']}")).status == 204

    report = (await ana.post(IMPORT, json=FILE)).json

    assert (report["added"], report["known"]) == (2, 4)
    assert (await ana.get(EXPORT)).body == exported.body


async def test_two_imports_at_once_add_once(guildhall):
    ana = await guildhall.sign_in()

    reports = await asyncio.gather(*(ana.post(IMPORT, json=FILE) for _ in range(4)))

    assert sum(one.json["added"] for one in reports) == 4
    assert len(await ana.items("/api/v1/poe2/me/builds")) == 2


async def test_bounds_are_said(start_guildhall):
    guildhall = await start_guildhall(poe2={"import_records_most": 4, "import_kept_most": 1, "import_kb": 64})
    ana = await guildhall.sign_in()

    many = await ana.post(IMPORT, json={"x": [1, 2, 3, 4, 5]})
    full = await ana.post(IMPORT, json={"x": [1, 2]})
    large = await ana.post(IMPORT, json={"x": "y" * 70_000})
    odd = await ana.post(IMPORT, json=[1])

    long = await ana.post(IMPORT, json={"k" * 101: 1, "": 2, "a": "b\0c", "d\0": 3})
    deep = await ana.post(IMPORT, json={"snapshots": [SNAPSHOT | {"stats": nested(70)}], "x": nested(500)})

    assert (many.status, many.code) == (422, "poe2.too_many_records")
    assert [(one["outcome"], one["code"]) for one in [*deep.json["records"]]] == [("refused", "bad_record")] * 2
    assert [one["outcome"] for one in full.json["records"]] == ["kept", "refused"]
    assert full.json["records"][1]["code"] == "poe2.import_full"
    assert [(one["outcome"], one["code"]) for one in long.json["records"]] == [("refused", "bad_record")] * 4
    assert (large.status, odd.status) == (413, 400)
    assert (await guildhall.post(IMPORT, json={})).status == 401
    assert (await guildhall.get(EXPORT)).status == 401


async def test_time_leaves_records_for_the_next_time(start_guildhall):
    guildhall = await start_guildhall(poe2={"import_seconds": 0.1})
    ana = await guildhall.sign_in()
    file = {"templates": [{"code": code(seed)} for seed in range(1, 25)]}

    reports = [(await ana.post(IMPORT, json=file)).json]
    while reports[-1]["left"]:
        reports.append((await ana.post(IMPORT, json=file)).json)

    assert len(reports) > 1
    assert sum(one["added"] for one in reports) == 24
    assert all(one["added"] for one in reports)
    assert [one["known"] for one in reports] == [
        sum(r["added"] for r in reports[:place]) for place in range(len(reports))
    ]


async def test_imported_snapshots_have_a_bound(start_guildhall):
    guildhall = await start_guildhall(poe2={"import_snapshots_most": 1})
    ana = await guildhall.sign_in()

    report = (await ana.post(IMPORT, json=FILE)).json

    found = [(one["outcome"], one["code"]) for one in report["records"] if one["kind"] == "snapshot"]
    assert found == [("added", None), ("refused", "poe2.too_many_snapshots")]
