"""Names and notes that people give."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

LINE = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
"""A line of text that is not blank."""
TEXT = r"^[^\x00]*$"
ClientKey = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[!-~]+$", examples=["b7c1-0001"])]
"""The caller's own name for what it asks for: asked again, it is not done again."""


class PersonRequest(Struct, frozen=True):
    """Somebody on the same server."""

    user_id: UUID
