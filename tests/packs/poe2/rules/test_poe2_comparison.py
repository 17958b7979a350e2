"""Builds compared, and the texts of items."""

import pytest
from msgspec.structs import replace

from guildhall.packs.poe2.codes.rules.build import Build, Config, Gem, Item, ItemSet, SkillGroup, SkillSet, Socket, Tree
from guildhall.packs.poe2.codes.rules.comparison import compare
from guildhall.packs.poe2.codes.rules.items import ItemText, Mod, read_item
from guildhall.packs.poe2.codes.rules.reading import read_build
from guildhall.packs.poe2.sandbox import BuildMaker

BOW = "Rarity: RARE\nDoom Song\nGemini Bow\nItem Level: 80\nLevelReq: 70\nImplicits: 0\n+40 to maximum Life"
BEFORE = Build(
    "Ranger", "Deadeye", 80,
    stats={"TotalEHP": 10_000, "TotalDPS": "inf"},
    trees=[Tree("0_4", "End", nodes=[1, 2, 3], sockets=[Socket(2, 5)])],
    skill_sets=[SkillSet(1, "", [SkillGroup(enabled=True, gems=[Gem("Spark", level=18), Gem("Pierce")])])],
    items=[Item(1, BOW)],
    item_sets=[ItemSet(1, "", None, {"Weapon 1": 1})],
    configs=[Config(1, "", {"enemyIsBoss": "Pinnacle"})],
    notes="first",
)  # fmt: skip
TREE, SET, GROUP = BEFORE.trees[0], BEFORE.skill_sets[0], BEFORE.skill_sets[0].groups[0]


def with_gems(*gems: Gem) -> Build:
    """The build with other gems in its group."""
    return replace(BEFORE, skill_sets=[replace(SET, groups=[replace(GROUP, gems=list(gems))])])


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (BEFORE, []),
        (replace(BEFORE, class_name="Monk"), ["The class is Monk instead of Ranger."]),
        (replace(BEFORE, ascendancy=None), ["The ascendancy is none instead of Deadeye."]),
        (replace(BEFORE, level=81), ["The level is 81 instead of 80."]),
        (replace(BEFORE, trees=[replace(TREE, nodes=[2, 3, 7])]), ["Passive nodes: 1 taken: 7; 1 left: Acuity."]),
        (
            replace(BEFORE, trees=[replace(TREE, version="0_5")]),
            ["The tree is of 0_5 instead of 0_4: the same number may be another node."],
        ),
        (
            replace(BEFORE, trees=[replace(TREE, weapon_sets=[[4], []])]),
            ["Nodes of weapon set 1: 1 taken: 4."],
        ),
        (replace(BEFORE, trees=[replace(TREE, sockets=[])]), ["Other jewels are in the sockets."]),
        (replace(BEFORE, trees=[TREE, Tree("0_5", "Levelling")]), ["The passive tree Levelling is new."]),
        (with_gems(Gem("Spark", level=20), Gem("Pierce")), ["Spark has level 20 instead of 18."]),
        (with_gems(Gem("Spark", level=18)), ["Spark is no longer supported by Pierce."]),
        (with_gems(*GROUP.gems, Gem("Unleash")), ["Spark is supported by Unleash now."]),
        (
            with_gems(Gem("Comet"), Gem("Unleash")),
            ["Spark was removed with Pierce.", "Comet was added with Unleash."],
        ),
        (
            replace(BEFORE, skill_sets=[replace(SET, groups=[replace(GROUP, enabled=False)])]),
            ["Spark is off."],
        ),
        (
            replace(BEFORE, items=[Item(1, BOW.replace("+40", "+60"))]),
            ["Weapon 1: Doom Song (Gemini Bow) gained +60 to maximum Life, lost +40 to maximum Life."],
        ),
        (
            replace(BEFORE, items=[Item(1, BOW.replace("Doom Song", "Pain Loop"))]),
            ["Weapon 1 holds Pain Loop (Gemini Bow) instead of Doom Song (Gemini Bow)."],
        ),
        (replace(BEFORE, items=[]), ["Weapon 1 no longer holds Doom Song (Gemini Bow)."]),
        (
            replace(BEFORE, items=[*BEFORE.items, Item(2, "Rarity: UNIQUE\nHeadhunter\nHeavy Belt")],
                    item_sets=[ItemSet(1, "", None, {"Weapon 1": 1, "Belt": 2})]),
            ["Belt holds Headhunter."],
        ),
        (
            replace(BEFORE, configs=[Config(1, "", {"enemyIsBoss": False})]),
            ["The assumption enemyIsBoss is off instead of Pinnacle."],
        ),
        (
            replace(BEFORE, stats={"TotalEHP": 12_500.5, "TotalDPS": 9}),
            ["TotalEHP is 12,500.5 instead of 10,000 (+25%).", "TotalDPS is 9 instead of inf."],
        ),
        (replace(BEFORE, stats={}), ["TotalEHP is unknown instead of 10,000.", "TotalDPS is unknown instead of inf."]),
        (replace(BEFORE, notes="second"), ["The notes are others."]),
    ],
)  # fmt: skip
def test_a_change_is_said_in_words(after: Build, words: list[str]):
    assert [one.words for one in compare(BEFORE, after, {1: "Acuity"})] == words


def test_groups_and_gems_of_one_name_are_told_apart():
    twice = replace(
        BEFORE, skill_sets=[replace(SET, groups=[GROUP, replace(GROUP, gems=[Gem("Spark"), Gem("Spark")])])]
    )
    after = replace(
        BEFORE, skill_sets=[replace(SET, groups=[GROUP, replace(GROUP, gems=[Gem("Spark"), Gem("Spark", level=3)])])]
    )

    assert [one.words for one in compare(twice, after)] == ["Spark (2) has level 3 instead of unknown."]


@pytest.mark.parametrize("after", [replace(BEFORE, main_group=2), replace(BEFORE, active_tree=1)])
def test_builds_that_differ_have_a_change(after: Build):
    assert [one.kind for one in compare(BEFORE, after)] == ["other"]


def test_many_nodes_are_counted_and_all_in_the_data():
    after = replace(BEFORE, trees=[replace(TREE, nodes=[1, 2, 3, *range(100, 140)])])

    (change,) = compare(BEFORE, after)
    assert change.words.endswith("and 28 more.")
    assert change.after == list(range(100, 140))


@pytest.mark.parametrize("seed", range(10))
def test_a_build_differs_in_nothing_from_itself_and_is_the_mirror_of_the_other_way(seed):
    maker = BuildMaker(seed)
    one, other = read_build(maker.xml()), read_build(maker.xml())

    assert compare(one, one) == []
    there, back = compare(one, other), compare(other, one)
    assert there
    assert sorted(change.name for change in there if change.kind == "stat") == sorted(
        change.name for change in back if change.kind == "stat"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            BOW,
            ItemText(
                "RARE", "Doom Song", "Gemini Bow", {"Item Level": "80", "LevelReq": "70"}, [Mod("+40 to maximum Life")]
            ),
        ),
        (
            "Rarity: MAGIC\nStout Heavy Belt of the Fox\nImplicits: 1\n{enchant}{rune}+10% to Cold Resistance\n"
            "{fractured}{range:0.5}+9 to Dexterity",
            ItemText(
                "MAGIC", "Stout Heavy Belt of the Fox", "", {},
                [
                    Mod("+10% to Cold Resistance", ["implicit", "enchant", "rune"]),
                    Mod("+9 to Dexterity", ["fractured"]),
                ],
            ),
        ),
        (
            "Rarity: UNIQUE\nHeadhunter\nHeavy Belt\nRune: Iron Rune",
            ItemText("UNIQUE", "Headhunter", "Heavy Belt", runes=["Iron Rune"]),
        ),
        ("", ItemText("NORMAL", "", "")),
        ("Implicits: many", ItemText("NORMAL", "", "")),
    ],
)  # fmt: skip
def test_the_text_of_an_item_is_read(text: str, expected: ItemText):
    assert read_item(text) == expected
