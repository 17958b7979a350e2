"""Bounds of ESI's numbers, as the columns that hold them: an absurd figure is a lie, not a failed save."""

from decimal import Decimal
from typing import Annotated

from msgspec import Meta

Id = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
Int = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Small = Annotated[int, Meta(ge=-(2**15), le=2**15 - 1)]
Money = Decimal
