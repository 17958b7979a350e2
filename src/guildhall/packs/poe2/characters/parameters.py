"""Parameters of routes that name a character."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import PathParameter

CharacterName = Annotated[
    str,
    PathParameter(
        description="The name of one of your characters", examples=[Example(value="Grimveil")], max_length=255
    ),
]
