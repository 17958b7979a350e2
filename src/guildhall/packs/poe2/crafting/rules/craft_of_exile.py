"""Exports of the emulator of Craft of Exile, read as steps.

An export has its own ids of modifiers, which no other table has, so modifiers are told in words. Ids and weights are
numbers or texts, depending on how a modifier came onto the item.
"""

import hashlib
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from guildhall.packs.poe2.crafting.errors import BadExport
from guildhall.packs.poe2.crafting.rules.game import Rarity, Side

_Text = Annotated[str, Meta(max_length=100)]
_Key = _Text | int
_Count = Annotated[int, Meta(ge=1, le=10_000)]


class _Affix(Struct, frozen=True):
    id: _Key
    atype: Side
    tindex: int | None = None
    modgroups: Annotated[list[_Text], Meta(max_length=10)] | None = None
    rolls: Annotated[list[float], Meta(max_length=10)] | None = None
    frac: int | bool | None = None
    chance: Annotated[float, Meta(ge=0, le=1)] | None = None


_Affixes = Annotated[list[_Affix], Meta(max_length=20)] | None


class _Entry(Struct, frozen=True):
    mode: _Text | None = None
    currency: _Text | None = None
    action: _Key | None = None
    subaction: _Key | None = None
    forced: _Text | None = None
    add: _Affixes = None
    omens: list[_Text] | dict[str, object] | _Text | None = None
    ilvl: int | None = None
    rarity: Rarity = "normal"
    affixes: _Affixes = None
    nums: _Count | None = None


class _Settings(Struct, frozen=True):
    ilvl: Annotated[int, Meta(ge=1, le=100)] | None = None
    rarity: Rarity = "normal"


class _Data(Struct, frozen=True):
    iaffixes: _Affixes = None


class _Export(Struct, frozen=True):
    settings: _Settings
    log: list[_Entry]
    data: _Data = _Data()


class ExportedMod(Struct, frozen=True):
    """A modifier of an export, in words."""

    text: str
    side: Side
    rolls: list[float]
    fractured: bool


class ExportedItem(Struct, frozen=True):
    """An item of an export."""

    rarity: Rarity
    item_level: int | None
    mods: list[ExportedMod]


class ExportedStep(Struct, frozen=True):
    """A step of an export. `chance` is what the emulator says of the modifier that came."""

    action: str
    omens: list[str]
    units: dict[str, int]
    before: ExportedItem
    after: ExportedItem
    chance: float | None


class ExportedSession(Struct, frozen=True):
    """The content of an export. `digest` is the same however its JSON is written."""

    digest: bytes
    item_level: int | None
    steps: list[ExportedStep]
    final: ExportedItem


_TIERS = ("greater", "perfect")
_NAMES = {
    "transmute": ("transmute", "orb-of-transmutation"), "augmentation": ("aug", "orb-of-augmentation"),
    "regal": ("regal", "regal-orb"), "chaos": ("chaos", "chaos-orb"), "exalted": ("exalted", "exalted-orb"),
}  # fmt: skip
"""The short id of each orb that has better ones, and the ending of theirs."""
_OTHERS = {
    "poe2_alchemy": "alch", "annul": "annul", "divine": "divine", "artificer": "artificers",
    "fracturing": "fracturing-orb", "vaal": "vaal",
}  # fmt: skip
_OMENS_OF_THE = ("liege", "sovereign", "blackblooded", "blessed", "ancients")
_DESECRATION: Literal["poe2_desecration"] = "poe2_desecration"


def read_export(text: str, most: int) -> ExportedSession:
    """Read an export of at most so many steps. Raises BadExport."""
    try:
        raw = msgspec.json.decode(text)
        export = msgspec.convert(raw, _Export)
    except msgspec.ValidationError as error:
        raise BadExport(why=f"it is none of the emulator's: {str(error)[:200]}") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadExport(why=f"it is no JSON: {str(error)[:200] or 'it is nested too deeply'}") from error
    if not export.log:
        raise BadExport(why="its log is empty, so nothing was crafted")
    if len(export.log) > most:
        raise BadExport(why=f"its log has {len(export.log)} steps, and a session has {most} at most")
    final = _item(export.settings.rarity, export.settings.ilvl, export.data.iaffixes)
    items = [_item(one.rarity, one.ilvl or export.settings.ilvl, one.affixes) for one in export.log]
    steps = [
        _step(entry, before, after) for entry, before, after in zip(export.log, items, [*items[1:], final], strict=True)
    ]
    canonical = msgspec.json.encode(raw, order="sorted")
    return ExportedSession(hashlib.sha256(canonical).digest(), export.settings.ilvl, steps, final)


def _item(rarity: Rarity, level: int | None, affixes: list[_Affix] | None) -> ExportedItem:
    known = level if level is not None and 1 <= level <= 100 else None
    return ExportedItem(rarity, known, [_mod(one) for one in affixes or ()])


def _mod(affix: _Affix) -> ExportedMod:
    words = ", ".join(affix.modgroups or ()) or str(affix.id)
    tier = "" if affix.tindex is None else f" (tier {affix.tindex + 1} from below)"
    return ExportedMod(_line(f"{words}{tier}"), affix.atype, affix.rolls or [], bool(affix.frac))


def _step(entry: _Entry, before: ExportedItem, after: ExportedItem) -> ExportedStep:
    omens = _omens(entry)
    if entry.mode == "forced":
        kind = _slug(entry.forced or "change")
        return ExportedStep(f"forced-{kind}", omens, {}, before, after, None)
    action = _action(entry)
    times = entry.nums or 1
    units = {action: times}
    for omen in omens:
        units[omen] = units.get(omen, 0) + times
    (added,) = entry.add if entry.add is not None and len(entry.add) == 1 else (None,)
    return ExportedStep(action, omens, units, before, after, None if added is None else added.chance)


def _action(entry: _Entry) -> str:
    """Return the id of a currency, as the trade site has it where that is known."""
    name, detail = entry.currency or "", str(entry.subaction or entry.action or "")
    if name in _NAMES:
        short, ending = _NAMES[name]
        return f"{detail}-{ending}" if detail in _TIERS else short
    if name in _OTHERS:
        return _OTHERS[name]
    if name == _DESECRATION:
        return _slug(detail.removesuffix("s") if detail.endswith("ribs") else detail)
    return _slug(f"{name.removeprefix('poe2_')}-{detail}" if detail else name)


def _omens(entry: _Entry) -> list[str]:
    given = entry.omens
    if isinstance(given, dict):
        given = [name for name, active in given.items() if active]
    elif isinstance(given, str):
        given = given.split("|")
    names = [name for name in given or () if name][:4]
    return [f"omen-of-{'the-' if name in _OMENS_OF_THE else ''}{_slug(name)}" for name in names]


def _slug(text: str) -> str:
    found = "".join(one if one.isascii() and one.isalnum() else "-" for one in text.lower())
    return "-".join(part for part in found.split("-") if part)[:120] or "unknown"


def _line(text: str) -> str:
    return "".join(one if one.isprintable() else " " for one in text)[:200]
