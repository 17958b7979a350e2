"""Parameters that several entrances take."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import PathParameter
from msgspec import Meta

READ = "poe2:read"
"""The scope of API tokens that read."""
WRITE = "poe2:write"
"""The scope of API tokens that write."""

PathBuild = Annotated[
    str,
    PathParameter(
        description="The build's short id, or its id, by which only its author finds an unlisted one",
        examples=[
            Example(summary="A short id", value="7Hq3Vt9mZk2cXbWn4"),
            Example(summary="An id", value="0192f8a4-7c00-7000-8000-000000000001"),
        ],
        max_length=40,
    ),
]
PathShortId = Annotated[
    str, PathParameter(description="The build's short id", examples=[Example(value="7Hq3Vt9mZk2cXbWn4")], max_length=40)
]
PathNumber = Annotated[
    int, PathParameter(description="The version's number", ge=1, lt=2**31, examples=[Example(value=2)])
]
Number = Annotated[int, Meta(ge=1, lt=2**31)]
