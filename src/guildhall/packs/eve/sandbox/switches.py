"""Switches of a running sandbox, beside faults, limits and time."""

from msgspec import Struct


class Switches(Struct, forbid_unknown_fields=True):
    """`approve` is the character that every authorization is granted for without a page, `token_seconds` how long
    every refresh takes, `downtime` whether ESI is closed from 11:00 to 11:15 UTC."""

    approve: int | None = None
    token_seconds: float = 0.0
    downtime: bool = False
