"""Ids of events."""

from typing import NewType
from uuid import UUID

EventId = NewType("EventId", UUID)
"""The id of an event, `core.analytics_events`. Ids follow the order of commits."""
EventKey = NewType("EventKey", UUID)
"""The client's own id of an event, by which a repetition is known."""
