"""Imports of files: idempotent, resumed, with what was set aside; and the tables behind them."""

import asyncio
import json

import asyncpg
import pytest
from typer.testing import CliRunner

from guildhall.cli.main import app
from guildhall.db.connection import connect
from guildhall.packs.wine.catalogue.actions import imports
from guildhall.packs.wine.catalogue.errors import (
    BadCatalogueFile,
    CatalogueFileTooLarge,
    ImportMovedOn,
    UnknownCatalogueFile,
)
from guildhall.packs.wine.catalogue.files import CatalogueFile
from guildhall.packs.wine.settings import WineSettings
from tests.packs.wine.catalogue.make import AREA, AREAS, RATING, RATINGS, WINES, row, table

SETTINGS = WineSettings.model_validate({"import_batch": 3})
REGIONS = "select slug from wine.regions order by slug"
COUNTS = """
select (select count(*) from wine.catalogue_wines) as wines, (select count(*) from wine.wine_species) as species,
       (select count(*) from wine.vintages) as vintages,
       (select sum(ratings) from wine.catalogue_wines)::int as ratings,
       (select sum(ratings) from wine.vintages)::int as of_vintages, (select count(*) from wine.regions) as regions,
       (select count(*) from wine.region_parents) as parents, (select count(*) from wine.grapes) as grapes,
       (select count(*) from wine.grape_names) as names, (select count(*) from wine.producers) as producers
"""


def quiet(_: str) -> None:
    """Tell nobody."""


@pytest.fixture
def take(jobs_db, tmp_path):
    """Imports rows as a file; returns the report."""

    async def run(rows, name="file.csv", anew=False, tell=quiet):
        path = tmp_path / name
        path.write_text(rows if isinstance(rows, str) else table(rows), encoding="utf-8")
        return await imports.import_file(jobs_db, SETTINGS, CatalogueFile(path, 1), tell, anew)

    return run


@pytest.fixture
async def owner(clone):
    """A connection of the owner of the tables."""
    connection = await connect(clone)
    yield connection
    await connection.close()


def wines(count: int) -> list[dict[str, str]]:
    """Rows of so many wines."""
    return [row(WineID=str(n), WineName=f"Wine {n}", RegionName=f"Region {n % 3}") for n in range(1, count + 1)]


async def test_a_file_is_taken_in_once_and_again_without_a_change(take, owner):
    rows = [*wines(7), row(WineID="8", ABV="43.0"), row(WineID="9", ABV="43.0"), row(WineID="10", Body="?")]
    told: list[str] = []
    first = await take(rows, tell=told.append)
    before = dict(await owner.fetchrow(COUNTS))
    again, anew = await take(rows), await take(rows, anew=True)

    assert (first.file.rows_done, first.file.added, first.file.set_aside) == (10, 7, 3)
    assert [(one.reason, one.rows, one.first_row) for one in first.reasons] == [
        ("43 percent of alcohol: no wine", 2, 8), ("Body is '?'", 1, 10),
    ]  # fmt: skip
    assert told[-1] == "file.csv: 10 rows, 0 of the last 1 new"
    assert len(told) == 4
    assert (again.file, again.rarities_moved) == (first.file, 0)
    assert (anew.file.added, anew.file.changed, anew.file.known, anew.file.set_aside) == (0, 0, 7, 3)
    assert dict(await owner.fetchrow(COUNTS)) == before
    assert before["wines"] == before["species"] == 7
    assert before["vintages"] == 21


async def test_an_import_that_was_killed_goes_on_behind_its_last_batch(take, owner, monkeypatch):
    save, saved = imports._save, 0

    async def dies(*arguments: object):
        nonlocal saved
        saved += 1
        if saved > 2:
            raise KeyboardInterrupt
        return await save(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(imports, "_save", dies)
    with pytest.raises(KeyboardInterrupt):
        await take(wines(10))
    stopped = await owner.fetchrow("select rows_done, added, finished_at from wine.catalogue_imports")
    monkeypatch.setattr(imports, "_save", save)
    told: list[str] = []
    done = await take(wines(10), tell=told.append)

    assert tuple(stopped) == (6, 6, None)
    assert told[0] == "file.csv: goes on behind row 6"
    assert (done.file.rows_done, done.file.added, done.file.known) == (10, 10, 0)
    assert (await owner.fetchrow(COUNTS))["wines"] == 10


async def test_two_processes_do_not_take_in_one_file_together(take, owner):
    both = await asyncio.gather(take(wines(30)), take(wines(30)), return_exceptions=True)

    (refused,) = [one for one in both if isinstance(one, BaseException)]
    assert isinstance(refused, ImportMovedOn)
    assert refused.code == "wine.import_moved_on"
    assert (await owner.fetchrow(COUNTS))["wines"] == 30
    assert await owner.fetchval("select added from wine.catalogue_imports") == 30


async def test_ratings_count_once_and_make_wines_common_or_rare(take, owner):
    await take(wines(4))
    ratings = [
        *(RATING | {"WineID": "1", "Vintage": "2019"} for _ in range(5)),
        RATING | {"WineID": "2", "Vintage": "0"},
        RATING | {"WineID": "2", "Vintage": "N.V.", "Rating": "1.0"},
        RATING | {"WineID": "99"},
        RATING | {"WineID": "1", "Rating": "7"},
    ]
    first = await take(ratings, name="ratings.csv")
    again = await take(ratings, name="ratings.csv", anew=True)
    rows = await owner.fetch("select source_id, ratings, half_stars from wine.catalogue_wines order by source_id")
    of_none = await owner.fetchval("select sum(ratings) from wine.vintages where year is null")
    rarest = await owner.fetchval("select slug from wine.wine_species order by rarity_base limit 1")

    assert (first.file.kind, first.file.changed, first.file.set_aside) == ("ratings", 2, 2)
    assert {one.reason for one in first.reasons} == {
        "ratings of a wine that the catalogue does not have", "the rating is not 1 to 5 in halves",
    }  # fmt: skip
    assert (again.file.changed, again.file.known) == (0, 2)
    assert [tuple(one) for one in rows] == [("1", 5, 45), ("2", 2, 11), ("3", 0, 0), ("4", 0, 0)]
    assert of_none == 2
    assert rarest == "mas-du-test-wine-1-1"


async def test_areas_overlap_and_regions_of_wines_become_areas(take, owner):
    us = {"Code": "US", "Country": "United States"}
    await take([row(**us, RegionName="Two Valley")])
    areas = [
        AREA,
        AREA | {"ava_id": "two", "name": "Two Valley", "within": "One Valley\n|Three Hills"},
        AREA | {"ava_id": "three", "name": "Three Hills", "within": "Nowhere"},
        AREA | {"ava_id": "old", "name": "Old", "valid_end": "2001-01-01"},
    ]
    report = await take(areas, name="areas.csv")
    wines_again = await take([row(**us, RegionName="Two Valley")], anew=True)
    parents = await owner.fetch(
        "select c.slug, p.slug as within from wine.region_parents o join wine.regions c on c.id = o.region_id"
        " join wine.regions p on p.id = o.parent_id order by 1, 2"
    )

    assert (report.file.added, report.file.changed, report.file.set_aside) == (2, 1, 2)
    assert [tuple(one) for one in parents] == [
        ("united-states-one-valley", "united-states"), ("united-states-three-hills", "united-states"),
        ("united-states-two-valley", "united-states-one-valley"),
        ("united-states-two-valley", "united-states-three-hills"),
    ]  # fmt: skip
    assert wines_again.file.known == 1
    assert "Three Hills lies within Nowhere, which no row is" in {one.reason for one in report.reasons}
    assert await owner.fetchval("select kind from wine.regions where slug = 'united-states-two-valley'") == "area"


async def test_no_region_lies_within_itself_by_any_way(take, owner):
    await take([AREA, AREA | {"ava_id": "two", "name": "Two", "within": "One Valley"}])
    circle = """
    insert into wine.region_parents (region_id, parent_id) select p.id, c.id from wine.regions p, wine.regions c
    where p.slug = 'united-states' and c.slug = 'united-states-two'
    """
    with pytest.raises(asyncpg.CheckViolationError, match="within itself"):
        await owner.execute(circle)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("a,b\n1,2\n", UnknownCatalogueFile),
        ("", UnknownCatalogueFile),
        ("\x00\x01", UnknownCatalogueFile),
        ("x" * (1 << 20) + "\n", CatalogueFileTooLarge),
    ],
)
async def test_a_file_that_is_none_is_refused(take, text, error):
    with pytest.raises(error) as caught:
        await take(text)

    assert caught.value.code in ("wine.unknown_catalogue_file", "wine.catalogue_file_too_large")


async def test_what_stands_before_a_broken_place_is_taken_in(take, owner):
    broken = table(wines(4)) + '5,"an open quote'
    with pytest.raises(BadCatalogueFile) as caught:
        await take(broken)

    assert (caught.value.code, caught.value.status) == ("wine.bad_catalogue_file", 422)
    assert "row 5" in str(caught.value)
    assert (await owner.fetchrow(COUNTS))["wines"] == 4
    short = await take(table(wines(1)) + "7,8\n", name="short.csv")
    assert [one.reason for one in short.reasons] == ["other columns than the header"]


async def test_a_folder_and_what_is_not_there_cannot_be_read(tmp_path):
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(BadCatalogueFile):
            CatalogueFile(path, 1)


async def test_a_file_of_another_encoding_is_refused_at_its_place(jobs_db, tmp_path):
    path = tmp_path / "latin.csv"
    path.write_bytes(table([row()]).encode("latin-1"))

    with pytest.raises(BadCatalogueFile, match="row 1"):
        await imports.import_file(jobs_db, SETTINGS, CatalogueFile(path, 1), quiet)


async def test_a_person_cannot_write_the_catalogue(db):
    for statement in (
        "delete from wine.catalogue_wines", "update wine.wine_species set rarity_base = 22",
        "insert into wine.regions default values", "delete from wine.natures", "select * from wine.catalogue_imports",
    ):  # fmt: skip
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with db.write() as tx:
                await tx.connection.execute(statement)


async def test_the_catalogue_is_filled_in_the_terminal(clone, tmp_path):
    (tmp_path / "wines.csv").write_text(table(wines(2)), encoding="utf-8")
    (tmp_path / "ratings.csv").write_text(table([RATING | {"WineID": "1"}]), encoding="utf-8")
    environment = {"GUILDHALL_DATABASE_URL": clone, "GUILDHALL_HOME": str(tmp_path)}

    async def command(*arguments: str) -> str:
        result = await asyncio.to_thread(CliRunner().invoke, app, ["wine", "catalogue", *arguments], env=environment)
        return result.stdout if result.exit_code == 0 else result.output

    loaded = json.loads(await command("load", "--json"))
    # ratings come after wines, in whatever order they are named
    done = json.loads(await command("import", str(tmp_path / "ratings.csv"), str(tmp_path / "wines.csv"), "--json"))
    listed = json.loads(await command("imports", "--json"))

    assert loaded == {"added": 40, "changed": 0, "known": 0}
    assert [(one["file"]["kind"], one["file"]["added"], one["file"]["changed"]) for one in done] == [
        ("wines", 2, 0), ("ratings", 0, 1),
    ]  # fmt: skip
    assert {one["file_name"] for one in listed} == {"wines.csv", "ratings.csv"}
    assert "40 as they were" in await command("load")
    assert "2 rows, 2 added" in await command("import", str(tmp_path / "wines.csv"))
    assert "wines.csv" in await command("imports")


@pytest.mark.skipif(not (WINES.exists() and RATINGS.exists() and AREAS.exists()), reason="no tables on this machine")
@pytest.mark.slow
async def test_the_real_tables_are_taken_in_and_rarities_have_the_shares_of_drops(jobs_db, owner):
    settings = WineSettings.model_validate({})

    async def run(anew: bool):
        return [
            await imports.import_file(jobs_db, settings, CatalogueFile(path, 100), quiet, anew)
            for path in (WINES, AREAS, RATINGS)
        ]

    first = await run(anew=False)
    before = dict(await owner.fetchrow(COUNTS))
    again = await run(anew=True)
    tiers = [one["rarity_base"] for one in await owner.fetch("select rarity_base from wine.wine_species")]
    shares = await owner.fetch(
        "select rarity, drop_weight::float8 / sum(drop_weight) over () as share from wine.rarity_tiers"
    )

    assert first[0].file.added == 999
    assert first[0].file.set_aside == 8
    assert before["ratings"] == before["of_vintages"] > 140_000
    assert dict(await owner.fetchrow(COUNTS)) == before
    assert [(one.file.added, one.file.changed) for one in again] == [(0, 0)] * 3
    for tier in shares:
        assert abs(tiers.count(tier["rarity"]) - tier["share"] * len(tiers)) <= 1
    assert max(tiers) >= 20
    commonest = await owner.fetchval(
        "select min(w.ratings) from wine.catalogue_wines w join wine.wine_species s on s.id = w.species_id"
        " where s.rarity_base = 1"
    )
    assert commonest > 150
