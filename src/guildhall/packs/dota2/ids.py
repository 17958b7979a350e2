"""The ids of dota2's rows; those of the game are beside what they name."""

from typing import NewType
from uuid import UUID

RuleId = NewType("RuleId", UUID)
