"""The ids of realm's rows, each a type of its own: a guild's id where a channel's is asked is an error of types."""

from typing import NewType
from uuid import UUID

ServerId = NewType("ServerId", UUID)
ChannelId = NewType("ChannelId", UUID)
GuildId = NewType("GuildId", UUID)
MessageId = NewType("MessageId", UUID)
RaidId = NewType("RaidId", UUID)
PartyId = NewType("PartyId", UUID)
WarId = NewType("WarId", UUID)
TerritoryId = NewType("TerritoryId", UUID)
ImportId = NewType("ImportId", UUID)
WordId = NewType("WordId", UUID)
ArchiveId = NewType("ArchiveId", UUID)
SanctionId = NewType("SanctionId", UUID)
GameSessionId = NewType("GameSessionId", UUID)
LedgerEntryId = NewType("LedgerEntryId", UUID)
ExperienceGrantId = NewType("ExperienceGrantId", UUID)
DirectMessageId = NewType("DirectMessageId", UUID)
LootId = NewType("LootId", UUID)
