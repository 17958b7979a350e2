"""A wine as a file gives it, whatever its format: what the catalogue stores, and what a species follows from."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Style = Literal["red", "white", "rose", "sparkling", "dessert", "fortified"]
LINE = r"^[^\x00-\x1f\x7f-\x9f]+$"
EARLIEST, LATEST_YEAR = 1700, 2100

Line = Annotated[str, Meta(min_length=1, max_length=200, pattern=LINE)]
Year = Annotated[int, Meta(ge=EARLIEST, le=LATEST_YEAR)]


class GivenWine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A wine of a file. Its `source_id` is its own among those of the file's source.

    Body is from 1, very light, to 5; acidity from 1, low, to 3; sweetness from 0, dry, to 4. A vintage of None is a
    wine without a year. `ratings` are how many people have rated it, where the file knows that.
    """

    source_id: Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[0-9A-Za-z_-]+$")]
    name: Line
    producer: Line
    website: Annotated[str, Meta(max_length=300)] = ""
    country: Line
    country_code: Annotated[str, Meta(pattern="^[A-Z]{2}$", max_length=2)]
    region: Line
    style: Style
    body: Annotated[int, Meta(ge=1, le=5)]
    acidity: Annotated[int, Meta(ge=1, le=3)]
    sweetness: Annotated[int, Meta(ge=0, le=4)]
    alcohol: Annotated[float, Meta(ge=0, le=25)]
    grapes: Annotated[list[Line], Meta(min_length=1, max_length=40)]
    vintages: list[Year | None]
    ratings: Annotated[int, Meta(ge=0, lt=2**31)] | None = None
