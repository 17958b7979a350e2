"""Structs of draws."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from guildhall.core.draws.ids import DrawId


class Recorded(Struct, frozen=True):
    """A draw as it is kept. `seed` is hexadecimal; `facts` are what else the outcome followed from."""

    id: DrawId
    purpose: str
    algorithm: int
    seed: str
    facts: Any
    created_at: datetime
