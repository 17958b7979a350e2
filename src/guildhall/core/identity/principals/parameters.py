"""Parameters that several routes take."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import QueryParameter

After = Annotated[
    str | None,
    QueryParameter(name="after", description="The `next` of the page before", max_length=600, required=False),
]
AN_ID = [Example(value="01a1fb8c-aeab-7593-8101-0ccab8326991")]
Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=100, description="Items on a page")]
