"""Finding messages by their words."""

from uuid import UUID

from guildhall.db.statements import rows
from guildhall.ids import UserId
from guildhall.packs.realm.access.schemas.permissions import MessageType
from guildhall.packs.realm.ids import ChannelId, MessageId, ServerId
from guildhall.packs.realm.search.schemas import FoundRow

MARK_START = "\x02"
MARK_END = "\x03"
"""Around what was found: characters that no text has, for the rule for texts refuses them."""


@rows(
    bool,
    """
    select numnode(realm.words_query(s.language, :words)) > 0 from realm.servers s where s.id = :server
    """,
    hot=True,
)
def searchable(server: ServerId, words: str) -> None:
    """Return whether a search has words that are not too common in the server's language."""


@rows(
    MessageId,
    """
    select realm.search_messages(:server, realm.words_query(s.language, :words),
                                 :channels, :channel, :user, :type, :low, :high, :limit)
    from realm.servers s where s.id = :server
    """,
    hot=True,
)
def found_ids(
    server: ServerId,
    words: str,
    channels: list[ChannelId] | None,
    channel: ChannelId | None,
    user: UserId | None,
    type: MessageType | None,
    low: UUID,
    high: UUID,
    limit: int,
) -> None:
    """The ids of a server's messages with some words, the newest first.

    In some channels (null for all), in one channel, of one user, of one type, in a range of ids.
    """


@rows(
    FoundRow,
    f"""
    select x.id, ts_headline(realm.words_config(s.language), translate(x.content, '{MARK_START}{MARK_END}', ''),
                             realm.words_query(s.language, :words),
                             'HighlightAll=true, StartSel={MARK_START}, StopSel={MARK_END}') as marked
    from realm.servers s
    cross join unnest(:ids::uuid[]) g (id)
    cross join lateral (select m.id, m.content from realm.messages m where m.id = g.id offset 0) x
    where s.id = :server
    """,
    hot=True,
    proven=("id",),
)
def marked(server: ServerId, words: str, ids: list[MessageId]) -> None: ...
