"""Statements of an import for messages, beside the COPY that adds them."""

from uuid import UUID

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.realm.follow.queries.words import CONFIGS, WORDS
from guildhall.packs.realm.ids import ChannelId, ImportId, MessageId

MESSAGE_COLUMNS = (
    "id", "type", "user_id", "server_id", "channel_id", "content", "metadata", "created_at", "updated_at", "is_deleted",
    "deletion_reason", "edited_at",
)  # fmt: skip
"""Columns of realm.messages, in the order in which the import has them."""

REACTION_COLUMNS = ("message_id", "user_id", "reaction", "created_at")


@rows(MessageId, "select id from realm.messages where id = any(:ids)")
def known_messages(ids: list[MessageId]) -> None: ...


@rows(MessageId, "select id from realm.messages where id = any(:ids) order by id for key share")
def messages_to_react_to(ids: list[MessageId]) -> None: ...


@rows(
    tuple[MessageId, UserId, str],
    "select message_id, user_id, reaction from realm.message_reactions where message_id = any(:messages)",
)
def known_reactions(messages: list[MessageId]) -> None: ...


@command(
    """
    update realm.users u set message_count = u.message_count + n.messages
    from unnest(:ids::uuid[], :messages::bigint[]) n (id, messages)
    where u.id = n.id
    """,
)
def count_for_users(ids: list[UserId], messages: list[int]) -> None: ...


@command(
    """
    update realm.channels c set message_count = c.message_count + n.messages
    from unnest(:ids::uuid[], :messages::bigint[]) n (id, messages)
    where c.id = n.id
    """,
)
def count_for_channels(ids: list[ChannelId], messages: list[int]) -> None: ...


@rows(int, "select count(*) from realm.messages where id > :at and id <= :end", proven=("count",))
def messages_left(at: UUID, end: UUID) -> None: ...


@rows(
    MessageId,
    """
    select p.id from (select id from realm.messages where id > :at and id <= :end order by id limit :limit) p
    order by p.id desc limit 1
    """,
)
def end_of_part(at: UUID, end: UUID, limit: int) -> None:
    """The id of the last of the next messages behind one id up to another, as many as the limit."""


@command(
    f"""
    insert into realm.message_words (id, server_id, channel_id, user_id, type, words)
    {WORDS} from realm.messages m join {CONFIGS} s on s.id = m.server_id
    where m.id > :at and m.id <= :last and not m.is_deleted
    on conflict (id) do nothing
    """,
)
def make_words(at: UUID, last: UUID) -> None: ...


@command("update realm.imports set words_done = :words_done where id = :id")
def mark_words(id: ImportId, words_done: UUID) -> None: ...
