"""Parameters that several entrances take."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import QueryParameter
from msgspec import Meta

After = Annotated[
    str | None,
    QueryParameter(name="after", description="The `next` of the page before", max_length=600, required=False),
]
Limit = Annotated[
    int,
    QueryParameter(name="limit", ge=1, le=100, description="Items on a page", examples=[Example(value=20)]),
]

# What stands in a cursor fits the column that it is compared with, so that a forged one is refused as such.
Small = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Large = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]


def part(value: object) -> object:
    """A parameter as a part of a cache key: what was not given is empty, and 0 is not."""
    return "" if value is None else value
