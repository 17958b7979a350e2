"""Parameters that several entrances take."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from guildhall.ids import UserId
from guildhall.packs.realm.access.errors.permissions import (
    Banned,
    ChannelNotFound,
    Forbidden,
    LevelTooLow,
    NoProfile,
    ServerNotFound,
)
from guildhall.packs.realm.ids import ChannelId, MessageId, ServerId

READ = "realm:read"
"""The scope of API tokens that read."""
WRITE = "realm:write"
"""The scope of API tokens that write."""
GAME = "realm:game"
"""The scope of API tokens of game servers."""
AN_ID = [Example(value="0192f8a4-7c00-7000-8000-000000000001")]

PROFILE = (NoProfile, Banned)
"""The errors of people who may not act on a server: without a character there, or banned from it."""
SERVER = (*PROFILE, ServerNotFound)
STAFF = (*SERVER, Forbidden)
"""The errors of what takes a role on a server."""
CHANNEL = (*PROFILE, ChannelNotFound, LevelTooLow)


PathServerId = Annotated[ServerId, PathParameter(description="The server's id", examples=AN_ID)]
PathChannelId = Annotated[ChannelId, PathParameter(description="The channel's id", examples=AN_ID)]
PathMessageId = Annotated[MessageId, PathParameter(description="The message's id", examples=AN_ID)]


PathUserId = Annotated[UserId, PathParameter(description="The person's id", examples=AN_ID)]
After = Annotated[
    str | None,
    QueryParameter(name="after", description="The `next` of the page before", max_length=600, required=False),
]
Limit = Annotated[
    int, QueryParameter(name="limit", ge=1, le=100, description="Items on a page", examples=[Example(value=20)])
]

# What stands in a cursor fits the column that it is compared with, so that a forged one is refused as such.
Small = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Large = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
