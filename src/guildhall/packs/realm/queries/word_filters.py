"""Words that servers do not want."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.realm.rules.word_filter import WordAction
from guildhall.packs.realm.schemas.moderation import FilteredWord

filter_of = Query(
    tuple[str, WordAction], "select word, action from realm.word_filters where server_id = $1", UUID, hot=True
)
"""All words of a server, for rules.word_filter.WordFilter."""

filtered_words = Query(
    FilteredWord,
    """
    select id, word, action, created_by, created_at
    from realm.word_filters
    where server_id = $1 and ($2::text is null or word > $2)
    order by word
    limit $3
    """,
    UUID,
    str | None,
    int,
    hot=True,
)
"""By word, which is stored folded."""

words_count = Query(int, "select count(*) from realm.word_filters where server_id = $1", UUID, hot=True)

add_word = Query(
    FilteredWord,
    """
    insert into realm.word_filters (id, server_id, word, action, created_by, created_at)
    values ($1, $2, $3, $4, $5, $6)
    on conflict (server_id, word) do nothing
    returning id, word, action, created_by, created_at
    """,
    UUID,
    UUID,
    str,
    WordAction,
    UUID,
    datetime,
)

change_word = Query(
    FilteredWord,
    """
    update realm.word_filters set action = $3 where server_id = $1 and id = $2
    returning id, word, action, created_by, created_at
    """,
    UUID,
    UUID,
    WordAction,
)

remove_word = Command("delete from realm.word_filters where server_id = $1 and id = $2", UUID, UUID)
