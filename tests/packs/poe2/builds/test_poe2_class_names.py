"""Classes and ascendancies by their names, however a door was told them."""

import zlib

import asyncpg
import pytest

from guildhall.boot.packs import BUILT_IN, branches
from guildhall.db import migrate
from guildhall.packs.poe2.codes.rules.spelling import packed_of, write_code
from tests.packs.poe2.builds.world import BUILDS, code, edit, made_build, post_build


def coded(class_name: str, ascendancy: str, seed: int = 1) -> str:
    """A code whose class and ascendancy are called so."""
    xml = zlib.decompress(packed_of(code(seed), 400_000)).decode()
    begin = xml.index("<Build ")
    end = xml.index(">", begin)
    words = []
    for word in xml[begin:end].split('" '):
        name = word.split("=")[0].removeprefix("<Build ")
        given = {"className": class_name, "ascendClassName": ascendancy}.get(name)
        words.append(word if given is None else f'{word.split("=")[0]}="{given}' + ('"' if word.endswith('"') else ""))
    return write_code(xml[:begin] + '" '.join(words) + xml[end:])


@pytest.mark.parametrize(
    ("class_name", "ascendancy", "named"),
    [
        ("Warrior", "Warrior1", ("Warrior", "Titan")), ("Warrior1", "None", ("Warrior", "Titan")),
        ("warrior", "TITAN", ("Warrior", "Titan")), ("Templar", "Templar1", ("Templar", "Templar1")),
    ],
)  # fmt: skip
async def test_every_door_gives_a_build_the_names(guildhall, class_name, ascendancy, named):
    ana = await guildhall.sign_in()
    sent = coded(class_name, ascendancy)
    right = coded(named[0], named[1])

    build = await made_build(ana, content={"code": sent})
    read = (await ana.post("/api/v1/poe2/codes/read", json={"code": sent})).json
    same = await edit(ana, build, content={"code": right})
    fields = read["build"] | {"class_name": class_name, "ascendancy": None if ascendancy == "None" else ascendancy}
    by_fields = (await ana.post(BUILDS, json={"content": {"build": fields}, "title": "By fields"})).json["build"]
    snapshot = {"character_name": "Mirelle", "class": class_name, "level": 9, "snapshot_at": "2026-06-01T10:00:00Z"}
    file = {"templates": [{"code": sent, "title": "By import"}], "snapshots": [snapshot]}
    report = (await ana.post("/api/v1/poe2/import", json=file)).json
    imported = (await ana.get(f"{BUILDS}/{report['records'][0]['id']}")).json
    snapshots = await guildhall.rows("select class from poe2.character_snapshots")
    found = (await guildhall.get(f"{BUILDS}/search", params={"class": named[0], "ascendancy": named[1]})).json
    raw = await guildhall.get(f"/b/{build['short_id']}/raw")

    for one in (build, read["build"], by_fields, imported):
        assert (one.get("class") or one["class_name"], one["ascendancy"]) == named, one
    assert same.json["build"]["latest_version"] == 1
    assert [row["class"] for row in snapshots] == [named[0]]
    assert [one["short_id"] for one in found["items"]] == [build["short_id"]]
    assert raw.body.decode().strip() == sent.rstrip("=") or raw.body.decode().strip() == sent


async def test_a_migration_mends_what_was_stored(guildhall, clone):
    ana = await guildhall.sign_in()
    builds = [(await post_build(ana, seed)).json["build"] for seed in (1, 2, 3)]
    stored = [("Warrior", "Warrior2"), ("monk3", None), ("Templar", "Templar1")]
    named = [("Warrior", "Warbringer"), ("Monk", "Acolyte of Chayula"), ("Templar", "Templar1")]
    every = branches(BUILT_IN)
    await migrate.downgrade(clone, every, "poe2@poe2_0012")
    connection = await asyncpg.connect(clone)
    for build, (class_name, ascendancy) in zip(builds, stored, strict=True):
        for table, column in (("build_templates", "id"), ("build_versions", "build_template_id")):
            await connection.execute(
                f"update poe2.{table} set class = $2, ascendancy = $3 where {column} = $1",
                build["id"], class_name, ascendancy,
            )  # fmt: skip

    await migrate.upgrade(clone, every)

    for build, names in zip(builds, named, strict=True):
        for table, column in (("build_templates", "id"), ("build_versions", "build_template_id")):
            row = await connection.fetchrow(
                f"select class, ascendancy from poe2.{table} where {column} = $1", build["id"]
            )
            assert row is not None
            assert tuple(row) == names
    facets = await connection.fetchval(
        "select facets from poe2.build_search where build_template_id = $1", builds[0]["id"]
    )
    assert "ascendancy:Warbringer" in facets
    forced = await connection.fetch(
        "select relname from pg_class where relname in ('build_templates', 'build_versions', 'character_snapshots') "
        "and relforcerowsecurity"
    )
    assert len(forced) == 3
    await connection.close()
