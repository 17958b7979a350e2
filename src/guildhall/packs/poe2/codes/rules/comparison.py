"""Two builds compared: what changed from one to the other, as data and in words."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeVar

from msgspec import Struct

from guildhall.packs.poe2.codes.rules.build import Build, Config, Gem, ItemSet, SkillSet, Tree, Value
from guildhall.packs.poe2.codes.rules.items import Mod, read_item

Kind = Literal["class", "level", "tree", "skill", "item", "config", "stat", "notes", "other"]
One = TypeVar("One")

MOST_NAMED = 12
"""Nodes that a sentence names; the data has all of them."""


class Change(Struct, frozen=True, omit_defaults=True):
    """One change. `where` is the set that it is in; `words` says it in a sentence."""

    kind: Kind
    words: str
    where: str = ""
    name: str = ""
    before: Any = None
    after: Any = None


def compare(before: Build, after: Build, nodes: Mapping[int, str] | None = None) -> list[Change]:
    """Return the changes, in the order in which people look at a build. `nodes` are names of passive nodes.

    Builds that differ have a change at least: where none of those that have words of their own, one of kind `other`.
    """
    changes = [
        *_general(before, after),
        *_trees(before.trees, after.trees, nodes or {}),
        *_skills(before.skill_sets, after.skill_sets),
        *_items(before, after),
        *_configs(before.configs, after.configs),
        *_stats(before.stats, after.stats),
        *_notes(before.notes, after.notes),
    ]
    if not changes and before != after:
        changes.append(Change("other", "Only what the program keeps for itself is different, such as the open page."))
    return changes


def _general(before: Build, after: Build) -> Iterator[Change]:
    if before.class_name != after.class_name:
        words = f"The class is {after.class_name} instead of {before.class_name}."
        yield Change("class", words, name="class", before=before.class_name, after=after.class_name)
    if before.ascendancy != after.ascendancy:
        words = f"The ascendancy is {after.ascendancy or 'none'} instead of {before.ascendancy or 'none'}."
        yield Change("class", words, name="ascendancy", before=before.ascendancy, after=after.ascendancy)
    if before.level != after.level:
        words = f"The level is {after.level} instead of {before.level}."
        yield Change("level", words, name="level", before=before.level, after=after.level)


def _pairs(
    before: Sequence[One], after: Sequence[One], keys: Iterable[str]
) -> Iterator[tuple[str, One | None, One | None]]:
    """Sets that belong together: those of the same title, then those of the same place."""
    names = tuple(keys)

    def keyed(sets: Sequence[One]) -> dict[str, One]:
        found: dict[str, One] = {}
        for place, one in enumerate(sets, 1):
            title = next((str(value) for name in names if (value := getattr(one, name))), "") or f"{place}"
            found.setdefault(title if title not in found else f"{title} ({place})", one)
        return found

    old, new = keyed(before), keyed(after)
    if len(old) == len(new) == 1:
        (title, one), (_, other) = next(iter(old.items())), next(iter(new.items()))
        yield title, one, other
        return
    for title in [*old, *(title for title in new if title not in old)]:
        yield title, old.get(title), new.get(title)


def _trees(before: Sequence[Tree], after: Sequence[Tree], names: Mapping[int, str]) -> Iterator[Change]:
    for title, old, new in _pairs(before, after, ("title",)):
        if old is None or new is None:
            yield _whole("tree", "passive tree", title, old is None)
            continue
        if old.version != new.version:
            words = f"The tree is of {new.version} instead of {old.version}: the same number may be another node."
            yield Change("tree", words, title, "version", old.version, new.version)
        for what, one, other in _node_lists(old, new):
            taken, left = sorted(set(other) - set(one)), sorted(set(one) - set(other))
            if taken or left:
                parts = [f"{len(taken)} taken: {_named(taken, names)}"] if taken else []
                parts += [f"{len(left)} left: {_named(left, names)}"] if left else []
                yield Change("tree", f"{what}: {'; '.join(parts)}.", title, what, left, taken)
        worn, wears = ({one.node: one.item for one in tree.sockets} for tree in (old, new))
        if worn != wears:
            yield Change("tree", "Other jewels are in the sockets.", title, "sockets", worn, wears)


def _node_lists(old: Tree, new: Tree) -> Iterator[tuple[str, Sequence[int], Sequence[int]]]:
    yield "Passive nodes", old.nodes, new.nodes
    for number in range(max(len(old.weapon_sets), len(new.weapon_sets))):
        one, other = (tree.weapon_sets[number] if number < len(tree.weapon_sets) else [] for tree in (old, new))
        yield f"Nodes of weapon set {number + 1}", one, other
    yield "Strength nodes", old.strength, new.strength
    yield "Dexterity nodes", old.dexterity, new.dexterity
    yield "Intelligence nodes", old.intelligence, new.intelligence


def _named(nodes: Sequence[int], names: Mapping[int, str]) -> str:
    shown = ", ".join(names.get(node) or str(node) for node in nodes[:MOST_NAMED])
    return shown if len(nodes) <= MOST_NAMED else f"{shown} and {len(nodes) - MOST_NAMED} more"


def _skills(before: Sequence[SkillSet], after: Sequence[SkillSet]) -> Iterator[Change]:
    for title, old, new in _pairs(before, after, ("title", "id")):
        if old is None or new is None:
            yield _whole("skill", "set of skills", title, old is None)
            continue
        groups, others = (_numbered(each.groups, lambda one: _key_of(one.gems)) for each in (old, new))
        for key in [*groups, *(key for key in others if key not in groups)]:
            one, other = groups.get(key), others.get(key)
            if one is None or other is None:
                gained = other if other is not None else one
                assert gained is not None
                word = "added" if one is None else "removed"
                gems = [gem.name for gem in gained.gems]
                yield Change(
                    "skill", f"{key or 'A group'} was {word} with {', '.join(gems[1:]) or 'no supports'}.", title, key,
                    None if one is None else gems, None if other is None else gems,
                )  # fmt: skip
            elif one != other:
                yield from _gems(title, key, one.gems, other.gems)
                if one.enabled != other.enabled:
                    words = f"{key} is {'on' if other.enabled else 'off'}."
                    yield Change("skill", words, title, key, one.enabled, other.enabled)


def _numbered(things: Sequence[One], name_of: Callable[[One], str]) -> dict[str, One]:
    """Things by their names; a second one of a name has its number behind it."""
    found: dict[str, One] = {}
    counts: Counter[str] = Counter()
    for one in things:
        name = name_of(one)
        counts[name] += 1
        found[name if counts[name] == 1 else f"{name} ({counts[name]})"] = one
    return found


def _key_of(gems: Sequence[Gem]) -> str:
    return gems[0].name or gems[0].skill if gems else ""


def _gems(title: str, group: str, before: Sequence[Gem], after: Sequence[Gem]) -> Iterator[Change]:
    old, new = (_numbered(gems, lambda gem: gem.name or gem.skill) for gems in (before, after))
    for name in [*old, *(name for name in new if name not in old)]:
        one, other = old.get(name), new.get(name)
        if one is None:
            yield Change("skill", f"{group} is supported by {name} now.", title, group, None, name)
        elif other is None:
            yield Change("skill", f"{group} is no longer supported by {name}.", title, group, name, None)
        elif one != other:
            for what in ("level", "quality", "count", "enabled"):
                was, now = getattr(one, what), getattr(other, what)
                if was != now:
                    yield Change(
                        "skill", f"{name} has {what} {_shown(now)} instead of {_shown(was)}.", title, name, was, now
                    )


def _items(before: Build, after: Build) -> Iterator[Change]:
    texts = [{item.id: item.text for item in build.items} for build in (before, after)]
    for title, old, new in _pairs(before.item_sets, after.item_sets, ("title", "id")):
        if old is None or new is None:
            yield _whole("item", "set of equipment", title, old is None)
            continue
        yield from _equipment(title, old, new, *texts)


def _equipment(
    title: str, old: ItemSet, new: ItemSet, before: Mapping[int, str], after: Mapping[int, str]
) -> Iterator[Change]:
    for slot in [*old.slots, *(slot for slot in new.slots if slot not in old.slots)]:
        was, now = before.get(old.slots.get(slot, 0)), after.get(new.slots.get(slot, 0))
        if was == now:
            continue
        if was is None or now is None:
            text = now if now is not None else was
            assert text is not None
            word = "holds" if was is None else "no longer holds"
            yield Change("item", f"{slot} {word} {read_item(text).title}.", title, slot, was, now)
            continue
        one, other = read_item(was), read_item(now)
        if (one.name, one.base) != (other.name, other.base):
            yield Change("item", f"{slot} holds {other.title} instead of {one.title}.", title, slot, was, now)
            continue
        parts = [f"gained {mod}" for mod in _without(other.mods, one.mods)]
        parts += [f"lost {mod}" for mod in _without(one.mods, other.mods)]
        words = f"{slot}: {one.title} {', '.join(parts) or 'is written differently'}."
        yield Change("item", words, title, slot, was, now)


def _without(mods: Sequence[Mod], others: Sequence[Mod]) -> list[str]:
    left = Counter(mod.text for mod in mods) - Counter(mod.text for mod in others)
    return list(left.elements())


def _configs(before: Sequence[Config], after: Sequence[Config]) -> Iterator[Change]:
    for title, old, new in _pairs(before, after, ("title", "id")):
        if old is None or new is None:
            yield _whole("config", "set of assumptions", title, old is None)
            continue
        for name in [*old.inputs, *(name for name in new.inputs if name not in old.inputs)]:
            was, now = old.inputs.get(name), new.inputs.get(name)
            if was != now:
                words = f"The assumption {name} is {_shown(now)} instead of {_shown(was)}."
                yield Change("config", words, title, name, was, now)


def _stats(before: Mapping[str, Value], after: Mapping[str, Value]) -> Iterator[Change]:
    for name in [*before, *(name for name in after if name not in before)]:
        was, now = before.get(name), after.get(name)
        if was == now:
            continue
        part = ""
        if isinstance(was, int | float) and isinstance(now, int | float) and was > 0:
            part = f" ({(now - was) / was:+.0%})"
        yield Change("stat", f"{name} is {_shown(now)} instead of {_shown(was)}{part}.", "", name, was, now)


def _notes(before: str, after: str) -> Iterator[Change]:
    if before != after:
        yield Change("notes", "The notes are others.", before=before, after=after)


def _whole(kind: Kind, noun: str, title: str, new: bool) -> Change:
    """A set that is in one of the builds alone."""
    words = f"The {noun} {title} {'is new' if new else 'is gone'}."
    return Change(kind, words, title, "", None if new else title, title if new else None)


def _shown(value: object) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) else str(value)
