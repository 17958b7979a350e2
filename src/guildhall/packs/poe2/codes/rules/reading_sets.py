"""XML of Path of Building to items, sets of equipment and assumptions."""

from typing import Any
from xml.etree.ElementTree import Element as Parsed

from guildhall.packs.poe2.codes.rules.build import Config, Item, ItemSet, Value
from guildhall.packs.poe2.codes.rules.markup import kept
from guildhall.packs.poe2.codes.rules.parts import INTEGER, Rest, value_of


def items_of(section: Parsed, rest: Rest) -> dict[str, Any]:
    items: dict[int, Item] = {}
    sets = []
    for child in section:
        number = child.get("id", "")
        if child.tag == "Item" and INTEGER.match(number) and (id := int(number)) not in items:
            del child.attrib["id"]
            text, more = child.text or "", []
            if len(child):
                text += "".join(one.tail or "" for one in child)
                more = [kept(one) for one in child]
            items[id] = Item(id, tidy(text), Rest(child).other(), more)
        elif child.tag == "ItemSet":
            sets.append(_item_set(child, Rest(child)))
        else:
            rest.more.append(kept(child))
    return {
        "active_item_set": rest.number("activeItemSet"),
        "items": [items[one] for one in sorted(items)],
        "item_sets": sets,
    }


def _item_set(element: Parsed, rest: Rest) -> ItemSet:
    slots: dict[str, int] = {}
    for child in element:
        name, item = child.get("name"), child.get("itemId", "")
        plain = child.tag == "Slot" and len(child.attrib) == 2 and INTEGER.match(item)
        if plain and name is not None and name not in slots:
            slots[name] = int(item)
        else:
            rest.more.append(kept(child))
    return ItemSet(
        rest.number("id") or 0, rest.take("title"), rest.flag("useSecondWeaponSet"), dict(sorted(slots.items())),
        rest.other(), rest.more,
    )  # fmt: skip


def tidy(text: str) -> str:
    """A text without white space around its lines and without empty lines."""
    return "\n".join(filter(None, map(str.strip, text.split("\n"))))


def configs_of(section: Parsed, rest: Rest) -> dict[str, Any]:
    configs = []
    inputs: dict[str, bool | Value] = {}
    placeholders: dict[str, bool | Value] = {}
    for child in section:
        if child.tag == "ConfigSet":
            configs.append(_config(child))
        elif not _assumed(child, inputs, placeholders):
            rest.more.append(kept(child))
    if inputs or placeholders:  # from before there were sets
        number = max((one.id for one in configs), default=0) + 1
        configs.insert(0, Config(number, "", dict(sorted(inputs.items())), dict(sorted(placeholders.items()))))
    return {"active_config": rest.number("activeConfigSet"), "configs": configs}


def _config(element: Parsed) -> Config:
    rest = Rest(element)
    inputs: dict[str, bool | Value] = {}
    placeholders: dict[str, bool | Value] = {}
    for child in element:
        if not _assumed(child, inputs, placeholders):
            rest.more.append(kept(child))
    return Config(
        rest.number("id") or 0, rest.take("title"), dict(sorted(inputs.items())), dict(sorted(placeholders.items())),
        rest.other(), rest.more,
    )  # fmt: skip


def _assumed(child: Parsed, inputs: dict[str, bool | Value], placeholders: dict[str, bool | Value]) -> bool:
    """Take one assumption; False if the element is none."""
    into = inputs if child.tag == "Input" else placeholders if child.tag == "Placeholder" else None
    if into is None or len(child.attrib) != 2:
        return False
    name = child.get("name")
    if name is None or name in into:
        return False
    if (text := child.get("boolean")) in ("true", "false"):
        into[name] = text == "true"
    elif (text := child.get("number")) is not None and not isinstance(number := value_of(text), str):
        into[name] = number
    elif (text := child.get("string")) is not None:
        into[name] = text
    else:
        return False
    return True
