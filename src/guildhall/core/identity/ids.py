"""The ids of identity's rows, each a type of its own."""

from typing import NewType
from uuid import UUID

ApiTokenId = NewType("ApiTokenId", UUID)
FlowId = NewType("FlowId", UUID)
IdentityId = NewType("IdentityId", UUID)
PasskeyId = NewType("PasskeyId", UUID)
SecurityEventId = NewType("SecurityEventId", UUID)
SessionId = NewType("SessionId", UUID)
