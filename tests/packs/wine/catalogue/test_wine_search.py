"""The search over wines: accents, case, beginnings and typos; facets, filters and pages."""

import csv

import pytest

from guildhall.packs.wine.catalogue.actions.wines import load_shipped, put_wines, settle
from guildhall.packs.wine.catalogue.rules import xwines
from guildhall.packs.wine.catalogue.rules.set_aside import SetAside
from tests.packs.wine.catalogue.make import WINES, wine

SEARCH = "/api/v1/wine/search"


@pytest.fixture
async def shipped(jobs_db):
    """The catalogue that comes with the pack."""
    async with jobs_db.write() as tx:
        await load_shipped(tx)


async def found(client, q: str, **filters: object) -> list[str]:
    """The addresses of the first page of a search."""
    answer = await client.get(SEARCH, params={"q": q, **{name: str(value) for name, value in filters.items()}})
    assert answer.status == 200, answer.json
    return [one["slug"] for one in answer.json["items"]]


@pytest.mark.parametrize(
    ("q", "slug"),
    [
        ("aszu", "borpatak-pince-aranykeve-aszu"),
        ("ARANYKÉVE", "borpatak-pince-aranykeve-aszu"),
        ("papperbark sauvig", "quill-vine-paperbark-sauvignon"),
        ("clohcers chablis", "domaine-des-trois-clochers-blanc-des-clochers"),
        ("aneglus", "domaine-des-trois-clochers-rose-de-l-angelus"),
        ("garnacha blanca roca", None),
        ("cote", "domaine-des-trois-clochers-rose-de-l-angelus"),
        ("solera jerez", "bodega-piedra-parda-solera-del-gato"),
    ],
)
async def test_a_wine_is_found_by_half_remembered_words(guildhall, shipped, q, slug):
    slugs = await found(guildhall, q)

    assert slugs[:1] == ([] if slug is None else [slug])


async def test_a_grape_s_other_names_find_its_wines(guildhall, shipped):
    assert "weingut-schieferhang-rotschiefer-spatburgunder" in await found(guildhall, "pinot nero")
    assert "kookaburra-ridge-ridge-shiraz" in await found(guildhall, "syrah")


async def test_the_exact_word_comes_before_its_like(jobs_db, guildhall):
    async with jobs_db.write() as tx:
        names = ("Margaux", "Margaus", "Margauxine", "Other")
        await put_wines(tx, "test", [wine(source_id=str(at), name=name) for at, name in enumerate(names)])
        await settle(tx)

    assert await found(guildhall, "margaux") == ["maker-margaux-0", "maker-margauxine-2", "maker-margaus-1"]
    assert await found(guildhall, "margaux maker bordeaux") == [
        "maker-margaux-0", "maker-margauxine-2", "maker-margaus-1",
    ]  # fmt: skip
    assert await found(guildhall, "margaux nowhere") == []


async def test_a_search_has_pages_filters_and_facets(guildhall, shipped):
    everything, after = [], None
    while True:
        params = {"q": "trois clochers", "limit": "2"} | ({} if after is None else {"after": after})
        page = (await guildhall.get(SEARCH, params=params)).json
        everything += [one["slug"] for one in page["items"]]
        if (after := page["next"]) is None:
            break
    facets = (await guildhall.get(f"{SEARCH}/facets", params={"q": "trois clochers"})).json["values"]
    of = {(one["facet"], one["value"]): one["wines"] for one in facets}

    assert len(everything) == len(set(everything)) == 6
    assert await found(guildhall, "clochers", style="sparkling") == ["domaine-des-trois-clochers-cuvee-du-sonneur"]
    assert await found(guildhall, "clochers", region="france-pauillac") == ["domaine-des-trois-clochers-le-bourdon"]
    assert await found(guildhall, "clochers", grape="semillon") == ["domaine-des-trois-clochers-tintinnabule"]
    assert await found(guildhall, "clochers", type="sweet") == ["domaine-des-trois-clochers-tintinnabule"]
    assert (of["style", "red"], of["country", "FR"], of["type", "sparkling"], of["grape", "chardonnay"]) == (2, 6, 1, 2)
    assert sum(wines for (facet, _), wines in of.items() if facet == "rarity") == 6


@pytest.mark.parametrize("q", ["", "\x00", "x" * 201])
async def test_what_is_no_search_is_refused(guildhall, q):
    assert (await guildhall.get(SEARCH, params={"q": q})).status == 400


async def test_texts_without_words_and_odd_ones_find_nothing(guildhall, shipped):
    for q in ("%", "'; --", "_____", "\u3164", "| & !", "zzzzzzzz", "a" * 200):
        assert await found(guildhall, q) == []


@pytest.mark.skipif(not WINES.exists(), reason="no table of wines is on this machine")
async def test_real_names_are_found_with_a_typo_in_them(jobs_db, guildhall):
    wines = []
    with WINES.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            try:
                wines.append(xwines.read_wine(row, 300))
            except SetAside:
                continue
    async with jobs_db.write(timeout=120) as tx:
        await put_wines(tx, "xwines", wines)
        await settle(tx)
    # wines with a word of eight letters in the name: two letters of it are swapped
    asked = [one for one in wines if any(len(word) >= 8 and word.isalpha() for word in one.name.split())][:60]
    hits = 0
    for one in asked:
        long = max((word for word in one.name.split() if word.isalpha()), key=len)
        typo = long[:3] + long[4] + long[3] + long[5:]
        slugs = await found(guildhall, f"{typo} {one.producer}", limit=100)
        hits += any(slug.endswith(f"-{one.source_id}") for slug in slugs)

    assert hits >= 0.95 * len(asked)
