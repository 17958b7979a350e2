"""Parameters that several routes of the market take."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter

LeagueName = Annotated[
    str,
    QueryParameter(
        name="league",
        min_length=1,
        max_length=100,
        description="The name of a league",
        examples=[Example(value="Standard")],
    ),
]
ItemText = Annotated[
    str,
    PathParameter(
        description="poe2scout's number of an item, or its short id",
        max_length=300,
        examples=[Example(value="divine")],
    ),
]
