"""Rows that become wines, and wines species."""

import csv
from collections import Counter

import pytest

from guildhall.packs.wine.catalogue.rules import ava, xwines
from guildhall.packs.wine.catalogue.rules.grapes import grape_of, known_grapes
from guildhall.packs.wine.catalogue.rules.names import name_key, slug_of
from guildhall.packs.wine.catalogue.rules.set_aside import SetAside
from guildhall.packs.wine.catalogue.rules.shipped import shipped_wines
from guildhall.packs.wine.catalogue.rules.species import derived
from tests.packs.wine.catalogue.make import AREA, AREAS, RATING, WINES, row, wine

NAMES = [
    "Château d'Été",
    "ŒUF  Frais",
    "Weißburgunder",
    "Łąka Ørsted",
    "Таманский полуостров",
    "Ἀσσύρτικο",
    "a\u00a0b\tc ",
]


def test_a_name_is_compared_without_accents_case_and_further_blanks():
    assert [name_key(one) for one in NAMES[:4]] == ["chateau d'ete", "oeuf frais", "weissburgunder", "laka orsted"]
    assert name_key("Tokaji") == name_key("  TOKAJÍ ")


async def test_the_database_compares_names_in_the_same_way(tx):
    names = [*NAMES, *(name for grape in known_grapes() for name in (grape.name, *grape.synonyms))]
    if WINES.exists():
        with WINES.open(encoding="utf-8") as file:
            names += [
                one[column] for one in csv.DictReader(file) for column in ("WineName", "WineryName", "RegionName")
            ]
    rows = await tx.connection.fetch("select name, wine.name_key(name) as key from unnest($1::text[]) name", names)

    assert [one["key"] for one in rows] == [name_key(name) for name in names]


def test_addresses_differ_where_names_do():
    assert slug_of("Château d'Été", "Rosé") == "chateau-d-ete-rose"
    russian, other = slug_of("Россия"), slug_of("Грузия")
    assert russian != other
    assert slug_of("x" * 200) != slug_of("x" * 201)
    assert len(slug_of("x" * 200)) <= 100


def test_a_row_of_x_wines_is_a_wine():
    read = xwines.read_wine(row(), 300)

    assert (read.name, read.style, read.body, read.acidity, read.grapes) == ("Château Rosé", "red", 4, 2, ["Merlot"])
    # the year 1900 fills a gap, and N.V. is no year
    assert read.vintages == [2019, 2018, None]
    assert read.website == "http://www.example.org"
    assert xwines.read_wine(row(Grapes='["Trebbiano D\'Abruzzo"]'), 300).grapes == ["Trebbiano D'Abruzzo"]
    assert xwines.read_wine(row(Type="Dessert", ABV="17.5"), 300).style == "fortified"
    assert xwines.read_wine(row(Type="White", ABV="8.0"), 300).sweetness == 3
    assert xwines.read_wine(row(Vintages="[1900]"), 300).vintages == [None]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"ABV": "43.0", "Type": "Dessert"}, "43 percent of alcohol: no wine"),
        ({"ABV": "nan"}, "ABV is no number"),
        ({"ABV": "strong"}, "ABV is no number"),
        ({"WineID": "x"}, "WineID is no number"),
        ({"Grapes": "['Merlot', 'Malbec']"}, "a varietal of 2 grapes contradicts itself"),
        ({"Grapes": "[]"}, "no grape"),
        ({"Grapes": "['Merlot'"}, "Grapes is no list"),
        ({"Grapes": "__import__('os')"}, "Grapes is no list"),
        ({"Grapes": "[1]"}, "Grapes is no list of texts"),
        ({"Grapes": "[" * 5000}, "Grapes is no list"),
        ({"Type": "Orange"}, "Type is 'Orange'"),
        ({"Body": ""}, "Body is ''"),
        ({"Vintages": "[20190]"}, "the vintage '20190' is no year"),
        ({"Vintages": str([*range(1710, 2012)])}, "301 vintages"),
        ({"WineName": ""}, "name"),
        ({"WineName": "x" * 201}, "name"),
        ({"Code": "France"}, "country_code"),
    ],
)
def test_a_row_that_is_no_wine_is_set_aside_with_the_reason(changed, reason):
    with pytest.raises(SetAside) as caught:
        xwines.read_wine(row(**changed), 300)

    assert reason in str(caught.value)


def test_a_rating_has_a_wine_a_vintage_and_half_stars():
    assert xwines.read_rating(RATING) == ("7", 2019, 9)
    assert [xwines.read_rating(RATING | {"Vintage": text})[1] for text in ("0", "N.V.")] == [None, None]
    for wrong in ({"Rating": "6"}, {"Rating": "4.3"}, {"Rating": "x"}, {"WineID": "-1"}, {"Vintage": "19"}):
        with pytest.raises(SetAside):
            xwines.read_rating(RATING | wrong)


def test_areas_are_a_tree_without_circles_and_tell_what_does_not_resolve():
    areas = [
        ava.read_area(AREA | {"ava_id": name, "name": name, "within": within})
        for name, within in (("a", "b\n|c"), ("b", "c| d "), ("c", "a|c|nowhere"), ("d", ""))
    ]
    found, unresolved = ava.tree(areas)

    assert {area.name: parents for area, parents in found} == {"a": ["b", "c"], "b": ["c", "d"], "c": [], "d": []}
    assert [(one.area, one.within) for one in unresolved] == [("c", "a"), ("c", "c"), ("c", "nowhere")]
    for over in ({"removed": "1999-01-01"}, {"valid_end": "1999-01-01"}, {"name": " "}):
        with pytest.raises(SetAside):
            ava.read_area(AREA | over)


def test_names_of_a_grape_are_one_grape():
    assert {grape_of(name).name for name in ("Syrah", "shiraz", "Syrah/Shiraz")} == {"Syrah"}
    assert grape_of("Carignan/Cariñena").name == "Carignan"
    unknown = grape_of("Nova/Nuova")
    assert (unknown.name, unknown.synonyms) == ("Nova", ["Nuova", "Nova/Nuova"])


@pytest.mark.parametrize(
    ("facts", "types"),
    [
        ({"style": "sparkling", "acidity": 3, "grapes": ["Chardonnay"]}, ("sparkling", "crisp")),
        ({"style": "dessert", "sweetness": 4, "grapes": ["Riesling"]}, ("sweet", "aromatic")),
        ({"style": "fortified", "sweetness": 4, "body": 5, "grapes": ["Touriga Nacional"]}, ("fortified", "tannic")),
        ({"body": 5, "grapes": ["Cabernet Sauvignon"]}, ("tannic", "rich")),
        ({"body": 3, "grapes": ["Pinot Noir"]}, ("earthy", "rich")),
        ({"style": "white", "body": 1, "acidity": 3, "grapes": ["Arinto"]}, ("crisp", None)),
        ({"style": "white", "body": 4, "acidity": 1, "grapes": ["Chardonnay"]}, ("rich", None)),
        ({"style": "white", "body": 2, "grapes": ["Torrontés"]}, ("aromatic", "crisp")),
    ],
)
def test_types_follow_from_style_body_acidity_sweetness_and_grapes(facts, types):
    species = derived(wine(**facts))

    assert (species.primary_type, species.secondary_type) == types


def test_the_rule_knows_no_order_of_grapes_nor_their_synonyms():
    first = derived(wine(grapes=["Syrah", "Grenache"]))

    assert first == derived(wine(grapes=["Garnacha", "Shiraz"]))
    assert derived(wine(body=5, acidity=1)).base_stats[0] > derived(wine(body=1, acidity=1)).base_stats[0]
    assert derived(wine(acidity=3)).base_stats[1] > derived(wine(acidity=1)).base_stats[1]


def test_the_shipped_wines_are_of_every_type_and_of_known_grapes():
    wines = shipped_wines()
    prime = {grape.name for grape in known_grapes()}

    assert len({one.source_id for one in wines}) == len(wines) == 40
    assert {derived(one).primary_type for one in wines} == {
        "crisp", "aromatic", "rich", "tannic", "earthy", "sparkling", "sweet", "fortified",
    }  # fmt: skip
    assert {grape_of(name).name for one in wines for name in one.grapes} <= prime
    assert [one.name for one in wines if one.vintages == [None]]


@pytest.mark.skipif(not WINES.exists(), reason="no table of wines is on this machine")
def test_real_wines_are_spread_over_types_and_stats():
    species, aside = [], Counter[str]()
    with WINES.open(encoding="utf-8") as file:
        for one in csv.DictReader(file):
            try:
                species.append(derived(xwines.read_wine(one, 300)))
            except SetAside as error:
                aside[str(error).partition(" ")[2]] += 1

    assert aside == {"percent of alcohol: no wine": 8}
    shares = Counter(one.primary_type for one in species)
    assert len(shares) == 8
    assert all(0.03 <= number / len(species) <= 0.35 for number in shares.values()), shares
    alone = sum(one.secondary_type is None for one in species)
    assert 0.1 <= alone / len(species) <= 0.5
    assert len({(one.primary_type, one.secondary_type) for one in species}) >= 25
    for place in range(6):
        values = [one.base_stats[place] for one in species]
        assert max(values) - min(values) >= 60
    totals = sorted(sum(one.base_stats) for one in species)
    assert totals[-1] < 2 * totals[0]
    assert len({one.growth_curve for one in species}) == 6
    assert {one.evolution_trigger for one in species} == {"none", "time", "experience", "level", "season"}


@pytest.mark.skipif(not AREAS.exists(), reason="no table of areas is on this machine")
def test_the_real_areas_are_a_tree():
    areas = []
    with AREAS.open(encoding="utf-8") as file:
        for one in csv.DictReader(file):
            try:
                areas.append(ava.read_area(one))
            except SetAside:
                continue
    found, unresolved = ava.tree(areas)

    assert len(found) == 269
    assert sum(len(parents) > 1 for _, parents in found) > 50
    assert 0 < len(unresolved) < 20
