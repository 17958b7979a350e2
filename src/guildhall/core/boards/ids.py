"""Ids of leaderboards."""

from typing import NewType

WindowId = NewType("WindowId", int)
"""The id of a list of ranks, `core.board_windows`. A number: it stands in every score's row."""
