"""Ids of what people do with each other."""

from typing import NewType
from uuid import UUID

ActivityId = NewType("ActivityId", UUID)
"""The id of an activity, `core.activities`; younger ones are larger."""
BroadcastId = NewType("BroadcastId", UUID)
"""The id of a notice to followers, `core.broadcasts`."""
