"""What the game says of a character, read without what means nothing."""

import random
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.packs.poe2.characters.rules.changes import next_look, slot_changes
from guildhall.packs.poe2.characters.rules.given import GivenCharacter, GivenSheet
from guildhall.packs.poe2.characters.rules.items import plain_text, read_item, read_items
from guildhall.packs.poe2.characters.rules.passives import read_passives
from guildhall.packs.poe2.characters.rules.sheet import read_sheet
from guildhall.packs.poe2.codes.rules.classes import ASCENDANCIES, ClassName, named_class, read_class
from guildhall.packs.poe2.ggg.rules.leagues import is_private
from guildhall.packs.poe2.sandbox.ggg import GggOptions
from guildhall.packs.poe2.sandbox.ggg.sheets import sheet_of
from guildhall.packs.poe2.sandbox.ggg.world import World
from guildhall.sandbox.clock import WorldClock

_WORLD = World(GggOptions(), WorldClock(datetime(2026, 9, 1, tzinfo=UTC)))
_NOW = _WORLD.clock.now()
_CHARACTERS = [one for account in _WORLD.accounts.values() for one in account.characters]


def given_of(character, shape="texts", now=_NOW):
    """A sheet of the stand-in, as the game sends it."""
    return sheet_of(20, character, now, shape)


def read(sheet):
    """A sheet, read."""
    return read_sheet(msgspec.convert({"character": sheet}, GivenCharacter, strict=False).character)


def hashes(sheet):
    """The hashes of a sheet."""
    found = read(sheet)
    return found.equipment_hash, found.skills_hash, found.passive_tree_hash


def shuffled(dice, value):
    """A value with its lists and keys in another order, but for those whose order has a meaning."""
    if isinstance(value, dict):
        keys = list(value)
        dice.shuffle(keys)
        return {
            key: value[key] if key in ("values", "gemSockets", "sockets") else shuffled(dice, value[key])
            for key in keys
        }
    if isinstance(value, list):
        mixed = [shuffled(dice, one) for one in value]
        dice.shuffle(mixed)
        return mixed
    return value


def with_new_ids(value):
    """A value whose items have other ids, icons and places in the grid."""
    if isinstance(value, dict):
        changed = {key: with_new_ids(one) for key, one in value.items()}
        if "baseType" in value:
            changed.update(id="f" * 64, icon="elsewhere.png", y=7, w=1, verified=True)
        return changed
    return [with_new_ids(one) for one in value] if isinstance(value, list) else value


@given(st.sampled_from(_CHARACTERS), st.integers(0, 2**32))
def test_order_ids_charges_and_the_shape_of_modifiers_mean_nothing(character, seed):
    sheet = given_of(character)
    id = sheet["id"]

    mixed = shuffled(random.Random(seed), with_new_ids(given_of(character, "objects", _NOW + 0.5)))
    mixed["id"] = id

    assert hashes(mixed) == hashes(sheet) == hashes(given_of(character, "mixed", _NOW + 0.25))


@pytest.mark.parametrize(
    ("change", "which"),
    [
        (lambda one: one["equipment"][0]["explicitMods"].append("+1 to all"), 0),
        (lambda one: one["equipment"][0].update(ilvl=83), 0),
        (lambda one: one["equipment"][0].update(corrupted=not one["equipment"][0].get("corrupted")), 0),
        (lambda one: one["equipment"].pop(), 0),
        (lambda one: one["skills"][0]["properties"][0].update(values=[["21", 0]]), 1),
        (lambda one: one["skills"][0]["socketedItems"].pop(), 1),
        (lambda one: one["passives"]["hashes"].append(64_000), 2),
        (lambda one: one["passives"]["specialisations"]["set1"].append(64_001), 2),
        (lambda one: one["passives"]["skill_overrides"].update({"64002": {"name": "Strength"}}), 2),
        (lambda one: one["jewels"][0]["explicitMods"].append("+1 to all"), 2),
        (lambda one: one["passives"]["jewel_data"]["0"].update(radius=1200), 2),
    ],
)
def test_whatever_has_a_meaning_changes_its_own_hash_alone(change, which):
    sheet = given_of(_CHARACTERS[0])
    before = hashes(sheet)

    change(sheet)

    after = hashes(sheet)
    assert [one == other for one, other in zip(before, after, strict=True)] == [place != which for place in range(3)]


def test_a_node_that_moves_between_the_tree_and_a_weapon_set_is_a_change():
    sheet = given_of(_CHARACTERS[0])
    before = hashes(sheet)[2]
    node = sheet["passives"]["specialisations"]["set1"].pop()

    sheet["passives"]["hashes"].append(node)

    assert hashes(sheet)[2] != before


def test_both_shapes_of_modifiers_are_one_item():
    texts = {
        "inventoryId": "Helm", "baseType": "Kamasan Tiara", "typeLine": "Kamasan Tiara", "rarity": "Rare", "ilvl": 80,
        "name": "<<set:MS>><<set:M>>Doom Crown", "explicitMods": ["+40% to [Resistances|Fire Resistance]"],
        "fracturedMods": ["+90 to maximum Life"], "desecratedMods": ["10% increased [Spirit]"],
    }  # fmt: skip
    objects = {
        **{key: one for key, one in texts.items() if not key.endswith("Mods")},
        "explicitMods": [
            {"description": "10% increased [Spirit]", "flags": {"fractured": False, "desecrated": True}},
            {"description": "+90 to maximum Life", "flags": {"fractured": True}, "hash": "x", "mods": []},
            {"description": "+40% to [Resistances|Fire Resistance]", "flags": {}},
        ],
    }

    item = read_item(texts)

    assert read_item(objects) == item
    assert item.title == "Doom Crown (Kamasan Tiara)"
    assert item.mods == {
        "desecrated": ["10% increased Spirit"], "explicit": ["+40% to Fire Resistance"],
        "fractured": ["+90 to maximum Life"],
    }  # fmt: skip


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_KEYS = st.sampled_from(
    ["name", "typeLine", "baseType", "rarity", "ilvl", "properties", "explicitMods", "runeMods", "sockets", "x",
     "socketedItems", "inventoryId", "corrupted"]
)  # fmt: skip


@given(st.dictionaries(_KEYS, _JSON, max_size=8))
def test_an_item_of_any_shape_is_read(odd):
    item = read_item(odd)

    assert msgspec.json.decode(msgspec.json.encode(item), type=type(item)) == item
    assert read_items([odd]) == [item]


def test_empty_objects_that_come_as_lists_are_read():
    sheet = msgspec.convert(
        {
            "id": "a", "name": "b", "class": "Monk", "level": 1, "jewels": [],
            "passives": {"hashes": [3, 1], "specialisations": [], "skill_overrides": [], "jewel_data": []},
        },
        GivenSheet,
    )  # fmt: skip

    passives = read_passives(sheet.passives, sheet.jewels)

    assert (passives.nodes, passives.sets, passives.overrides, passives.jewels) == ([1, 3], {}, {}, [])


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("+40% to [Resistances|Fire Resistance]", "+40% to Fire Resistance"),
        ("[Projectile] Speed", "Projectile Speed"),
        ("<<set:MS>><<set:M>><<set:S>>Grim  Bane", "Grim Bane"),
        ("plain", "plain"),
        (None, ""),
        (7, ""),
    ],
)
def test_markup_is_taken_off(text, plain):
    assert plain_text(text) == plain


@pytest.mark.parametrize(
    ("called", "class_name", "ascendancy"),
    [
        ("Warrior", "Warrior", None),
        ("Titan", "Warrior", "Titan"),
        ("Warrior1", "Warrior", "Titan"),
        ("Ranger3", "Ranger", "Pathfinder"),
        ("Witch3b", "Witch", "Abyssal Lich"),
        ("gemling legionnaire", "Mercenary", "Gemling Legionnaire"),
        ("Templar9", "Templar9", None),
        ("Something New", "Something New", None),
    ],
)
def test_a_class_is_read_however_it_is_called(called, class_name, ascendancy):
    assert read_class(called) == ClassName(class_name, ascendancy)


@pytest.mark.parametrize(
    ("class_name", "ascendancy", "named"),
    [
        ("Warrior", "Warrior1", ("Warrior", "Titan")),
        ("Warrior1", None, ("Warrior", "Titan")),
        ("Titan", None, ("Warrior", "Titan")),
        ("warrior", "smith of kitava", ("Warrior", "Smith of Kitava")),
        ("Witch", "Witch3b", ("Witch", "Abyssal Lich")),
        ("Warrior", None, ("Warrior", None)),
        ("Warrior", "Warrior", ("Warrior", "Warrior")),
        ("Templar9", "Templar91", ("Templar9", "Templar91")),
        ("Templar9", "Warrior1", ("Templar9", "Titan")),
        (" odd ", " Odd1", (" odd ", " Odd1")),
    ],
)
def test_a_class_and_its_ascendancy_have_one_name_each(class_name, ascendancy, named):
    found = named_class(class_name, ascendancy)

    assert (found.class_name, found.ascendancy) == named
    assert named_class(*named) == found


def test_no_name_of_the_table_stands_for_two_things():
    rows = ASCENDANCIES["0.5"]

    names = [name for internal, ascendancy, _ in rows for name in (internal, ascendancy)]
    assert len({*names, *(class_name for _, _, class_name in rows)}) == len(rows) * 2 + 8


def test_private_leagues_are_known_by_their_number():
    assert [is_private(one) for one in ("Guild Race (PL48213)", "Standard", "PL48213 fans", None)] == [
        True, False, False, False,
    ]  # fmt: skip


def test_changes_of_slots_are_told_with_both_items():
    sheet = given_of(_CHARACTERS[0])
    before = read_items(sheet["equipment"])
    sheet["equipment"] = [one for one in sheet["equipment"] if one["inventoryId"] != "Belt"]
    next(one for one in sheet["equipment"] if one["inventoryId"] == "Helm")["ilvl"] = 3

    changes = slot_changes(before, read_items(sheet["equipment"]))

    assert [(one.slot, one.before is None, one.after is None) for one in changes] == [
        ("Belt", False, True), ("Helm", False, False),
    ]  # fmt: skip
    assert slot_changes(before, before) == []
    assert [one.slot for one in slot_changes([], before)] == sorted(one.slot for one in before)


def test_looks_at_who_does_not_play_become_rare():
    hour, day = timedelta(hours=1), timedelta(hours=24)

    assert [next_look(count, hour, day) for count in (0, 1, 2, 3, 4, 5, 50)] == [
        hour, 2 * hour, 4 * hour, 8 * hour, 16 * hour, day, day,
    ]  # fmt: skip
    assert next_look(9, day, hour) == day
