"""Wines of files for tests."""

import csv
import io
from pathlib import Path

from guildhall.packs.wine.catalogue.rules.given import GivenWine

DATA = Path(__file__).parents[5] / "shared" / "data" / "wine"
"""Real tables, where they are on this machine."""
WINES = DATA / "xwines" / "XWines_Slim_1K_wines.csv"
RATINGS = DATA / "xwines" / "XWines_Slim_150K_ratings.csv"
AREAS = DATA / "ava" / "avas_attributes.csv"

ROW = {
    "WineID": "7", "WineName": "Château Rosé", "Type": "Red", "Elaborate": "Varietal/100%", "Grapes": "['Merlot']",
    "Harmonize": "['Beef']", "ABV": "13.0", "Body": "Full-bodied", "Acidity": "Medium", "Code": "FR",
    "Country": "France", "RegionID": "1", "RegionName": "Bordeaux", "WineryID": "3", "WineryName": "Mas du Test",
    "Website": "www.example.org", "Vintages": "[2019, 2018, 1900, 'N.V.']",
}  # fmt: skip
RATING = {"RatingID": "1", "UserID": "5", "WineID": "7", "Vintage": "2019", "Rating": "4.5", "Date": "2021-01-01"}
AREA = {
    "ava_id": "one", "name": "One Valley", "aka": "", "removed": "", "state": "CA", "within": "", "contains": "",
    "valid_end": "",
}  # fmt: skip


def row(**changed: str) -> dict[str, str]:
    """A row of the table of wines."""
    return ROW | changed


def wine(**changed: object) -> GivenWine:
    """A wine of a file."""
    fields: dict[str, object] = {
        "source_id": "1", "name": "Wine", "producer": "Maker", "country": "France", "country_code": "FR",
        "region": "Bordeaux", "style": "red", "body": 3, "acidity": 2, "sweetness": 0, "alcohol": 13.0,
        "grapes": ["Merlot"], "vintages": [2019, None],
    }  # fmt: skip
    return GivenWine(**(fields | changed))  # type: ignore[arg-type]


def table(rows: list[dict[str, str]]) -> str:
    """Rows as a CSV file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
