"""Files of an operator: a patch's modifiers, bases and rules, and weights from somewhere else."""

import csv
import io
import math
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from guildhall.packs.poe2.crafting.errors import BadGameFile
from guildhall.packs.poe2.crafting.rules.game import Base, Currency, Mod, Omen, Rules

Shape = TypeVar("Shape")
Entry = TypeVar("Entry", Currency, Omen)
_KNOWN = Path(__file__).parents[1] / "patches"
_LONGEST_WHY = 200


class GivenGame(Struct, frozen=True):
    """The content of a file about a patch."""

    mods: list[Mod]
    bases: list[Base]
    rules: Rules


class _GameFile(Struct, frozen=True):
    """The shape of a file of our own. Without `rules` those that are known for the patch count.

    `currencies` and `omens` come beside those of the rules, and replace those of the same id.
    """

    mods: list[Mod]
    bases: list[Base]
    currencies: list[Currency] = []
    omens: list[Omen] = []
    rules: Rules | None = None


def known_rules(patch: str) -> Rules | None:
    """Return the rules that come with the program for a patch."""
    file = _KNOWN / f"{patch}.json"
    return msgspec.json.decode(file.read_bytes(), type=Rules) if file.name in _known_names() else None


def _known_names() -> set[str]:
    return {file.name for file in _KNOWN.glob("*.json")}


def read_rules(raw: bytes) -> Rules:
    """Read a file of rules. Raises BadGameFile."""
    return _decoded(raw, Rules)


def read_game(raw: bytes, patch: str, rules: Rules | None = None) -> GivenGame:
    """Read a file in our own shape, with the rules given, its own, or those known for the patch. Raises BadGameFile."""
    file = _decoded(raw, _GameFile)
    chosen = rules or file.rules or known_rules(patch)
    if chosen is None:
        raise BadGameFile(why=f"no rules are known for patch {patch}; give a file with them")
    currencies = _replaced(chosen.currencies, file.currencies)
    omens = _replaced(chosen.omens, file.omens)
    chosen = msgspec.structs.replace(chosen, currencies=currencies, omens=omens)
    return checked(GivenGame(file.mods, file.bases, chosen))


def checked(game: GivenGame) -> GivenGame:
    """Return a game whose parts fit together. Raises BadGameFile."""
    for kind, ids in (
        ("modifier", [one.id for one in game.mods]),
        ("base", [one.id for one in game.bases]),
        ("currency", [one.id for one in game.rules.currencies]),
        ("omen", [one.id for one in game.rules.omens]),
    ):
        twice = [id for id, number in Counter(ids).items() if number > 1]
        if twice:
            raise BadGameFile(why=f"the {kind} {twice[0]} is there twice")
    if not game.mods or not game.bases:
        raise BadGameFile(why="it has no modifiers, or no bases")
    mods = {one.id for one in game.mods}
    for currency in game.rules.currencies:
        for gift in currency.gives:
            if gift.mod not in mods:
                raise BadGameFile(why=f"{currency.id} gives the modifier {gift.mod}, which there is not")
    sides: dict[str, str] = {}
    for mod in game.mods:
        if sides.setdefault(mod.type, mod.side) != mod.side:
            raise BadGameFile(why=f"the type {mod.type} has prefixes and suffixes")
    return game


def read_weights(raw: bytes) -> dict[str, dict[str, float]]:
    """Read weights by modifier and tag, '*' for every tag. Raises BadGameFile.

    A CSV file has the columns mod, weight and perhaps tag. A JSON file has an object with a number, or an object of
    numbers by tag, for each modifier.
    """
    if raw.lstrip()[:1] == b"{":
        given = _decoded(raw, dict[str, float | dict[str, float]])
        found = {mod: {"*": one} if isinstance(one, (int, float)) else one for mod, one in given.items()}
    else:
        found = _read_csv(raw)
    for mod, of_mod in found.items():
        for weight in of_mod.values():
            if not math.isfinite(weight) or not 0 <= weight <= 1e9:
                raise BadGameFile(why=f"the modifier {mod[:100]} has the weight {weight}")
    if not found:
        raise BadGameFile(why="it has no weights")
    return found


def _read_csv(raw: bytes) -> dict[str, dict[str, float]]:
    try:
        rows = csv.DictReader(io.StringIO(raw.decode("utf-8-sig")))
        found: dict[str, dict[str, float]] = {}
        for row in rows:
            found.setdefault(row["mod"], {})[row.get("tag") or "*"] = float(row["weight"])
    except KeyError as error:
        raise BadGameFile(why=f"it has no column {error}") from error
    except (UnicodeDecodeError, ValueError, TypeError, csv.Error) as error:
        raise BadGameFile(why=f"a line is no modifier with a weight: {str(error)[:_LONGEST_WHY]}") from error
    return found


def _decoded(raw: bytes, shape: type[Shape]) -> Shape:
    try:
        return msgspec.json.decode(raw, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadGameFile(why=str(error)[:_LONGEST_WHY] or "it is nested too deeply") from error


def _replaced(entries: Iterable[Entry], others: Iterable[Entry]) -> list[Entry]:
    return list(({one.id: one for one in entries} | {one.id: one for one in others}).values())
