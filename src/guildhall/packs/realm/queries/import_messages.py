"""What an import does to messages beside the COPY that adds them."""

from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.realm.queries.words import CONFIGS, WORDS

MESSAGE_COLUMNS = (
    "id", "type", "user_id", "server_id", "channel_id", "content", "metadata", "created_at", "updated_at", "is_deleted",
    "deletion_reason", "edited_at",
)  # fmt: skip
"""Of realm.messages, in the order in which the import has them."""

REACTION_COLUMNS = ("message_id", "user_id", "reaction", "created_at")

known_messages = Query(UUID, "select id from realm.messages where id = any($1)", list[UUID])

messages_to_react_to = Query(
    UUID, "select id from realm.messages where id = any($1) order by id for key share", list[UUID]
)

known_reactions = Query(
    tuple[UUID, UUID, str],
    "select message_id, user_id, reaction from realm.message_reactions where message_id = any($1)",
    list[UUID],
)

count_for_users = Command(
    """
    update realm.users u set message_count = u.message_count + n.messages
    from unnest($1::uuid[], $2::bigint[]) n (id, messages)
    where u.id = n.id
    """,
    list[UUID],
    list[int],
)

count_for_channels = Command(
    """
    update realm.channels c set message_count = c.message_count + n.messages
    from unnest($1::uuid[], $2::bigint[]) n (id, messages)
    where c.id = n.id
    """,
    list[UUID],
    list[int],
)

messages_left = Query(
    int, "select count(*) from realm.messages where id > $1 and id <= $2", UUID, UUID, proven=("count",)
)

end_of_part = Query(
    UUID,
    """
    select p.id from (select id from realm.messages where id > $1 and id <= $2 order by id limit $3) p
    order by p.id desc limit 1
    """,
    UUID,
    UUID,
    int,
)
"""The id of the last of the next $3 messages behind $1 up to $2."""

make_words = Command(
    f"""
    insert into realm.message_words (id, server_id, channel_id, user_id, type, words)
    {WORDS} from realm.messages m join {CONFIGS} s on s.id = m.server_id
    where m.id > $1 and m.id <= $2 and not m.is_deleted
    on conflict (id) do nothing
    """,
    UUID,
    UUID,
)

mark_words = Command("update realm.imports set words_done = $2 where id = $1", UUID, UUID)
