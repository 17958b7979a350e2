"""Ids of leaderboards."""

from typing import NewType
from uuid import UUID

WindowId = NewType("WindowId", int)
"""The id of a list of ranks, `core.board_windows`. A number: it stands in every score's row."""
CopyId = NewType("CopyId", UUID)
"""The id of a copy of the boards in Redis."""
