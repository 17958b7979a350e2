"""Parameters that several lists of the catalogue take."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from guildhall.packs.wine.world.schemas import NAME

SLUG = "^[a-z0-9-]{1,140}$"

CursorSlug = Annotated[str, Meta(max_length=140, pattern=SLUG)]
PathSlug = Annotated[
    str,
    PathParameter(
        description="The address in the catalogue", max_length=140, pattern=SLUG,
        examples=[Example(value="quill-vine-paperbark-sauvignon")],
    ),
]  # fmt: skip
InRegion = Annotated[
    str | None,
    QueryParameter(
        name="region", required=False, max_length=140, pattern=SLUG,
        description="Only from this region, or what lies within it", examples=[Example(value="france")],
    ),
]  # fmt: skip
OfStyle = Annotated[
    str | None,
    QueryParameter(
        name="style", required=False, pattern="^(red|white|rose|sparkling|dessert|fortified)$",
        description="Only of this style: red, white, rose, sparkling, dessert or fortified",
        examples=[Example(value="red")],
    ),
]  # fmt: skip
OfCountry = Annotated[
    str | None,
    QueryParameter(
        name="country", required=False, pattern="^[A-Z]{2}$", description="Only of this country, by its ISO code",
        examples=[Example(value="FR")],
    ),
]  # fmt: skip
OfType = Annotated[
    str | None,
    QueryParameter(
        name="type", required=False, max_length=20, pattern=NAME, description="Only with this type, as either one",
        examples=[Example(value="crisp")],
    ),
]  # fmt: skip
OfRarity = Annotated[
    int | None,
    QueryParameter(name="rarity", required=False, ge=1, le=22, description="Only of this tier, by its number"),
]
OfGrape = Annotated[
    str | None,
    QueryParameter(
        name="grape", required=False, max_length=140, pattern=SLUG, description="Only with this grape",
        examples=[Example(value="pinot-noir")],
    ),
]  # fmt: skip
