"""A maker of believable builds, as Path of Building's own writer would write them."""

import base64
import random
import zlib
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from guildhall.packs.poe2.sandbox.names import (
    CLASSES,
    CONDITIONS,
    FIRST,
    MODS,
    SECOND,
    SKILLS,
    SLOTS,
    STATS,
    SUPPORTS,
    TREE_VERSIONS,
)


class BuildMaker:
    """Makes builds; the same seed makes the same ones.

    `nodes` are the passive nodes that trees are made of. As in the original, nodes are in no order, and attributes in
    that of a hash table.
    """

    def __init__(self, seed: int, nodes: Sequence[int] = range(1, 65_536, 13)) -> None:
        self._dice = random.Random(seed)  # noqa: S311 (the same for everybody, no secret)
        self._nodes = list(nodes)
        self._lines: list[str] = []
        self._depth = 0

    def code(self) -> str:
        """A code, with its padding."""
        return base64.urlsafe_b64encode(zlib.compress(self.xml().encode(), 6)).decode()

    def xml(self) -> str:
        """The XML of one build: 12 to 235 kB, most about 37."""
        self._lines, self._depth = ['<?xml version="1.0" encoding="UTF-8"?>'], 0
        dice = self._dice
        class_name = dice.choice(list(CLASSES))
        level = min(100, int(dice.triangular(12, 101, 94)))
        ascendancy = dice.choice(CLASSES[class_name]) if level > 35 and dice.random() < 0.95 else "None"
        self._open("PathOfBuilding2", {})
        self._general(class_name, ascendancy, level)
        self._leaf("Import", {"lastAccountHash": f"{dice.getrandbits(160):040x}", "exportParty": "false"})
        self._leaf("Party", {"append": "false", "destination": "All", "ShowAdvanceTools": "false"})
        self._trees(class_name, level)
        self._skills()
        self._items()
        self._config()
        self._leaf("Notes", {}, self._notes())
        self._leaf("Calcs", {})
        self._leaf("TreeView", {"searchStr": "", "zoomY": "0", "zoomX": "0", "zoomLevel": "3"})
        self._close("PathOfBuilding2")
        return "\n".join(self._lines)

    def _open(self, tag: str, attributes: Mapping[str, str], end: str = ">") -> None:
        pairs = list(attributes.items())
        self._dice.shuffle(pairs)
        written = "".join(f" {name}={quoteattr(value)}" for name, value in pairs)
        self._lines.append("\t" * self._depth + f"<{tag}{written}{end}")
        self._depth += end == ">"

    def _close(self, tag: str) -> None:
        self._depth -= 1
        self._lines.append("\t" * self._depth + f"</{tag}>")

    def _leaf(self, tag: str, attributes: Mapping[str, str], text: str = "") -> None:
        if not text:
            self._open(tag, attributes, "/>")
            return
        self._open(tag, attributes)
        self._lines.append(escape(text))
        self._close(tag)

    def _general(self, class_name: str, ascendancy: str, level: int) -> None:
        dice = self._dice
        attributes = {
            "level": str(level), "targetVersion": "0_1", "bandit": "None", "className": class_name,
            "ascendClassName": ascendancy, "characterLevelAutoMode": "false",
            "mainSocketGroup": str(dice.randint(1, 3)),
            "viewMode": dice.choice(("TREE", "ITEMS", "SKILLS", "CALCS")), "pantheonMajorGod": "None",
        }  # fmt: skip
        self._open("Build", attributes)
        for stat in STATS:
            self._leaf("PlayerStat", {"stat": stat, "value": self._stat(stat, level)})
        self._leaf("TimelessData", {"searchList": "", "searchListFallback": "", "jewelTypeId": "1"})
        self._close("Build")

    def _stat(self, stat: str, level: int) -> str:
        dice = self._dice
        if stat == "ChaosMaximumHitTaken" and dice.random() < 0.2:
            return "inf"
        if stat == "FullDPS" or (stat == "TotalDPS" and dice.random() < 0.35):
            return "0"
        value = dice.lognormvariate(7 if "DPS" in stat or "EHP" in stat or "Hit" in stat else 4, 1) * (level / 50) ** 2
        return str(round(value)) if dice.random() < 0.5 else repr(value)

    def _trees(self, class_name: str, level: int) -> None:
        dice = self._dice
        count = dice.choice((1, 1, 1, 2, 3, 5))
        self._open("Tree", {"activeSpec": str(dice.randint(1, count))})
        for number in range(count):
            nodes = dice.sample(self._nodes, min(len(self._nodes), max(4, level + dice.randint(0, 24))))
            swapped = dice.sample(nodes, len(nodes) // 8)
            attributes = {
                "title": f"Step {number + 1}" if count > 1 else "", "treeVersion": dice.choice(TREE_VERSIONS),
                "classId": str(list(CLASSES).index(class_name)), "ascendClassId": str(dice.randint(0, 3)),
                "secondaryAscendClassId": "nil", "nodes": ",".join(map(str, nodes)),
                "classInternalId": str(dice.randint(0, 12)),
                "ascendancyInternalId": f"{class_name}{dice.randint(1, 3)}",
            }  # fmt: skip
            self._open("Spec", attributes)
            self._leaf(
                "URL", {}, "https://www.pathofexile.com/passive-skill-tree/AAAABg" + f"{dice.getrandbits(200):x}"
            )
            self._leaf("WeaponSet1", {"nodes": ",".join(map(str, swapped[::2]))})
            self._leaf("WeaponSet2", {"nodes": ",".join(map(str, swapped[1::2]))})
            self._open("Sockets", {})
            for node in dice.sample(nodes, min(len(nodes), dice.randint(0, 4))):
                self._leaf("Socket", {"nodeId": str(node), "itemId": str(dice.randint(0, 40))})
            self._close("Sockets")
            self._open("Overrides", {})
            chosen = dice.sample(nodes, min(len(nodes), 9))
            lists = {"strNodes": chosen[:3], "dexNodes": chosen[3:6], "intNodes": chosen[6:]}
            self._leaf("AttributeOverride", {name: ",".join(map(str, ids)) for name, ids in lists.items()})
            self._close("Overrides")
            self._close("Spec")
        self._close("Tree")

    def _skills(self) -> None:
        dice = self._dice
        count = dice.choice((1, 1, 2, 4))
        self._open("Skills", {"activeSkillSet": "1", "sortGemsByDPSField": "CombinedDPS", "sortGemsByDPS": "true"})
        for number in range(1, count + 1):
            self._open("SkillSet", {"id": str(number), "title": "Default" if number == 1 else f"Act {number}"})
            for skill in dice.sample(SKILLS, dice.randint(3, 9)):
                self._group(skill)
            self._close("SkillSet")
        self._close("Skills")

    def _group(self, skill: str) -> None:
        dice = self._dice
        self._open(
            "Skill",
            {"mainActiveSkillCalcs": "1", "includeInFullDPS": dice.choice(("nil", "true")), "label": "",
             "enabled": dice.choice(("true", "true", "false")), "slot": "", "mainActiveSkill": "1"},
        )  # fmt: skip
        for name in (skill, *dice.sample(SUPPORTS, dice.randint(0, 5))):
            short = name.replace(" ", "")
            self._leaf(
                "Gem",
                {"enableGlobal2": "true", "quality": str(dice.choice((0, 0, 20, 23))),
                 "level": str(dice.randint(1, 21)),
                 "gemId": f"Metadata/Items/Gems/SkillGem{short}", "variantId": short, "skillId": f"{short}Player",
                 "nameSpec": name, "enabled": "true", "count": "nil", "corrupted": "false", "statSet": "1"},
            )  # fmt: skip
        self._close("Skill")

    def _items(self) -> None:
        dice = self._dice
        count = dice.choice((1, 1, 2, 3))
        self._open("Items", {"activeItemSet": "1", "useSecondWeaponSet": "nil"})
        worn: list[dict[str, int]] = [{} for _ in range(count)]
        number = 0
        for slot in SLOTS:
            for own in worn:
                if dice.random() < 0.15 and own is not worn[0]:
                    continue
                number += 1
                own[slot] = number
                self._open("Item", {"id": str(number)})
                self._lines.append(escape(self._item(slot)))
                self._leaf("ModRange", {"range": "0.5", "id": "1"})
                self._close("Item")
        for index, own in enumerate(worn, 1):
            self._open("ItemSet", {"id": str(index), "useSecondWeaponSet": "nil"})
            for slot in SLOTS:
                self._leaf("Slot", {"name": slot, "itemId": str(own.get(slot, 0))})
            self._close("ItemSet")
        self._close("Items")

    def _item(self, slot: str) -> str:
        dice = self._dice
        rarity = dice.choice(("RARE", "RARE", "RARE", "UNIQUE", "MAGIC", "RELIC"))
        lines = [f"\t\t\tRarity: {rarity}", f"{dice.choice(FIRST)} {dice.choice(SECOND)}", dice.choice(SLOTS[slot])]
        lines += [f"Unique ID: {dice.getrandbits(256):064x}", f"Item Level: {dice.randint(1, 86)}"]
        if dice.random() < 0.6:
            lines += [f"Quality: {dice.randint(1, 30)}", "Sockets: S S", "Rune: Iron Rune", "Rune: Desert Rune"]
        mods = []
        for pattern in dice.sample(MODS, dice.randint(1, 7)):
            mod = pattern.format(a=dice.randint(20, 190), b=dice.randint(4, 45), c=dice.randint(1, 9))
            mods.append(dice.choice(("", "", "", "", "{fractured}", "{desecrated}", "{crafted}")) + mod)
        lines += [
            f"LevelReq: {dice.randint(1, 80)}",
            "Implicits: 2",
            "{enchant}{rune}16% increased Armour",
            "+10% to Chaos Resistance",
        ]
        return "\n".join([*lines, *mods, *(["Corrupted"] if dice.random() < 0.1 else [])])

    def _config(self) -> None:
        dice = self._dice
        self._open("Config", {"activeConfigSet": "1"})
        self._open("ConfigSet", {"id": "1", "title": "Default"})
        for name in dice.sample(CONDITIONS, dice.randint(0, len(CONDITIONS))):
            kind, value = dice.choice(
                (("boolean", "true"), ("number", str(dice.randint(0, 100))), ("string", "Pinnacle"))
            )
            self._leaf("Input", {"name": name, kind: value})
        for name in CONDITIONS:
            self._leaf("Placeholder", {"name": name, "number": str(dice.randint(0, 5000))})
        self._close("ConfigSet")
        self._close("Config")

    def _notes(self) -> str:
        dice = self._dice
        if dice.random() < 0.5:
            return ""
        return "\n".join(
            f"^7{dice.choice(SKILLS)} & {dice.choice(SUPPORTS)} <first>" for _ in range(dice.randint(1, 60))
        )
