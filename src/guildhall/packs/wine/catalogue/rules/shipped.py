"""The catalogue that comes with the pack: wines of made-up producers."""

from importlib.resources import files

import msgspec

from guildhall.packs.wine.catalogue.rules.given import GivenWine

SOURCE = "guildhall"


def shipped_wines() -> list[GivenWine]:
    """Return the wines that come with the pack."""
    raw = files("guildhall.packs.wine.catalogue.data").joinpath("wines.json").read_bytes()
    return msgspec.json.decode(raw, type=list[GivenWine])
