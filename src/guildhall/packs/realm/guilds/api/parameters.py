"""Parameters and errors that the endpoints of guilds share."""

from typing import Annotated

from litestar.params import PathParameter

from guildhall.packs.realm.access.api.parameters import AN_ID, PROFILE
from guildhall.packs.realm.guilds.errors import GuildDisbanded, GuildNotFound, RankTooLow
from guildhall.packs.realm.ids import GuildId

GUILD = (*PROFILE, GuildNotFound)


MEMBER = (*GUILD, RankTooLow)


OFFICER = (*MEMBER, GuildDisbanded)
"""The errors of what takes a rank in a guild that has not ended."""


PathGuildId = Annotated[GuildId, PathParameter(description="The guild's id", examples=AN_ID)]
