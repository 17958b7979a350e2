"""The ids of poe2's rows, each a type of its own: a version's id where a build's is asked is an error of types."""

from typing import NewType
from uuid import UUID

BuildId = NewType("BuildId", UUID)
BuildVersionId = NewType("BuildVersionId", UUID)
ShortId = NewType("ShortId", str)
"""The random part of a build's address: `/b/{short_id}`."""
MarketItemId = NewType("MarketItemId", str)
"""An item of the market: poe2scout's number of it, as text."""
CraftingSessionId = NewType("CraftingSessionId", UUID)
StrategyId = NewType("StrategyId", UUID)
CharacterId = NewType("CharacterId", UUID)
"""Our id of a character; the game's own is a text."""
CharacterLeagueId = NewType("CharacterLeagueId", UUID)
"""A character in a league, as it was."""
SnapshotId = NewType("SnapshotId", UUID)
EquipmentChangeId = NewType("EquipmentChangeId", UUID)
Sub = NewType("Sub", UUID)
"""The game's own id of an account, as signing in tells it."""
GggCallId = NewType("GggCallId", UUID)
"""The id of a call to the game's API, among those that count for its limits."""
RevocationId = NewType("RevocationId", UUID)
"""The user id under which a token on its way to be revoked was sealed."""
ReviewId = NewType("ReviewId", UUID)
CommentId = NewType("CommentId", UUID)
CollectionId = NewType("CollectionId", UUID)
