"""Bodies of several routes."""

from typing import Annotated

from msgspec import Meta, Struct

from guildhall.core.identity.errors import BadEmail
from guildhall.core.identity.rules.emails import normal_email
from guildhall.text import LINE, clean_line

Email = Annotated[
    str,
    Meta(min_length=3, max_length=320, pattern=r"^\s*[!-~]+@[A-Za-z0-9.-]+\s*$", examples=["pilot@example.com"]),
]
"""A text that may be an e-mail address; `address` checks it."""
Password = Annotated[str, Meta(max_length=1024, examples=["correct horse battery"])]
"""Any: whether it is a good one is for the policy to say, whether it is the right one for the hash."""
Token = Annotated[str, Meta(min_length=1, max_length=200)]
Code = Annotated[str, Meta(min_length=1, max_length=60, examples=["123456"])]
Name = Annotated[str, Meta(min_length=1, max_length=100, pattern=LINE, examples=["Mirelle"])]


class Proof(Struct, frozen=True):
    """The password, once more. An account without one leaves it out and must have signed in just now."""

    password: Password | None = None

    def __repr__(self) -> str:
        return "Proof(…)"


def address(text: str) -> str:
    """The address that a body says. Raises BadEmail."""
    try:
        return normal_email(text)
    except ValueError as error:
        raise BadEmail from error


def line(text: str) -> str:
    """A name as it is stored. Raises BadText."""
    return clean_line(text, 1, 100)
