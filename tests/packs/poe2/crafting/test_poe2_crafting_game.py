"""The game's data of patches: imported in the terminal, read over HTTP."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from guildhall.packs.poe2.crafting.errors import BadGameFile, BaseNotFound
from guildhall.packs.poe2.crafting.rules.extracts import read_extracts
from guildhall.packs.poe2.crafting.rules.files import known_rules, read_game, read_rules, read_weights
from guildhall.packs.poe2.crafting.rules.game import Base, Game
from guildhall.packs.poe2.crafting.rules.items import base_of
from guildhall.packs.poe2.sandbox import make_mods
from tests.packs.poe2.crafting.make import CRAFTING

REAL = Path(__file__).parents[5] / "shared" / "data" / "poe2" / "poe2mcp"
PATCHES = f"{CRAFTING}/patches"
RULES: Any = known_rules("0.5")


async def test_patches_bases_and_modifiers_are_listed_in_pages(product):
    (patch,) = await product.items(PATCHES)
    bases = await product.items(f"{PATCHES}/0.5/bases")
    amulets = await product.items(f"{PATCHES}/0.5/bases?class=Amulet")
    mods = await product.items(f"{PATCHES}/0.5/mods?base=Copper Ring&limit=3")

    assert (patch["patch"], patch["mods"], patch["bases"], patch["weights"], patch["spawns"]) == ("0.5", 12, 1, 9, 11)
    assert patch["weight_source"] == "made up"
    assert [one["name"] for one in bases] == ["Copper Ring"]
    assert amulets == []
    assert len(mods) == 11  # an essence's is on no base
    assert [one["id"] for one in mods] == sorted(one["id"] for one in mods)
    assert {one["id"]: one["weight"] for one in mods}["Life1"] == 3
    assert {one["id"]: one["weight"] for one in mods}["Tomb"] is None


async def test_rules_tell_their_sources(product):
    rules = (await product.get(f"{PATCHES}/0.5/rules")).json

    currencies = {one["id"]: one for one in rules["currencies"]}
    assert currencies["perfect-exalted-orb"]["floor"] == 50
    assert currencies["greater-orb-of-transmutation"]["floor"] == 44
    assert all(one["source"] for one in rules["currencies"] if "essence" not in one["id"])
    assert (rules["limits"]["crafted"], rules["limits"]["desecrated"]) == (1, 1)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/0.4/rules", 404, "poe2.patch_not_found"),
        ("/0.4/bases", 404, "poe2.patch_not_found"),
        ("/0.4/mods?base=Copper Ring", 404, "poe2.patch_not_found"),
        ("/0.5/mods?base=Iron Ring", 404, "poe2.base_not_found"),
        ("/latest/rules", 400, "bad_request"),
        ("/0.5/mods", 400, "bad_request"),
        ("/0.5/bases?after=bm90IGEgY3Vyc29y", 400, "bad_cursor"),
    ],
)
async def test_what_there_is_not_is_refused(product, path, status, code):
    answer = await product.get(PATCHES + path)

    assert (answer.status, answer.code) == (status, code)


async def test_a_table_is_imported_and_replaced_in_the_terminal(command, tmp_path):
    file = tmp_path / "mods.json"
    file.write_bytes(make_mods(3, 4))
    asked = ("poe2", "crafting", "import", str(file), "--patch", "0.5", "--source", "a test", "--json")

    first, again = json.loads(await command(*asked)), json.loads(await command(*asked))
    (listed,) = json.loads(await command("poe2", "crafting", "list", "--json"))
    wrong = await command(*asked[:4], "--patch", "latest", "--source", "a test")

    assert (first["bases"], first["replaced"], again["replaced"]) == (5, False, True)
    assert listed["mods"] == first["mods"]
    assert listed["weight_source"] == "unknown, treated as equal"
    assert "no patch" in wrong


async def test_weights_of_somebody_are_imported_with_their_source(command, tmp_path, product):
    csv, as_json, bad = tmp_path / "weights.csv", tmp_path / "weights.json", tmp_path / "bad.csv"
    csv.write_text("mod,tag,weight\nLife1,ring,1000\nLife2,,250\nSword,ring,3\n")
    as_json.write_text('{"Mana1": {"*": 400}, "Mana2": 100}')
    bad.write_text("name,weight\nLife1,1\n")
    asked = ("poe2", "crafting", "weights")
    options = ("--patch", "0.5", "--source", "a community sheet")

    done = json.loads(await command(*asked, str(csv), *options, "--json"))
    more = json.loads(await command(*asked, str(as_json), *options, "--usual", "77", "--json"))
    refused = await command(*asked, str(bad), *options)
    missing = await command(*asked, str(csv), "--patch", "0.1", "--source", "x")

    assert (done["mods"], done["unknown"], done["usual_weight"]) == (2, 1, 3)
    assert (more["mods"], more["usual_weight"]) == (2, 77)
    weights = {one["id"]: one["weight"] for one in await product.items(f"{PATCHES}/0.5/mods?base=Copper Ring")}
    assert (weights["Life1"], weights["Life2"], weights["Mana2"], weights["Tomb"]) == (1000, 250, 100, None)
    (patch,) = await product.items(PATCHES)
    assert (patch["weight_source"], patch["usual_weight"]) == ("a community sheet", 77)
    assert "no column 'mod'" in refused
    assert "no crafting data of patch 0.1" in missing


async def test_odds_follow_an_import_of_weights(command, tmp_path, product, clock):
    asked = {"item": {"base": "Copper Ring", "item_level": 82}, "use": "transmute", "targets": [{"type": "Life"}]}
    before = (await product.post(f"{CRAFTING}/odds/step", json=asked)).json
    file = tmp_path / "weights.json"
    file.write_text('{"Life1": 0, "Life2": 0}')
    await command("poe2", "crafting", "weights", str(file), "--patch", "0.5", "--source", "another")
    clock.advance(timedelta(minutes=2))
    after = (await product.post(f"{CRAFTING}/odds/step", json=asked)).json

    assert before["targets"][0]["probability"] == pytest.approx(5 / 25)
    assert after["targets"][0]["probability"] == 0
    assert (before["estimate"]["weight_source"], after["estimate"]["weight_source"]) == ("made up", "another")
    assert after["estimate"]["estimated"] is True


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[]", "Expected `object`"),
        ('{"mods": [], "bases": []}', "no modifiers"),
        ('{"mods": [{"id": "A", "type": "A", "side": "left", "level": 1}], "bases": []}', "Invalid enum"),
        ("[" * 100_000, "Expected `object`|nested"),
    ],
)
def test_a_bad_file_is_refused_in_words(text, why):
    with pytest.raises(BadGameFile, match=why):
        read_game(text.encode(), "0.5")


def test_files_whose_parts_do_not_fit_are_refused():
    table = json.loads(make_mods(1, 2))

    def refused(match: str, patch: str = "0.5", **changed: object) -> None:
        with pytest.raises(BadGameFile, match=match):
            read_game(json.dumps({**table, **changed}).encode(), patch)

    refused("there twice", mods=table["mods"] * 2)
    refused("which there is not", currencies=[{**table["currencies"][0], "gives": [{"mod": "Nothing"}]}])
    refused("prefixes and suffixes", mods=[{**one, "type": "X"} for one in table["mods"]])
    refused("no rules are known for patch 9.9", "9.9")
    with pytest.raises(BadGameFile, match="has the weight -1"):
        read_weights(b'{"A": -1}')
    with pytest.raises(BadGameFile, match="no weights"):
        read_weights(b"mod,weight\n")
    with pytest.raises(BadGameFile, match="a line"):
        read_weights(b"mod,weight\nA,many\n")
    with pytest.raises(BadGameFile):
        read_rules(b"{}")


def extracted(*mods: Any, tags: Any, bases: Any) -> tuple[bytes, bytes, bytes]:
    """Files in the shape of extracts from the game's tables."""
    rows = [
        {"display_name": "of It", "level_requirement": 1, "domain": 1, "generation_type_name": "PREFIX",
         "stats": [{"min_value": 1, "max_value": 3, "is_empty": False, "stat_id": "it"}], **one}
        for one in mods
    ]  # fmt: skip
    items = {
        f"Metadata/{id}": {"id": f"Metadata/{id}", "name": name, "item_class": kind}
        for id, (name, kind) in bases.items()
    }
    return (
        json.dumps({"mods": rows}).encode(),
        json.dumps({"spawn_tags": tags}).encode(),
        json.dumps({"base_items": items}).encode(),
    )


def test_extracts_of_the_games_tables_are_read():
    files = extracted(
        {"mod_id": "Health1", "type_key": 7},
        {"mod_id": "Health2_", "type_key": 7, "level_requirement": 30},
        {"mod_id": "Speed1", "type_key": 8, "generation_type_name": "SUFFIX"},
        {"mod_id": "AbyssUlamanHealth", "type_key": 9, "domain": 28},
        {"mod_id": "WarmCrafted", "type_key": 10},
        {"mod_id": "Implicit1", "type_key": 11, "generation_type_name": "IMPLICIT"},
        {"mod_id": "MapThing1", "type_key": 12, "domain": 5},
        tags={
            "Health1": ["str_armour", "default"], "Health2_": ["gloves"], "Speed1": ["ranged", "weapon", "bow"],
            "AbyssUlamanHealth": ["gloves"], "WarmCrafted": ["gloves"],
        },
        bases={
            "GlovesStr1": ("Mitts", "Gloves"), "GlovesStrInt1": ("Cuffs", "Gloves"), "Bow1": ("Bow", "Bow"),
            "GlovesDemigods1": ("Bracers", "Gloves"), "JewelStr": ("Ruby", "Jewel"), "Flail1": ("Flail", "Flail"),
        },
    )  # fmt: skip
    game = read_extracts(*files, RULES)
    mods = {one.id: one for one in game.mods}
    bases = {one.name: one for one in game.bases}

    assert set(mods) == {"Health1", "Health2_", "Speed1", "AbyssUlamanHealth", "WarmCrafted"}
    assert mods["Health1"].type == mods["Health2_"].type == "Health"
    assert mods["AbyssUlamanHealth"].faction == "Ulaman"
    assert mods["WarmCrafted"].kind == "crafted"
    assert mods["WarmCrafted"].spawn == []
    assert mods["Health1"].stats == ["it 1 to 3"]
    assert [(one.tag, one.weight) for one in mods["Speed1"].spawn] == [("ranged", 0), ("weapon", None), ("bow", None)]
    assert set(bases) == {"Mitts", "Cuffs", "Bow", "Ruby"}
    assert bases["Cuffs"].tags == ["gloves", "armour", "str_int_armour"]


@pytest.mark.parametrize("wrong", [0, 1, 2])
def test_extracts_of_another_shape_are_refused(wrong):
    files = list(extracted({"mod_id": "A1", "type_key": 1}, tags={"A1": ["ring"]}, bases={"R": ("R", "Ring")}))
    files[wrong] = b'{"nothing": 1}'

    with pytest.raises(BadGameFile, match="another shape"):
        read_extracts(files[0], files[1], files[2], RULES)


@pytest.mark.skipif(not REAL.is_dir(), reason="the game's tables are not on this machine")
def test_the_real_tables_are_read():
    names = ("mods_0.5.json", "spawn_tags.json", "base_items.json")
    mods, tags, bases = (REAL.joinpath(name).read_bytes() for name in names)
    game = read_extracts(mods, tags, bases, RULES)

    assert len(game.mods) > 3000
    assert len(game.bases) > 1000
    assert {"IncreasedLife", "FireResist"} <= {one.type for one in game.mods}


def test_a_base_of_an_ambiguous_name_needs_its_id():
    bases = [
        Base("a", "Coat", "Body Armour", ["str"]),
        Base("b", "Coat", "Body Armour", ["dex"]),
        Base("c", "Hat", "Helmet", ["x"]),
    ]
    game = Game(
        patch="0.5", source="", weight_source="", usual_weight=1, rules=RULES, mods={},
        bases={one.id: one for one in bases},
    )  # fmt: skip

    assert base_of(game, "b").tags == ["dex"]
    assert base_of(game, "Hat").id == "c"
    with pytest.raises(BaseNotFound, match="give the id"):
        base_of(game, "Coat")
