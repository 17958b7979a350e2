"""Rows of X-Wines: a table of wines, and one of ratings."""

import ast
import math
from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec

from guildhall.packs.wine.catalogue.rules.given import EARLIEST, LATEST_YEAR, GivenWine, Style
from guildhall.packs.wine.catalogue.rules.set_aside import SetAside

Value = TypeVar("Value")

SOURCE = "xwines"
WINE_COLUMNS = (
    "WineID", "WineName", "Type", "Elaborate", "Grapes", "ABV", "Body", "Acidity", "Code", "Country", "RegionName",
    "WineryName", "Vintages",
)  # fmt: skip
RATING_COLUMNS = ("WineID", "Vintage", "Rating")
FILLER_YEAR = 1900
"""A year that the tables have in the place of one that they do not know."""

_STYLES: dict[str, Style] = {
    "Red": "red", "White": "white", "Rosé": "rose", "Sparkling": "sparkling", "Dessert": "dessert",
    "Dessert/Port": "fortified",
}  # fmt: skip
_BODIES = {"Very light-bodied": 1, "Light-bodied": 2, "Medium-bodied": 3, "Full-bodied": 4, "Very full-bodied": 5}
_ACIDITIES = {"Low": 1, "Medium": 2, "High": 3}
_STRONGEST_WINE = 25
"""Percent of alcohol; what is stronger is a spirit."""
_FORTIFIED = 16.5
"""Percent from which a dessert wine had spirit added: no yeast goes so far beside sugar."""
_ID_LONGEST = 20


def read_wine(row: Mapping[str, str], vintages_most: int) -> GivenWine:
    """Return the wine of a row. Raises SetAside with the reason for one that is no wine, or contradicts itself."""
    number = row["WineID"].strip()
    if not (number.isascii() and number.isdigit() and len(number) <= _ID_LONGEST):
        raise SetAside("WineID is no number")
    alcohol = _number(row["ABV"], "ABV")
    if not 0 <= alcohol <= _STRONGEST_WINE:
        raise SetAside(f"{alcohol:g} percent of alcohol: no wine")
    grapes = [one for one in _texts(row["Grapes"], "Grapes") if one]
    if not grapes:
        raise SetAside("no grape")
    if row["Elaborate"] == "Varietal/100%" and len(grapes) > 1:
        raise SetAside(f"a varietal of {len(grapes)} grapes contradicts itself")
    style = _one_of(_STYLES, row["Type"], "Type")
    if style == "dessert" and alcohol >= _FORTIFIED:
        style = "fortified"
    vintages = _vintages(row["Vintages"])
    if len(vintages) > vintages_most:
        raise SetAside(f"{len(vintages)} vintages")
    fields = {
        "source_id": number, "name": _line(row["WineName"]), "producer": _line(row["WineryName"]),
        "website": _website(row.get("Website", "")), "country": _line(row["Country"]),
        "country_code": row["Code"].strip(), "region": _line(row["RegionName"]), "style": style,
        "body": _one_of(_BODIES, row["Body"], "Body"), "acidity": _one_of(_ACIDITIES, row["Acidity"], "Acidity"),
        "sweetness": _sweetness(style, alcohol), "alcohol": alcohol, "grapes": [_line(one) for one in grapes],
        "vintages": vintages,
    }  # fmt: skip
    try:
        return msgspec.convert(fields, GivenWine)
    except msgspec.ValidationError as error:
        raise SetAside(str(error)) from error


def read_rating(row: Mapping[str, str]) -> tuple[str, int | None, int]:
    """Return a rating: the wine's id, the year or None, and half stars. Raises SetAside."""
    number, vintage = row["WineID"].strip(), row["Vintage"].strip()
    if not (number.isascii() and number.isdigit() and len(number) <= _ID_LONGEST):
        raise SetAside("WineID is no number")
    stars = _number(row["Rating"], "Rating")
    if not (1 <= stars <= 5 and stars * 2 == int(stars * 2)):
        raise SetAside("the rating is not 1 to 5 in halves")
    return number, _year(vintage), int(stars * 2)


def _sweetness(style: Style, alcohol: float) -> int:
    """Return the sweetness, which the tables do not tell: sugar stays where alcohol is low for the style."""
    if style in ("dessert", "fortified"):
        return 4
    return 3 if alcohol <= 8 else 2 if alcohol <= 10 and style != "red" else 0


def _vintages(text: str) -> list[int | None]:
    """Return the years, each once and the latest first, then None for a wine without one."""
    found = {_year(str(one)) for one in _list(text, "Vintages")} - {FILLER_YEAR}
    years = sorted((one for one in found if one is not None), reverse=True)
    return [*years, None] if None in found or not years else [*years]


def _year(text: str) -> int | None:
    """Return a year, or None for none: some tables write N.V., others 0."""
    if text in ("N.V.", "NV", "0", ""):
        return None
    if not (text.isascii() and text.isdigit() and EARLIEST <= int(text[:9]) <= LATEST_YEAR):
        raise SetAside(f"the vintage {text[:20]!r} is no year")
    return int(text)


def _list(text: str, column: str) -> Sequence[object]:
    """Return a list that stands in a cell as Python writes it."""
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError) as error:
        raise SetAside(f"{column} is no list") from error
    if not isinstance(found, list):
        raise SetAside(f"{column} is no list")
    return found


def _texts(text: str, column: str) -> list[str]:
    found = _list(text, column)
    if not all(isinstance(one, str) for one in found):
        raise SetAside(f"{column} is no list of texts")
    return [str(one).strip() for one in found]


def _number(text: str, column: str) -> float:
    try:
        found = float(text)
    except ValueError as error:
        raise SetAside(f"{column} is no number") from error
    if not math.isfinite(found):
        raise SetAside(f"{column} is no number")
    return found


def _one_of(known: Mapping[str, Value], text: str, column: str) -> Value:
    if text.strip() not in known:
        raise SetAside(f"{column} is {text[:30]!r}")
    return known[text.strip()]


def _line(text: str) -> str:
    return " ".join(text.split())


def _website(text: str) -> str:
    """Return an address for people, or nothing where it is none."""
    text = text.strip()
    if not text or " " in text:
        return ""
    return text if text.startswith(("http://", "https://")) else f"http://{text}"
