"""Words that servers do not want."""

from datetime import datetime

from guildhall.core.moderation.word_filter import WordAction
from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.realm.ids import ServerId, WordId
from guildhall.packs.realm.moderation.schemas import FilteredWord


@rows(tuple[str, WordAction], "select word, action from realm.word_filters where server_id = :server", hot=True)
def filter_of(server: ServerId) -> None:
    """All words of a server, for rules.word_filter.WordFilter."""


@rows(
    FilteredWord,
    """
    select id, word, action, created_by, created_at
    from realm.word_filters
    where server_id = :server and (:after::text is null or word > :after)
    order by word
    limit :limit
    """,
    hot=True,
)
def filtered_words(server: ServerId, after: str | None, limit: int) -> None:
    """Select filtered words by their folded form."""


@rows(int, "select count(*) from realm.word_filters where server_id = :server", hot=True)
def words_count(server: ServerId) -> None: ...


@rows(
    FilteredWord,
    """
    insert into realm.word_filters (id, server_id, word, action, created_by, created_at)
    values (:id, :server, :word, :action, :created_by, :now)
    on conflict (server_id, word) do nothing
    returning id, word, action, created_by, created_at
    """,
)
def add_word(
    id: WordId, server: ServerId, word: str, action: WordAction, created_by: UserId, now: datetime
) -> None: ...


@rows(
    FilteredWord,
    """
    update realm.word_filters set action = :action where server_id = :server and id = :id
    returning id, word, action, created_by, created_at
    """,
)
def change_word(server: ServerId, id: WordId, action: WordAction) -> None: ...


@command("delete from realm.word_filters where server_id = :server and id = :id")
def remove_word(server: ServerId, id: WordId) -> None: ...
