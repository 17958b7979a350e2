"""A build to XML of Path of Building."""

from collections.abc import Mapping, Sequence

from guildhall.packs.poe2.codes.rules.build import (
    Build,
    Config,
    Gem,
    Item,
    ItemSet,
    Kept,
    SkillGroup,
    SkillSet,
    Tree,
    Value,
)
from guildhall.packs.poe2.codes.rules.markup import Writer
from guildhall.packs.poe2.codes.rules.reading import ROOT

_NOTHING_KEPT = Kept()


def write_build(build: Build) -> str:
    """The XML of a build. Raises UnwritableText for text that XML cannot hold."""
    writer = Writer()
    writer.begin(ROOT, {})
    _general(writer, build, build.kept.get("Build", _NOTHING_KEPT))
    _trees(writer, build, build.kept.get("Tree", _NOTHING_KEPT))
    _skills(writer, build, build.kept.get("Skills", _NOTHING_KEPT))
    _items(writer, build, build.kept.get("Items", _NOTHING_KEPT))
    _configs(writer, build, build.kept.get("Config", _NOTHING_KEPT))
    notes = build.kept.get("Notes", _NOTHING_KEPT)
    writer.begin("Notes", notes.other)
    writer.text("the notes", build.notes)
    writer.elements(notes.more)
    writer.end("Notes")
    writer.elements(build.sections)
    writer.end(ROOT)
    return writer.document()


def _general(writer: Writer, build: Build, kept: Kept) -> None:
    writer.begin(
        "Build",
        {
            "level": str(build.level),
            "className": build.class_name,
            "ascendClassName": build.ascendancy or "None",
            "mainSocketGroup": _text(build.main_group),
            **kept.other,
        },
    )
    for stat, value in build.stats.items():
        writer.leaf("PlayerStat", {"stat": stat, "value": _text(value)})
    writer.elements(kept.more)
    writer.end("Build")


def _trees(writer: Writer, build: Build, kept: Kept) -> None:
    writer.begin("Tree", {"activeSpec": _text(build.active_tree), **kept.other})
    for tree in build.trees:
        _tree(writer, tree)
    writer.elements(kept.more)
    writer.end("Tree")


def _tree(writer: Writer, tree: Tree) -> None:
    writer.begin(
        "Spec",
        {
            "treeVersion": tree.version or None,
            "title": tree.title or None,
            "classId": _text(tree.class_id),
            "ascendClassId": _text(tree.ascendancy_id),
            "nodes": _nodes(tree.nodes),
            **tree.other,
        },
    )
    if tree.url:
        writer.leaf("URL", {}, tree.url)
    for number, nodes in enumerate(tree.weapon_sets, 1):
        writer.leaf(f"WeaponSet{number}", {"nodes": _nodes(nodes)})
    writer.begin("Sockets", {})
    for socket in tree.sockets:
        writer.leaf("Socket", {"nodeId": str(socket.node), "itemId": str(socket.item), **socket.other})
    writer.end("Sockets")
    if tree.strength or tree.dexterity or tree.intelligence:
        writer.begin("Overrides", {})
        chosen = {"strNodes": tree.strength, "dexNodes": tree.dexterity, "intNodes": tree.intelligence}
        writer.leaf("AttributeOverride", {name: _nodes(nodes) for name, nodes in chosen.items()})
        writer.end("Overrides")
    writer.elements(tree.more)
    writer.end("Spec")


def _skills(writer: Writer, build: Build, kept: Kept) -> None:
    writer.begin("Skills", {"activeSkillSet": _text(build.active_skill_set), **kept.other})
    for one in build.skill_sets:
        _skill_set(writer, one)
    writer.elements(kept.more)
    writer.end("Skills")


def _skill_set(writer: Writer, one: SkillSet) -> None:
    writer.begin("SkillSet", {"id": str(one.id), "title": one.title or None, **one.other})
    for group in one.groups:
        _group(writer, group)
    writer.elements(one.more)
    writer.end("SkillSet")


def _group(writer: Writer, group: SkillGroup) -> None:
    writer.begin(
        "Skill",
        {
            "label": group.label or None,
            "slot": group.slot or None,
            "enabled": _text(group.enabled),
            "includeInFullDPS": _text(group.in_full_dps),
            "mainActiveSkill": _text(group.main),
            **group.other,
        },
    )
    for gem in group.gems:
        _gem(writer, gem)
    writer.elements(group.more)
    writer.end("Skill")


def _gem(writer: Writer, gem: Gem) -> None:
    writer.begin(
        "Gem",
        {
            "nameSpec": gem.name or None,
            "skillId": gem.skill or None,
            "gemId": gem.gem or None,
            "variantId": gem.variant or None,
            "level": _text(gem.level),
            "quality": _text(gem.quality),
            "count": _text(gem.count),
            "enabled": _text(gem.enabled),
            **gem.other,
        },
    )
    writer.elements(gem.more)
    writer.end("Gem")


def _items(writer: Writer, build: Build, kept: Kept) -> None:
    writer.begin("Items", {"activeItemSet": _text(build.active_item_set), **kept.other})
    for item in build.items:
        _item(writer, item)
    for one in build.item_sets:
        _item_set(writer, one)
    writer.elements(kept.more)
    writer.end("Items")


def _item(writer: Writer, item: Item) -> None:
    writer.begin("Item", {"id": str(item.id), **item.other})
    writer.text("an item", f"\n{item.text}\n")
    writer.elements(item.more)
    writer.end("Item")


def _item_set(writer: Writer, one: ItemSet) -> None:
    attributes = {"id": str(one.id), "title": one.title or None, "useSecondWeaponSet": _text(one.second_weapons)}
    writer.begin("ItemSet", {**attributes, **one.other})
    for name, item in one.slots.items():
        writer.leaf("Slot", {"name": name, "itemId": str(item)})
    writer.elements(one.more)
    writer.end("ItemSet")


def _configs(writer: Writer, build: Build, kept: Kept) -> None:
    writer.begin("Config", {"activeConfigSet": _text(build.active_config), **kept.other})
    for one in build.configs:
        _config(writer, one)
    writer.elements(kept.more)
    writer.end("Config")


def _config(writer: Writer, one: Config) -> None:
    writer.begin("ConfigSet", {"id": str(one.id), "title": one.title or None, **one.other})
    _assumptions(writer, "Input", one.inputs)
    _assumptions(writer, "Placeholder", one.placeholders)
    writer.elements(one.more)
    writer.end("ConfigSet")


def _assumptions(writer: Writer, tag: str, values: Mapping[str, bool | Value]) -> None:
    for name, value in values.items():
        kind = "boolean" if isinstance(value, bool) else "string" if isinstance(value, str) else "number"
        writer.leaf(tag, {"name": name, kind: _text(value)})


def _nodes(nodes: Sequence[int]) -> str:
    return ",".join(map(str, nodes))


def _text(value: bool | Value | None) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(value)
