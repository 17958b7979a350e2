"""Ids of achievements."""

from typing import NewType
from uuid import UUID

RunId = NewType("RunId", UUID)
"""The id of a walk over all people, `core.achievement_runs`; younger ones are larger."""
