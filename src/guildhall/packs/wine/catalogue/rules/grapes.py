"""Grapes with their prime names, synonyms and traits."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec
from msgspec import Struct

from guildhall.packs.wine.catalogue.rules.names import name_key

Trait = Literal["aromatic", "tannic", "earthy", "juicy"]
Colour = Literal["red", "white"]


class Grape(Struct, frozen=True):
    """A grape by its prime name. Synonyms are other names of the same grape."""

    name: str
    colour: Colour | None = None
    traits: list[Trait] = []
    synonyms: list[str] = []


@cache
def known_grapes() -> Sequence[Grape]:
    """Return the grapes that come with the pack."""
    raw = files("guildhall.packs.wine.catalogue.data").joinpath("grapes.json").read_bytes()
    return msgspec.json.decode(raw, type=list[Grape])


@cache
def _by_key() -> dict[str, Grape]:
    return {name_key(name): grape for grape in known_grapes() for name in (grape.name, *grape.synonyms)}


def grape_of(name: str) -> Grape:
    """Return the grape that a name means.

    Files write several names of a grape with strokes between them. Of one that is not known the first is the prime
    name, and the others are synonyms.
    """
    known = _by_key()
    names = [part for part in (" ".join(one.split()) for one in name.split("/")) if part]
    for one in (name, *names):
        if (grape := known.get(name_key(one))) is not None:
            return grape
    if not names:
        return Grape(name)
    return Grape(names[0], synonyms=[*names[1:], *([name] if len(names) > 1 else [])])
