"""Names and notes that people give."""

from typing import Annotated

from msgspec import Meta, Struct

from guildhall.ids import UserId

ClientKey = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[!-~]+$", examples=["b7c1-0001"])]
"""The caller's own name for what it asks for: asked again, it is not done again."""


class PersonRequest(Struct, frozen=True):
    """A person on the same server."""

    user_id: UserId
