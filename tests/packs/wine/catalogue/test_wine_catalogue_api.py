"""The catalogue over HTTP, filled with the wines that come with the pack."""

import pytest

from guildhall.packs.wine.catalogue.actions.wines import load_shipped, put_wines
from guildhall.packs.wine.catalogue.queries import writing
from tests.packs.wine.catalogue.make import wine

WINE = "/api/v1/wine"
PINOT, OLDEST = "quill-vine-inkwell-pinot-noir", "borpatak-pince-aranykeve-aszu"


@pytest.fixture
async def shipped(jobs_db):
    """The catalogue that comes with the pack."""
    async with jobs_db.write() as tx:
        return await load_shipped(tx)


async def slugs(client, path: str) -> list[str]:
    """The addresses of a whole list, of pages of seven."""
    found, after = [], ""
    while True:
        answer = await client.get(f"{WINE}/{path}{'&' if '?' in path else '?'}limit=7{after}")
        assert answer.status == 200, answer.json
        found += [one["slug"] for one in answer.json["items"]]
        if answer.json["next"] is None:
            return found
        after = f"&after={answer.json['next']}"


async def test_species_are_listed_in_order_and_by_what_they_are(guildhall, shipped):
    everything = await slugs(guildhall, "species")
    tannic = await slugs(guildhall, "species?type=tannic")
    shiraz = await slugs(guildhall, "species?grape=syrah")
    french_sparkling = await slugs(guildhall, "species?region=france&style=sparkling")

    assert len(everything) == 40 == shipped.added
    assert everything == sorted(everything)
    assert 5 <= len(tannic) < 20
    assert "kookaburra-ridge-ridge-shiraz" in shiraz
    assert "domaine-des-trois-clochers-les-vieilles-cloches" in shiraz
    assert french_sparkling == ["domaine-des-trois-clochers-cuvee-du-sonneur"]
    assert await slugs(guildhall, "species?region=nowhere") == []
    by_tier = [await slugs(guildhall, f"species?rarity={tier}") for tier in range(1, 23)]
    assert sorted(one for tier in by_tier for one in tier) == everything
    assert len(by_tier[0]) == 11


async def test_a_species_has_the_columns_of_its_kind(guildhall, shipped):
    pinot = (await guildhall.get(f"{WINE}/species/{PINOT}")).json
    none = await guildhall.get(f"{WINE}/species/none")

    assert (pinot["primary_type"], pinot["secondary_type"], pinot["rule_version"]) == ("earthy", "crisp", 1)
    assert pinot["base_stats"].keys() == {"body", "acidity", "tannin", "aroma", "finish", "vigour"}
    assert all(1 <= value <= 255 for value in pinot["base_stats"].values())
    assert (pinot["grape_varieties"], pinot["typical_regions"]) == (["pinot-noir"], ["new-zealand-central-otago"])
    assert (pinot["growth_curve"], pinot["evolution_trigger"], pinot["breeding_group"]) == ("steady", "level", ["dark"])
    assert (none.status, none.json["code"]) == (404, "wine.species_not_found")


async def test_a_wine_has_its_vintages_apart_and_one_without_a_year_has_none(guildhall, shipped):
    page = (await guildhall.get(f"{WINE}/catalogue-wines/{PINOT}")).json
    first = (await guildhall.get(f"{WINE}/catalogue-wines/{PINOT}/vintages?limit=6")).json
    rest = (await guildhall.get(f"{WINE}/catalogue-wines/{PINOT}/vintages?limit=6&after={first['next']}")).json
    without = (await guildhall.get(f"{WINE}/catalogue-wines/tenuta-rondinara-lucciola/vintages")).json
    gone = [await guildhall.get(f"{WINE}/catalogue-wines/none{end}") for end in ("", "/vintages")]

    assert (page["vintages"], page["grapes"], page["producer_slug"]) == (8, ["Pinot Noir"], "quill-vine-nz")
    assert [one["year"] for one in first["items"] + rest["items"]] == [*range(2022, 2014, -1)]
    assert without["items"] == [{"year": None, "ratings": 0}]
    assert {(one.status, one.json["code"]) for one in gone} == {(404, "wine.catalogue_wine_not_found")}
    assert await slugs(guildhall, "catalogue-wines?year=1993") == [OLDEST]
    assert len(await slugs(guildhall, "catalogue-wines?producer=quill-vine-nz")) == 3
    assert len(await slugs(guildhall, "catalogue-wines?region=germany&style=white")) == 2


async def test_producers_and_regions_are_pages_of_their_own(guildhall, shipped):
    producer = (await guildhall.get(f"{WINE}/producers/quill-vine-nz")).json
    mosel = (await guildhall.get(f"{WINE}/regions/germany-mosel")).json
    germany = (await guildhall.get(f"{WINE}/regions/germany")).json
    missing = [await guildhall.get(f"{WINE}/{path}/none") for path in ("producers", "regions")]

    assert producer["name"] == "Quill & Vine"
    assert len(await slugs(guildhall, "producers")) == 12
    assert await slugs(guildhall, "producers?country=HU") == ["borpatak-pince-hu"]
    assert (mosel["within"], mosel["wines"], germany["wines"], germany["kind"]) == (["germany"], 3, 4, "country")
    assert await slugs(guildhall, "regions?within=germany") == ["germany-ahr", "germany-mosel"]
    assert len(await slugs(guildhall, "regions?kind=country")) == 12
    assert [(one.status, one.json["code"]) for one in missing] == [
        (404, "wine.producer_not_found"), (404, "wine.region_not_found"),
    ]  # fmt: skip


async def test_a_grape_is_found_by_any_of_its_names(guildhall, shipped):
    by_name = [
        (await guildhall.get(f"{WINE}/grapes/{name}")).json
        for name in ("syrah", "SHIRAZ", "Shiraz", "sp%C3%A4tburgunder")
    ]
    missing = await guildhall.get(f"{WINE}/grapes/none")

    assert [one["name"] for one in by_name] == ["Syrah", "Syrah", "Syrah", "Pinot Noir"]
    assert "Shiraz" in by_name[0]["synonyms"]
    assert "pinot-noir" in await slugs(guildhall, "grapes?colour=red")
    assert (missing.status, missing.json["code"]) == (404, "wine.grape_not_found")


async def test_loading_again_changes_nothing(jobs_db, shipped):
    async with jobs_db.write() as tx:
        again = await load_shipped(tx)
        moved = await writing.settle_rarities.one(tx)

    assert (shipped.added, shipped.known) == (40, 0)
    assert (again.added, again.changed, again.known) == (0, 0, 40)
    assert moved == 0


async def test_a_change_of_facts_changes_the_species_and_keeps_the_address(jobs_db, guildhall):
    async with jobs_db.write() as tx:
        await put_wines(tx, "test", [wine(source_id="9", name="Bright", grapes=["Merlot", "Malbec"])])
        put = await put_wines(
            tx, "test", [wine(source_id="9", name="Other", style="sparkling", grapes=["Glera"], vintages=[2020])]
        )
    species = (await guildhall.get(f"{WINE}/species/maker-bright-9")).json
    page = (await guildhall.get(f"{WINE}/catalogue-wines/maker-bright-9")).json

    assert (put.added, put.changed) == (0, 1)
    assert (species["name"], species["primary_type"], species["grape_varieties"]) == ("Other", "sparkling", ["glera"])
    assert page["grapes"] == ["Glera"]
    # a bottle may be of a vintage that the file has no more
    assert page["vintages"] == 3


async def test_rarity_follows_the_rank_among_all_wines(jobs_db):
    wines = [wine(source_id=str(n), name=f"Wine {n}", ratings=1000 - n) for n in range(400)]
    async with jobs_db.write() as tx:
        await put_wines(tx, "test", wines)
        await writing.settle_rarities.one(tx)
        rows = await tx.connection.fetch(
            "select w.ratings, s.rarity_base from wine.catalogue_wines w"
            " join wine.wine_species s on s.id = w.species_id order by w.ratings desc"
        )
        shares = await tx.connection.fetch(
            "select rarity, drop_weight::float8 / sum(drop_weight) over () as share from wine.rarity_tiers"
        )

    tiers = [row["rarity_base"] for row in rows]
    assert tiers == sorted(tiers)
    assert (tiers[0], tiers[-1] > 18) == (1, True)
    for row in shares:
        assert abs(tiers.count(row["rarity"]) - row["share"] * 400) <= 1
