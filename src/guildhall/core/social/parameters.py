"""Scopes, and parameters that several rooms take."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import PathParameter

from guildhall.core.identity.principals.parameters import AN_ID
from guildhall.ids import UserId

READ = "social:read"
"""The scope of API tokens that read."""
WRITE = "social:write"
"""The scope of API tokens that write."""

PathUserId = Annotated[UserId, PathParameter(description="The person's id", examples=AN_ID)]
PathHandle = Annotated[
    str, PathParameter(description="The profile's handle", examples=[Example(value="mirelle")], max_length=200)
]
