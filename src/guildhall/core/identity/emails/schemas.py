"""Bodies with addresses."""

from typing import Annotated

from msgspec import Meta

Email = Annotated[
    str,
    Meta(min_length=3, max_length=320, pattern=r"^\s*[!-~]+@[A-Za-z0-9.-]+\s*$", examples=["pilot@example.com"]),
]
"""A text that may be an e-mail address; `address` checks it."""
