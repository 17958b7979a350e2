"""Searching messages."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import QueryParameter

from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.ids import UserId
from guildhall.instants import Instant
from guildhall.pack import WebPart
from guildhall.packs.realm.access.api.parameters import AN_ID, CHANNEL, READ, Limit, PathServerId
from guildhall.packs.realm.access.errors.permissions import ServerNotFound
from guildhall.packs.realm.access.schemas.permissions import MessageType
from guildhall.packs.realm.chat.api.messages import Before
from guildhall.packs.realm.ids import ChannelId
from guildhall.packs.realm.search.actions import Wanted, search
from guildhall.packs.realm.search.errors import NothingToSearch
from guildhall.packs.realm.search.schemas import FoundPage
from guildhall.packs.realm.settings import RealmSettings
from guildhall.web.route import Routes

routes = Routes("/api/v1/realm")

From = Annotated[
    Instant | None,
    QueryParameter(name="since", description="Only those from that instant on", required=False,
                   examples=[Example(value="2026-01-31T18:00:00Z")]),
]  # fmt: skip
Until = Annotated[
    Instant | None,
    QueryParameter(name="until", description="Only those before that instant", required=False,
                   examples=[Example(value="2026-02-28T18:00:00Z")]),
]  # fmt: skip
Words = Annotated[
    str,
    QueryParameter(
        name="q", min_length=1, max_length=200, pattern=r"^[^\x00]*$", examples=[Example(value="dragon -wyvern")],
        description='Words that all have to be there; "a phrase", `or`, and `-not` as in a web search',
    ),
]  # fmt: skip
InChannel = Annotated[
    ChannelId | None,
    QueryParameter(name="channel_id", description="Only of this channel", examples=AN_ID, required=False),
]
OfAuthor = Annotated[
    UserId | None, QueryParameter(name="user_id", description="Only of this person", examples=AN_ID, required=False)
]
OfType = Annotated[MessageType | None, QueryParameter(name="type", description="Only of this type", required=False)]


@routes.get(
    "/servers/{server_id:uuid}/search", scope=READ, raises=(*CHANNEL, ServerNotFound, NothingToSearch), limit="search"
)
async def search_messages(
    server_id: PathServerId,
    viewer: Viewer,
    db: Database,
    settings: RealmSettings,
    q: Words,
    channel_id: InChannel = None,
    user_id: OfAuthor = None,
    type_: OfType = None,
    since: From = None,
    until: Until = None,
    before: Before = None,
    limit: Limit = 50,
) -> FoundPage:
    """Search messages.

    Messages with these words where the viewer may read, newest first.

    Words are compared by their stems in the server's language, in whatever width or composition they are written. In
    scripts without spaces between words (Han, kana, Hangul, Thai, Lao, Khmer, Burmese) any part of a word is found, one
    character too. `parts` are the text in pieces, with those marked
    that were looked for: plain text, so that whoever shows it decides how. New messages are found within a second.
    """
    wanted = Wanted(
        words=q,
        channel_id=channel_id,
        user_id=user_id,
        type=type_,
        since=since,
        until=until,
        before=before,
    )
    async with db.read(viewer, timeout=settings.search_seconds) as tx:
        return await search(tx, server_id, wanted, limit)


WEB = WebPart(routes=routes)
