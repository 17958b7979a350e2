"""Structs of exports."""

from msgspec import Struct


class Export(Struct, frozen=True):
    """A table's part of an account's export: a SELECT of the user ($1 uuid) whose rows become JSON objects.

    Its columns have no secrets, no hashes and no data of others.
    """

    table: str
    sql: str
