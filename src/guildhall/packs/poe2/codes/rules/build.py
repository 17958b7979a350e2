"""A build in its canonical form: two codes of the same build give the same one.

What has no order is sorted: the nodes of a set, the items by id, the slots by name, the inputs by name. What Guildhall
does not understand is kept: attributes in `other`, elements in `more`, so that a build is written again whole.
"""

from hashlib import blake2b
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

Text = Annotated[str, Meta(max_length=20_000)]
Name = Annotated[str, Meta(max_length=500)]
Value = int | float | str
"""A number, or text where a number cannot say it: `inf`."""
Attributes = dict[Name, Text]
Nodes = list[Annotated[int, Meta(ge=0, lt=2**32)]]


class Element(Struct, frozen=True, omit_defaults=True):
    """An element that is not understood, as it came."""

    tag: Name
    attributes: Attributes = {}
    text: Text = ""
    children: "list[Element]" = []


class Socket(Struct, frozen=True, omit_defaults=True):
    """A jewel in a socket of the tree."""

    node: Annotated[int, Meta(ge=0, lt=2**32)]
    item: Annotated[int, Meta(ge=0, lt=2**31)]
    other: Attributes = {}


class Tree(Struct, frozen=True, omit_defaults=True):
    """One set of passive nodes, of a version of the tree.

    `weapon_sets` are the nodes that hold with a weapon set alone. `strength`, `dexterity` and `intelligence` are the
    attribute nodes and what was chosen at them.
    """

    version: Name = ""
    title: Text = ""
    class_id: int | None = None
    ascendancy_id: int | None = None
    nodes: Nodes = []
    weapon_sets: list[Nodes] = []
    strength: Nodes = []
    dexterity: Nodes = []
    intelligence: Nodes = []
    sockets: list[Socket] = []
    url: Text = ""
    other: Attributes = {}
    more: list[Element] = []


class Gem(Struct, frozen=True, omit_defaults=True):
    """A gem of a skill group."""

    name: Text = ""
    skill: Name = ""
    gem: Name = ""
    variant: Name = ""
    level: Value | None = None
    quality: Value | None = None
    count: Value | None = None
    enabled: bool | None = None
    other: Attributes = {}
    more: list[Element] = []


class SkillGroup(Struct, frozen=True, omit_defaults=True):
    """Gems that work together, in their order."""

    label: Text = ""
    slot: Name = ""
    enabled: bool | None = None
    in_full_dps: bool | None = None
    main: Value | None = None
    gems: list[Gem] = []
    other: Attributes = {}
    more: list[Element] = []


class SkillSet(Struct, frozen=True, omit_defaults=True):
    """One set of skill groups, in their order: `Build.main_group` counts them from one."""

    id: int
    title: Text = ""
    groups: list[SkillGroup] = []
    other: Attributes = {}
    more: list[Element] = []


class Item(Struct, frozen=True, omit_defaults=True):
    """An item: its text as the game and Path of Building write it, without white space around its lines."""

    id: int
    text: Text
    other: Attributes = {}
    more: list[Element] = []


class ItemSet(Struct, frozen=True, omit_defaults=True):
    """One set of equipment: items by the names of slots."""

    id: int
    title: Text = ""
    second_weapons: bool | None = None
    slots: dict[Name, int] = {}
    other: Attributes = {}
    more: list[Element] = []


class Config(Struct, frozen=True, omit_defaults=True):
    """One set of assumptions. `inputs` were chosen, `placeholders` are what else is assumed."""

    id: int
    title: Text = ""
    inputs: dict[Name, bool | Value] = {}
    placeholders: dict[Name, bool | Value] = {}
    other: Attributes = {}
    more: list[Element] = []


class Kept(Struct, frozen=True, omit_defaults=True):
    """The part of a section that is not understood."""

    other: Attributes = {}
    more: list[Element] = []


class Build(Struct, frozen=True, omit_defaults=True):
    """A build of Path of Exile 2. `stats` are claims of the calculator that wrote the code."""

    class_name: Name
    ascendancy: Name | None = None
    level: Annotated[int, Meta(ge=1, le=100)] = 1
    main_group: int | None = None
    stats: dict[Name, Value] = {}
    trees: list[Tree] = []
    active_tree: int | None = None
    skill_sets: list[SkillSet] = []
    active_skill_set: int | None = None
    items: list[Item] = []
    item_sets: list[ItemSet] = []
    active_item_set: int | None = None
    configs: list[Config] = []
    active_config: int | None = None
    notes: Annotated[str, Meta(max_length=200_000)] = ""
    kept: dict[Name, Kept] = {}
    """Parts of known sections that are not understood, by their tags."""
    sections: list[Element] = []
    """Sections that are not understood at all."""

    @property
    def tree(self) -> Tree | None:
        """The active tree, or the first one where the active one is not there; None without any."""
        place = self.active_tree
        if place is not None and 1 <= place <= len(self.trees):
            return self.trees[place - 1]
        return self.trees[0] if self.trees else None


_encode = msgspec.json.Encoder(order="deterministic").encode


def digest(build: Build) -> bytes:
    """The content hash of a build, 16 bytes: the same for every code of it."""
    return blake2b(_encode(build), digest_size=16).digest()
