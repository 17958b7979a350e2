"""Parameters and errors that the endpoints of guilds share."""

from typing import Annotated
from uuid import UUID

from litestar.params import PathParameter

from guildhall.packs.realm.access.api.parameters import AN_ID, PROFILE
from guildhall.packs.realm.guilds.errors import GuildDisbanded, GuildNotFound, RankTooLow

GUILD = (*PROFILE, GuildNotFound)


MEMBER = (*GUILD, RankTooLow)


OFFICER = (*MEMBER, GuildDisbanded)
"""The errors of what takes a rank in a guild that has not ended."""


GuildId = Annotated[UUID, PathParameter(description="The guild's id", examples=AN_ID)]
