"""Ids of draws."""

from typing import NewType
from uuid import UUID

DrawId = NewType("DrawId", UUID)
"""The id of a draw, `core.draws`; younger ones are larger."""
