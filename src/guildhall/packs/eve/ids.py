"""The ids of eve's rows, each a type of its own."""

from typing import NewType
from uuid import UUID

AlarmId = NewType("AlarmId", UUID)
CharacterId = NewType("CharacterId", UUID)
RevocationId = NewType("RevocationId", UUID)
