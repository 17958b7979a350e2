"""Bodies that prove who somebody is."""

from typing import Annotated

from msgspec import Meta, Struct

Password = Annotated[str, Meta(max_length=1024, examples=["correct horse battery"])]
"""Any: whether it is a good one is for the policy to say, whether it is the right one for the hash."""
Token = Annotated[str, Meta(min_length=1, max_length=200)]
Code = Annotated[str, Meta(min_length=1, max_length=60, examples=["123456"])]


class Proof(Struct, frozen=True):
    """The password, once more. An account without one leaves it out and must have signed in just now."""

    password: Password | None = None

    def __repr__(self) -> str:
        return "Proof(…)"
