"""XML of Path of Building to a build."""

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element as Parsed

from guildhall.packs.poe2.codes.errors import BadBuild, NotACode, OtherGame
from guildhall.packs.poe2.codes.rules.build import (
    Build,
    Element,
    Gem,
    Kept,
    SkillGroup,
    SkillSet,
    Socket,
    Tree,
    Value,
)
from guildhall.packs.poe2.codes.rules.classes import named_class
from guildhall.packs.poe2.codes.rules.markup import kept, parse
from guildhall.packs.poe2.codes.rules.parts import INTEGER, NOTHING, Rest, each, optional_value, value_of
from guildhall.packs.poe2.codes.rules.reading_sets import configs_of, items_of

ROOT = "PathOfBuilding2"
_WEAPON_SETS = ("WeaponSet1", "WeaponSet2")


def read_build(xml: str) -> Build:
    """The build of an XML. Raises NotACode, OtherGame, BadBuild."""
    root = parse(xml)
    if root.tag != ROOT:
        if root.tag == "PathOfBuilding":
            raise OtherGame
        raise NotACode(why=f"it is a {root.tag[:50]}")
    sections: dict[str, Parsed] = {}
    others: list[Element] = []
    for section in root:
        if section.tag in _SECTIONS and section.tag not in sections:
            sections[section.tag] = section
        else:
            others.append(kept(section))
    if "Build" not in sections:
        raise BadBuild(why="it has no section Build, so no class and no level")
    found: dict[str, Any] = {}
    left: dict[str, Kept] = {}
    for tag, section in sections.items():
        rest = Rest(section)
        found |= _SECTIONS[tag](section, rest)
        what = Kept(rest.other(), rest.more)
        if what.other or what.more:
            left[tag] = what
    return Build(**found, kept=dict(sorted(left.items())), sections=others)


def _general(section: Parsed, rest: Rest) -> dict[str, Any]:
    stats: dict[str, Value] = {}
    for child in section:
        if child.tag == "PlayerStat" and len(child.attrib) == 2:
            name, value = child.get("stat"), child.get("value")
            if name is not None and value is not None and name not in stats:
                stats[name] = value_of(value)
                continue
        rest.more.append(kept(child))
    level = rest.number("level")
    if level is None or not 1 <= level <= 100:
        raise BadBuild(why=f"its level is {level}, not 1 to 100")
    class_name = rest.take("className")
    if class_name in NOTHING:
        raise BadBuild(why="it has no class")
    ascendancy = rest.take("ascendClassName")
    called = named_class(class_name, None if ascendancy in NOTHING else ascendancy)
    return {
        "class_name": called.class_name,
        "ascendancy": called.ascendancy,
        "level": level,
        "main_group": rest.number("mainSocketGroup"),
        "stats": dict(sorted(stats.items())),
    }


def _trees(section: Parsed, rest: Rest) -> dict[str, Any]:
    return {"active_tree": rest.number("activeSpec"), "trees": each(section, rest, "Spec", _tree)}


def _tree(spec: Parsed) -> Tree:
    rest = Rest(spec)
    weapon_sets: dict[str, list[int]] = {}
    chosen: tuple[list[int], list[int], list[int]] = [], [], []
    sockets: list[Socket] = []
    url = ""
    for child in spec:
        tag = child.tag
        if tag == "URL" and not url:
            url = (child.text or "").strip()
        elif tag in _WEAPON_SETS and child.attrib.keys() == {"nodes"} and not len(child):
            weapon_sets[tag] = nodes_of(child.attrib["nodes"])
        elif tag == "Sockets" and not child.attrib:
            rest.wrap(tag, [kept(one) for one in child if not _socketed(one, sockets)])
        elif tag == "Overrides" and not child.attrib:
            rest.wrap(tag, [kept(one) for one in child if not _overridden(one, chosen)])
        else:
            rest.more.append(kept(child))
    strength, dexterity, intelligence = (sorted(set(nodes)) for nodes in chosen)
    return Tree(
        rest.take("treeVersion"), rest.take("title"), rest.number("classId"), rest.number("ascendClassId"),
        nodes_of(rest.take("nodes")),
        [weapon_sets.get(name, []) for name in _WEAPON_SETS] if any(weapon_sets.values()) else [],
        strength, dexterity, intelligence,
        sorted(sockets, key=lambda one: (one.node, one.item)), url, rest.other(), rest.more,
    )  # fmt: skip


def _socketed(child: Parsed, sockets: list[Socket]) -> bool:
    """Take one socket; False if the element is none."""
    node, item = child.get("nodeId", ""), child.get("itemId", "")
    if child.tag != "Socket" or len(child) or not (INTEGER.match(node) and INTEGER.match(item)):
        return False
    rest = Rest(child)
    sockets.append(Socket(int(rest.take("nodeId")), int(rest.take("itemId")), rest.other()))
    return True


def _overridden(child: Parsed, chosen: tuple[list[int], list[int], list[int]]) -> bool:
    """Take the choices of attribute nodes; False if the element is none."""
    names = ("strNodes", "dexNodes", "intNodes")
    if child.tag != "AttributeOverride" or len(child) or not child.attrib.keys() <= set(names):
        return False
    for name, nodes in zip(names, chosen, strict=True):
        nodes.extend(nodes_of(child.get(name, "")))
    return True


def nodes_of(text: str) -> list[int]:
    """The nodes of a comma separated list, sorted. Raises BadBuild."""
    if text in NOTHING:
        return []
    try:
        nodes = sorted(set(map(int, text.split(","))))
    except ValueError as error:
        raise BadBuild(why="a list of passive nodes has something else than numbers") from error
    if nodes[0] < 0 or nodes[-1] >= 2**32:
        raise BadBuild(why=f"{nodes[0] if nodes[0] < 0 else nodes[-1]} is no passive node")
    return nodes


def _skills(section: Parsed, rest: Rest) -> dict[str, Any]:
    sets = []
    loose: list[SkillGroup] = []
    for child in section:
        if child.tag == "SkillSet":
            own = Rest(child)
            groups = each(child, own, "Skill", _group)
            sets.append(SkillSet(own.number("id") or 0, own.take("title"), groups, own.other(), own.more))
        elif child.tag == "Skill":  # from before there were sets
            loose.append(_group(child))
        else:
            rest.more.append(kept(child))
    if loose:
        sets.insert(0, SkillSet(max((one.id for one in sets), default=0) + 1, "", loose))
    return {"active_skill_set": rest.number("activeSkillSet"), "skill_sets": sets}


def _group(skill: Parsed) -> SkillGroup:
    rest = Rest(skill)
    gems = each(skill, rest, "Gem", _gem)
    return SkillGroup(
        rest.take("label"), rest.take("slot"), rest.flag("enabled"), rest.flag("includeInFullDPS"),
        rest.value("mainActiveSkill"), gems, rest.other(), rest.more,
    )  # fmt: skip


def _gem(gem: Parsed) -> Gem:
    rest = Rest(gem)
    pop = gem.attrib.pop
    return Gem(
        pop("nameSpec", ""), pop("skillId", ""), pop("gemId", ""), pop("variantId", ""),
        optional_value(pop("level", None)), optional_value(pop("quality", None)), optional_value(pop("count", None)),
        rest.flag("enabled"), rest.other(), [kept(one) for one in gem],
    )  # fmt: skip


def _notes(section: Parsed, rest: Rest) -> dict[str, Any]:
    rest.more.extend(map(kept, section))
    return {"notes": (section.text or "").strip()}


_SECTIONS: dict[str, Callable[[Parsed, Rest], dict[str, Any]]] = {
    "Build": _general,
    "Tree": _trees,
    "Skills": _skills,
    "Items": items_of,
    "Config": configs_of,
    "Notes": _notes,
}
